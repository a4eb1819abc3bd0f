"""The rulebook in the kernel's terms, and what the kernel refuses."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from quasimarket.core.errors import InputFault
from quasimarket.core.money import round_half_up
from quasimarket.market.chain import build_chain
from quasimarket.rulebook import load_rulebook
from quasimarket.simulation.clock import build_clock
from quasimarket.simulation.prices import (
    KINDS,
    milestone_of,
    price_tables,
    refuse_unplayable,
    rules_in_weeks,
    subcontract_terms,
)
from quasimarket.simulation.simulate import set_up, simulate
from quasimarket.simulation.state import END, RESTART
from tests.lib.small_programme import (
    behaviour,
    pilot_design,
    small_design,
    teaching_pilot,
    work_programme,
)


def faults_of(rulebook) -> str:
    with pytest.raises(InputFault) as raised:
        refuse_unplayable(rulebook)
    return str(raised.value)


def test_shipped_employment_programmes_can_be_played():
    refuse_unplayable(work_programme())
    refuse_unplayable(teaching_pilot())


def test_programme_without_work_is_refused():
    found = faults_of(load_rulebook("probation-pilot"))

    assert "no milestone of basis days-in-work" in found
    assert "days-without" in found


def test_every_reason_is_given_at_once():
    rulebook = teaching_pilot()
    milestones = tuple(
        replace(one, days={"near": 30, "far": 91}) if one.days else one
        for one in rulebook.milestones
    )
    changed = replace(rulebook, milestones=milestones, allotted_days=365, bridge_days=7)

    found = faults_of(changed)

    assert "365 days" in found
    assert found.count("30 days") == 2
    assert "bridge_days" in found
    assert "multiple of 7" in found


def test_second_milestone_of_a_kind_is_refused():
    rulebook = teaching_pilot()
    again = replace(rulebook.milestones[1], id="second-outcome")

    found = faults_of(replace(rulebook, milestones=(*rulebook.milestones, again)))

    assert "2 milestones of basis days-in-work" in found


def test_unplayable_rulebook_is_refused_before_anything_is_played():
    with pytest.raises(InputFault):
        simulate(pilot_design(rulebook=load_rulebook("probation-pilot")))


@pytest.mark.parametrize("scale", [0.0, -0.5, 1.01, float("nan"), float("inf")])
def test_scale_outside_its_range_is_refused(scale):
    with pytest.raises(InputFault) as raised:
        set_up(small_design(scale=scale))

    assert "--scale" in str(raised.value)


@pytest.mark.parametrize("areas", [0, -1, 19])
def test_number_of_areas_outside_its_range_is_refused(areas):
    with pytest.raises(InputFault) as raised:
        set_up(small_design(rulebook=work_programme(), areas=areas))

    assert f"--areas: found {areas}; expected 1 to 18" in str(raised.value)


def test_wrong_scale_and_wrong_areas_are_told_together():
    with pytest.raises(InputFault) as raised:
        set_up(small_design(rulebook=work_programme(), scale=2.0, areas=99))

    assert {fault.where for fault in raised.value.faults} == {"--scale", "--areas"}


def test_areas_are_taken_whole():
    rulebook, first = work_programme(), work_programme(2)

    names = {area.id for area in rulebook.areas[:2]}
    assert first.intake == tuple(row for row in rulebook.intake if row.area in names)
    assert {one.area for one in first.contracts} == names


def test_rules_of_the_work_programme_in_weeks():
    rules = rules_in_weeks(work_programme())

    assert rules.outcome_weeks.tolist() == [26, 26, 13, 13, 13, 13, 13, 13, 26]
    assert set(rules.following_weeks.tolist()) == {4}
    assert rules.maximum.tolist()[:2] == [13, 13]
    assert rules.allotted_weeks == 104
    assert (rules.unbroken, rules.run_on, rules.pays_attachment) == (False, True, True)
    assert rules.break_rule == RESTART


def test_rules_of_the_teaching_pilot_in_weeks():
    rules = rules_in_weeks(teaching_pilot())

    assert rules.outcome_weeks.tolist() == [13, 13]
    assert rules.maximum.tolist() == [4, 4]
    assert (rules.allotted_weeks, rules.unbroken, rules.run_on) == (52, True, False)
    assert rules.break_rule == END


def test_prices_are_the_rulebooks_up_the_chain_and_the_terms_down_it():
    rulebook = work_programme(1)
    chain = build_chain(rulebook, behaviour(terms__outcome_pass_down=0.9), seed=1)
    clock = build_clock(rulebook)
    terms = subcontract_terms(rulebook, chain)

    prices = price_tables(rulebook, chain, terms, clock)

    by_position = {str(one.position): one for one in terms}
    for place in range(chain.delivering):
        contract = int(chain.contract[place])
        for g, group in enumerate(rulebook.groups):
            for p, day in enumerate(clock.price_days):
                for k, basis in enumerate(KINDS):
                    milestone = milestone_of(rulebook, basis).id
                    up = prices.upstream[contract, g, p, k]
                    assert up == (
                        rulebook.unit_price(
                            milestone, rulebook.contracts[contract].id, group.id, day
                        )
                        or 0
                    )
                    down = prices.downstream[place, g, p, k]
                    if chain.tier[place] == 0:
                        assert down == 0
                        continue
                    one = by_position[chain.id[place]]
                    share = one.passed_down[milestone] * (1 - one.management_fee)
                    assert down == round_half_up(Decimal(int(up)) * share)


def test_subcontractor_never_gets_more_than_its_prime():
    rulebook = work_programme(1)
    chain = build_chain(rulebook, behaviour(), seed=1)
    prices = price_tables(
        rulebook, chain, subcontract_terms(rulebook, chain), build_clock(rulebook)
    )

    assert (
        prices.downstream <= prices.upstream[chain.contract[: chain.delivering]]
    ).all()
    assert np.unique(prices.downstream).size > 10
