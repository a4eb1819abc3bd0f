"""Claims, statements and corrections."""

from tests.lib.cases import NOTHING, SettleCase, exercises
from tests.lib.programmes import programme


@exercises("S50")
def test_reached_but_unclaimed_is_listed_and_not_paid(settle: SettleCase) -> None:
    """No claim, no line: what was earned and not claimed is listed, and moves no other
    date."""
    settle(
        programme(),
        """
        who | what     | on         | until      | group | kind
        A   | referred | 2011-07-01 |            | 6     |
        A   | attached | 2011-07-01 |            |       |
        A   | in work  | 2011-07-04 | 2011-10-31 |       |
        A   | claimed  | 2011-07-02 |            |       | attachment
        """,
        to="2011-12-31",
        lines="""
        statement | who | kind       | amount
        2011-07   | A   | attachment | 600
        """,
        unpaid="""
        who | kind        | number | earned     | contract | reason
        A   | job-outcome | 1      | 2011-10-02 | 1        | unclaimed
        A   | sustainment | 1      | 2011-10-30 | 1        | unclaimed
        """,
    )


@exercises("S50")
def test_a_log_without_claims_takes_every_milestone_as_claimed(
    settle: SettleCase,
) -> None:
    """Where a log has no claim at all, every milestone counts as claimed on its first
    possible day; a rejection still strikes one out."""
    settle(
        programme(),
        """
        who | what     | on         | until      | group | kind        | number
        A   | referred | 2011-07-01 |            | 6     |             |
        A   | attached | 2011-07-01 |            |       |             |
        A   | in work  | 2011-07-04 | 2011-10-31 |       |             |
        A   | rejected | 2011-12-05 |            |       | sustainment | 1
        """,
        to="2011-12-31",
        lines="""
        statement | who | kind        | number | earned     | amount
        2011-07   | A   | attachment  | 1      | 2011-07-01 | 600
        2011-10   | A   | job-outcome | 1      | 2011-10-02 | 1,200
        2011-10   | A   | sustainment | 1      | 2011-10-30 | 235
        2011-12   | A   | sustainment | 1      | 2011-10-30 | -235
        """,
        unpaid="""
        who | kind        | number | reason
        A   | sustainment | 1      | rejected
        """,
    )


@exercises("S50")
def test_claimed_but_not_reached_is_refused(settle: SettleCase) -> None:
    """A claim for a milestone that was not reached is refused with the reason."""
    settle(
        programme(pays="job-outcome"),
        """
        who | what     | on         | until      | kind
        A   | referred | 2011-07-01 |            |
        A   | attached | 2011-07-01 |            |
        A   | in work  | 2011-07-04 | 2011-12-31 |
        A   | claimed  | 2012-01-03 |            | job-outcome
        B   | claimed  | 2012-01-03 |            | job-outcome
        """,
        to="2012-01-31",
        lines=NOTHING,
        unpaid="""
        who | kind        | number | earned | contract | reason
        A   | job-outcome | 1      |        | 1        | not-reached
        B   | job-outcome | 1      |        |          | no-participation
        """,
    )


