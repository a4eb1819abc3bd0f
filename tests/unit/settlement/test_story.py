"""The sentences of a story that the approved stories do not have."""

from datetime import date

import pytest

from quasimarket.core.identifiers import ParticipantId
from quasimarket.settlement.reference import settle
from quasimarket.settlement.story import tell
from tests.lib.cases import events_in
from tests.lib.programmes import SmallProgramme, programme


def story(
    events: str, to: date = date(2012, 12, 31), rules: SmallProgramme | None = None
) -> str:
    rulebook = (rules or programme()).rulebook
    log = events_in(events)
    settlement = settle(rulebook, log, to)
    return tell(rulebook, log, settlement, ParticipantId("A"))


def test_without_a_referral() -> None:
    told = story(
        """
        who | what     | on         | kind
        A   | claimed  | 2011-07-02 | job-outcome
        """
    )

    assert "No referral stands" in told
    assert "Job outcome, claimed and refused: no referral of this participant" in told


def test_never_attached_and_yet_in_work() -> None:
    told = story(
        """
        who | what      | on         | until      | position
        A   | referred  | 2011-07-01 |            |
        A   | allocated | 2011-07-02 |            |
        A   | in work   | 2011-07-04 | 2012-06-30 |
        """
    )

    assert "Never attached." in told
    assert "Allocated to the prime's own unit on 2 July 2011." in told
    assert "Milestones" not in told
    assert "In all: £0.00." in told


def test_attached_and_on_benefit_all_the_while() -> None:
    told = story(
        """
        who | what       | on         | until
        A   | referred   | 2011-07-01 |
        A   | attached   | 2011-07-01 |
        A   | on benefit | 2011-07-01 |
        """
    )

    assert "On benefit: since 1 July 2011, not known to have ended." in told
    assert "No day of it counts.\n" in told


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ("A | claimed   | 2011-11-01 | | job-outcome", "Job outcome: earned on"),
        ("A | validated | 2011-11-02 | | job-outcome", "nobody has claimed it"),
        ("A | rejected  | 2011-11-01 | | job-outcome", "its claim was rejected"),
    ],
)
def test_what_became_of_a_claim(claims: str, sentence: str) -> None:
    told = story(
        f"""
        who | what     | on         | until      | kind
        B   | claimed  | 2011-07-02 |            | attachment
        A   | referred | 2011-07-01 |            |
        A   | attached | 2011-07-01 |            |
        A   | in work  | 2011-07-04 | 2012-01-31 |
        {claims}
        """
    )

    assert sentence in told


def test_a_sustainment_that_waited_for_its_outcome() -> None:
    told = story(
        """
        who | what     | on         | until      | group | kind        | number
        A   | referred | 2011-07-01 |            | 6     |             |
        A   | attached | 2011-07-01 |            |       |             |
        A   | in work  | 2011-07-04 | 2011-10-30 |       |             |
        A   | claimed  | 2011-10-30 |            |       | sustainment | 1
        A   | claimed  | 2012-01-09 |            |       | job-outcome | 1
        """
    )

    assert (
        "payable from 9 January 2012, when all that comes before it was accepted"
    ) in told


def test_a_programme_paid_for_what_did_not_happen() -> None:
    told = story(
        """
        who | what     | on
        A   | referred | 2011-07-01
        """,
        rules=programme(reconvictions=True),
    )

    assert "91 days without the event reconvicted" in told


@pytest.mark.parametrize(
    ("events", "sentence"),
    [
        # 110 days in work in two jobs, of the 182 that group 1 needs
        (
            """
            who | what     | on         | until      | group
            A   | referred | 2011-07-01 |            | 1
            A   | attached | 2011-07-01 |            |
            A   | in work  | 2011-07-04 | 2011-09-11 |
            A   | in work  | 2011-12-01 | 2012-01-09 |
            """,
            "  110 of 182 days in work, so no job outcome.",
        ),
        (
            """
            who | what     | on         | until      | group
            A   | referred | 2011-07-01 |            | 1
            A   | attached | 2011-07-01 |            |
            """,
            "  No job outcome to follow, so no sustainment 1.",
        ),
        # the outcome on 2 October, then 8 days; after a break 20 days, all lost
        (
            """
            who | what     | on         | until      | group
            A   | referred | 2011-07-01 |            | 6
            A   | attached | 2011-07-01 |            |
            A   | in work  | 2011-07-04 | 2011-10-10 |
            A   | in work  | 2011-11-01 | 2011-11-20 |
            """,
            "  20 of 28 days in work in a row, so no sustainment 1.",
        ),
    ],
)
def test_how_far_someone_got_towards_what_was_not_reached(events, sentence) -> None:
    assert sentence in story(events).splitlines()


def test_what_was_reached_as_often_as_it_can_be_is_not_said_to_be_missing() -> None:
    told = story(
        """
        who | what     | on         | until      | group
        A   | referred | 2011-07-01 |            | 6
        A   | attached | 2011-07-01 |            |
        A   | in work  | 2011-07-04 | 2014-12-31 |
        """,
        to=date(2014, 12, 31),
    )

    assert "Sustainment 20: earned on" in told
    assert "Not reached" not in told


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        ("", "30 of 91 days without the event reconvicted so far"),
        (
            "A | reconvicted | 2011-07-11",
            "10 of 91 days without the event reconvicted, which happened on "
            "11 July 2011, so no",
        ),
    ],
)
def test_how_long_the_event_did_not_happen(event, sentence) -> None:
    told = story(
        f"""
        who | what     | on
        A   | referred | 2011-07-01
        {event}
        """,
        to=date(2011, 7, 31),
        rules=programme(reconvictions=True),
    )

    assert sentence in told
