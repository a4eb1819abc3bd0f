"""A pound of discount, followed through a run's own tables (rule R3, C012 and C069).

No coefficient leads from a discount to pressure. What is given away is missing from the
budget a head; so advisers and their hours are fewer, caseloads larger, outcomes fewer,
margins thinner, and primes manage harder. Given back, it does nothing of the kind.
"""

from dataclasses import replace
from decimal import Decimal
from functools import cache

import polars as pl
import pytest

from quasimarket.rulebook.rulebook import Discount, Rulebook
from quasimarket.simulation.simulate import Run, simulate
from tests.lib.small_programme import behaviour, small_design, work_programme


DEEP = 30
LAST = "2016-03"
"""Later months have few people and little to manage."""


def discounted(percent: int, *, given_back: bool = False) -> Rulebook:
    rulebook = work_programme()
    deep = tuple(replace(one, percent=Decimal(percent)) for one in rulebook.discounts)
    sustainment = tuple(
        Discount(
            milestone=milestone.id, contract=None, group=None, contract_year=None,
            percent=Decimal(percent), evidence=deep[0].evidence, source="a test",
        )
        for milestone in rulebook.milestones
        if milestone.id == "sustainment"
    )  # fmt: skip
    return replace(
        rulebook,
        discounts=(*deep, *sustainment),
        market=replace(rulebook.market, reimburses_margins=given_back),
    )


@cache
def run_of(percent: int, *, given_back: bool = False) -> Run:
    rulebook = discounted(percent, given_back=given_back)
    return simulate(
        replace(small_design(scale=0.2, behaviour=behaviour()), rulebook=rulebook)
    )


def followed(run: Run) -> dict[str, float]:
    """Give each station on the way, from the run's tables."""
    months = run.tables["providers"].filter(pl.col("month") <= LAST)
    unit = months.join(
        run.tables["positions"].filter(pl.col("tier") < 2), on="position"
    )
    managed = unit.filter(pl.col("requests") > 0)
    people = float(unit["referrals"].sum())
    spent = sum(
        float(unit[name].sum())
        for name in (
            "wages", "premises", "administration", "specialist_costs", "starting",
            "contract_management", "interest",
        )
    )  # fmt: skip
    outcomes = run.tables["outcomes"].height
    return {
        "budget a head": float(unit["receipts"].sum()) / people,
        "adviser months a head": float(unit["advisers"].sum()) / people,
        "caseload": float(unit["caseload"].sum()) / float(unit["advisers"].sum()),
        "outcomes": float(outcomes),
        "margin": 1 - spent / float(unit["receipts"].sum()),
        "intensity": float(managed["requests"].mean()),
    }


STATIONS = {
    "budget a head": -1,
    "adviser months a head": -1,
    "caseload": 1,
    "outcomes": -1,
    "margin": -1,
    "intensity": 1,
}


@pytest.mark.parametrize("station", STATIONS)
def test_discount_is_felt_at_every_station(station):
    shallow, deep = (followed(run_of(percent))[station] for percent in (0, DEEP))

    assert STATIONS[station] * (deep - shallow) > 0


@pytest.mark.parametrize("station", STATIONS)
def test_discount_given_back_is_not_felt(station):
    shallow, deep = (followed(run_of(percent))[station] for percent in (0, DEEP))
    back = followed(run_of(DEEP, given_back=True))[station]

    assert abs(back - shallow) < 0.1 * abs(deep - shallow)
