"""Publish league tables: rows as they stood on a day, which later days do not change.

What arrives late changes the next table, never one that was published, and is marked
there: how many outcomes lie in days that the table before covered (T19).
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.db.models import Max

from quasimarket.performance.league import NATIONAL
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.service.chain.measuring import (
    WINDOWS,
    Key,
    Windows,
    measures,
    windows,
)
from quasimarket.service.chain.models import LeagueRow
from quasimarket.service.chain.openness import contracts_shown_to, places_shown_to


def publish(rulebook: Rulebook, today: date) -> int:
    """Write the tables of a day; the scope sees all. Gives how many rows were made."""
    rows = [*_of_windows(rulebook, today), *_of_years(rulebook, today)]
    LeagueRow.objects.bulk_create(rows, batch_size=1000)
    return len(rows)


def _of_windows(rulebook: Rulebook, today: date) -> Iterator[LeagueRow]:
    by_contract = contracts_shown_to(rulebook)
    shown: dict[str, str] = {}
    before = LeagueRow.objects.aggregate(day=Max("as_of"))["day"]
    counts = windows(rulebook, today, before)
    for (contract, place, group), counted in _added_up(counts):
        if contract not in shown:
            shown[contract] = places_shown_to(rulebook, contract, today)
        for number, window in enumerate(WINDOWS):
            yield LeagueRow(
                as_of=today,
                contract_id=contract,
                position_id=place or None,
                window=window,
                group=group,
                referrals=counted.referrals[number],
                outcomes=counted.outcomes[number],
                late=counted.late[number],
                shown_to=shown[contract] if place else by_contract,
            )


def _added_up(counted: dict[Key, Windows]) -> Iterator[tuple[Key, Windows]]:
    """Add groups and places up; a blank is all of them."""
    totals: dict[Key, Windows] = {}
    for (contract, place, group), one in counted.items():
        keys = {(contract, "", ""), (contract, "", group)}
        if place:
            keys |= {(contract, place, ""), (contract, place, group)}
        for key in keys:
            totals.setdefault(key, Windows.none()).add(one)
    yield from sorted(totals.items(), key=lambda pair: pair[0])


def _of_years(rulebook: Rulebook, today: date) -> Iterator[LeagueRow]:
    """Set each contract year against its level, with the rank within the nation."""
    found = measures(rulebook, today)
    if found is None:
        return
    levels = {
        (row["contract_year"], row["contract"], row["group"]): row
        for row in found.levels.iter_rows(named=True)
    }
    for row in found.league.iter_rows(named=True):
        if row["scope"] != NATIONAL:
            continue
        level = levels.get((row["contract_year"], row["contract"], row["group"]))
        yield LeagueRow(
            as_of=today,
            contract_id=row["contract"],
            window=f"contract-year-{row['contract_year']}",
            group=row["group"] or "",
            referrals=round(row["referrals"]),
            outcomes=round(row["outcomes"]),
            level=Decimal(str(round(level["level"], 5))) if level else None,
            is_met=level["met"] if level else None,
            rank=row["rank"],
            shown_to=contracts_shown_to(rulebook),
        )
