"""What is refused."""

from pathlib import Path

import numpy as np

from quasimarket.chance import Purpose, uniforms
from quasimarket.simulation.kernel import slot_of
from tests.lib.cases import RefuseCase, exercises
from tests.lib.programmes import programme
from tests.lib.rulebook_folders import change, copy_of, faults_of


@exercises("S6")
def test_an_end_before_its_start_is_a_fault(refuse: RefuseCase) -> None:
    """A spell that ends before it starts is a fault in the file."""
    refuse(
        programme(),
        """
        who | what        | on         | spell
        A   | referred    | 2011-07-01 |
        A   | attached    | 2011-07-01 |
        A   | job-started | 2011-07-04 | shop
        A   | job-ended   | 2011-07-03 | shop
        """,
        faults="""
        where            | found
        log.jsonl, row 4 | job-ended of spell shop on 2011-07-03, before it started
        """,
    )


@exercises("S41")
def test_an_attachment_outside_the_allotted_time_is_a_fault(
    refuse: RefuseCase,
) -> None:
    """An attachment before its referral or after the allotted time is a fault."""
    refuse(
        programme(),
        """
        who | what     | on
        A   | referred | 2011-07-01
        A   | attached | 2011-06-30
        B   | referred | 2011-07-01
        B   | attached | 2013-06-28
        """,
        faults="""
        where            | found
        log.jsonl, row 2 | attached on 2011-06-30
        log.jsonl, row 4 | attached on 2013-06-28
        """,
    )


@exercises("S49")
def test_a_referral_before_its_group_or_after_the_end_is_a_fault(
    refuse: RefuseCase,
) -> None:
    """A referral before the first day of its group, or after 31 March 2017, is a
    fault."""
    refuse(
        programme(group_9_from="2012-02-01"),
        """
        who | what     | on         | group
        A   | referred | 2012-01-31 | 9
        B   | referred | 2012-02-01 | 9
        C   | referred | 2017-03-31 | 1
        D   | referred | 2017-04-01 | 1
        """,
        faults="""
        where            | found
        log.jsonl, row 1 | a referral on 2012-01-31
        log.jsonl, row 4 | a referral on 2017-04-01
        """,
    )


@exercises("S58")
def test_two_events_with_one_id_are_a_fault(refuse: RefuseCase) -> None:
    """An event id seen twice is a fault if the two are not equal."""
    refuse(
        programme(),
        """
        id | who | what     | on
        r  | A   | referred | 2011-07-01
        a  | A   | attached | 2011-07-01
        a  | A   | attached | 2011-07-02
        """,
        faults="""
        where            | found
        log.jsonl, row 3 | id 'a' again, differing from row 2
        """,
    )


@exercises("S37")
def test_a_blank_price_is_refused(tmp_path: Path) -> None:
    """A milestone that a group can reach must have a price: `quasimarket check` refuses
    a rate card without group 8's sustainment fee."""
    folder = copy_of("work-programme", tmp_path)
    card = (folder / "rate_card.csv").read_text(encoding="utf-8")
    row = next(line for line in card.splitlines() if line.startswith("sustainment,8,"))
    change(folder, "rate_card.csv", f"{row}\n", "")

    faults = faults_of(folder)

    assert len(faults) == 1
    assert "sustainment" in str(faults[0])
    assert "group 8" in str(faults[0])


@exercises("S83")
def test_shares_are_probabilities_and_not_quotas() -> None:
    """Each referral is its own random draw by the shares in force: of a thousand people
    at 70% and 30% about seven hundred go to the first, and not seven hundred exactly;
    where a person goes depends on nobody else."""
    people = np.arange(1, 1001)
    shares = np.array([0.7, 1.0])

    places = [slot_of(luck, shares) for luck in uniforms(1, Purpose.CONTRACT, people)]
    without_the_first_half = [
        slot_of(luck, shares) for luck in uniforms(1, Purpose.CONTRACT, people[500:])
    ]

    first = places.count(0)
    assert first != 700
    assert 642 < first < 758  # four standard deviations
    assert without_the_first_half == places[500:]
