"""Checks of milestones and the payments around them."""

from collections.abc import Sequence

from quasimarket.core.errors import Fault
from quasimarket.core.identifiers import MilestoneId
from quasimarket.rulebook.draft import Draft, can_reach
from quasimarket.rulebook.rulebook import (
    Basis,
    ExcessPayment,
    Milestone,
    ServiceFee,
)


RECOVERY = "recovery"
"""The kind of line that takes money back; no payment may have its name."""


def check_kinds(draft: Draft) -> list[Fault]:
    """Find two payments of one name, and the name that recoveries have."""
    rulebook = draft.rulebook
    seen: set[str] = {RECOVERY}
    faults = []
    payments: list[Milestone | ExcessPayment | ServiceFee] = [
        *rulebook.milestones,
        *rulebook.excess_payments,
        *rulebook.service_fees,
    ]
    for item in payments:
        if item.id in seen:
            faults.append(
                draft.fault(
                    item,
                    f"the kind of payment {item.id} a second time",
                    "one name for each milestone, excess payment and service fee",
                    f"{RECOVERY} is the kind of a recovery"
                    if item.id == RECOVERY
                    else "",
                )
            )
        seen.add(item.id)
    return faults


def check_after(draft: Draft) -> list[Fault]:
    """Find milestones that follow what cannot come before them."""
    milestones = draft.rulebook.milestones
    groups = {group.id for group in draft.rulebook.groups}
    faults = []
    for milestone in milestones:
        if not draft.is_usable(milestone, "basis", "after", "days"):
            continue
        if milestone.basis is Basis.ATTACHMENT and (
            milestone.days or milestone.maximum
        ):
            faults.append(
                draft.fault(
                    milestone,
                    f"days or a maximum for {milestone.id}",
                    "neither: every group reaches an attachment on its day",
                    field="days",
                )
            )
        if milestone.basis is not Basis.ATTACHMENT and not milestone.days:
            faults.append(
                draft.fault(
                    milestone,
                    f"no days for {milestone.id}",
                    "the days that each group needs",
                    "a group that is left out cannot reach it",
                )
            )
        faults += [
            draft.fault(
                milestone,
                f"a maximum for group {group}, which cannot reach {milestone.id}",
                "a maximum only for groups that are given days",
                field="maximum",
            )
            for group in milestone.maximum
            if group in groups and group not in milestone.days and milestone.days
        ]
        faults += _faults_of_following(draft, milestone, milestones)
    return faults


def _faults_of_following(
    draft: Draft, milestone: Milestone, milestones: Sequence[Milestone]
) -> list[Fault]:
    by_id = {one.id: one for one in milestones}
    before = by_id.get(milestone.after) if milestone.after else None
    if before is None:
        return []
    faults = []
    if _is_circular(milestone, by_id):
        return [
            draft.fault(
                milestone,
                f"a circle of after that holds {milestone.id}",
                "a chain that begins with a milestone that follows none",
                field="after",
            )
        ]
    if before.basis not in (Basis.DAYS_IN_WORK, Basis.FOLLOWING_DAYS):
        faults.append(
            draft.fault(
                milestone,
                f"after {before.id}, of basis {before.basis}",
                f"a milestone of basis {Basis.DAYS_IN_WORK}",
                field="after",
            )
        )
    faults += [
        draft.fault(
            milestone,
            f"days for group {group.id}, which cannot reach {before.id}",
            f"only groups that can reach {before.id}, which comes before",
            field="days",
        )
        for group in draft.rulebook.groups
        if can_reach(milestone, group) and not can_reach(before, group)
    ]
    return faults


def _is_circular(milestone: Milestone, by_id: dict[MilestoneId, Milestone]) -> bool:
    seen = {milestone.id}
    here = milestone
    while here.after is not None and here.after in by_id:
        here = by_id[here.after]
        if here.id in seen:
            return here.id == milestone.id
        seen.add(here.id)
    return False


def check_something_is_paid(draft: Draft) -> list[Fault]:
    """Find a programme that pays for nothing, or is for nobody."""
    rulebook = draft.rulebook
    faults = []
    if not rulebook.milestones and draft.is_sound(rulebook, "milestones"):
        faults.append(
            draft.fault(rulebook, "no milestones", "at least one thing to pay for")
        )
    for name, records in (
        ("groups", rulebook.groups),
        ("areas", rulebook.areas),
        ("contracts", rulebook.contracts),
    ):
        if not records and draft.is_whole(name):
            faults.append(draft.fault(rulebook, f"no {name}", f"rows in {name}.csv"))
    return faults


def check_groups_open(draft: Draft) -> list[Fault]:
    """Find groups that are referred before the programme begins."""
    first = draft.rulebook.first_day
    if not draft.is_sound(draft.rulebook, "first_day"):
        return []
    return [
        draft.fault(
            group,
            f"group {group.id} from {group.first_referral}",
            f"a first referral on or after the programme's first day, {first}",
        )
        for group in draft.rulebook.groups
        if draft.is_sound(group, "first_referral") and group.first_referral < first
    ]


def check_incentive_levels(draft: Draft) -> list[Fault]:
    """Find excess payments for a group without a non-intervention rate."""
    performance = draft.rulebook.performance
    groups = {group.id for group in draft.rulebook.groups}
    return [
        draft.fault(
            excess,
            f"no non-intervention rate for group {group} in contract year "
            f"{excess.first_contract_year}",
            f"a row of performance_levels.csv for group {group} up to that year",
            field="groups",
        )
        for excess in draft.rulebook.excess_payments
        for group in excess.groups
        if group in groups
        and draft.is_usable(excess, "groups", "first_contract_year")
        and performance.level_for(group, excess.first_contract_year) is None
    ]
