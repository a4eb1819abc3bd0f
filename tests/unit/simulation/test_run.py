"""A whole small run: sound events, money that agrees, luck that depends on nothing."""

import json
from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pytest

from quasimarket.cli.log_file import limits_of
from quasimarket.events.arrow import to_events
from quasimarket.events.read import read_event_table
from quasimarket.evidence.people import NEEDS
from quasimarket.market.chain import build_chain
from quasimarket.market.commissioning import commission
from quasimarket.market.flow import AllocationMode
from quasimarket.market.institutions import Institutions
from quasimarket.settlement.columnar import to_records
from quasimarket.settlement.reference import settle
from quasimarket.simulation.agreement import MoneyDisagrees, refuse_disagreement
from quasimarket.simulation.columns_to_arrow import events_table
from quasimarket.simulation.line_totals import add_up_lines
from quasimarket.simulation.simulate import Design, Run, simulate
from quasimarket.simulation.state import CALLED_OFF, SERVED
from tests.lib.small_programme import (
    SEED,
    behaviour,
    pilot_design,
    small_design,
    work_programme,
)
from tests.lib.threads import threads


PROGRAMMES = {
    "work programme": small_design,
    "teaching pilot": pilot_design,
}
EXACT = ("receipts", "wages", "premises", "specialist_costs", "administration")


@cache
def run_of(programme: str, seed: int = SEED) -> Run:
    return simulate(PROGRAMMES[programme](seed=seed))


@pytest.fixture(params=PROGRAMMES)
def run(request) -> Run:
    return run_of(request.param)


def assert_same_tables(one: Run, other: Run, *, without: tuple[str, ...] = ()) -> None:
    assert one.tables.keys() == other.tables.keys()
    for name in one.tables.keys() - set(without):
        assert one.tables[name].equals(other.tables[name]), name
    here, there = (events_table(r.stage.rulebook, r.events) for r in (one, other))
    assert here.equals(there)


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_same_seed_is_the_same_run(programme):
    again = simulate(PROGRAMMES[programme]())

    assert_same_tables(run_of(programme), again)


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_number_of_threads_does_not_matter(programme):
    with threads(2):
        together = simulate(PROGRAMMES[programme]())

    assert_same_tables(run_of(programme), together)


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_other_seed_is_another_run_of_about_as_many(programme):
    one, other = run_of(programme), run_of(programme, seed=SEED + 1)

    assert not one.tables["outcomes"].equals(other.tables["outcomes"])
    counts = [len(each.tables["participants"]) for each in (one, other)]
    assert counts[0] == pytest.approx(counts[1], rel=0.05)


def test_events_are_a_sound_log(run, tmp_path):
    path = tmp_path / "events.parquet"
    rulebook = run.stage.rulebook
    pq.write_table(events_table(rulebook, run.events), path)

    table = read_event_table(path, limits_of(rulebook))

    assert len(table) == len(run.events) > 100


def test_events_of_a_person_are_in_their_order(run):
    frame = pl.from_arrow(events_table(run.stage.rulebook, run.events))
    first = (
        frame.with_columns(pl.col("kind").cast(pl.String))
        .group_by("participant", "kind")
        .agg(pl.col("happened").min())
        .pivot("kind", index="participant", values="happened")
    )

    assert first["referred"].null_count() == 0
    assert len(first) == len(run.stage.population)
    for before, after in (("referred", "attached"), ("attached", "job-started")):
        both = first.drop_nulls([after])
        assert len(both) > 0
        assert (both[before] < both[after]).all()
    assert (first["attached"].is_null() == first["allocated"].is_null()).all() or (
        first.drop_nulls("allocated")["attached"].null_count() == 0
    )


def test_reference_engine_settles_the_events_to_the_same_lines(run):
    rulebook, last = run.stage.rulebook, run.stage.clock.months[-1].last_day
    events = to_events(events_table(rulebook, run.events))

    expected = settle(rulebook, events, last, terms=run.stage.terms)

    found = to_records(rulebook, run.events, run.settlement)
    assert sorted(map(_money, found.lines)) == sorted(map(_money, expected.lines))
    assert sorted(map(_money, found.downstream)) == sorted(
        map(_money, expected.downstream)
    )
    assert len(expected.lines) > 100


def _money(line) -> tuple:
    return (
        str(line.kind),
        str(line.participant),
        line.contract,
        str(line.position),
        line.number,
        str(line.statement),
        line.amount,
    )


def test_money_of_the_tables_is_that_of_the_settlement(run):
    paid = run.tables["payments"]["amount"].sum()

    assert paid == int(run.settlement.lines.amount.sum() * run.stage.population.weight)


