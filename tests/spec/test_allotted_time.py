"""The 104 weeks."""

from tests.lib.cases import NOTHING, SettleCase, exercises
from tests.lib.programmes import programme


@exercises("S12", "S15")
def test_the_referral_date_is_the_first_of_728_days(settle: SettleCase) -> None:
    """The allotted time runs from the referral, not the attachment: for a referral on
    1 July 2011 its last day is 27 June 2013. Work begun that day counts, work begun
    on the next does not."""
    settle(
        programme(pays="job-outcome"),
        """
        who | what     | on         | until
        A   | referred | 2011-07-01 |
        A   | attached | 2011-09-01 |
        A   | in work  | 2013-06-27 | 2014-01-31
        B   | referred | 2011-07-01 |
        B   | attached | 2011-09-01 |
        B   | in work  | 2013-06-28 | 2014-01-31
        """,
        to="2014-12-31",
        lines="""
        statement | who | kind        | earned     | amount
        2013-12   | A   | job-outcome | 2013-12-25 | 1,200
        """,
    )


@exercises("S13")
def test_only_days_from_the_attachment_count(settle: SettleCase) -> None:
    """A job found between referral and attachment counts from the attachment."""
    settle(
        programme(pays="job-outcome"),
        """
        who | what     | on         | until
        A   | referred | 2011-06-20 |
        A   | in work  | 2011-06-27 | 2012-01-31
        A   | attached | 2011-07-04 |
        """,
        to="2012-06-30",
        lines="""
        statement | who | kind        | earned     | amount
        2012-01   | A   | job-outcome | 2012-01-01 | 1,200
        """,
    )


@exercises("S14")
def test_the_clock_never_stops(settle: SettleCase) -> None:
    """Neither work, a sanction, a spell on benefit nor a transfer lengthens the
    allotted time: with 90 days in hand, A's one day of work on 27 June 2013 makes 91
    and B's on 28 June counts for nothing."""
    settle(
        programme(pays="job-outcome"),
        """
        who | what              | on         | until      | group | contract | code
        A   | referred          | 2011-07-01 |            | 6     | 1        |
        A   | attached          | 2011-07-01 |            |       |          |
        A   | in work           | 2011-07-04 | 2011-10-01 |       |          |
        A   | on benefit        | 2011-10-05 | 2013-06-26 |       |          |
        A   | sanction-referred | 2012-02-01 |            |       |          |
        A   | sanction-decided  | 2012-03-01 |            |       |          | 4 weeks
        A   | transferred       | 2012-06-01 |            |       | 2        |
        A   | in work           | 2013-06-27 | 2013-06-27 |       |          |
        B   | referred          | 2011-07-01 |            | 6     | 1        |
        B   | attached          | 2011-07-01 |            |       |          |
        B   | in work           | 2011-07-04 | 2011-10-01 |       |          |
        B   | on benefit        | 2011-10-05 | 2013-06-27 |       |          |
        B   | in work           | 2013-06-28 | 2013-12-31 |       |          |
        """,
        to="2014-12-31",
        lines="""
        statement | who | kind        | earned     | contract | amount
        2013-06   | A   | job-outcome | 2013-06-27 | 2        | 1,200
        """,
    )


@exercises("S15", "S26")
def test_a_break_after_week_104_ends_it(settle: SettleCase) -> None:
    """After the allotted time the run that holds its last day goes on counting until
    its first day not in work; the job begun afterwards counts for nothing."""
    settle(
        programme(pays="job-outcome, sustainment"),
        """
        who | what     | on         | until      | group
        A   | referred | 2011-07-01 |            | 6
        A   | attached | 2011-07-01 |            |
        A   | in work  | 2013-05-01 | 2013-09-10 |
        A   | in work  | 2013-10-01 | 2014-09-30 |
        """,
        to="2014-12-31",
        lines="""
        statement | who | kind        | number | earned     | amount
        2013-07   | A   | job-outcome | 1      | 2013-07-30 | 1,200
        2013-08   | A   | sustainment | 1      | 2013-08-27 | 235
        """,
    )


