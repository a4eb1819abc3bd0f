"""The plain engine replays months: skipping quiet ones changes nothing."""

from datetime import date

import pytest

from quasimarket.core.dates import Month, months_from
from quasimarket.core.errors import InputFault
from quasimarket.entitlement.reference import by_participant
from quasimarket.events import EventKind
from quasimarket.settlement.records import Settlement
from quasimarket.settlement.reference import settle
from quasimarket.settlement.reference.claims import read_log
from quasimarket.settlement.reference.lines import following_lines
from quasimarket.settlement.reference.views import PriceList, view_of, views_of
from tests.lib.cases import events_in
from tests.lib.programmes import programme


RULES = programme(
    incentive=True,
    claim_after_working_days=15,
    bridge_days=9,
    discounts="""
    contract | group | year | percent
    2        |       |      | 12.5
    """,
    terms="""
    contract | position | from       | fee  | attachment | job-outcome | incentive | lag
             |          | 2011-06-01 | 0.05 | 0.1        | 0.8         | 0.5       | 2
    """,
).rulebook
EVENTFUL = """
who | what               | on         | until      | known      | spell | group | contract | position
A   | referred           | 2013-06-03 |            |            |       | 6     | 1        |
A   | attached           | 2013-06-10 |            |            |       |       |          |
A   | allocated          | 2013-06-10 |            | 2013-08-01 |       |       |          | P1
A   | in work            | 2013-07-01 | 2013-09-27 |            | a     |       |          |
A   | in work            | 2013-10-02 | 2014-01-20 |            | b     |       |          |
A   | in work            | 2014-01-27 |            | 2014-03-03 | c     |       |          |
A   | on benefit         | 2014-05-05 | 2014-05-25 | 2014-08-11 | x     |       |          |
A   | transferred        | 2014-09-01 |            | 2014-06-02 |       |       | 2        |
A   | job-ended          | 2015-02-11 |            | 2015-06-01 | c     |       |          |
B   | referred           | 2014-04-07 |            |            |       | 6     | 2        |
B   | attached           | 2014-04-07 |            |            |       |       |          |
B   | job-started        | 2014-05-05 |            |            | a     |       |          |
B   | job-started        | 2014-05-19 |            | 2014-12-01 | a     |       |          |
B   | rejected           | 2015-09-07 |            |            | a     |       |          |
B   | in work            | 2015-08-03 | 2016-06-30 |            | b     |       |          |
C   | referred           | 2014-04-07 |            |            |       | 1     | 2        |
C   | attached           | 2014-04-07 |            |            |       |       |          |
C   | in work            | 2014-05-05 | 2014-12-31 |            | a     |       |          |
C   | group-corrected    | 2014-04-07 |            | 2014-07-07 |       | 6     |          |
C   | referral-cancelled | 2015-11-02 |            |            |       |       | 2        |
"""  # noqa: E501 - a table's rows are as long as its columns are wide
EVENTS = events_in(EVENTFUL)
LAST = date(2016, 12, 31)


@pytest.mark.parametrize("participant", ["A", "B", "C"])
def test_quiet_months_would_repeat_the_view_before(participant: str) -> None:
    own = by_participant(EVENTS)[participant]
    reading, prices = read_log(EVENTS, None, None), PriceList(RULES)
    shown = {one.month: one for one in views_of(prices, own, reading, Month.of(LAST))}

    current = None
    for month in months_from(min(shown), Month.of(LAST)):
        current = shown.get(month, current)
        assert current is not None
        whole = view_of(prices, own, reading, month)
        assert current.participation == whole.participation
        assert [one.reached for one in current.owed] == [
            one.reached for one in whole.owed
        ]
        if month in shown:
            assert following_lines(current) == following_lines(whole)
        else:
            before = [one.identity for one in following_lines(current)]
            assert before == [one.identity for one in following_lines(whole)]