@pytest.mark.parametrize("direction", ["paid_upstream", "paid_downstream"])
def test_a_penny_moved_between_positions_is_refused(direction):
    run = run_of("work programme")
    course = run.stage.course
    played = getattr(course.counts, direction).copy()
    position, kind, month = np.argwhere(played[:, :, :100] > 0)[0]
    played[position, kind, month] += 1
    played[position, kind, month + 1] -= 1
    tampered = replace(course, counts=course.counts._replace(**{direction: played}))

    with pytest.raises(MoneyDisagrees) as raised:
        agree(run, course=tampered)

    assert run.stage.chain.id[position] in str(raised.value)


@pytest.mark.parametrize("field", ["amount", "statement", "contract"])
def test_line_that_was_tampered_with_is_refused(field):
    run = run_of("work programme")
    lines = run.settlement.lines
    column = getattr(lines, field).copy()
    own = np.flatnonzero((lines.position < 0) & (lines.contract == 0))
    column[own[0]] += 1
    tampered = replace(run.settlement, lines=replace(lines, **{field: column}))

    agree(run)
    with pytest.raises(MoneyDisagrees):
        agree(run, settlement=tampered)


def agree(run: Run, **changed) -> None:
    given = {"course": run.stage.course, "settlement": run.settlement} | changed
    refuse_disagreement(
        run.stage.rulebook,
        run.stage.chain,
        run.stage.clock,
        given["course"],
        add_up_lines(given["settlement"].lines),
        add_up_lines(given["settlement"].downstream),
    )


def test_books_add_up_to_the_penny_month_by_month(run):
    course = run.stage.course

    for before, after in zip(course.books[:-1], course.books[1:], strict=True):
        spent = (
            after.wages
            + after.premises
            + after.specialist_costs
            + after.administration
            + after.interest
            + after.contract_management
            + after.starting
            + after.surplus
            + after.held_back
            + after.handed_over
        )
        assert (after.cash == before.cash + after.receipts - spent).all()


def test_no_money_comes_from_nowhere():
    run = run_of("teaching pilot")
    course = run.stage.course

    received = sum(int(book.receipts.sum()) for book in course.books)

    # what was paid reaches the books a month later, and specialists are paid by others
    upstream = int(course.counts.paid_upstream[:, :, : course.months_played - 1].sum())
    price = round(100 * behaviour()["specialist.price"])
    served = int(course.tally[:, :, SERVED].sum())
    granted = sum(int(book.grants.sum()) for book in course.books)
    fees = sum(
        fee.monthly * (fee.last_month.year * 12 + fee.last_month.month + 1)
        - fee.monthly * (fee.first_month.year * 12 + fee.first_month.month)
        for fee in run.stage.rulebook.service_fees
    )
    assert received == upstream + served * price + granted
    assert granted == fees * len(run.stage.rulebook.contracts)
    assert course.tally[:, :, CALLED_OFF].sum() == served


def test_all_money_has_reached_the_books_when_a_run_ends(run):
    course = run.stage.course

    late = course.counts.paid_upstream[:, :, course.months_played - 1 :]
    lag = int(run.stage.chain.lag_months.max())
    passed = course.counts.paid_downstream[:, :, course.months_played - 1 - lag :]

    assert late.sum() == 0
    assert passed.sum() == 0


def test_subcontractors_receive_what_their_terms_pass_down():
    run = run_of("teaching pilot")
    course, chain = run.stage.course, run.stage.chain
    tier_1 = np.flatnonzero(chain.tier == 1)

    received = sum(book.receipts[tier_1] - book.grants[tier_1] for book in course.books)

    lag = int(chain.lag_months[0])
    last = course.months_played - 1 - lag
    passed = course.counts.paid_downstream[tier_1][:, :, :last].sum(axis=(1, 2))
    assert (received == passed).all()
    assert passed.sum() > 0


def test_everyone_is_referred_to_a_contract_of_their_own_area():
    run = simulate(small_design(rulebook=work_programme(2)))
    area_of = {one.id: one.area for one in run.stage.rulebook.contracts}

    people = run.tables["participants"]

    areas = people["contract"].cast(pl.String).replace_strict(area_of)
    assert (areas == people["area"].cast(pl.String)).all()
    assert people["contract"].null_count() == 0


def test_market_shares_are_kept():
    run = run_of("work programme")
    people = run.stage.course.people
    early = run.stage.clock.monday[people.referral_week] < 15_900  # before July 2013

    first = (people.contract[early] == 0).mean()

    # equal shares; six standard errors
    assert abs(first - 0.5) < 6 * np.sqrt(0.25 / early.sum())


