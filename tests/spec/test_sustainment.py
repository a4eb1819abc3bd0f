"""Sustainment."""

from tests.lib.cases import SettleCase, exercises
from tests.lib.programmes import programme


@exercises("S23", "S29", "S52")
def test_four_weeks_begin_the_day_after_the_outcome_is_earned(
    settle: SettleCase,
) -> None:
    """The first four weeks begin on the day after the outcome is earned, though it was
    claimed in March and validated in April: the sustainment waits for the outcome's
    money, its dates do not."""
    settle(
        programme(pays="job-outcome, sustainment"),
        """
        who | what      | on         | until      | kind        | number
        A   | referred  | 2011-07-01 |            |             |
        A   | attached  | 2011-07-01 |            |             |
        A   | in work   | 2011-07-04 | 2012-02-10 |             |
        A   | claimed   | 2012-02-01 |            | sustainment | 1
        A   | validated | 2012-02-03 |            | sustainment | 1
        A   | claimed   | 2012-03-15 |            | job-outcome | 1
        A   | validated | 2012-04-02 |            | job-outcome | 1
        """,
        to="2012-06-30",
        lines="""
        statement | who | kind        | earned     | payable    | amount
        2012-04   | A   | job-outcome | 2012-01-01 | 2012-04-02 | 1,200
        2012-04   | A   | sustainment | 2012-01-29 | 2012-04-02 | 170
        """,
    )


@exercises("S24")
def test_it_is_earned_on_the_28th_day_in_a_row(settle: SettleCase) -> None:
    """A sustainment is earned on the 28th day in a row since the outcome: work to
    30 October earns it, work to the 29th does not."""
    settle(
        programme(pays="job-outcome, sustainment"),
        """
        who | what     | on         | until      | group
        A   | referred | 2011-07-01 |            | 6
        A   | attached | 2011-07-01 |            |
        A   | in work  | 2011-07-04 | 2011-10-30 |
        B   | referred | 2011-07-01 |            | 6
        B   | attached | 2011-07-01 |            |
        B   | in work  | 2011-07-04 | 2011-10-29 |
        """,
        to="2012-06-30",
        lines="""
        statement | who | kind        | earned     | amount
        2011-10   | A   | job-outcome | 2011-10-02 | 1,200
        2011-10   | A   | sustainment | 2011-10-30 | 235
        2011-10   | B   | job-outcome | 2011-10-02 | 1,200
        """,
    )


@exercises("S25")
def test_a_break_loses_the_days_and_keeps_the_number(settle: SettleCase) -> None:
    """A break in the chain loses the 16 days since the first sustainment; the clock
    starts at 1 on the next day in work, without a new 13 weeks, and the next payment
    is number 2. Where days are carried over a break only 12 more are needed; where a
    break ends the chain nothing follows."""
    a_break_after_the_first_sustainment = """
        who | what     | on         | until      | group
        A   | referred | 2011-07-01 |            | 6
        A   | attached | 2011-07-01 |            |
        A   | in work  | 2011-07-04 | 2011-11-15 |
        A   | in work  | 2011-12-01 | 2011-12-31 |
        """

    settle(
        programme(pays="job-outcome, sustainment"),
        a_break_after_the_first_sustainment,
        to="2012-06-30",
        lines="""
        statement | who | kind        | number | earned     | amount
        2011-10   | A   | job-outcome | 1      | 2011-10-02 | 1,200
        2011-10   | A   | sustainment | 1      | 2011-10-30 | 235
        2011-12   | A   | sustainment | 2      | 2011-12-28 | 235
        """,
    )
    settle(
        programme(pays="job-outcome, sustainment", break_rule="carry"),
        a_break_after_the_first_sustainment,
        to="2012-06-30",
        lines="""
        statement | who | kind        | number | earned     | amount
        2011-10   | A   | job-outcome | 1      | 2011-10-02 | 1,200
        2011-10   | A   | sustainment | 1      | 2011-10-30 | 235
        2011-12   | A   | sustainment | 2      | 2011-12-12 | 235
        """,
    )
    settle(
        programme(pays="job-outcome, sustainment", break_rule="end"),
        a_break_after_the_first_sustainment,
        to="2012-06-30",
        lines="""
        statement | who | kind        | number | earned     | amount
        2011-10   | A   | job-outcome | 1      | 2011-10-02 | 1,200
        2011-10   | A   | sustainment | 1      | 2011-10-30 | 235
        """,
    )


