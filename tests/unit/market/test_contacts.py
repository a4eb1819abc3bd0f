"""What is seen of practice: counts, about as many as practice makes likely."""

import numpy as np
import pytest

from quasimarket.events.organisation_event import PRACTICES
from quasimarket.market.contacts import Seen, see
from tests.lib.small_programme import behaviour


MANY = 400
LUCK = np.random.default_rng(6).random((MANY, 8))


def seen(looking=200.0, working=50.0, hours=1.0, **parts):
    practice = np.full((MANY, len(PRACTICES)), 0.5)
    for name, value in parts.items():
        practice[:, PRACTICES.index(name)] = value
    return see(
        behaviour(), practice, np.full(MANY, hours), np.full(MANY, looking),
        np.full(MANY, working), LUCK,
    )  # fmt: skip


@pytest.mark.parametrize("name", Seen.__slots__)
def test_counts_are_whole_and_none_is_below_nought(name):
    counts = getattr(seen(looking=2.0, working=1.0), name)

    assert (counts >= 0).all()
    np.testing.assert_array_equal(counts, np.rint(counts))


@pytest.mark.parametrize(
    ("part", "count"),
    [
        ("work_first", "job_search"),
        ("specialism", "specialist"),
        ("in_work_support", "in_work"),
        ("monitoring", "tracking"),
        ("discretion", "by_need"),
        ("sanctioning", "doubts"),
    ],
)
def test_practice_shows_in_its_count(part, count):
    little, much = (
        getattr(seen(**{part: value}), count).mean() for value in (0.2, 0.8)
    )

    assert much > 1.4 * little


def test_hours_not_kept_are_contacts_not_made():
    assert seen(hours=0.5).job_search.mean() < 0.6 * seen().job_search.mean()


def test_support_adds_up_to_contacts_a_participant():
    found = seen()
    support = (found.job_search + found.training + found.specialist).mean() / 200

    assert support == pytest.approx(behaviour()["contact.support_month"], rel=0.02)


def test_without_people_nothing_is_seen():
    found = seen(looking=0.0, working=0.0)

    assert not any(getattr(found, name).any() for name in Seen.__slots__)


def test_decisions_do_not_outnumber_doubts():
    found = seen(looking=20.0, sanctioning=0.6)

    assert found.doubts.any()
    assert (found.sanctions <= found.doubts).all()