@pytest.mark.parametrize("mode", AllocationMode)
def test_every_mode_of_allocation_places_everybody(mode):
    run = simulate(small_design(allocation=mode))

    people = run.stage.course.people
    attached = run.stage.population.attachment_week >= 0
    assert ((people.position >= 0) == attached).all()
    tiers = run.stage.chain.tier[people.position[attached]]
    assert set(np.unique(tiers)) <= {0, 1}


def test_primes_receive_what_the_commissioner_pays_less_what_they_pass_down():
    run = run_of("teaching pilot")
    course, chain = run.stage.course, run.stage.chain
    lag = int(chain.lag_months[0])

    received = sum(book.receipts - book.grants for book in course.books)

    last = course.months_played - 1
    for contract in range(len(run.stage.rulebook.contracts)):
        inside = chain.contract[: chain.delivering] == contract
        paid = course.counts.paid_upstream[inside][:, :, :last].sum()
        passed = course.counts.paid_downstream[inside][:, :, : last - lag].sum()
        (own,) = np.flatnonzero((chain.tier == 0) & (chain.contract == contract))
        assert received[own] == paid - passed


def test_specialists_serve_their_own_need_in_their_own_chain():
    cheap = behaviour(**{"specialist.slack": 1.0})  # so that many are called off
    run = simulate(small_design(behaviour=cheap))
    people, chain = run.stage.course.people, run.stage.chain
    served = np.flatnonzero(people.specialist >= 0)
    specialist = people.specialist[served]

    assert len(served) > 0
    assert (chain.specialism[specialist] == people.need[served]).all()
    assert (chain.contract[specialist] == people.contract[served]).all()
    assert chain.contracted[specialist].all()
    assert (people.need[served] != NEEDS.index("none")).all()


@pytest.mark.parametrize(("gap", "alike"), [(0.0, True), (1.0, False)])
def test_sector_is_a_label_that_no_rule_reads(gap, alike):
    """With the gap off, other labels for the same organisations change nothing else."""
    design = small_design(behaviour=behaviour(sector__gap=gap), scale=0.02)
    chain = build_chain(design.rulebook, design.behaviour, seed=design.seed)
    one, other = (
        Institutions(
            design.rulebook,
            design.behaviour,
            commission(design.rulebook, design.behaviour, relabelled, seed=design.seed),
            seed=design.seed,
        )
        for relabelled in (chain, replace(chain, sector=(chain.sector + 1) % 3))
    )

    assert (one.organisations.sector != other.organisations.sector).all()
    same = (
        np.array_equal(one.organisations.mission, other.organisations.mission)
        and np.array_equal(one.practice, other.practice)
        and np.array_equal(one.is_open, other.is_open)
    )
    assert same is alike


def gradient_of(noise: float) -> float:
    """Hours of those who look employable against those who do not, over a whole run."""
    design: Design = small_design(
        scale=0.5,
        behaviour=behaviour(
            employability__score_noise=noise, effort__theta=1.5, effort__floor=0.1
        ),
    )
    run = simulate(design)
    looking = run.stage.course.looking
    bands = run.stage.course.service_by_band
    high, low = (float((bands[:, :, band] * looking).sum()) for band in (2, 0))
    return high / low


def test_noise_in_the_score_closes_the_service_gap_through_a_whole_run():
    gaps = [gradient_of(noise) for noise in (0.0, 1.0, 1000.0)]

    assert gaps[0] > gaps[1] > gaps[2]
    assert gaps[0] > 1.3
    assert gaps[2] == pytest.approx(1, abs=0.02)


def test_progress_tells_stages_in_order_from_nought_to_one():
    told: list[tuple[str, float]] = []

    simulate(pilot_design(), lambda stage, done: told.append((stage, done)))

    stages = list(dict.fromkeys(stage for stage, _ in told))
    assert stages[:2] == ["people and chains", "simulation"]
    for stage in stages:
        course = [done for name, done in told if name == stage]
        assert course[0] == 0
        assert course[-1] == 1
        assert course == sorted(course)
    assert len([one for one in told if one[0] == "simulation"]) > 10


def test_thinned_people_stand_for_all():
    run = run_of("work programme")

    people = run.tables["participants"]

    assert people["weight"].unique().to_list() == [100.0]
    whole = sum(row.referrals for row in run.stage.rulebook.intake)
    assert people["weight"].sum() == pytest.approx(whole, rel=0.02)
    assert json.dumps(run.timings)