@exercises("S15")
def test_work_begun_in_week_103_goes_on_counting(settle: SettleCase) -> None:
    """Work begun in week 103 earns an outcome and sustainments long after week 104;
    were days only counted inside the allotted time, nothing would be earned."""
    work_begun_in_week_103 = """
        who | what     | on         | until
        A   | referred | 2011-07-01 |
        A   | attached | 2011-07-01 |
        A   | in work  | 2013-06-17 | 2014-03-01
        """

    settle(
        programme(pays="job-outcome, sustainment"),
        work_begun_in_week_103,
        to="2014-12-31",
        lines="""
        statement | who | kind        | number | earned     | amount
        2013-12   | A   | job-outcome | 1      | 2013-12-15 | 1,200
        2014-01   | A   | sustainment | 1      | 2014-01-12 | 170
        2014-02   | A   | sustainment | 2      | 2014-02-09 | 170
        """,
    )
    settle(
        programme(pays="job-outcome, sustainment", run_on=False),
        work_begun_in_week_103,
        to="2014-12-31",
        lines=NOTHING,
    )


@exercises("S16")
def test_it_is_work_and_not_the_job_that_must_be_unbroken(settle: SettleCase) -> None:
    """One job ends on the last day of the allotted time or just before it. A begins
    another the next day and B within the bridge: one run, which reaches 13 weeks.
    C waits a third day: a break, and too late."""
    settle(
        programme(pays="job-outcome"),
        """
        who | what     | on         | until      | group
        A   | referred | 2011-07-01 |            | 6
        A   | attached | 2011-07-01 |            |
        A   | in work  | 2013-04-01 | 2013-06-27 |
        A   | in work  | 2013-06-28 | 2013-07-31 |
        B   | referred | 2011-07-01 |            | 6
        B   | attached | 2011-07-01 |            |
        B   | in work  | 2013-04-01 | 2013-06-26 |
        B   | in work  | 2013-06-29 | 2013-07-31 |
        C   | referred | 2011-07-01 |            | 6
        C   | attached | 2011-07-01 |            |
        C   | in work  | 2013-04-01 | 2013-06-27 |
        C   | in work  | 2013-07-01 | 2013-07-31 |
        """,
        to="2014-12-31",
        lines="""
        statement | who | kind        | earned     | amount
        2013-06   | A   | job-outcome | 2013-06-30 | 1,200
        2013-06   | B   | job-outcome | 2013-06-30 | 1,200
        """,
    )


@exercises("S17")
def test_the_last_run_adds_to_the_cumulative_count(settle: SettleCase) -> None:
    """The run that outlasts the allotted time serves the job outcome as well: 100 days
    in 2012 and 82 of a run begun in June 2013."""
    settle(
        programme(pays="job-outcome"),
        """
        who | what     | on         | until
        A   | referred | 2011-07-01 |
        A   | attached | 2011-07-01 |
        A   | in work  | 2012-01-01 | 2012-04-09
        A   | in work  | 2013-06-01 | 2013-12-31
        """,
        to="2014-12-31",
        lines="""
        statement | who | kind        | earned     | amount
        2013-08   | A   | job-outcome | 2013-08-21 | 1,200
        """,
    )


@exercises("S18")
def test_after_the_last_sustainment_nothing_is_earned(settle: SettleCase) -> None:
    """With a maximum of two sustainments the participant is complete at the second:
    the claim of a third is refused, however long the work lasts."""
    settle(
        programme(pays="job-outcome, sustainment", maximum=2),
        """
        who | what     | on         | until      | group | kind        | number
        A   | referred | 2011-07-01 |            | 6     |             |
        A   | attached | 2011-07-01 |            |       |             |
        A   | in work  | 2011-07-04 | 2012-06-30 |       |             |
        A   | claimed  | 2011-10-02 |            |       | job-outcome | 1
        A   | claimed  | 2011-10-30 |            |       | sustainment | 1
        A   | claimed  | 2011-11-27 |            |       | sustainment | 2
        A   | claimed  | 2011-12-25 |            |       | sustainment | 3
        """,
        to="2012-06-30",
        lines="""
        statement | who | kind        | number | earned     | amount
        2011-10   | A   | job-outcome | 1      | 2011-10-02 | 1,200
        2011-10   | A   | sustainment | 1      | 2011-10-30 | 235
        2011-11   | A   | sustainment | 2      | 2011-11-27 | 235
        """,
        unpaid="""
        who | kind        | number | reason
        A   | sustainment | 3      | not-reached
        """,
    )
