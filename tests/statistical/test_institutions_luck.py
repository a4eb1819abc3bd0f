"""Institutions depend on the seed, and on nothing else that luck could hang on."""

from dataclasses import replace
from datetime import date
from functools import cache

import polars as pl
import pytest

from quasimarket.experiments.compare import NO_LINES
from quasimarket.rulebook.market_design import PROTECTIONS, MarketDesign
from quasimarket.simulation.simulate import finish, make_tables, set_up
from tests.lib.institutions import stage
from tests.lib.small_programme import SEED, small_design, work_programme
from tests.lib.threads import threads


MONTHS = 30
ENDS = date(2013, 4, 1)
ENDS_AT = 22
"""Months from the first to the one in which protections end."""
TABLES = (
    "organisations", "organisation_events", "staff_moves", "truth_practice",
    "providers", "participants",
)  # fmt: skip
PROTECTED = MarketDesign(
    specialist_ring_fence=0.05,
    tier_2_guarantee=1,
    publishes_chains=True,
    has_open_books=True,
    protects_complaints=True,
    may_opt_out_of_sanctions=True,
    protects_black_box=True,
    caseload_cap=90,
    in_work_support_price=2_000,
    progress_payment=1_500,
)


@cache
def tables(market=None, seed=SEED):
    return make_tables(stage(MONTHS, market=market, seed=seed), NO_LINES)


@pytest.mark.parametrize("name", TABLES)
def test_threads_change_nothing(name):
    with threads(2):
        design = small_design(rulebook=work_programme(1), scale=0.2)
        again = make_tables(finish(set_up(design), months=MONTHS), NO_LINES)

    assert again[name].equals(tables()[name])


@pytest.mark.parametrize("name", TABLES)
def test_another_seed_is_another_market(name):
    assert not tables(seed=SEED + 1)[name].equals(tables()[name])


def before(name, market):
    """Give the rows of a table that tell of the time before protections end."""
    table = tables(market)[name]
    if name == "organisation_events":
        # which codes a column may hold depends on all that is ever entered
        table = table.with_columns(pl.col(pl.Enum).cast(pl.String))
        return table.filter(pl.col("happened") < ENDS)
    if name == "truth_practice":
        return table.filter(pl.col("month") < ENDS_AT)
    if "month" in table.columns:
        return table.filter(pl.col("month") < f"{ENDS:%Y-%m}")
    return table


@pytest.mark.parametrize(
    "name", ["organisation_events", "staff_moves", "truth_practice", "providers"]
)
def test_end_of_protections_changes_nobody_before_it(name):
    ending = replace(PROTECTED, protections_end=ENDS)

    assert before(name, ending).equals(before(name, PROTECTED))
    assert before(name, ending).height > 0


@pytest.mark.parametrize("name", ["organisation_events", "truth_practice", "providers"])
def test_end_of_protections_changes_what_comes_after(name):
    ending = replace(PROTECTED, protections_end=ENDS)

    assert not tables(ending)[name].equals(tables(PROTECTED)[name])


def test_protections_here_are_some_that_end():
    plain = MarketDesign()
    changed = {
        name
        for name in MarketDesign.__dataclass_fields__
        if getattr(PROTECTED, name) != getattr(plain, name)
    }

    assert changed
    assert changed <= set(PROTECTIONS)