@exercises("S25")
def test_a_job_that_ends_with_the_outcome_is_a_break(settle: SettleCase) -> None:
    """A job that ends on the day of the outcome leaves no days to lose; the next job
    earns a sustainment after 28 days, unless a break ends the chain."""
    a_job_that_ends_on_its_91st_day = """
        who | what     | on         | until      | group
        A   | referred | 2011-07-01 |            | 6
        A   | attached | 2011-07-01 |            |
        A   | in work  | 2011-07-04 | 2011-10-02 |
        A   | in work  | 2011-11-01 | 2011-12-10 |
        """

    settle(
        programme(pays="job-outcome, sustainment"),
        a_job_that_ends_on_its_91st_day,
        to="2012-06-30",
        lines="""
        statement | who | kind        | number | earned     | amount
        2011-10   | A   | job-outcome | 1      | 2011-10-02 | 1,200
        2011-11   | A   | sustainment | 1      | 2011-11-28 | 235
        """,
    )
    settle(
        programme(pays="job-outcome, sustainment", break_rule="end"),
        a_job_that_ends_on_its_91st_day,
        to="2012-06-30",
        lines="""
        statement | who | kind        | number | earned     | amount
        2011-10   | A   | job-outcome | 1      | 2011-10-02 | 1,200
        """,
    )


@exercises("S26")
def test_any_number_of_breaks_within_the_104_weeks(settle: SettleCase) -> None:
    """Within the allotted time each return to work can earn more."""
    settle(
        programme(pays="job-outcome, sustainment"),
        """
        who | what     | on         | until      | group
        A   | referred | 2011-07-01 |            | 6
        A   | attached | 2011-07-01 |            |
        A   | in work  | 2011-07-04 | 2011-10-02 |
        A   | in work  | 2012-02-01 | 2012-02-28 |
        A   | in work  | 2012-06-01 | 2012-06-10 |
        A   | in work  | 2012-10-01 | 2012-10-28 |
        A   | in work  | 2013-03-01 | 2013-03-28 |
        """,
        to="2013-06-30",
        lines="""
        statement | who | kind        | number | earned     | amount
        2011-10   | A   | job-outcome | 1      | 2011-10-02 | 1,200
        2012-02   | A   | sustainment | 1      | 2012-02-28 | 235
        2012-10   | A   | sustainment | 2      | 2012-10-28 | 235
        2013-03   | A   | sustainment | 3      | 2013-03-28 | 235
        """,
    )


@exercises("S27")
def test_a_group_with_13_earns_no_14th(settle: SettleCase) -> None:
    """Group 1 can earn 13 sustainments. The fourteenth four weeks, to 27 January 2013,
    earn nothing."""
    settle(
        programme(pays="job-outcome, sustainment"),
        """
        who | what     | on         | until
        A   | referred | 2011-07-01 |
        A   | attached | 2011-07-01 |
        A   | in work  | 2011-07-04 | 2013-05-31
        """,
        to="2013-06-30",
        lines="""
        statement | who | kind        | number | earned     | amount
        2012-01   | A   | job-outcome | 1      | 2012-01-01 | 1,200
        2012-01   | A   | sustainment | 1      | 2012-01-29 | 170
        2012-02   | A   | sustainment | 2      | 2012-02-26 | 170
        2012-03   | A   | sustainment | 3      | 2012-03-25 | 170
        2012-04   | A   | sustainment | 4      | 2012-04-22 | 170
        2012-05   | A   | sustainment | 5      | 2012-05-20 | 170
        2012-06   | A   | sustainment | 6      | 2012-06-17 | 170
        2012-07   | A   | sustainment | 7      | 2012-07-15 | 170
        2012-08   | A   | sustainment | 8      | 2012-08-12 | 170
        2012-09   | A   | sustainment | 9      | 2012-09-09 | 170
        2012-10   | A   | sustainment | 10     | 2012-10-07 | 170
        2012-11   | A   | sustainment | 11     | 2012-11-04 | 170
        2012-12   | A   | sustainment | 12     | 2012-12-02 | 170
        2012-12   | A   | sustainment | 13     | 2012-12-30 | 170
        """,
    )


