"""Two designs share their luck: a reform changes nobody before its day, exactly."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache

import polars as pl
import pytest

from quasimarket.rulebook import load_rulebook
from quasimarket.rulebook.rulebook import MarketShare, Rulebook
from quasimarket.simulation.columns_to_arrow import events_table
from quasimarket.simulation.simulate import Run, only_areas, simulate
from tests.lib.small_programme import (
    behaviour,
    child_of_work_programme,
    small_design,
    work_programme,
)


APRIL = date(2014, 4, 1)
MIDDLE = date(2014, 4, 16)
RATES = "milestone,group,first_day,last_day,fee,evidence,source,reason"


def run_of(rulebook: Rulebook) -> Run:
    return simulate(small_design(rulebook=rulebook))


@cache
def baseline() -> Run:
    return run_of(work_programme(1))


@cache
def reformed(reform: str) -> Run:
    change, _ = REFORMS[reform]
    return run_of(change(work_programme(1)))


def log_of(run: Run) -> pl.DataFrame:
    """Events without their running numbers."""
    frame = pl.from_arrow(events_table(run.stage.rulebook, run.events))
    assert isinstance(frame, pl.DataFrame)
    text = [name for name in frame.columns if frame.schema[name] == pl.Categorical]
    frame = frame.with_columns(pl.col(text).cast(pl.String)).drop("id", "known")
    return frame.sort("happened", "participant", "kind", "milestone", "number")


def dearer(first_day: date) -> Callable[[Rulebook], Rulebook]:
    """Pay five times as much for outcomes of those attached from a day on."""

    def reform(rulebook: Rulebook) -> Rulebook:
        rates = []
        for rate in rulebook.rates:
            inside = rate.last_day is None or rate.last_day >= first_day
            if rate.milestone != "job-outcome" or not inside:
                rates.append(rate)
                continue
            start = max(rate.first_day, first_day)
            if rate.first_day < first_day:
                before = date.fromordinal(first_day.toordinal() - 1)
                rates.append(replace(rate, last_day=before))
            rates.append(replace(rate, first_day=start, fee=rate.fee * 5))
        return replace(rulebook, rates=tuple(rates))

    return reform


def shifted(first_day: date) -> Callable[[Rulebook], Rulebook]:
    """Send nine in ten people to the first contract from a day on."""

    def reform(rulebook: Rulebook) -> Rulebook:
        first, *others = (contract.id for contract in rulebook.contracts)
        row = rulebook.market_shares[0]
        share = Decimal("0.1") / len(others)
        rows: list[MarketShare] = [
            replace(row, contract=first, first_day=first_day, share=Decimal("0.9")),
            *(
                replace(row, contract=other, first_day=first_day, share=share)
                for other in others
            ),
        ]
        return replace(rulebook, market_shares=(*rulebook.market_shares, *rows))

    return reform


def fuller(first_day: date) -> Callable[[Rulebook], Rulebook]:
    """Refer three times as many of group 2 from a month on."""

    def reform(rulebook: Rulebook) -> Rulebook:
        intake = tuple(
            replace(row, referrals=row.referrals * 3)
            if row.month.first_day >= first_day and row.group == "2"
            else row
            for row in rulebook.intake
        )
        return replace(rulebook, intake=intake)

    return reform


REFORMS = {
    "dearer outcomes from April": (dearer(APRIL), APRIL),
    "dearer outcomes from mid-April": (dearer(MIDDLE), MIDDLE),
    "other market shares from April": (shifted(APRIL), APRIL),
    "other market shares from mid-April": (shifted(MIDDLE), MIDDLE),
    "a larger intake from April": (fuller(APRIL), APRIL),
}


def assert_same_until(day: date, one: Run, other: Run) -> None:
    before = pl.col("happened") < day
    here, there = log_of(one), log_of(other)
    assert len(here.filter(before)) > 1000
    assert there.filter(before).equals(here.filter(before))
    # and somebody does live otherwise afterwards
    assert not there.filter(~before).equals(here.filter(~before))


@pytest.mark.parametrize("reform", REFORMS)
def test_reform_changes_nobody_before_its_day(reform):
    assert_same_until(REFORMS[reform][1], baseline(), reformed(reform))


@pytest.mark.parametrize("reform", REFORMS)
def test_reform_changes_no_payment_and_no_books_of_the_months_before(reform):
    month = f"{REFORMS[reform][1]:%Y-%m}"

    for name in ("payments", "providers"):
        one, other = (
            run.tables[name].filter(pl.col("month").cast(pl.String) < month)
            for run in (baseline(), reformed(reform))
        )
        assert len(one) > 100
        assert other.equals(one), name


def test_reform_written_as_a_folder_changes_nobody_before_its_day(tmp_path):
    shipped = [one for one in work_programme().rates if one.milestone == "job-outcome"]
    assert {one.last_day for one in shipped} == {None}
    rows = [RATES]
    for one in shipped:
        key = f"job-outcome,{one.group}"
        rows += [
            f"{key},{one.first_day},2014-03-31,{one.fee // 100},assumed,,A reform",
            f"{key},{APRIL},,6000,assumed,,A reform",
        ]
    folder = child_of_work_programme(tmp_path / "reform", rate_card="\n".join(rows))

    rulebook = only_areas(load_rulebook(folder), 1)

    assert_same_until(APRIL, baseline(), run_of(rulebook))


def test_expected_prices_are_not_foreseen():
    """Nobody works otherwise in March for prices that come in April."""
    other = reformed("dearer outcomes from April")

    months = baseline().stage.clock.months
    april = next(n for n, month in enumerate(months) if month.first_day == APRIL)
    here, there = (run.stage.course.service_by_band for run in (baseline(), other))
    assert (here[:april] == there[:april]).all()
    assert (here[april] != there[april]).any()


def test_people_are_the_same_in_two_designs():
    other = simulate(small_design(behaviour=behaviour(effort__theta=0.0)))

    own = [
        "participant",
        "group",
        "locality",
        "age_band",
        "qualification",
        "need",
        "score_band",
        "referred",
        "attached",
    ]
    here, there = baseline().tables, other.tables
    assert there["participants"][own].equals(here["participants"][own])
    assert not there["outcomes"].equals(here["outcomes"])