def test_month_by_month_is_as_in_one_go() -> None:
    whole = settle(RULES, EVENTS, LAST)
    assert any(line.is_reversal for line in whole.lines)
    assert any(line.kind == "incentive" for line in whole.lines)

    for month in months_from(Month(2013, 6), Month.of(LAST)):
        known = [event for event in EVENTS if event.known <= month.last_day]
        part = settle(RULES, known, month.last_day)
        assert part.lines == tuple(
            line for line in whole.lines if line.statement <= month
        )


def test_order_of_arrival_and_repeats_change_nothing() -> None:
    whole = settle(RULES, EVENTS, LAST)

    assert settle(RULES, [*reversed(EVENTS), *EVENTS[:5]], LAST) == whole


def test_everybody_alone_is_as_all_together() -> None:
    # Incentives are reckoned over all, so they are left out here.
    rules = programme(claim_after_working_days=15).rulebook

    together = settle(rules, EVENTS, LAST)
    alone = [
        settle(rules, [event for event in EVENTS if event.participant == who], LAST)
        for who in ("A", "B", "C")
    ]

    assert _lines(together) == sorted(line for one in alone for line in _lines(one))


def test_statements_and_ledger_add_up() -> None:
    settlement = settle(RULES, EVENTS, LAST)

    for statement in settlement.statements:
        total = statement.brought_forward + statement.lines
        assert statement.payable + statement.carried_forward == total
    entries: dict[int, int] = {}
    for posting in settlement.ledger:
        entries[posting.entry] = entries.get(posting.entry, 0) + posting.amount
    assert set(entries.values()) == {0}
    assert len(entries) == len(settlement.lines) + len(settlement.downstream)
    assert sum(line.amount for line in settlement.lines) == sum(
        statement.lines
        for statement in settlement.statements
        if statement.position is None
    )


def test_a_day_that_ends_no_month_is_refused() -> None:
    with pytest.raises(InputFault, match="settle to 2016-12-31"):
        settle(RULES, EVENTS, date(2016, 12, 30))


def test_an_id_for_two_events_is_refused() -> None:
    twice = events_in(
        """
        id | who | what     | on
        a  | A   | attached | 2011-07-01
        a  | A   | attached | 2011-07-02
        """
    )

    with pytest.raises(InputFault, match="event a: found two different events"):
        settle(RULES, twice, LAST)


def test_claims_can_be_stated_to_be_implied() -> None:
    rules = programme(pays="job-outcome").rulebook
    log = events_in(
        """
        who | what      | on         | until      | group | kind
        A   | referred  | 2011-07-01 |            | 6     |
        A   | attached  | 2011-07-01 |            |       |
        A   | in work   | 2011-07-04 | 2011-10-02 |       |
        B   | referred  | 2011-07-01 |            | 6     |
        B   | claimed   | 2011-07-02 |            |       | attachment
        B   | validated | 2011-07-03 |            |       | attachment
        """
    )
    to = date(2011, 12, 31)
    without = [event for event in log if event.kind is not EventKind.CLAIMED]

    as_read = settle(rules, log, to)
    claims_stated = settle(rules, log, to, claims_implied=True)
    both_stated = settle(rules, log, to, claims_implied=True, validation_implied=True)
    unvalidated = settle(rules, without, to)

    assert [one.reason for one in as_read.unpaid] == ["unclaimed", "never-attached"]
    assert [one.reason for one in claims_stated.unpaid] == ["awaiting-validation"]
    assert _lines(both_stated) == [("A", "job-outcome", 120_000)]
    assert _lines(unvalidated) == []


def test_terms_can_be_given_beside_the_rulebook() -> None:
    whole = settle(RULES, EVENTS, LAST)
    rules = programme(
        incentive=True,
        claim_after_working_days=15,
        bridge_days=9,
        discounts="""
        contract | group | year | percent
        2        |       |      | 12.5
        """,
    ).rulebook

    assert settle(rules, EVENTS, LAST, terms=RULES.subcontract_terms) == whole


def _lines(settlement: Settlement) -> list[tuple[str, str, int]]:
    return sorted(
        (line.participant or "", line.kind, line.amount) for line in settlement.lines
    )
