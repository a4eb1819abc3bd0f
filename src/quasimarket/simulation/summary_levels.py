"""Minimum performance levels in the summary, and the year that is ranked."""

import polars as pl

from quasimarket.core.dates import Month
from quasimarket.core.identifiers import GroupId
from quasimarket.performance.league import NATIONAL
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.runs.summary import LevelRow, LevelYearRow


def list_levels(levels: pl.DataFrame) -> tuple[LevelRow, ...]:
    """List contracts against their levels, in years in which anybody was referred."""
    was_referred = pl.col("referrals").sum().over("contract_year", "group") > 0
    columns = [
        "contract_year", "group", "contract", "rate", "level", "met",
        "outcomes", "referrals",
    ]  # fmt: skip
    rows = levels.filter(was_referred).select(columns)
    return tuple(LevelRow(**row) for row in rows.iter_rows(named=True))


def list_levels_by_year(
    rulebook: Rulebook, levels: tuple[LevelRow, ...]
) -> tuple[LevelYearRow, ...]:
    """Set all contracts together against each year's level of each group."""
    together: dict[tuple[int, str], list[LevelRow]] = {}
    for row in levels:
        together.setdefault((row.contract_year, row.group), []).append(row)
    return tuple(
        _level_of_year(rulebook, year, group, rows)
        for (year, group), rows in together.items()
    )


def choose_league_year(
    rulebook: Rulebook, league: pl.DataFrame, forecast_from: str
) -> int | None:
    """Choose the last ranked year before the forecast; or failing that the last."""
    ranked = league.filter(
        (pl.col("scope") == NATIONAL)
        & pl.col("group").is_null()
        & pl.col("rank").is_not_null()
    )
    years: list[int] = sorted(ranked["contract_year"].unique().to_list())
    known = [year for year in years if _last_month(rulebook, year) < forecast_from]
    return max(known or years, default=None)


def _level_of_year(
    rulebook: Rulebook, year: int, group: str, rows: list[LevelRow]
) -> LevelYearRow:
    outcomes = sum(row.outcomes for row in rows)
    referrals = sum(row.referrals for row in rows)
    stated = rulebook.performance.level_for(GroupId(group), year)
    if stated is None:
        raise ValueError(
            f"no level is stated for group {group} in contract year {year}"
        )
    return LevelYearRow(
        contract_year=year,
        last_month=_last_month(rulebook, year),
        group=group,
        rate=outcomes / referrals if referrals else None,
        level=rows[0].level,
        evidence=stated.evidence.value,
        contracts=sum(row.referrals > 0 for row in rows),
        contracts_met=sum(row.met is True for row in rows),
    )


def _last_month(rulebook: Rulebook, contract_year: int) -> str:
    return str(Month.of(rulebook.contract_year_days(contract_year)[1]))
