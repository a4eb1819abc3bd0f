"""What is conceded besides practice changes terms, questions and what is seen."""

from dataclasses import replace

import numpy as np
import pytest

from quasimarket.events.organisation_event import CLAUSES, OrganisationEventKind
from quasimarket.market.concessions import concessions, with_agreed_terms
from quasimarket.market.peers import peers_seen
from quasimarket.market.stance import draw_stances
from quasimarket.rulebook.market_design import MarketDesign
from tests.lib.institutions import a_month, chain, institutions
from tests.lib.small_programme import SEED, behaviour, work_programme


PLACE = int(np.flatnonzero((chain().tier == 1) & chain().contracted)[0])


def conceded(*clauses, place=PLACE):
    found = np.zeros((len(chain()), len(CLAUSES)), bool)
    for clause in clauses:
        found[place, CLAUSES.index(clause)] = True
    return found


def stances(**changed):
    return draw_stances(work_programme(1), behaviour(), seed=SEED)


def open_stances():
    """Primes who show results and bind nobody, and shield nobody from risk."""
    return replace(
        stances(),
        is_public=np.ones(len(stances().gags), bool),
        gags=np.zeros(len(stances().gags), bool),
        passes_down=np.ones(len(stances().gags)),
    )


def terms(*clauses):
    return with_agreed_terms(behaviour(), chain(), open_stances(), conceded(*clauses))


def test_nothing_conceded_leaves_the_terms_alone():
    agreed = terms()

    np.testing.assert_array_equal(agreed.management_fee, chain().management_fee)
    np.testing.assert_array_equal(agreed.outcome_pass_down, chain().outcome_pass_down)


@pytest.mark.parametrize(
    ("clause", "column", "key"),
    [
        ("price", "management_fee", "concession.fee"),
        ("risk", "outcome_pass_down", "concession.risk"),
    ],
)
def test_a_term_conceded_changes_that_term_there_alone(clause, column, key):
    agreed, before = getattr(terms(clause), column), getattr(chain(), column)
    elsewhere = np.arange(len(chain())) != PLACE

    assert agreed[PLACE] == pytest.approx(
        before[PLACE] * (1 - behaviour()[key]), abs=5e-4
    )
    np.testing.assert_array_equal(agreed[elsewhere], before[elsewhere])


def test_prime_that_bears_risk_bears_it_for_its_whole_chain():
    some = replace(open_stances(), passes_down=np.full(len(stances().gags), 0.7))
    agreed = with_agreed_terms(behaviour(), chain(), some, conceded())

    np.testing.assert_allclose(
        agreed.outcome_pass_down, 0.7 * chain().outcome_pass_down
    )


def seen(*clauses, **changed):
    judged = (chain().tier == 1) & chain().contracted
    return peers_seen(
        behaviour(),
        MarketDesign(),
        replace(open_stances(), **changed),
        chain().contract,
        judged,
        concessions(behaviour(), conceded(*clauses)),
    )


def test_whoever_need_not_be_shown_is_seen_by_nobody():
    visible, shown = seen()
    fewer, hidden = seen("league-table")
    inside = chain().contract == chain().contract[PLACE]

    assert shown[PLACE] == 1
    assert hidden[PLACE] == 0
    np.testing.assert_allclose(fewer[inside], visible[inside] - 1)


def test_whoever_may_tell_is_heard_of_by_some_though_others_are_bound_to_silence():
    gags = np.ones(len(stances().gags), bool)
    visible, shown = seen("non-disclosure", gags=gags)
    inside = chain().contract == chain().contract[PLACE]

    told = behaviour()["concession.told"]

    assert 0 < told < 1
    assert shown[PLACE] == shown.sum() == told
    np.testing.assert_allclose(visible[inside], told)
    assert (visible[~inside] == 0).all()


def with_won(*clauses):
    made = institutions()
    made.won = concessions(behaviour(), conceded(*clauses))
    made.is_open[PLACE] = True
    return made


def test_whoever_is_owed_its_volume_loses_no_flow_by_defying():
    owed, usual = with_won("volume"), with_won()
    for made in (owed, usual):
        made.flow[PLACE] = 0.4
    day = owed.rulebook.first_day

    assert owed.conditions(day).flow_weight[PLACE] == 1.0
    assert usual.conditions(day).flow_weight[PLACE] == 0.4


def test_questions_spared_are_not_asked():
    asked = []
    for clauses in ((), ("information",)):
        made = with_won(*clauses)
        for month in range(12):
            made.close(month, a_month(made))
        asked.append(
            sum(
                int(one.number[one.position == PLACE].sum())
                for one in made.book.entries
                if one.kind is OrganisationEventKind.INFORMATION_REQUESTED
            )
        )

    assert 0 < asked[1] < 0.7 * asked[0]


def test_results_that_need_not_be_shown_are_reviewed_in_private():
    made = with_won("league-table")
    made.stances = replace(made.stances, is_public=np.ones_like(made.stances.is_public))
    made.close(0, a_month(made))
    month = made.months[-1]

    assert month.reviews_public.sum() > 0
    assert month.reviews_public[PLACE] == 0
    assert month.reviews_private[PLACE] == 1


def test_whoever_comes_later_has_won_nothing():
    won = concessions(behaviour(), conceded(*CLAUSES))
    won.end(np.array([PLACE]))

    assert won.asked[PLACE] == 1.0
    assert not (won.unshown | won.tells | won.owed).any()