@exercises("S27")
def test_the_maximum_counts_over_jobs_and_contracts(settle: SettleCase) -> None:
    """The maximum is the participant's own: with three allowed, two in the first job
    leave one for the second, though it is worked under another contract."""
    settle(
        programme(pays="job-outcome, sustainment", maximum=3),
        """
        who | what        | on         | until      | group | contract
        A   | referred    | 2011-07-01 |            | 6     | 1
        A   | attached    | 2011-07-01 |            |       |
        A   | in work     | 2011-07-04 | 2011-11-30 |       |
        A   | transferred | 2012-01-01 |            |       | 2
        A   | in work     | 2012-02-01 | 2012-06-30 |       |
        """,
        to="2012-06-30",
        lines="""
        statement | contract | who | kind        | number | earned     | amount
        2011-10   | 1        | A   | job-outcome | 1      | 2011-10-02 | 1,200
        2011-10   | 1        | A   | sustainment | 1      | 2011-10-30 | 235
        2011-11   | 1        | A   | sustainment | 2      | 2011-11-27 | 235
        2012-02   | 2        | A   | sustainment | 3      | 2012-02-28 | 235
        """,
    )


@exercises("S28", "S50")
def test_sustainments_are_claimed_in_order(settle: SettleCase) -> None:
    """A number cannot be skipped: the claim of the second waits until the first is
    claimed too, and then both are paid."""
    settle(
        programme(pays="job-outcome, sustainment"),
        """
        who | what     | on         | until      | group | kind        | number
        A   | referred | 2011-07-01 |            | 6     |             |
        A   | attached | 2011-07-01 |            |       |             |
        A   | in work  | 2011-07-04 | 2011-11-27 |       |             |
        A   | claimed  | 2011-10-02 |            |       | job-outcome | 1
        A   | claimed  | 2011-11-27 |            |       | sustainment | 2
        """,
        to="2011-12-31",
        lines="""
        statement | who | kind        | number | earned     | amount
        2011-10   | A   | job-outcome | 1      | 2011-10-02 | 1,200
        """,
        unpaid="""
        who | kind        | number | earned     | reason
        A   | sustainment | 1      | 2011-10-30 | unclaimed
        A   | sustainment | 2      | 2011-11-27 | earlier-number-unclaimed
        """,
    )
    settle(
        programme(pays="job-outcome, sustainment"),
        """
        who | what     | on         | until      | group | kind        | number
        A   | referred | 2011-07-01 |            | 6     |             |
        A   | attached | 2011-07-01 |            |       |             |
        A   | in work  | 2011-07-04 | 2011-11-27 |       |             |
        A   | claimed  | 2011-10-02 |            |       | job-outcome | 1
        A   | claimed  | 2011-11-27 |            |       | sustainment | 2
        A   | claimed  | 2012-01-09 |            |       | sustainment | 1
        """,
        to="2012-01-31",
        lines="""
        statement | who | kind        | number | earned     | payable    | amount
        2011-10   | A   | job-outcome | 1      | 2011-10-02 | 2011-10-02 | 1,200
        2012-01   | A   | sustainment | 1      | 2011-10-30 | 2012-01-09 | 235
        2012-01   | A   | sustainment | 2      | 2011-11-27 | 2012-01-09 | 235
        """,
        unpaid="nothing",
    )


