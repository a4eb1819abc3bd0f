"""A run whose tender is held anew: its rulebook, its table of bids, its names."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from quasimarket.insight import measure_all
from quasimarket.market.bids import planned_cost
from quasimarket.market.forecast_value import forecast_value
from quasimarket.rulebook.market_design import TenderMode
from quasimarket.runs.tables import TABLES
from quasimarket.simulation.simulate import (
    Design,
    after_tender,
    measure_run,
    play_and_settle,
    set_up,
)
from quasimarket.simulation.tender_tables import bids_table, planned_spend_table
from tests.lib.small_programme import pilot_design, small_design, work_programme


def tendered(design: Design) -> Design:
    market = replace(design.rulebook.market, tender=TenderMode.SIMULATED)
    return replace(design, rulebook=replace(design.rulebook, market=market))


def test_contracts_as_awarded_stay():
    design = small_design()

    assert after_tender(design) is design


def test_tender_is_held_once():
    design = after_tender(tendered(small_design()))

    assert after_tender(design) is design


def test_run_of_some_areas_has_the_awards_of_the_whole_tender():
    design = tendered(small_design(rulebook=work_programme(), areas=2))

    some = set_up(design).rulebook.contracts

    assert some == after_tender(design).rulebook.contracts[: len(some)]
    assert {one.area for one in some} == {"1", "2"}


def test_run_names_bidders_and_nobody_else():
    run = play_and_settle(tendered(pilot_design())).paid

    assert run.stage.rulebook is run.design.rulebook
    assert all(prime.name.startswith("Bidder ") for prime in run.design.rulebook.primes)


def test_advisers_cost_the_winner_what_it_truly_costs():
    run = play_and_settle(tendered(pilot_design())).paid
    chain, course = run.stage.chain, run.stage.course

    cost = {str(one.id): one.cost for one in chain.bidders.values()}
    spent = sum(book.premises[: chain.delivering] for book in course.books)
    usual = 100 * run.design.behaviour["staffing.premises_month"]
    holders = chain.organisation[: chain.delivering]
    truly = np.array([cost.get(holder, 1.0) for holder in holders])

    assert len(set(cost.values())) > 1
    # each month is rounded to whole pence
    assert spent == pytest.approx(
        truly * usual * course.advisers.sum(axis=0), abs=len(course.books)
    )


def test_table_of_bids():
    design = after_tender(tendered(small_design(rulebook=work_programme())))
    assert design.tender is not None

    table = bids_table(design.tender)

    assert dict(table.schema) == TABLES["bids"]
    assert len(table) == len(design.tender.bids)
    won = table.filter(pl.col("contract").is_not_null())
    assert sorted(won["contract"]) == sorted(
        one.id for one in design.rulebook.contracts
    )
    assert table["discount"].is_between(0, 1).all()


def test_table_of_what_bids_planned_adds_up_to_what_they_reckoned():
    design = after_tender(tendered(small_design(rulebook=work_programme())))
    tender = design.tender
    assert tender is not None
    value = forecast_value(design.rulebook, design.behaviour)

    table = planned_spend_table(tender)

    assert dict(table.schema) == TABLES["planned_spend"]
    for bid, contract in enumerate(tender.contract):
        if contract is None:
            continue
        area, bidder = tender.bids.area[bid], tender.bids.bidder[bid]
        reckoned = (
            planned_cost(design.behaviour, value)[area]
            * tender.framework.cost[bidder]
            * tender.bids.cost_error[bid]
        )
        each = table.filter(contract=contract)["amount"].to_numpy()
        assert each @ value.people[area] == pytest.approx(reckoned, rel=1e-4)


def test_no_bid_planned_anything_where_contracts_are_as_awarded():
    table = planned_spend_table(None)

    assert dict(table.schema) == TABLES["planned_spend"]
    assert len(table) == 0


def test_money_gap_is_told_by_the_bids_of_the_run():
    run = measure_run(play_and_settle(tendered(pilot_design())).paid)
    awarded = {**run.tables, "planned_spend": planned_spend_table(None)}

    (gap,) = measure_all(run.tables, prefix="creaming.money_gap.pooled")
    (untold,) = measure_all(awarded, prefix="creaming.money_gap.pooled")

    assert gap.value is not None
    assert gap.value > 0
    assert "planned" in untold.note