@exercises("S52")
def test_a_claim_is_made_anew_after_a_rejection(settle: SettleCase) -> None:
    """A second claim changes nothing while the first stands (A). After a rejection a
    new claim begins again and waits for its own validation (B); a validation after a
    rejection lifts it (C)."""
    settle(
        programme(pays="job-outcome"),
        """
        who | what      | on         | until      | group | kind
        A   | referred  | 2011-07-01 |            | 6     |
        B   | referred  | 2011-07-01 |            | 6     |
        C   | referred  | 2011-07-01 |            | 6     |
        A   | attached  | 2011-07-01 |            |       |
        B   | attached  | 2011-07-01 |            |       |
        C   | attached  | 2011-07-01 |            |       |
        A   | in work   | 2011-07-04 | 2011-10-02 |       |
        B   | in work   | 2011-07-04 | 2011-10-02 |       |
        C   | in work   | 2011-07-04 | 2011-10-02 |       |
        A   | claimed   | 2011-10-03 |            |       | job-outcome
        A   | validated | 2011-10-04 |            |       | job-outcome
        A   | claimed   | 2011-11-03 |            |       | job-outcome
        B   | claimed   | 2011-10-03 |            |       | job-outcome
        B   | rejected  | 2011-10-10 |            |       | job-outcome
        B   | claimed   | 2011-11-07 |            |       | job-outcome
        B   | validated | 2011-12-05 |            |       | job-outcome
        C   | claimed   | 2011-10-03 |            |       | job-outcome
        C   | validated | 2011-10-04 |            |       | job-outcome
        C   | rejected  | 2011-11-10 |            |       | job-outcome
        C   | validated | 2011-12-08 |            |       | job-outcome
        """,
        to="2011-12-31",
        lines="""
        statement | who | kind        | earned     | payable    | amount
        2011-10   | A   | job-outcome | 2011-10-02 | 2011-10-04 | 1,200
        2011-10   | C   | job-outcome | 2011-10-02 | 2011-10-04 | 1,200
        2011-11   | C   | job-outcome | 2011-10-02 | 2011-10-04 | -1,200
        2011-12   | B   | job-outcome | 2011-10-02 | 2011-12-05 | 1,200
        2011-12   | C   | job-outcome | 2011-10-02 | 2011-12-08 | 1,200
        """,
    )


@exercises("S51")
def test_a_claim_has_no_closing_date(settle: SettleCase) -> None:
    """An outcome of 2011 claimed in 2014 is paid in 2014."""
    settle(
        programme(pays="job-outcome"),
        """
        who | what     | on         | until      | group | kind
        A   | referred | 2011-07-01 |            | 6     |
        A   | attached | 2011-07-01 |            |       |
        A   | in work  | 2011-07-04 | 2011-10-02 |       |
        A   | claimed  | 2014-11-20 |            |       | job-outcome
        """,
        to="2014-12-31",
        lines="""
        statement | who | kind        | earned     | payable    | amount
        2014-11   | A   | job-outcome | 2011-10-02 | 2014-11-20 | 1,200
        """,
    )


@exercises("S52")
def test_a_line_waits_for_the_last_of_its_days(settle: SettleCase) -> None:
    """A line is payable on the latest of the day earned, the first day it may be
    claimed, the day claimed and the day validated, and stands in the statement of that
    month. A was claimed late, B validated late, C claimed before it was earned; D is
    not yet validated."""
    settle(
        programme(pays="job-outcome"),
        """
        who    | what      | on         | until      | group | kind
        A      | referred  | 2011-07-01 |            | 6     |
        B      | referred  | 2011-07-01 |            | 6     |
        C      | referred  | 2011-07-01 |            | 6     |
        D      | referred  | 2011-07-01 |            | 6     |
        A      | attached  | 2011-07-01 |            |       |
        B      | attached  | 2011-07-01 |            |       |
        C      | attached  | 2011-07-01 |            |       |
        D      | attached  | 2011-07-01 |            |       |
        A      | in work   | 2011-07-04 | 2011-10-02 |       |
        B      | in work   | 2011-07-04 | 2011-10-02 |       |
        C      | in work   | 2011-07-04 | 2011-10-02 |       |
        D      | in work   | 2011-07-04 | 2011-10-02 |       |
        A      | claimed   | 2011-11-08 |            |       | job-outcome
        A      | validated | 2011-11-09 |            |       | job-outcome
        B      | claimed   | 2011-10-03 |            |       | job-outcome
        B      | validated | 2011-12-01 |            |       | job-outcome
        C      | claimed   | 2011-09-12 |            |       | job-outcome
        C      | validated | 2011-09-13 |            |       | job-outcome
        D      | claimed   | 2011-10-03 |            |       | job-outcome
        """,
        to="2011-12-31",
        lines="""
        statement | who | kind        | earned     | payable    | amount
        2011-10   | C   | job-outcome | 2011-10-02 | 2011-10-02 | 1,200
        2011-11   | A   | job-outcome | 2011-10-02 | 2011-11-09 | 1,200
        2011-12   | B   | job-outcome | 2011-10-02 | 2011-12-01 | 1,200
        """,
        unpaid="""
        who | kind        | number | reason
        D   | job-outcome | 1      | awaiting-validation
        """,
    )