@exercises("S29")
def test_it_is_payable_only_after_a_job_outcome(settle: SettleCase) -> None:
    """A sustainment is not paid before the job outcome is claimed, nor after the
    outcome's claim has been rejected."""
    settle(
        programme(pays="job-outcome, sustainment"),
        """
        who | what     | on         | until      | group | kind        | number
        A   | referred | 2011-07-01 |            | 6     |             |
        A   | attached | 2011-07-01 |            |       |             |
        A   | in work  | 2011-07-04 | 2011-10-30 |       |             |
        A   | claimed  | 2011-10-30 |            |       | sustainment | 1
        B   | referred | 2011-07-01 |            | 6     |             |
        B   | attached | 2011-07-01 |            |       |             |
        B   | in work  | 2011-07-04 | 2011-10-30 |       |             |
        B   | claimed  | 2011-10-03 |            |       | job-outcome | 1
        B   | claimed  | 2011-10-30 |            |       | sustainment | 1
        B   | rejected | 2011-12-05 |            |       | job-outcome | 1
        """,
        to="2011-12-31",
        lines="""
        statement | who | kind        | number | earned     | amount
        2011-10   | B   | job-outcome | 1      | 2011-10-02 | 1,200
        2011-10   | B   | sustainment | 1      | 2011-10-30 | 235
        2011-12   | B   | job-outcome | 1      | 2011-10-02 | -1,200
        2011-12   | B   | sustainment | 1      | 2011-10-30 | -235
        """,
        unpaid="""
        who | kind        | number | reason
        A   | job-outcome | 1      | unclaimed
        A   | sustainment | 1      | awaiting-outcome
        B   | job-outcome | 1      | rejected
        B   | sustainment | 1      | awaiting-outcome
        """,
    )


@exercises("S30")
def test_it_may_be_claimed_from_the_15th_working_day(settle: SettleCase) -> None:
    """The next working day is the first; Saturdays, Sundays and bank holidays do not
    count. A claim made on the last day of the four weeks is held until then. The third
    sustainment, of Christmas Day, is held over three holidays to 18 January."""
    settle(
        programme(pays="job-outcome, sustainment", claim_after_working_days=15),
        """
        who | what     | on         | until      | group | kind        | number
        A   | referred | 2011-07-01 |            | 6     |             |
        A   | attached | 2011-07-01 |            |       |             |
        A   | in work  | 2011-07-04 | 2011-12-31 |       |             |
        A   | claimed  | 2011-10-02 |            |       | job-outcome | 1
        A   | claimed  | 2011-10-30 |            |       | sustainment | 1
        A   | claimed  | 2011-11-27 |            |       | sustainment | 2
        A   | claimed  | 2011-12-25 |            |       | sustainment | 3
        """,
        to="2012-01-31",
        lines="""
        statement | who | kind        | number | earned     | payable    | amount
        2011-10   | A   | job-outcome | 1      | 2011-10-02 | 2011-10-02 | 1,200
        2011-11   | A   | sustainment | 1      | 2011-10-30 | 2011-11-18 | 235
        2011-12   | A   | sustainment | 2      | 2011-11-27 | 2011-12-16 | 235
        2012-01   | A   | sustainment | 3      | 2011-12-25 | 2012-01-18 | 235
        """,
    )
    settle(
        programme(pays="job-outcome, sustainment", claim_after_working_days=15),
        """
        who | what     | on         | until      | group
        A   | referred | 2011-07-01 |            | 6
        A   | attached | 2011-07-01 |            |
        A   | in work  | 2011-07-04 | 2011-10-31 |
        """,
        to="2011-10-31",
        lines="""
        statement | who | kind        | number | earned     | amount
        2011-10   | A   | job-outcome | 1      | 2011-10-02 | 1,200
        """,
        unpaid="""
        who | kind        | number | earned     | reason
        A   | sustainment | 1      | 2011-10-30 | held-until-claimable
        """,
    )
