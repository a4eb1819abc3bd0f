"""Participation."""

from tests.lib.cases import NOTHING, SettleCase, exercises
from tests.lib.programmes import programme


STEPS = """
group | from       | until      | fee
1     | 2011-06-01 | 2012-03-31 | 400
1     | 2012-04-01 |            | 300
"""


@exercises("S40")
def test_whoever_was_never_attached_earns_nothing(settle: SettleCase) -> None:
    """Without an attachment no day in work counts, and a claim is refused."""
    settle(
        programme(),
        """
        who | what     | on         | until      | kind
        A   | referred | 2011-07-01 |            |
        A   | in work  | 2011-07-04 | 2012-06-30 |
        A   | claimed  | 2012-01-02 |            | job-outcome
        """,
        to="2012-06-30",
        lines=NOTHING,
        unpaid="""
        who | kind        | number | contract | reason
        A   | job-outcome | 1      | 1        | never-attached
        """,
    )


@exercises("S41")
def test_the_attachment_fee_is_earned_once(settle: SettleCase) -> None:
    """The first attachment date earns the fee. An attachment before the referral or
    after the allotted time pays nothing; the file check refuses such a file."""
    settle(
        programme(pays="attachment"),
        """
        who | what     | on
        A   | referred | 2011-07-01
        A   | attached | 2011-07-05
        A   | attached | 2011-09-05
        B   | attached | 2011-06-30
        B   | referred | 2011-07-01
        C   | referred | 2011-07-01
        C   | attached | 2013-06-27
        D   | referred | 2011-07-01
        D   | attached | 2013-06-28
        """,
        to="2013-12-31",
        lines="""
        statement | who | kind       | number | earned     | amount
        2011-07   | A   | attachment | 1      | 2011-07-05 | 400
        2013-06   | C   | attachment | 1      | 2013-06-27 | 400
        """,
    )


@exercises("S42")
def test_a_cancelled_referral_is_as_if_never_made(settle: SettleCase) -> None:
    """When a referral is cancelled as inappropriate, lines already paid go back. A
    cancellation that names another contract cancels nothing."""
    settle(
        programme(pays="attachment"),
        """
        who | what               | on         | contract
        A   | referred           | 2011-07-01 | 1
        A   | attached           | 2011-07-05 |
        A   | referral-cancelled | 2011-09-10 | 1
        B   | referred           | 2011-07-01 | 1
        B   | attached           | 2011-07-05 |
        B   | referral-cancelled | 2011-09-10 | 2
        """,
        to="2011-12-31",
        lines="""
        statement | who | kind       | earned     | amount | reason
        2011-07   | A   | attachment | 2011-07-05 | 400    | earned
        2011-07   | B   | attachment | 2011-07-05 | 400    | earned
        2011-09   | A   | attachment | 2011-07-05 | -400   | no-longer-follows
        """,
    )


@exercises("S43")
def test_a_second_referral_inside_the_allotted_time(settle: SettleCase) -> None:
    """The earliest referral fixes contract, group and the 104 weeks. A second one
    creates nothing; the attachment under it counts as the first one's attachment, at
    the fee of its own date, and a second attachment pays nothing."""
    settle(
        programme(pays="attachment, job-outcome", attachment_fees=STEPS),
        """
        who | what     | on         | until      | contract | group
        A   | referred | 2011-07-01 |            | 1        | 1
        A   | referred | 2012-05-01 |            | 2        | 6
        A   | attached | 2012-05-08 |            |          |
        A   | in work  | 2013-06-28 | 2013-12-31 |          |
        B   | referred | 2011-07-01 |            | 1        | 1
        B   | attached | 2011-07-05 |            |          |
        B   | referred | 2012-05-01 |            | 2        | 6
        B   | attached | 2012-05-08 |            |          |
        """,
        to="2014-06-30",
        lines="""
        statement | contract | who | group | kind       | earned     | amount
        2011-07   | 1        | B   | 1     | attachment | 2011-07-05 | 400
        2012-05   | 1        | A   | 1     | attachment | 2012-05-08 | 300
        """,
    )


@exercises("S44")
def test_referred_to_two_primes_the_earlier_stands(settle: SettleCase) -> None:
    """Of two referrals the earlier stands; on the same day, the one known first."""
    settle(
        programme(pays="attachment"),
        """
        who | what     | on         | known      | contract
        A   | referred | 2011-07-04 |            | 1
        A   | referred | 2011-07-01 |            | 2
        A   | attached | 2011-07-05 |            |
        B   | referred | 2011-07-01 | 2011-07-04 | 1
        B   | referred | 2011-07-01 | 2011-07-01 | 2
        B   | attached | 2011-07-05 |            |
        """,
        to="2011-12-31",
        lines="""
        statement | contract | who | kind       | amount
        2011-07   | 2        | A   | attachment | 400
        2011-07   | 2        | B   | attachment | 400
        """,
    )


@exercises("S42", "S44")
def test_when_the_first_is_cancelled_the_second_stands(settle: SettleCase) -> None:
    """Cancelling the earlier of two referrals leaves the later one: the line is
    reversed for the first contract and issued anew for the second."""
    settle(
        programme(pays="attachment"),
        """
        who | what               | on         | contract
        A   | referred           | 2011-07-01 | 1
        A   | referred           | 2011-07-04 | 2
        A   | attached           | 2011-07-05 |
        A   | referral-cancelled | 2011-08-10 | 1
        """,
        to="2011-12-31",
        lines="""
        statement | contract | who | kind       | earned     | amount
        2011-07   | 1        | A   | attachment | 2011-07-05 | 400
        2011-08   | 1        | A   | attachment | 2011-07-05 | -400
        2011-08   | 2        | A   | attachment | 2011-07-05 | 400
        """,
    )


