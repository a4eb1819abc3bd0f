"""Checks of where people come from and to whom they are referred."""

from datetime import date
from decimal import Decimal

from quasimarket.core.errors import Fault
from quasimarket.core.identifiers import AreaId, ContractId, GroupId
from quasimarket.rulebook.draft import Draft
from quasimarket.rulebook.rulebook import MarketShare
from quasimarket.rulebook.units import percent_text


def check_areas_have_contracts(draft: Draft) -> list[Fault]:
    """Find areas in which nobody would be referred to anybody."""
    rulebook = draft.rulebook
    if not _places_are_clear(draft):
        return []
    held = {contract.area for contract in rulebook.contracts}
    return [
        draft.fault(
            area, f"area {area.id} without a contract", "a row of contracts.csv for it"
        )
        for area in rulebook.areas
        if area.id not in held
    ]


def _places_are_clear(draft: Draft) -> bool:
    """Say whether it is known which contract is in which area."""
    areas = {area.id for area in draft.rulebook.areas}
    return draft.is_whole("areas", "contracts") and all(
        draft.is_sound(contract, "area", "id") and contract.area in areas
        for contract in draft.rulebook.contracts
    )


def check_market_shares(draft: Draft) -> list[Fault]:
    """Find days from which an area's shares do not add up to 1."""
    rulebook = draft.rulebook
    if not _places_are_clear(draft) or not draft.is_whole("market_shares"):
        return []
    by_area: dict[AreaId, set[ContractId]] = {}
    for contract in rulebook.contracts:
        by_area.setdefault(contract.area, set()).add(contract.id)
    faults = []
    for area, contracts in by_area.items():
        rows = [row for row in rulebook.market_shares if row.contract in contracts]
        sound = draft.is_sound(rulebook, "first_day") and all(
            draft.is_usable(row, "share", "first_day", "group") for row in rows
        )
        if sound:
            faults += _faults_of_area(draft, area, contracts, rows)
    return faults


def _faults_of_area(
    draft: Draft, area: AreaId, contracts: set[ContractId], rows: list[MarketShare]
) -> list[Fault]:
    begins = draft.rulebook.first_day
    named = list(dict.fromkeys(row.group for row in rows if row.group is not None))
    groups: list[GroupId | None] = [*named]
    if any(group.id not in named for group in draft.rulebook.groups):
        groups.insert(0, None)
    faults = []
    for group in groups:
        seen = [row for row in rows if row.group in (None, group)]
        days = sorted({begins, *(row.first_day for row in seen)})
        for day in days:
            if day < begins:
                continue
            total = sum(
                (share_in_force(seen, contract, group, day) for contract in contracts),
                Decimal(0),
            )
            changed = [row for row in seen if row.first_day == day]
            if total != 1:
                where = changed[-1] if changed else _any_record(draft, rows)
                people = f"group {group}" if group else _others(named)
                faults.append(
                    draft.fault(
                        where,
                        f"market shares of area {area}, {people}, from {day} that add "
                        f"up to {percent_text(total)}",
                        "100 percent",
                    )
                )
    return faults


def _others(named: list[GroupId]) -> str:
    return "all other groups" if named else "all groups"


def _any_record(draft: Draft, rows: list[MarketShare]) -> object:
    return rows[0] if rows else draft.rulebook


def share_in_force(
    rows: list[MarketShare], contract: ContractId, group: GroupId | None, day: date
) -> Decimal:
    """Give a contract's share of a group's referrals on a day.

    The latest first day stands; on one day the row that names the group.
    """
    fitting = [
        row
        for row in rows
        if row.contract == contract
        and row.group in (None, group)
        and row.first_day <= day
    ]
    chosen = max(
        fitting, key=lambda row: (row.first_day, row.group is not None), default=None
    )
    return chosen.share if chosen is not None else Decimal(0)


def check_groups_have_intake(draft: Draft) -> list[Fault]:
    """Find groups that nobody is ever referred to."""
    intake = draft.rulebook.intake
    if not draft.is_whole("intake") or not all(
        draft.is_usable(row, "group", "referrals") for row in intake
    ):
        return []
    referred = {row.group for row in intake if row.referrals}
    return [
        draft.fault(
            group,
            f"group {group.id} without intake",
            "a row of intake.csv with referrals to it",
        )
        for group in draft.rulebook.groups
        if group.id not in referred
    ]


def check_intake_in_time(draft: Draft) -> list[Fault]:
    """Find referrals in months outside a group's referral days."""
    groups = {
        group.id: group
        for group in draft.rulebook.groups
        if draft.is_usable(group, "first_referral", "last_referral")
    }
    faults = []
    for row in draft.rulebook.intake:
        group = groups.get(row.group)
        if group is None or not row.referrals:
            continue
        if not draft.is_sound(row, "month", "group", "referrals"):
            continue
        before = row.month.last_day < group.first_referral
        if before or row.month.first_day > group.last_referral:
            faults.append(
                draft.fault(
                    row,
                    f"{row.referrals} referrals of group {group.id} in {row.month}",
                    f"none outside {group.first_referral} to {group.last_referral}",
                )
            )
    return faults
