"""Runs for claims are shared, kept, and judged from what is kept."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from quasimarket.evidence.claims import load_claims, parse_claims
from quasimarket.experiments import claims_run
from quasimarket.experiments.claims import Verdict
from quasimarket.experiments.claims_board import as_json
from quasimarket.experiments.claims_measures import OWN, known_measures, values_of
from quasimarket.experiments.claims_run import (
    Played,
    code_hash,
    judged,
    plan,
    run_all,
    task_hash,
)
from quasimarket.experiments.designs import BY_ID, NULL_MARKET, with_forecast
from quasimarket.rulebook import load_rulebook


REGISTER = """
claims:
- {id: C001, paper: p, stage: later, sector: all, says: Coercion moves it.,
   kind: measured, tests: [{measure: a.measure, above: 0, because: why,
   contrast: {default: 1, no-coercion: -1}}]}
- {id: C002, paper: p, stage: later, sector: all, says: It is high.,
   kind: measured, tests: [{measure: b.measure, above: 10, because: why}]}
- {id: C003, paper: p, stage: later, sector: all, says: Such a design helps.,
   kind: measured, tests: [{measure: b.measure, above: 10, because: why,
   contrast: {unheard-of: 1}}]}
"""
CLAIMS = parse_claims(REGISTER, "claims.yaml")
SMALL = "teaching-pilot"
"""A programme that is read quickly, for settings that any programme has."""


@pytest.fixture(scope="module")
def one_plan():
    return plan(CLAIMS, programme="work-programme", areas=1, seeds=3, null_seeds=3)


def found_for(one_plan, value):
    return {
        played: {name: value(played, name) for name in task.measures}
        for task in one_plan.tasks
        for played in task.played
    }


def test_each_seed_has_beliefs_of_its_own_that_designs_share():
    sets = [
        {"staff.quit": 0.01 * one, "institution.coercion": 0.5} for one in (1, 2, 3)
    ]

    believed = plan(
        CLAIMS,
        programme="work-programme",
        areas=1,
        seeds=3,
        null_seeds=2,
        beliefs=sets,
    )

    assert believed.is_posterior
    for task in believed.tasks:
        (seed,) = {played.seed for played in task.played}
        assert dict(task.beliefs) == sets[seed - 1]
    names = {task_hash(task, "code") for task in believed.tasks}
    bare = {task_hash(replace(task, beliefs=()), "code") for task in believed.tasks}
    # what a design or the null market sets counts for more than what is believed
    assert len(names) == len(believed.tasks) == 3 * 2 + 2
    assert not names & bare


def test_designs_of_the_same_settings_share_a_run(one_plan):
    # here: default and no-coercion; on the null market coercion is off in both
    assert len(one_plan.tasks) == 3 * 2 + 3
    assert {len(task.played) for task in one_plan.tasks} == {1, 2}


def test_design_that_is_not_there_leaves_its_claim_unmeasured(one_plan):
    results = judged(CLAIMS, one_plan, found_for(one_plan, lambda *_: 1.0))

    assert results[2].verdict is Verdict.NOT_MEASURED
    assert "unheard-of" in results[2].tests[0].note


def test_claims_are_judged_by_paired_differences(one_plan):
    def value(played, name):
        base = 9.0 + played.seed
        return base + (0.5 if played.design == "default" else 0.0)

    results = judged(CLAIMS, one_plan, found_for(one_plan, value))

    assert results[0].tests[0].here.mean == pytest.approx(0.5)
    assert [one.verdict for one in results[:2]] == [Verdict.HOLDS, Verdict.CANNOT_TELL]


def test_designs_that_change_nothing_are_told(one_plan):
    results = judged(CLAIMS, one_plan, found_for(one_plan, lambda *_: 1.0))

    assert results[0].verdict is Verdict.FAILS
    assert "same value" in results[0].tests[0].note


def test_run_that_is_kept_is_not_made_again(one_plan, tmp_path):
    code = code_hash()
    for task in one_plan.tasks:
        values = dict.fromkeys(task.measures, float(task.played[0].seed))
        path = tmp_path / f"{task_hash(task, code)}.json"
        path.write_text(json.dumps(values), encoding="utf-8")
    told = []

    found = run_all(
        one_plan, tmp_path, processes=1, told=lambda done, of: told.append((done, of))
    )

    assert told == [(9, 9)]
    key = Played(design="default", on_null=False, whole=False, seed=3)
    assert found[key]["b.measure"] == 3.0


def test_what_a_run_depends_on_is_in_its_name(one_plan):
    task = one_plan.tasks[0]
    others = [
        replace(task, areas=2),
        replace(task, programme="teaching-pilot"),
        replace(task, measures=("another",)),
        one_plan.tasks[1],
    ]

    names = {task_hash(one, "code") for one in [task, *others]}

    assert len(names) == 5
    assert task_hash(task, "other code") not in names


def test_board_says_what_was_counted(one_plan):
    results = judged(CLAIMS, one_plan, found_for(one_plan, lambda *_: 20.0))

    board = as_json(results, one_plan, programme="work-programme", areas=1)

    assert board["counts"]["measured"] == 3
    assert board["counts"]["not measured here"] == 1
    assert board["claims"][1]["tests"][0]["null"]["verdict"] == "holds"
    json.dumps(board)


def test_every_claim_names_a_measure_and_a_design_that_are_there():
    tests = [test for claim in load_claims() for test in claim.tests]

    assert {name for test in tests for name in test.measures} <= known_measures()
    assert {name for test in tests for name, _ in test.contrast} <= set(BY_ID)


def test_every_design_and_own_measure_is_used():
    tests = [test for claim in load_claims() for test in claim.tests]

    assert set(BY_ID) == {name for test in tests for name, _ in test.contrast}
    assert set(OWN) <= {name for test in tests for name in test.measures}


@pytest.mark.parametrize("design", list(BY_ID))
def test_design_can_be_made(design):
    named = BY_ID[design].on_null_market()
    is_any = all(key.startswith("market.") for key in named.rules)
    is_dated = "market.protections_end" in named.rules
    programme = SMALL if is_any and not is_dated else "work-programme"

    made = claims_run.make(named, programme, seed=1, areas=1)

    assert {made.behaviour[key] for key in NULL_MARKET} == {0.0}


def test_settings_of_designs_are_in_the_units_of_the_rulebook():
    both, protected = (
        claims_run.make(BY_ID[name], SMALL, seed=1, areas=1).rulebook.market
        for name in ("reimbursed-and-service-fee", "protected")
    )

    assert (both.service_fee_share, both.reimburses_margins) == (Decimal("0.5"), True)
    assert protected.specialist_ring_fence == Decimal("0.1")
    assert protected.highest_pass_down == Decimal("0.5")


def test_forecast_brings_those_who_were_foreseen():
    rulebook = load_rulebook("work-programme")

    changed = with_forecast(rulebook)

    assert sum(row.referrals for row in changed.intake) == sum(
        row.forecast for row in rulebook.intake
    )


def test_measure_that_a_run_does_not_carry_has_no_value():
    names = ["flow.tier_ratio", "responses.kinds_seen", "no.such.measure"]

    assert values_of({}, names) == dict.fromkeys(names)
