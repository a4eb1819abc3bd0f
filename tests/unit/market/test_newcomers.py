"""Lever L19 later on: free places of a licensed panel go to newcomers at a review."""

import numpy as np
import pytest

from quasimarket.events.organisation_event import OrganisationEventKind
from quasimarket.market.newcomers import are_reviewed, draw_newcomers
from quasimarket.market.organisations import draw_organisations
from quasimarket.rulebook.market_design import MarketDesign
from tests.lib.institutions import a_month, chain, institutions
from tests.lib.small_programme import SEED, behaviour


EVERY = 12


def emptied(**changed):
    """Institutions whose chain goes under in the first month, then lives on."""
    made = institutions(
        MarketDesign(licence_months=EVERY), exit__insolvent=1, **changed
    )
    made.close(0, a_month(made, cash=-1e9))
    return made


def lived_to(made, month, **changed):
    for number in range(len(made.months), month + 1):
        made.conditions(made.rulebook.first_day)
        made.close(number, a_month(made, **changed))
    return made


def test_those_who_were_there_are_drawn_as_without_newcomers():
    alone = draw_organisations(behaviour(), chain(), seed=SEED)

    both, newcomers = draw_newcomers(behaviour(), chain(), seed=SEED)

    there = len(alone.id)
    assert both.id[:there] == alone.id
    assert (both.mission[:there] == alone.mission).all()
    assert (both.practice[:there] == alone.practice).all()
    assert (both.holder == alone.holder).all()
    assert sorted(newcomers.organisation) == list(range(there, len(both.id)))
    assert (both.role[there:] == 1).all()


def test_free_places_go_to_newcomers_at_a_review_and_not_before():
    made = lived_to(emptied(), EVERY - 1)
    assert not made.is_open[made.is_sub].any()

    lived_to(made, EVERY)

    came = made.holder != made.organisations.holder
    assert came.any()
    assert (made.is_open == (came | (chain().tier == 0))).all()
    assert all(made.organisations.id[one].startswith("N") for one in made.holder[came])
    entered = [
        one
        for one in made.book.entries
        if one.kind is OrganisationEventKind.ACCEPTED and one.month == EVERY
    ]
    assert sorted(int(n) for one in entered for n in one.holder) == sorted(
        made.holder[came].tolist()
    )


def test_accreditation_bars_newcomers_who_have_too_little():
    def came(dear):
        made = lived_to(emptied(lever__accreditation=dear), EVERY)
        return int((made.holder != made.organisations.holder).sum())

    assert came(0) > came(5) > came(60) == 0


def test_nobody_comes_once_no_more_people_are_sent():
    made = lived_to(emptied(), EVERY, referred=0.0)

    assert not made.is_open[made.is_sub].any()


def test_newcomer_comes_once():
    made = lived_to(emptied(), EVERY)
    made.close(EVERY + 1, a_month(made, cash=-1e9))

    lived_to(made, 2 * EVERY)

    assert not made.is_open[made.is_sub].any()


@pytest.mark.parametrize(
    ("month", "every", "reviewed"),
    [(0, 12, False), (12, 12, True), (24, 12, True), (25, 12, False), (6, 6, False)],
)
def test_months_of_review(month, every, reviewed):
    market = MarketDesign(licence_months=every)

    assert are_reviewed(behaviour(), market, month) is reviewed
    assert not are_reviewed(behaviour(), MarketDesign(), month)


def test_nobody_stands_ready_without_licences():
    made = institutions()

    assert made.newcomers is None
    assert not np.any([one.startswith("N") for one in made.organisations.id])
