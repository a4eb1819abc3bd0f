"""A closed place may be let again, to somebody who still has work."""

import numpy as np
import pytest

from quasimarket.events.organisation_event import OrganisationEventKind
from quasimarket.market.reletting import let_again
from tests.lib.institutions import stage
from tests.lib.small_programme import behaviour


CONTRACT = np.array([0, 0, 0, 1, 1])
HOLDER = np.array([10, 11, 12, 13, 11])
CLOSED = np.array([True, False, False, False, False])
LUCK = np.zeros((5, 3))


def relet(luck=LUCK, open_now=~CLOSED, chance=0.5):
    known = behaviour(exit__relet=chance)
    return let_again(known, CLOSED, open_now, CONTRACT, HOLDER, luck)


def test_by_default_whoever_is_gone_stays_gone():
    found = let_again(behaviour(), CLOSED, ~CLOSED, CONTRACT, HOLDER, LUCK)

    assert not len(found.position)


@pytest.mark.parametrize(("luck", "taker"), [(0.2, 11), (0.7, 13)])
def test_somebody_of_the_chain_or_from_elsewhere_takes_it_on(luck, taker):
    drawn = LUCK.copy()
    drawn[0, 1] = luck

    found = relet(drawn)

    assert found.position.tolist() == [0]
    assert found.organisation.tolist() == [taker]


def test_where_nobody_is_left_nobody_takes_it():
    assert not len(relet(open_now=np.zeros(5, bool)).position)


def test_books_add_up_when_places_change_hands():
    played = stage(exit__relet=0.3)
    made = played.course.institutions
    books = played.course.books

    changed = np.flatnonzero(made.holder != made.organisations.holder)
    assert len(changed)
    assert made.is_open[changed].any()
    handed = sum(int(np.abs(book.handed_over).sum()) for book in books)
    assert handed > 0
    accepted = [
        int(holder)
        for one in made.book.entries
        if one.kind is OrganisationEventKind.ACCEPTED and one.month >= 0
        for holder in one.holder
    ]
    assert set(made.holder[changed].tolist()) <= set(accepted)


def test_an_account_begins_at_nought_once_its_holder_left():
    played = stage()
    books = played.course.books
    exits = [
        (one.month, int(place))
        for one in played.course.institutions.book.entries
        if str(one.kind) in ("exited", "subcontract-ended")
        and one.month + 1 < len(books)
        for place in one.position
    ]

    assert exits
    for month, place in exits:
        left = int(books[month].cash[place])
        assert int(books[month + 1].handed_over[place]) == left
        assert int(books[month + 1].interest[place]) == 0