@exercises("S53")
def test_what_becomes_known_later_goes_into_the_next_statement(
    settle: SettleCase,
) -> None:
    """A job reported in May for the summer before goes into May's statement and keeps
    its earned date."""
    settle(
        programme(pays="job-outcome"),
        """
        who | what     | on         | until      | known      | group
        A   | referred | 2011-07-01 |            |            | 6
        A   | attached | 2011-07-01 |            |            |
        A   | in work  | 2011-07-04 | 2011-10-02 | 2012-05-10 |
        """,
        to="2012-06-30",
        lines="""
        statement | who | kind        | earned     | payable    | amount
        2012-05   | A   | job-outcome | 2011-10-02 | 2011-10-02 | 1,200
        """,
    )


@exercises("S53", "S55", "S56")
def test_late_news_about_an_old_week_is_a_correction(settle: SettleCase) -> None:
    """In February it becomes known that the job had ended before Christmas. January's
    line stays as it is; February's statement takes the money back and falls below
    zero; what is below zero is carried to March and set against its lines."""
    settle(
        programme(),
        """
        who | what        | on         | known      | spell
        A   | referred    | 2011-07-01 |            |
        A   | attached    | 2011-07-01 |            |
        A   | job-started | 2011-07-04 |            | shop
        A   | job-ended   | 2011-12-20 | 2012-02-14 | shop
        B   | referred    | 2012-03-01 |            |
        B   | attached    | 2012-03-01 |            |
        """,
        to="2012-04-30",
        lines="""
        statement | who | kind        | number | earned     | amount | is reversal
        2011-07   | A   | attachment  | 1      | 2011-07-01 | 400    | no
        2012-01   | A   | job-outcome | 1      | 2012-01-01 | 1,200  | no
        2012-01   | A   | sustainment | 1      | 2012-01-29 | 170    | no
        2012-02   | A   | job-outcome | 1      | 2012-01-01 | -1,200 | yes
        2012-02   | A   | sustainment | 1      | 2012-01-29 | -170   | yes
        2012-03   | B   | attachment  | 1      | 2012-03-01 | 400    | no
        """,
        prime_statements="""
        month   | contract | brought forward | lines  | payable | carried forward
        2011-07 | 1        | 0               | 400    | 400     | 0
        2012-01 | 1        | 0               | 1,370  | 1,370   | 0
        2012-02 | 1        | 0               | -1,370 | 0       | -1,370
        2012-03 | 1        | -1,370          | 400    | 0       | -970
        """,
    )


@exercises("S54")
def test_in_one_go_as_month_by_month(settle: SettleCase) -> None:
    """Settling in one go replays the months: settled to January there is one line, and
    settled to February the same line and its reversal. The order of rows is free."""
    in_no_order = """
        who | what        | on         | known      | spell
        A   | job-ended   | 2011-12-20 | 2012-02-14 | shop
        A   | job-started | 2011-07-04 |            | shop
        A   | attached    | 2011-07-01 |            |
        A   | referred    | 2011-07-01 |            |
        """

    settle(
        programme(pays="job-outcome"),
        in_no_order,
        to="2012-01-31",
        lines="""
        statement | who | kind        | earned     | amount
        2012-01   | A   | job-outcome | 2012-01-01 | 1,200
        """,
    )
    settle(
        programme(pays="job-outcome"),
        in_no_order,
        to="2012-02-29",
        lines="""
        statement | who | kind        | earned     | amount
        2012-01   | A   | job-outcome | 2012-01-01 | 1,200
        2012-02   | A   | job-outcome | 2012-01-01 | -1,200
        """,
    )


