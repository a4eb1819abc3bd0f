"""What each lever's own module makes of a month, in small numbers."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from quasimarket.core.dates import Month
from quasimarket.core.identifiers import MilestoneId
from quasimarket.market.chain import build_chain
from quasimarket.market.effort import expected_payment, share_hours
from quasimarket.market.levers import Levers
from quasimarket.market.minimum_service import (
    average,
    least_hours,
    shown_openly,
    with_floor,
)
from quasimarket.market.pass_down import paid_up_front, with_regulated_terms
from quasimarket.market.progress_pay import progress_grants, with_progress
from quasimarket.market.risk_pooling import pooled
from quasimarket.market.sanction_opt_out import SANCTIONING, without_doubts
from quasimarket.market.shares import area_contracts
from quasimarket.market.standing import (
    attraction,
    over_average,
    reviewed,
    shared_again,
)
from quasimarket.market.standing_pay import excess_pay, fee_a_person, service_fees
from quasimarket.rulebook import load_rulebook
from quasimarket.rulebook.market_design import MarketDesign
from quasimarket.rulebook.regime import AllocationMethod, MinimumServiceOffer
from quasimarket.rulebook.rulebook import ServiceFee
from tests.lib.small_programme import behaviour, work_programme


HOURS = np.array([[0.4, 1.0, 1.6], [0.1, 0.2, 0.3]])
CASELOAD = np.array([[10.0, 10.0, 10.0], [5.0, 0.0, 5.0]])
AREA = np.array([[0, 1]])


@pytest.fixture(scope="module")
def chain():
    return build_chain(work_programme(1), behaviour(), seed=1)


def test_a_floor_takes_from_those_above_it_and_keeps_the_average():
    raised = with_floor(behaviour(), HOURS, CASELOAD, 0.7)

    assert raised[0] == pytest.approx([0.7, 0.8, 1.5], abs=0.2)
    assert raised.min(axis=1)[0] >= 0.7
    assert average(raised, CASELOAD) == pytest.approx(average(HOURS, CASELOAD))
    # advisers who are short of hours cannot keep a floor above what they have
    assert raised[1].max() < 0.3


def test_the_floor_is_what_the_promised_contacts_take():
    offer = MinimumServiceOffer(
        set_by="commissioner", is_binding=True, contact_interval_days=14
    )

    assert least_hours(offer, behaviour()) == pytest.approx(30.4375 / 14 / 1.8)
    assert least_hours(replace(offer, is_binding=False), behaviour()) == 0
    assert least_hours(None, behaviour()) == 0


def test_open_books_narrow_gaps_and_take_time():
    shown = shown_openly(behaviour(), HOURS, CASELOAD)

    assert np.ptp(shown[0]) == pytest.approx(1.2 * 0.7 * 0.98)
    assert average(shown, CASELOAD) == pytest.approx(average(HOURS, CASELOAD) * 0.98)


def test_less_risk_passed_down_is_paid_for_by_the_prime(chain):
    market = MarketDesign(highest_pass_down=Decimal("0.4"))
    regulated = with_regulated_terms(chain, market)
    agreed = chain.outcome_pass_down
    sent = np.where(chain.tier == 1, 3.0, 0.0)

    paid = paid_up_front(regulated, agreed, np.array([1000.0, 2000.0]), sent)

    assert regulated.outcome_pass_down.max() == 0.4
    assert paid.sum() == 0
    below = np.flatnonzero(chain.tier == 1)[0]
    fee = chain.management_fee[below]
    worth = (1000.0, 2000.0)[chain.contract[below]]
    assert paid[below] == round(0.6 * (1 - fee) * worth * 3)
    assert with_regulated_terms(chain, MarketDesign()) is chain


def test_a_pool_keeps_each_chain_s_total_and_the_open_share_it(chain):
    due = np.zeros(chain.delivering, np.int64)
    below = np.flatnonzero(chain.tier[: chain.delivering] == 1)
    due[below[0]] = 100_001
    planned = np.ones(chain.delivering)
    is_open = np.ones(len(chain), bool)
    is_open[below[1]] = False

    shared = pooled(chain, due, planned, is_open, 0.6)

    same = chain.contract[: chain.delivering] == chain.contract[below[0]]
    assert shared.sum() == 100_001
    assert shared[~same].sum() == 0
    assert shared[below[1]] == 0
    members = same & (chain.tier[: chain.delivering] == 1) & is_open[: chain.delivering]
    assert (shared[members] > 0).all()
    assert shared[below[0]] >= 40_000


def test_service_fees_reach_subcontracts_and_none_is_lost(chain):
    mixed = load_rulebook("work-programme", {"market.service_fee_share": "30"})
    kept = {one.id for one in work_programme(1).contracts}
    rulebook = replace(
        work_programme(1),
        service_fees=tuple(fee for fee in mixed.service_fees if fee.contract in kept),
    )
    planned = np.ones(chain.delivering)

    paid = service_fees(rulebook, chain, planned, Month(2012, 1))

    assert paid.sum() == sum(fee.monthly for fee in rulebook.service_fees)
    assert (paid[chain.tier == 1] > 0).all()
    assert (paid[chain.tier == 2] == 0).all()
    assert service_fees(rulebook, chain, planned, Month(2030, 1)).sum() == 0


def test_service_fees_are_known_by_the_person_that_was_foreseen():
    stated = work_programme(1)
    one = ServiceFee(
        id=MilestoneId("fee"),
        name="Fee",
        clause=stated.milestones[0].clause,
        contract=stated.contracts[0].id,
        first_month=Month(2011, 6),
        last_month=Month(2012, 5),
        monthly=50_000,
    )
    every = replace(one, id=MilestoneId("fee-each"), contract=None)

    assert fee_a_person(replace(stated, service_fees=(one,)), 1000) == 600
    assert fee_a_person(replace(stated, service_fees=(every,)), 1000) == 600 * len(
        stated.contracts
    )
    assert fee_a_person(replace(stated, service_fees=(one,)), 0) == 0
    assert fee_a_person(replace(stated, service_fees=()), 1000) == 0


def test_outcomes_beyond_the_level_are_paid_a_month_after_the_year(chain):
    accelerated = load_rulebook("work-programme", {"market.accelerator": "50"})
    rulebook = replace(work_programme(1), excess_payments=accelerated.excess_payments)
    referrals = np.zeros((2, 9, 6), np.int64)
    outcomes = referrals.copy()
    referrals[0, 0, 2], outcomes[0, 0, 2] = 100, 40  # the level in year 2 is 33

    def paid(month):
        return excess_pay(rulebook, chain, month, referrals, outcomes)

    assert paid(Month(2013, 4)).sum() == (40 - 33) * 56_400
    assert paid(Month(2013, 4))[chain.slot_position[0, 0]] > 0
    assert paid(Month(2013, 3)).sum() == paid(Month(2013, 5)).sum() == 0


def test_an_outcome_beyond_the_level_draws_hours_to_its_group(chain):
    accelerated = load_rulebook("work-programme", {"market.accelerator": "50"})
    rulebook = replace(work_programme(1), excess_payments=accelerated.excess_payments)
    levers = Levers(
        rulebook,
        behaviour(),
        chain,
        np.ones(chain.delivering),
        area_contracts(rulebook),
    )
    value = np.full((chain.delivering, 9), 100_000.0)
    referrals = np.zeros((2, 9, 6), np.int64)
    outcomes = referrals.copy()
    referrals[0, :, 2] = 100
    outcomes[0, 0, 2] = 40  # beyond the level of 33
    outcomes[0, 1, 2] = 20  # below its own

    worth = levers.worth(value, 2, referrals, outcomes)

    own = chain.slot_position[:, 0]
    more = worth - value
    assert more[own[0]].tolist() == [56_400, *[0] * 8]
    assert more.sum() == 56_400  # nothing is passed down, and no other contract's
    assert levers.worth(value, 5, referrals, outcomes).sum() == value.sum()
    believed, caseload = np.full(9, 0.3), np.full((chain.delivering, 27), 10.0)
    before, after = (
        share_hours(
            behaviour(),
            expected_payment(behaviour(), believed, one),
            caseload,
            np.ones(chain.delivering),
            0.9,
        )
        for one in (value, worth)
    )
    assert (after[own[0], :3] > before[own[0], :3]).all()
    assert after[own[0]].mean() == pytest.approx(before[own[0]].mean())


def test_plans_raise_what_the_lowest_band_brings_and_are_paid_when_kept():
    expected = np.full((1, 6), 1000.0)

    raised = with_progress(behaviour(), expected, 200)

    assert raised[0, [0, 3]] == pytest.approx(1000 + 200 * 4 * 0.5)
    assert (raised[0, [1, 2, 4, 5]] == 1000).all()
    paid = progress_grants(
        behaviour(), np.ones((1, 3)), np.array([[12.0, 99.0, 99.0]]), 200
    )
    assert paid == pytest.approx([12 / 6 * 0.5 * 200])


def test_referrals_follow_results_or_service_and_add_up_again():
    rate = over_average(np.array([30, 10]), np.array([100, 100]), AREA)
    service = np.array([0.9, 1.1])
    shares = np.array([[0.5, 0.6], [0.5, 0.4]])

    by_results = attraction(
        behaviour(), AllocationMethod.BY_PERFORMANCE, MarketDesign(), rate, service
    )
    by_choice = attraction(
        behaviour(), AllocationMethod.PARTICIPANT_CHOICE, MarketDesign(), rate, service
    )
    as_stated = attraction(
        behaviour(), AllocationMethod.RANDOM_BY_SHARE, MarketDesign(), rate, service
    )

    assert rate == pytest.approx([1.5, 0.5])
    assert by_results[0] > by_results[1]
    assert by_choice[0] < by_choice[1]
    assert (as_stated == 1).all()
    moved = shared_again(shares, by_results, AREA)
    assert moved.sum(axis=0) == pytest.approx([1.0, 1.0])
    assert moved[0] == pytest.approx([0.9, 0.6 * 9 / (0.6 * 9 + 0.4)])


def test_the_worst_licence_of_an_area_loses_half_of_what_it_kept():
    twice = reviewed(
        reviewed(np.ones(2), np.array([1.2, 0.8]), AREA, 0.5),
        np.array([1.2, 0.8]),
        AREA,
        0.5,
    )

    assert twice == pytest.approx([1.0, 0.25])
    alone = reviewed(np.ones(1), np.ones(1), np.array([[0, 0]]), 0.5)
    assert alone == pytest.approx([1])


def test_only_those_with_a_mission_opt_out_of_doubts():
    practice = np.full((3, 7), 0.5)

    kept = without_doubts(practice, np.array([0.9, 0.9, 0.1]), np.array([0, 1, 1]) > 0)

    assert kept[:, SANCTIONING].tolist() == [0.5, 0.0, 0.5]
    assert practice[1, SANCTIONING] == 0.5


def test_no_lever_pulled_changes_nothing(chain):
    rulebook = work_programme(1)
    levers = Levers(
        rulebook,
        behaviour(),
        chain,
        np.ones(chain.delivering),
        area_contracts(rulebook),
    )
    hours = np.ones((chain.delivering, 27))
    credit = np.ones(len(chain))
    people = np.array([100, 50])

    levers.follow(24, people, people, np.ones(chain.delivering))

    assert levers.expected(hours) is hours
    assert levers.hours(hours, hours) is hours
    assert (levers.credit(credit, credit) == credit).all()
    assert levers.shares(np.ones((2, 9))).min() == 1
    assert levers.version == 0
    nobody = np.zeros(len(chain))
    granted = levers.grants(Month(2013, 4), nobody == 0, nobody, nobody, 1.0)
    assert not granted.any()
