"""Each channel of pressure can be switched off alone, and then does nothing.

One area, a fifth of its people, the first two and a half years; luck is shared by all
runs, so what differs was made by the channel.
"""

import numpy as np
import pytest

from quasimarket.events.organisation_event import OrganisationEventKind
from quasimarket.rulebook.market_design import MarketDesign
from tests.lib.institutions import stage, tier_1


FIRST_YEAR = 12
OFF = {
    "coercive": "institution__coercion",
    "normative": "institution__normative",
    "mimetic": "institution__mimicry",
}


def months(**changed):
    return stage(**changed).course.institutions.months


def pull(name, at=slice(None), **changed):
    """Mean pull of a source on end-to-end subcontracts in some months."""
    open_now = tier_1(stage(**changed))
    return np.mean(
        [getattr(one.pulls, name)[open_now].mean() for one in months(**changed)[at]]
    )


def off_template(month, among, **changed):
    played = stage(**changed)
    made = played.course.institutions
    template = made.stances.template[played.chain.contract]
    practice = made.months[month].practice
    return np.abs(practice - template).mean(axis=1)[among].mean()


def entered(kind, **changed):
    book = stage(**changed).course.institutions.book
    return sum(len(one.position) for one in book.entries if one.kind is kind)


@pytest.mark.parametrize("source", OFF)
def test_channel_switched_off_pulls_nobody_and_the_others_still_pull(source):
    off = {OFF[source]: 0.0}

    for name in OFF:
        assert (pull(name, **off) == 0) == (name == source)
        assert pull(name) > 0


def test_without_coercion_nothing_is_demanded():
    off = {"institution__coercion": 0.0}

    assert all(not one.demands.requests.any() for one in months(**off))
    assert entered(OrganisationEventKind.DIRECTIVE_ISSUED, **off) == 0
    assert entered(OrganisationEventKind.DIRECTIVE_ISSUED) > 0


def test_without_any_channel_practice_stays_where_it_began():
    off = dict.fromkeys(OFF.values(), 0.0) | {"innovation__rate": 0.0}
    open_now = tier_1(stage(**off))
    began = stage(**off).course.institutions.start

    np.testing.assert_allclose(
        months(**off)[-1].practice[open_now], began[open_now], atol=1e-6
    )


def test_coercion_brings_practice_to_the_template():
    off = {"institution__coercion": 0.0}
    both = tier_1(stage()) & tier_1(stage(**off))
    pressed, left = (
        off_template(0, both, **one) - off_template(-1, both, **one)
        for one in ({}, off)
    )

    assert pressed > 0.03
    assert off_template(-1, both) < off_template(-1, both, **off)
    assert left < 0.6 * (off_template(0, both, **off) - off_template(-1, both))


def test_peers_are_hardly_copied_in_the_first_year():
    first = slice(0, FIRST_YEAR)

    assert pull("mimetic", first) < 0.05 * pull("coercive", first)
    assert pull("mimetic", slice(-6, None)) > 10 * pull("mimetic", first)


def test_peers_that_cannot_be_seen_are_hardly_copied():
    hidden = {"stance__public_reviews": 0.0, "stance__gags": 1.0}

    # some have won leave to tell, and are heard of by a few
    assert 0 < pull("mimetic", **hidden) < 0.3 * pull("mimetic")
    shown = MarketDesign(publishes_chains=True)
    assert pull("mimetic", market=shown, **hidden) > 0


def test_demands_crowd_peers_out_of_mind():
    late = slice(-6, None)

    assert pull("mimetic", late, institution__coercion=0.0) > pull("mimetic", late)


def test_demands_cost_participants_their_advisers_time():
    among = tier_1(stage())[: stage().chain.delivering]
    pressed, left = (
        stage(**one).course.service_by_band[:FIRST_YEAR, among].mean()
        for one in ({}, {"institution__coercion": 0.0})
    )

    assert pressed < left


def test_without_mobility_nobody_is_dismissed_or_leaves_over_values():
    moves = [one.moves for one in months(institution__mobility=0.0)]
    reasons = {int(reason) for one in moves for reason in one.reason}

    assert reasons <= {2, 3}
    usual = {int(reason) for one in months() for reason in one.moves.reason}
    assert usual == {0, 1, 2, 3}
