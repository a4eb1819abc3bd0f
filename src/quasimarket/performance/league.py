"""League tables: contracts ranked within an area and in the whole nation (S77-S79)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from quasimarket.core.identifiers import ContractId, GroupId, order_key
from quasimarket.performance.annual import AnnualCounts
from quasimarket.performance.rates import Counts, as_float, wilson_interval
from quasimarket.performance.referrals import Referrals
from quasimarket.rulebook.rulebook import Rulebook


NATIONAL = "national"
LEAGUE = pl.Schema(
    {
        "scope": pl.String,
        "contract_year": pl.Int16,
        "group": pl.String,
        "contract": pl.String,
        "rank": pl.Int16,
        "outcomes": pl.Float64,
        "referrals": pl.Float64,
        "rate": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
    }
)
NO_RATE = Fraction(-1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A contract in the league: the same in every scope but for its rank."""

    contract: ContractId
    counts: Counts
    rate: Fraction | None
    interval: tuple[float, float] | None
    is_ranked: bool


def rank_contracts(referrals: Referrals, counts: AnnualCounts) -> pl.DataFrame:
    """Rank the contracts by each contract year's rate, for all groups and for each.

    The rate is that of the level (outcomes earned in the year / referrals made in it).
    """
    rows: list[dict[str, object]] = []
    scopes = _scopes(referrals.rulebook)
    for year in range(1, referrals.last_contract_year + 1):
        for group in (None, *(one.id for one in referrals.rulebook.groups)):
            counted = _by_contract(referrals.rulebook, counts, year, group)
            entries = _in_order(counted, referrals.rulebook)
            for scope, contracts in scopes:
                rows.extend(
                    {"scope": scope, "contract_year": year, "group": group, **row}
                    for row in _ranked(
                        [one for one in entries if one.contract in contracts]
                    )
                )
    return pl.DataFrame(rows, schema=LEAGUE)


def in_league_order(
    counted: Mapping[ContractId, Counts],
) -> list[ContractId]:
    """Order contracts by rate, then by referrals, both highest first, then by name."""

    def order(contract: ContractId) -> tuple[Fraction, float, tuple[int, int, str]]:
        counts = counted[contract]
        rate = NO_RATE if counts.rate is None else counts.rate
        return -rate, -counts.referrals, order_key(contract)

    return sorted(counted, key=order)


def _in_order(counted: Mapping[ContractId, Counts], rulebook: Rulebook) -> list[_Entry]:
    """Work out all contracts, those with enough people to rank first, each in order."""
    performance = rulebook.performance
    entries = []
    for contract in in_league_order(counted):
        counts = counted[contract]
        rate = counts.rate
        entries.append(
            _Entry(
                contract=contract,
                counts=counts,
                rate=rate,
                interval=wilson_interval(counts, performance.interval_z),
                is_ranked=rate is not None
                and counts.people >= performance.minimum_ranked,
            )
        )
    return sorted(entries, key=lambda one: not one.is_ranked)


def _ranked(entries: Sequence[_Entry]) -> Iterator[dict[str, object]]:
    """Rank what has enough people (1, 2, 2, 4), then list the rest without a rank."""
    rank, rate_above = 0, None
    for place, one in enumerate(entries, start=1):
        if one.rate != rate_above:
            rank, rate_above = place, one.rate
        low, high = one.interval or (None, None)
        yield {
            "contract": one.contract,
            "rank": rank if one.is_ranked else None,
            "outcomes": one.counts.outcomes,
            "referrals": one.counts.referrals,
            "rate": as_float(one.rate),
            "low": low,
            "high": high,
        }


def _by_contract(
    rulebook: Rulebook, counts: AnnualCounts, year: int, group: GroupId | None
) -> dict[ContractId, Counts]:
    groups = [one.id for one in rulebook.groups] if group is None else [group]
    found: dict[ContractId, Counts] = {}
    for contract in rulebook.contracts:
        own = [
            counts[year, contract.id, one]
            for one in groups
            if (year, contract.id, one) in counts
        ]
        if own:
            found[contract.id] = sum(own, Counts())
    return found


def _scopes(rulebook: Rulebook) -> Sequence[tuple[str, set[ContractId]]]:
    by_area = [
        (str(area.id), {one.id for one in rulebook.contracts if one.area == area.id})
        for area in rulebook.areas
    ]
    return [(NATIONAL, {one.id for one in rulebook.contracts}), *by_area]
