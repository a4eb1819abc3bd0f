"""A month is closed by all rules in turn, and each leaves its mark on the next."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from quasimarket.events.organisation_event import (
    PRACTICES,
    RESPONSES,
    OrganisationEventKind,
)
from quasimarket.market.exits import PATIENCE
from quasimarket.market.trials import LENGTH
from quasimarket.rulebook.market_design import MarketDesign
from tests.lib.institutions import a_month, chain, institutions


def lived(months, market=None, made=None, **changed):
    made = made or institutions(market)
    for _ in range(months):
        made.conditions(made.rulebook.first_day)
        made.close(len(made.months), a_month(made, **changed))
    return made


def counted(made, kind):
    return sum(len(one.position) for one in made.book.entries if one.kind is kind)


def subs(made):
    return made.is_sub & made.is_open


def test_founding_conditions_leave_delivery_as_it_was_fitted():
    made = institutions(practice__effect=0)

    conditions = made.conditions(date(2011, 6, 1))

    np.testing.assert_allclose(conditions.effect_by_need, 1.0)
    np.testing.assert_allclose(conditions.pace_of_losing, 1.0)
    assert not conditions.wages.any()
    assert not conditions.grants.any()


def test_same_month_twice_is_the_same_to_the_bit():
    one, other = lived(3), lived(3)

    np.testing.assert_array_equal(one.practice, other.practice)
    np.testing.assert_array_equal(one.staff.employer, other.staff.employer)
    assert len(one.book.entries) == len(other.book.entries)


def test_only_contracted_positions_that_signed_are_open():
    made = institutions()

    assert (made.is_open <= chain().contracted).all()
    assert not (made.is_open & made.refused).any()
    np.testing.assert_array_equal(made.flow, made.is_open)


def test_demands_take_adviser_time_next_month():
    made = institutions(staffing__vacancy=0)
    calm = made.conditions(date(2011, 6, 1)).hours_kept

    lived(8, made=made, spent=1_500_000.0)
    pressed = made.conditions(date(2012, 2, 1)).hours_kept

    tier_1 = subs(made)[: chain().delivering]
    assert (pressed[tier_1] < calm[tier_1]).mean() > 0.9


def test_in_house_units_meet_no_demands():
    made = lived(6, spent=2_000_000.0)
    own = chain().tier == 0

    for month in made.months:
        assert not month.demands.requests[own].any()
        assert not month.demands.directive[own].any()
        assert not month.pulls.coercive[own].any()


def test_loss_presses_harder_than_profit():
    rich, poor = lived(6, spent=800_000.0), lived(6, spent=1_400_000.0)

    assert (poor.months[-1].intensity > rich.months[-1].intensity).all()


def test_practice_nears_the_template_under_pressure():
    made = institutions()
    template = made.stances.template[chain().contract]
    before = np.abs(made.practice - template).mean(axis=1)

    lived(12, made=made, spent=1_400_000.0)

    after = np.abs(made.practice - template).mean(axis=1)
    tier_1 = subs(made) & (chain().tier == 1)
    assert after[tier_1].mean() < before[tier_1].mean()


def test_appeals_to_a_protected_black_box_succeed_and_end_directives():
    market = MarketDesign(protects_black_box=True)
    issued, won, contested = (
        OrganisationEventKind.DIRECTIVE_ISSUED,
        OrganisationEventKind.DIRECTIVE_WITHDRAWN,
        OrganisationEventKind.DIRECTIVE_CONTESTED,
    )
    plain, protected = (lived(24, one, spent=1_500_000.0) for one in (None, market))

    def appeals(made, kind):
        return sum(
            int((one.code == RESPONSES.index("defy")).sum())
            for one in made.book.entries
            if one.kind is kind and len(one.codes) == len(RESPONSES)
        )

    assert 0 < counted(protected, issued) < counted(plain, issued)
    share = [appeals(one, won) / appeals(one, contested) for one in (plain, protected)]
    assert share[1] > share[0] + 0.1
    assert protected.free.sum() > plain.free.sum()


def test_concealed_parts_are_reported_nearer_to_the_template_than_they_are():
    made = institutions()
    made.conceals[:] = True
    made.free[:] = True

    lived(6, made=made)

    template = made.stances.template[chain().contract]
    told, true = (np.abs(one - template) for one in (made.reported, made.practice))
    hidden = made.conceals & made.is_sub[:, None] & made.is_open[:, None]
    assert told[hidden].mean() < 0.5 * true[hidden].mean()


def test_concealing_costs_money():
    honest, other = institutions(), institutions()
    for made, hides in ((honest, False), (other, True)):
        made.conceals[:] = hides
        made.reported = made.practice + 0.5 * hides
        made.behaviour = made.behaviour.with_values(
            {"pressure.directives": 0.0, "innovation.rate": 0.0}
        )
        lived(1, made=made)

    tier_1 = subs(honest) & (chain().tier == 1)
    assert (other.extra_wages[tier_1] > honest.extra_wages[tier_1]).all()


def test_lost_resistance_costs_flow_and_flow_recovers():
    made = lived(8, spent=1_800_000.0)
    hurt = np.flatnonzero((made.flow < 0.95) & made.is_open)
    assert len(hurt)
    low = made.flow[hurt].copy()

    made.behaviour = made.behaviour.with_values({"pressure.directives": 0.0})
    lived(6, made=made)

    stayed = made.is_open[hurt]
    assert (made.flow[hurt][stayed] > low[stayed]).all()


def test_lost_resistance_leaves_a_grievance_that_fades():
    made = institutions(response__success=-4, complaint__rate=0)
    lived(8, made=made, spent=1_800_000.0)
    wronged = np.flatnonzero(made.wronged)
    assert len(wronged)
    before = made.wronged[wronged].copy()

    made.behaviour = made.behaviour.with_values({"pressure.directives": 0.0})
    lived(1, made=made)

    assert (made.wronged[wronged] < before).all()


@pytest.mark.parametrize(
    ("protected", "least", "most"), [(False, 0.3, 0.8), (True, 0.0, 0.2)]
)
def test_complainer_is_sent_fewer_people_unless_protected(protected, least, most):
    made = institutions(
        MarketDesign(protects_complaints=protected),
        areas=6,
        complaint__rate=1,
        complaint__upheld=0.3,
        complaint__retaliation=0.6,
        pressure__directives=0,
    )
    made.need[:] = 0.1
    lived(1, made=made, referred=0.0, served=0.0)
    entries = [
        one for one in made.book.entries if one.kind is OrganisationEventKind.COMPLAINED
    ]
    complainers = np.unique(np.concatenate([one.position for one in entries]))

    punished = (made.flow[complainers] < 0.6)[made.is_open[complainers]].mean()

    assert least <= punished <= most


def test_exit_closes_the_position_and_its_flow():
    made = institutions(exit__insolvent=1)

    lived(1, made=made, cash=-1e9)

    subcontracts = made.is_sub & chain().contracted & ~made.refused
    assert not made.is_open[subcontracts].any()
    assert not made.flow[subcontracts].any()
    assert counted(made, OrganisationEventKind.EXITED) == subcontracts.sum()
    own = chain().tier == 0
    assert made.is_open[own].all()
    assert (made.flow[own] == 1).all()


def test_nobody_leaves_twice():
    made = institutions(exit__insolvent=1)

    lived(4, made=made, cash=-1e9)

    gone = np.concatenate(
        [
            one.position
            for one in made.book.entries
            if one.kind is OrganisationEventKind.EXITED
        ]
    )
    assert len(set(gone)) == len(gone)


def test_idle_specialists_leave_and_not_before_nine_months():
    made = institutions(exit__idle=1)

    lived(PATIENCE - 1, made=made, referred=0.0)
    specialists = (chain().tier == 2) & chain().contracted & ~made.refused
    before = made.is_open[specialists].copy()
    lived(1, made=made, referred=0.0)

    assert before.all()
    assert not made.is_open[specialists].any()


def test_staff_of_a_closed_position_leave_it_once_nobody_is_there():
    staffed, empty = (institutions(exit__insolvent=1) for _ in range(2))

    lived(3, made=staffed, cash=-1e9)
    lived(3, made=empty, cash=-1e9, looking=0.0)

    closed = staffed.is_sub & ~staffed.is_open
    assert closed.any()
    assert staffed.months[-1].staff[closed].sum() > 0
    assert empty.months[-1].staff[closed].sum() == 0


def test_open_resistance_that_wins_frees_a_part_for_good():
    made = institutions(response__success=4, pressure__directives=3)
    free = made.free.sum()

    lived(6, made=made, spent=1_500_000.0)

    assert made.free.sum() > free
    assert counted(made, OrganisationEventKind.DIRECTIVE_WITHDRAWN) > 0


def test_contested_directives_are_among_those_answered():
    made = lived(12, spent=1_800_000.0)
    kinds = OrganisationEventKind
    answered = sum(
        len(one.position)
        for one in made.book.entries
        if one.kind is kinds.DIRECTIVE_ANSWERED and one.month >= 0
    )

    assert answered == counted(made, kinds.DIRECTIVE_ISSUED)
    contested = counted(made, kinds.DIRECTIVE_CONTESTED)
    assert counted(made, kinds.DIRECTIVE_WITHDRAWN) <= contested <= answered


def still(made):
    """Leave nothing to move practice but trials."""
    off = (
        "institution.coercion", "institution.normative", "institution.mimicry",
        "pressure.anchor_rate",
    )  # fmt: skip
    made.behaviour = made.behaviour.with_values(dict.fromkeys(off, 0.0))
    return made


def test_trial_given_up_leaves_practice_as_it_was():
    made = still(institutions(innovation__rate=0.5))
    made.practice = np.where(made.practice < 0.5, 0.05, 0.95)
    before = made.practice.copy()

    lived(1, made=made)
    begun = made.begun_trials
    assert len(begun)
    made.behaviour = made.behaviour.with_values({"innovation.rate": 0.0})
    made.trials.before[:] = np.inf
    lived(LENGTH, made=made)

    np.testing.assert_allclose(made.practice[begun], before[begun])


def test_trial_ends_with_whoever_tried():
    made = still(institutions(innovation__rate=0.5))

    lived(1, made=made)
    begun = made.begun_trials[made.is_sub[made.begun_trials]]
    made.behaviour = made.behaviour.with_values(
        {"exit.insolvent": 1.0, "innovation.rate": 0.0}
    )
    lived(1, made=made, cash=-1e9)
    closed = begun[~made.is_open[begun]]
    left = made.practice.copy()
    made.trials.before[:] = np.inf
    lived(LENGTH + 1, made=made)

    assert len(closed)
    np.testing.assert_array_equal(made.practice[closed], left[closed])


def test_in_work_support_that_is_paid_for_is_granted():
    price = MarketDesign(in_work_support_price=1_000)

    assert not lived(2).grants.any()
    assert lived(2, price).grants[subs(institutions())].sum() > 0


def test_idle_specialists_are_paid_by_primes_for_what_was_guaranteed():
    market = replace(MarketDesign(), tier_2_guarantee=2)
    made = institutions(market)

    lived(2, made=made)

    specialists = (chain().tier == 2) & made.is_open
    assert (made.grants[specialists] > 0).all()
    assert made.grants[chain().tier == 0].sum() == -made.grants[specialists].sum()
    assert not made.grants[chain().tier == 1].any()


def test_every_part_of_practice_stays_between_0_and_1():
    made = lived(12, spent=1_500_000.0)

    for month in made.months:
        assert ((month.practice >= 0) & (month.practice <= 1)).all()
        assert ((month.reported >= 0) & (month.reported <= 1)).all()
        assert month.practice.shape[1] == len(PRACTICES)


def test_vacancies_take_adviser_time_until_somebody_is_hired():
    def kept(lost):
        made = institutions(staffing__vacancy=lost, pressure__requests=0)
        lived(6, made=made, advisers=12.0)
        heads = made.months[-1].staff[: chain().delivering]
        return made.conditions(date(2011, 12, 1)).hours_kept, heads

    (alike, heads), (apart, _) = kept(0.0), kept(1.0)

    assert np.ptp(alike) == 0
    assert heads.min() < heads.max() <= 12
    assert apart[heads == heads.min()].max() < apart[heads == heads.max()].min()


def copying(mimicry=1.0, months=12):
    made = institutions(
        MarketDesign(publishes_chains=True),
        institution__mimicry=mimicry,
        pressure__mimetic_rate=0.3,
        pressure__mimetic_months=2,
    )
    unlike = np.where(np.arange(len(made.chain)) % 2, 20.0, 5.0)
    return lived(months, made=made, starts=unlike)


def test_copying_a_peer_is_entered_and_only_where_practice_is_pulled():
    made = copying()

    entered = [
        one
        for one in made.book.entries
        if one.kind is OrganisationEventKind.PRACTICE_COPIED
    ]
    pulled = [month.pulls.mimetic > 0 for month in made.months]

    assert entered
    assert {one.source for one in entered} == {"peer"}
    for one in entered:
        assert pulled[one.month][one.position].all()
    assert counted(copying(mimicry=0.0), OrganisationEventKind.PRACTICE_COPIED) == 0