@exercises("S45")
def test_the_group_is_frozen_but_can_be_corrected(settle: SettleCase) -> None:
    """A later change of benefit changes nothing. A correction of a wrong group
    re-settles from the start: the attachment is paid at the right group's fee, and 13
    weeks, reached long ago, now make an outcome."""
    settle(
        programme(pays="attachment, job-outcome"),
        """
        who | what            | on         | until      | group
        A   | referred        | 2011-07-01 |            | 1
        A   | attached        | 2011-07-01 |            |
        A   | in work         | 2011-07-04 | 2011-10-31 |
        A   | group-changed   | 2011-08-01 |            | 6
        B   | referred        | 2011-07-01 |            | 1
        B   | attached        | 2011-07-01 |            |
        B   | in work         | 2011-07-04 | 2011-10-31 |
        B   | group-corrected | 2011-12-05 |            | 6
        """,
        to="2012-06-30",
        lines="""
        statement | who | group | kind        | earned     | amount
        2011-07   | A   | 1     | attachment  | 2011-07-01 | 400
        2011-07   | B   | 1     | attachment  | 2011-07-01 | 400
        2011-12   | B   | 1     | attachment  | 2011-07-01 | -400
        2011-12   | B   | 6     | attachment  | 2011-07-01 | 600
        2011-12   | B   | 6     | job-outcome | 2011-10-02 | 1,200
        """,
    )


@exercises("S46")
def test_moving_house_changes_nothing(settle: SettleCase) -> None:
    """A move to another area changes neither contract nor price."""
    settle(
        programme(
            pays="job-outcome",
            discounts="""
            contract | group | year | percent
            3        |       |      | 50
            """,
        ),
        """
        who | what      | on         | until      | contract | group | code
        A   | referred  | 2011-07-01 |            | 1        | 6     |
        A   | attached  | 2011-07-01 |            |          |       |
        A   | contacted | 2011-08-01 |            |          |       | moved to area B
        A   | in work   | 2011-09-01 | 2011-12-31 |          |       |
        """,
        to="2011-12-31",
        lines="""
        statement | contract | who | kind        | earned     | amount
        2011-11   | 1        | A   | job-outcome | 2011-11-30 | 1,200
        """,
    )


@exercises("S47")
def test_a_transfer_moves_what_is_earned_from_that_day(settle: SettleCase) -> None:
    """From the transfer date lines belong to the new contract at its own discount;
    days, group and numbers continue and no second attachment fee is earned. The
    outcome of 2 October, the transfer day, is the new contract's."""
    settle(
        programme(
            discounts="""
            contract | group | year | percent
            1        |       |      | 10
            2        |       |      | 20
            """,
        ),
        """
        who | what        | on         | until      | contract | group
        A   | referred    | 2011-07-01 |            | 1        | 6
        A   | attached    | 2011-07-01 |            |          |
        A   | in work     | 2011-07-04 | 2011-10-31 |          |
        A   | transferred | 2011-10-02 |            | 2        |
        B   | referred    | 2011-07-01 |            | 1        | 6
        B   | attached    | 2011-07-01 |            |          |
        B   | in work     | 2011-07-04 | 2011-10-31 |          |
        B   | transferred | 2011-10-03 |            | 2        |
        """,
        to="2011-12-31",
        lines="""
        statement | contract | who | kind        | number | earned     | amount
        2011-07   | 1        | A   | attachment  | 1      | 2011-07-01 | 600
        2011-07   | 1        | B   | attachment  | 1      | 2011-07-01 | 600
        2011-10   | 1        | B   | job-outcome | 1      | 2011-10-02 | 1,080
        2011-10   | 2        | A   | job-outcome | 1      | 2011-10-02 | 960
        2011-10   | 2        | A   | sustainment | 1      | 2011-10-30 | 235
        2011-10   | 2        | B   | sustainment | 1      | 2011-10-30 | 235
        """,
    )


@exercises("S48")
def test_between_subcontractors_a_line_goes_whole_to_one(settle: SettleCase) -> None:
    """A move between subcontractors changes no line of the commissioner's; each line
    goes whole to the subcontract holding the participant on the day it is earned, the
    receiver holding the day of the move itself. A transfer to another prime that names
    no subcontract leaves the participant with that prime's own unit."""
    settle(
        programme(
            pays="job-outcome, sustainment",
            terms="""
            contract | position | from       | fee  | job-outcome | sustainment | lag
                     |          | 2011-06-01 | 0    | 1           | 1           | 0
            """,
        ),
        """
        who | what        | on         | until      | contract | group | position
        A   | referred    | 2011-07-01 |            | 1        | 6     |
        A   | attached    | 2011-07-01 |            |          |       |
        A   | allocated   | 2011-07-01 |            |          |       | P1
        A   | in work     | 2011-07-04 | 2011-11-30 |          |       |
        A   | allocated   | 2011-10-02 |            |          |       | P2
        A   | transferred | 2011-11-15 |            | 2        |       |
        """,
        to="2011-12-31",
        lines="""
        statement | contract | position | who | kind        | number | amount
        2011-10   | 1        | P2       | A   | job-outcome | 1      | 1,200
        2011-10   | 1        | P2       | A   | sustainment | 1      | 235
        2011-11   | 2        |          | A   | sustainment | 2      | 235
        """,
        downstream="""
        statement | contract | position | who | kind        | number | amount
        2011-10   | 1        | P2       | A   | job-outcome | 1      | 1,200
        2011-10   | 1        | P2       | A   | sustainment | 1      | 235
        """,
    )