@exercises("S55")
def test_what_still_follows_is_left_alone(settle: SettleCase) -> None:
    """The job is found to have begun a week later. The outcome's date no longer
    follows, so its line is reversed and issued anew; the attachment still follows and
    is left alone."""
    settle(
        programme(pays="attachment, job-outcome"),
        """
        who | what        | on         | known      | spell | group
        A   | referred    | 2011-07-01 |            |       | 6
        A   | attached    | 2011-07-01 |            |       |
        A   | job-started | 2011-07-04 |            | shop  |
        A   | job-started | 2011-07-11 | 2011-12-08 | shop  |
        """,
        to="2011-12-31",
        lines="""
        statement | who | kind        | earned     | amount
        2011-07   | A   | attachment  | 2011-07-01 | 600
        2011-10   | A   | job-outcome | 2011-10-02 | 1,200
        2011-12   | A   | job-outcome | 2011-10-02 | -1,200
        2011-12   | A   | job-outcome | 2011-10-09 | 1,200
        """,
    )


@exercises("S56")
def test_a_clawback_is_the_amount_of_the_line(settle: SettleCase) -> None:
    """A group corrected from 6 to 7 takes back the £960 that was paid, not a part of
    what is now right."""
    settle(
        programme(
            pays="job-outcome",
            discounts="""
            contract | group | year | percent
            1        | 6     |      | 20
            """,
        ),
        """
        who | what            | on         | until      | group
        A   | referred        | 2011-07-01 |            | 6
        A   | attached        | 2011-07-01 |            |
        A   | in work         | 2011-07-04 | 2011-10-02 |
        A   | group-corrected | 2011-12-08 |            | 7
        """,
        to="2011-12-31",
        lines="""
        statement | who | group | kind        | earned     | amount
        2011-10   | A   | 6     | job-outcome | 2011-10-02 | 960
        2011-12   | A   | 6     | job-outcome | 2011-10-02 | -960
        2011-12   | A   | 7     | job-outcome | 2011-10-02 | 3,500
        """,
    )


@exercises("S57")
def test_an_extrapolated_recovery_is_one_line(settle: SettleCase) -> None:
    """A recovery reckoned from a sample is one line for the contract in the statement
    of the month it is known; it is shared out to nobody, and a clawed-back event that
    names a participant only records what a reversal did."""
    settle(
        programme(pays="job-outcome"),
        """
        who | what        | on         | known      | spell | group | contract | amount
        A   | referred    | 2011-07-01 |            |       | 6     | 1        |
        A   | attached    | 2011-07-01 |            |       |       |          |
        A   | job-started | 2011-07-04 |            | shop  |       |          |
            | clawed-back | 2011-12-31 | 2012-01-16 |       |       | 1        | 2,345.6
        A   | clawed-back | 2012-01-20 |            |       |       | 1        | 1,200
        """,
        to="2012-01-31",
        lines="""
        statement | contract | who | kind        | earned     | amount    | rule
        2011-10   | 1        | A   | job-outcome | 2011-10-02 | 1,200     | S19
        2012-01   | 1        |     | recovery    | 2011-12-31 | -2,345.60 | S57
        """,
    )


@exercises("S58")
def test_of_two_reports_the_one_known_last_stands(settle: SettleCase) -> None:
    """The job's end was reported as 30 September and corrected to 2 October: the later
    report stands. An event that arrives twice, the same in all, is one event."""
    settle(
        programme(pays="job-outcome"),
        """
        id | who | what        | on         | known      | spell | group
        r  | A   | referred    | 2011-07-01 |            |       | 6
        a  | A   | attached    | 2011-07-01 |            |       |
        s  | A   | job-started | 2011-07-04 |            | shop  |
        s  | A   | job-started | 2011-07-04 |            | shop  |
        e1 | A   | job-ended   | 2011-09-30 |            | shop  |
        e2 | A   | job-ended   | 2011-10-02 | 2011-11-10 | shop  |
        """,
        to="2011-12-31",
        lines="""
        statement | who | kind        | earned     | amount | events
        2011-11   | A   | job-outcome | 2011-10-02 | 1,200  | a s
        """,
    )
