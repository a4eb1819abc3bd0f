"""Checks of the rate card and the discounts."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import combinations, pairwise

from quasimarket.core.errors import Fault
from quasimarket.core.identifiers import GroupId, MilestoneId
from quasimarket.rulebook.draft import Draft
from quasimarket.rulebook.rulebook import Discount, Milestone, PaymentGroup, Rate


DISCOUNT_KEYS = ("contract", "group", "contract_year")


def check_rates_cover(draft: Draft) -> list[Fault]:
    """Find days on which a group can be priced for a milestone and no rate is in force.

    The days run from the group's first referral to the last allotted day of somebody
    referred on its last: no attachment can be later.
    """
    if not draft.is_whole("rate_card"):
        return []
    rates = _rates_by_pair(draft)
    groups = {group.id for group in draft.rulebook.groups}
    unclear = {
        rate.milestone
        for rate in draft.rulebook.rates
        if rate.group not in groups or not draft.is_sound(rate, "milestone", "group")
    }
    faults = []
    for milestone in draft.rulebook.milestones:
        if not draft.is_usable(milestone, "days", "basis"):
            continue
        for group in draft.groups_that_reach(milestone):
            known = rates.get((milestone.id, group.id), [])
            if not known and milestone.id in unclear:
                continue
            if not known:
                faults.append(
                    draft.fault(
                        milestone,
                        f"no rate for milestone {milestone.id} and group {group.id}",
                        "a price for every milestone that a group can reach",
                        "add a row to rate_card.csv, with a fee of 0 if it is free, "
                        "or take the group out of its days",
                    )
                )
            elif _all_sound(draft, known, group):
                faults += _gaps(draft, milestone, group, known)
    return faults


def _all_sound(draft: Draft, rates: Iterable[Rate], group: PaymentGroup) -> bool:
    return all(
        draft.is_usable(rate, "milestone", "group", "first_day", "last_day")
        for rate in rates
    ) and draft.is_usable(group, "first_referral", "last_referral")


def _gaps(
    draft: Draft, milestone: Milestone, group: PaymentGroup, rates: list[Rate]
) -> list[Fault]:
    last_priced = group.last_referral + timedelta(
        days=max(draft.rulebook.allotted_days, 1) - 1
    )
    name = f"milestone {milestone.id} and group {group.id}"
    faults = []
    first, last = rates[0], max(rates, key=lambda rate: rate.last_day or date.max)
    if first.first_day > group.first_referral:
        faults.append(
            draft.fault(
                first,
                f"no rate for {name} from {group.first_referral} "
                f"to {_day_before(first.first_day)}",
                f"a rate from the group's first referral, {group.first_referral}",
            )
        )
    if last.last_day is not None and last.last_day < last_priced:
        faults.append(
            draft.fault(
                last,
                f"no rate for {name} after {last.last_day}",
                f"a rate until {last_priced}, the last day of attachment",
                "leave the last day blank for a rate that goes on",
            )
        )
    for before, after in pairwise(rates):
        if (
            before.last_day is not None
            and _day_before(after.first_day) > before.last_day
        ):
            faults.append(
                draft.fault(
                    after,
                    f"a gap for {name} from {before.last_day + timedelta(days=1)} "
                    f"to {_day_before(after.first_day)}",
                    "rates whose days follow on",
                )
            )
    return faults


def _day_before(day: date) -> date:
    return day - timedelta(days=1)


def check_rates_overlap(draft: Draft) -> list[Fault]:
    """Find days on which two rates are in force for one milestone and group."""
    faults = []
    for (milestone, group), rates in _rates_by_pair(draft).items():
        for before, after in pairwise(rates):
            if not all(
                draft.is_usable(rate, "milestone", "group", "first_day", "last_day")
                for rate in (before, after)
            ):
                continue
            if before.last_day is None or before.last_day >= after.first_day:
                until = before.last_day or "no end"
                faults.append(
                    draft.fault(
                        after,
                        f"two rates for milestone {milestone} and group {group} "
                        f"from {after.first_day}",
                        "rates whose days do not overlap",
                        f"the other, {draft.reading.place(before)}, runs to {until}",
                    )
                )
    return faults


def check_rates_are_reachable(draft: Draft) -> list[Fault]:
    """Find rates that nobody can be paid."""
    milestones = {milestone.id: milestone for milestone in draft.rulebook.milestones}
    groups = {group.id for group in draft.rulebook.groups}
    faults = []
    for rate in draft.rulebook.rates:
        milestone = milestones.get(rate.milestone)
        if milestone is None or rate.group not in groups:
            continue
        if not draft.is_usable(milestone, "days", "basis"):
            continue
        if rate.group not in {group.id for group in draft.groups_that_reach(milestone)}:
            faults.append(
                draft.fault(
                    rate,
                    f"a rate for group {rate.group}, which cannot reach "
                    f"{rate.milestone}",
                    f"a group among those of milestones.{rate.milestone}.days",
                )
            )
    return faults


def _rates_by_pair(draft: Draft) -> dict[tuple[MilestoneId, GroupId], list[Rate]]:
    pairs: dict[tuple[MilestoneId, GroupId], list[Rate]] = {}
    for rate in draft.rulebook.rates:
        pairs.setdefault((rate.milestone, rate.group), []).append(rate)
    for rates in pairs.values():
        rates.sort(key=lambda rate: rate.first_day)
    return pairs


def check_discounts_are_clear(draft: Draft) -> list[Fault]:
    """Find discounts of which two fit and neither is the more exact."""
    shapes: dict[tuple[MilestoneId, tuple[str, ...]], list[Discount]] = {}
    for discount in draft.rulebook.discounts:
        if draft.is_sound(discount, *DISCOUNT_KEYS, "milestone"):
            given = tuple(
                key for key in DISCOUNT_KEYS if getattr(discount, key) is not None
            )
            shapes.setdefault((discount.milestone, given), []).append(discount)
    faults = []
    for one, other in combinations(shapes, 2):
        if one[0] == other[0] and len(one[1]) == len(other[1]):
            faults += _unclear_pair(draft, shapes[one], shapes[other])
    return faults


def _unclear_pair(
    draft: Draft, ones: list[Discount], others: list[Discount]
) -> list[Fault]:
    """Find the first two rows of different shapes that can fit one person."""
    shared = [
        key
        for key in DISCOUNT_KEYS
        if getattr(ones[0], key) is not None and getattr(others[0], key) is not None
    ]
    first_by_values = {
        tuple(getattr(discount, key) for key in shared): discount
        for discount in reversed(ones)
    }
    for discount in others:
        one = first_by_values.get(tuple(getattr(discount, key) for key in shared))
        if one is not None:
            return [
                draft.fault(
                    discount,
                    "a discount that can fit the same person as "
                    f"{draft.reading.place(one)}, with as many keys",
                    "one row that is more exact than the other",
                    "fill in the keys that differ",
                )
            ]
    return []
