"""Two payment stories, whole."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from quasimarket.core.errors import InputFault
from quasimarket.core.identifiers import ParticipantId
from quasimarket.settlement.reference import settle
from quasimarket.settlement.story import tell
from tests.lib.cases import events_in
from tests.lib.programmes import SmallProgramme, programme


APPROVED = Path(__file__).parent / "stories"
TERMS = """
contract | position | from       | fee  | job-outcome | sustainment | lag
         |          | 2011-06-01 | 0.05 | 0.8         | 0.5         | 1
"""
LATE_NEWS = """
who | what        | on         | until      | known      | spell | group | position | kind        | number
A   | referred    | 2011-07-01 |            |            |       | 6     |          |             |
A   | attached    | 2011-07-01 |            |            |       |       |          |             |
A   | allocated   | 2011-07-01 |            |            |       |       | P1       |             |
A   | in work     | 2011-07-04 | 2011-09-02 |            | bar   |       |          |             |
A   | job-started | 2011-10-04 |            |            | shop  |       |          |             |
A   | job-ended   | 2011-12-20 |            | 2012-02-14 | shop  |       |          |             |
A   | claimed     | 2011-11-20 |            |            |       |       |          | job-outcome | 1
A   | claimed     | 2011-12-20 |            |            |       |       |          | sustainment | 1
A   | claimed     | 2012-01-20 |            |            |       |       |          | sustainment | 2
"""  # noqa: E501 - a table's rows are as long as its columns are wide
AN_INCENTIVE = """
who | what            | on         | until      | known      | group | contract | spell
7   | referred        | 2014-04-07 |            |            | 1     | 1        |
7   | attached        | 2014-04-14 |            |            |       |          |
7   | group-changed   | 2014-06-02 |            |            | 2     |          |
7   | group-corrected | 2014-04-07 |            | 2014-06-09 | 6     |          |
7   | in work         | 2014-05-01 | 2014-07-18 |            |       |          | farm
7   | on benefit      | 2014-07-21 | 2014-08-03 |            |       |          |
7   | in work         | 2014-08-04 | 2014-09-30 |            |       |          | shop
7   | in work         | 2014-10-06 |            |            |       |          | bar
7   | transferred     | 2014-11-03 |            |            |       | 2        |
7   | in work         | 2013-12-02 | 2014-02-01 | 2014-04-30 |       |          | old
7   | rejected        | 2014-06-16 |            |            |       |          | old
"""


@pytest.mark.parametrize(
    ("name", "rules", "table", "participant", "settled_to"),
    [
        (
            "late_news",
            programme(claim_after_working_days=15, terms=TERMS),
            LATE_NEWS,
            "A",
            date(2012, 3, 31),
        ),
        (
            "an_incentive",
            programme(incentive=True),
            AN_INCENTIVE,
            "7",
            date(2015, 4, 30),
        ),
    ],
)
def test_story_is_told(
    approve: Callable[[str, Path], None],
    name: str,
    rules: SmallProgramme,
    table: str,
    participant: str,
    settled_to: date,
) -> None:
    events = events_in(table)
    settlement = settle(rules.rulebook, events, settled_to)

    story = tell(rules.rulebook, events, settlement, ParticipantId(participant))

    approve(story, APPROVED / f"{name}.txt")


def test_story_of_nobody_is_refused() -> None:
    rules = programme()
    events = events_in(LATE_NEWS)
    settlement = settle(rules.rulebook, events, date(2012, 3, 31))

    with pytest.raises(InputFault, match="found Z"):
        tell(rules.rulebook, events, settlement, ParticipantId("Z"))
