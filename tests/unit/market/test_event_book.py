"""The book keeps what is entered, in order, one value for each event."""

import numpy as np
import pytest

from quasimarket.events.organisation_event import OrganisationEventKind as Kind
from quasimarket.market.event_book import PRIME, EventBook


def test_entry_without_positions_is_not_made():
    book = EventBook()

    book.enter(Kind.EXITED, 3, np.zeros(0, np.int64), source="own")

    assert book.entries == []


def test_one_value_stands_for_every_event():
    book = EventBook()

    book.enter(Kind.EXITED, -2, np.array([4, 7]), source="own", number=3, hours=1.5)

    (entry,) = book.entries
    np.testing.assert_array_equal(entry.position, [4, 7])
    np.testing.assert_array_equal(entry.number, [3, 3])
    np.testing.assert_array_equal(entry.hours, [1.5, 1.5])
    np.testing.assert_array_equal(entry.code, [0, 0])
    assert (entry.month, entry.counterpart, entry.codes) == (-2, PRIME, ("",))


@pytest.mark.parametrize("name", ["position", "number", "hours"])
def test_entry_does_not_change_with_what_it_was_made_of(name):
    given = {
        "position": np.array([1, 2]),
        "number": np.array([5, 6]),
        "hours": np.array([0.5, 0.6]),
    }
    book = EventBook()
    book.enter(Kind.EXITED, 0, source="own", **given)
    before = getattr(book.entries[0], name).copy()

    given[name] += 1

    np.testing.assert_array_equal(getattr(book.entries[0], name), before)


def test_entries_keep_their_order():
    book = EventBook()

    for kind in (Kind.OFFERED, Kind.REFUSED, Kind.ACCEPTED):
        book.enter(kind, 0, np.array([0]), source="own")

    assert [one.kind for one in book.entries] == [
        Kind.OFFERED, Kind.REFUSED, Kind.ACCEPTED
    ]  # fmt: skip
