"""The job outcome."""

from tests.lib.cases import NOTHING, SettleCase, exercises
from tests.lib.programmes import programme


@exercises("S19")
def test_it_is_earned_on_the_day_that_makes_the_number(settle: SettleCase) -> None:
    """The outcome is earned on the 182nd or 91st day in work itself: a job begun on
    2 October 2011 earns it on 31 March 2012, in the old contract year and in the
    statement of March."""
    settle(
        programme(pays="job-outcome"),
        """
        who | what     | on         | until      | group
        A   | referred | 2011-07-01 |            | 1
        A   | attached | 2011-07-01 |            |
        A   | in work  | 2011-10-02 | 2012-04-30 |
        B   | referred | 2011-07-01 |            | 6
        B   | attached | 2011-07-01 |            |
        B   | in work  | 2012-01-01 | 2012-04-30 |
        """,
        to="2012-06-30",
        lines="""
        statement | who | kind        | earned     | amount
        2012-03   | A   | job-outcome | 2012-03-31 | 1,200
        2012-03   | B   | job-outcome | 2012-03-31 | 1,200
        """,
    )


@exercises("S20")
def test_one_job_outcome_a_participant(settle: SettleCase) -> None:
    """However many jobs follow, a participant earns one job outcome."""
    settle(
        programme(pays="job-outcome"),
        """
        who | what     | on         | until      | group
        A   | referred | 2011-07-01 |            | 6
        A   | attached | 2011-07-01 |            |
        A   | in work  | 2011-07-04 | 2011-10-31 |
        A   | in work  | 2012-01-01 | 2012-12-31 |
        """,
        to="2013-06-30",
        lines="""
        statement | who | kind        | earned     | amount
        2011-10   | A   | job-outcome | 2011-10-02 | 1,200
        """,
    )


@exercises("S20", "S11")
def test_an_outcome_struck_out_does_not_use_up_the_one(settle: SettleCase) -> None:
    """When validation strikes out the job behind an outcome the money goes back, and
    the next job can earn the outcome again."""
    settle(
        programme(pays="job-outcome"),
        """
        who | what     | on         | until      | group | spell
        A   | referred | 2011-07-01 |            | 6     |
        A   | attached | 2011-07-01 |            |       |
        A   | in work  | 2011-07-04 | 2011-10-31 |       | shop
        A   | rejected | 2011-11-15 |            |       | shop
        A   | in work  | 2011-11-01 | 2012-03-31 |       | bar
        """,
        to="2012-06-30",
        lines="""
        statement | who | kind        | number | earned     | amount
        2011-10   | A   | job-outcome | 1      | 2011-10-02 | 1,200
        2011-11   | A   | job-outcome | 1      | 2011-10-02 | -1,200
        2012-01   | A   | job-outcome | 1      | 2012-01-30 | 1,200
        """,
    )


@exercises("S21")
def test_26_weeks_or_13_by_the_group_at_referral(settle: SettleCase) -> None:
    """Groups 1, 2 and 9 need 26 weeks in work and groups 3 to 8 need 13."""
    settle(
        programme(pays="job-outcome"),
        """
        who    | what     | on         | until      | group
        1      | referred | 2011-07-01 |            | 1
        2      | referred | 2011-07-01 |            | 2
        3      | referred | 2011-07-01 |            | 3
        4      | referred | 2011-07-01 |            | 4
        5      | referred | 2011-07-01 |            | 5
        6      | referred | 2011-07-01 |            | 6
        7      | referred | 2011-07-01 |            | 7
        8      | referred | 2011-07-01 |            | 8
        9      | referred | 2011-07-01 |            | 9
        1 to 9 | attached | 2011-07-01 |            |
        1 to 9 | in work  | 2011-07-04 | 2012-01-31 |
        """,
        to="2012-06-30",
        lines="""
        statement | who | group | kind        | earned     | amount
        2011-10   | 3   | 3     | job-outcome | 2011-10-02 | 1,200
        2011-10   | 4   | 4     | job-outcome | 2011-10-02 | 1,200
        2011-10   | 5   | 5     | job-outcome | 2011-10-02 | 1,000
        2011-10   | 6   | 6     | job-outcome | 2011-10-02 | 1,200
        2011-10   | 7   | 7     | job-outcome | 2011-10-02 | 3,500
        2011-10   | 8   | 8     | job-outcome | 2011-10-02 | 1,000
        2012-01   | 1   | 1     | job-outcome | 2012-01-01 | 1,200
        2012-01   | 2   | 2     | job-outcome | 2012-01-01 | 1,200
        2012-01   | 9   | 9     | job-outcome | 2012-01-01 | 1,200
        """,
    )


@exercises("S22")
def test_breaks_never_reset_the_count(settle: SettleCase) -> None:
    """Half of the days in 2011 and half in 2013 make one outcome; a programme that
    asks for unbroken work would pay nothing."""
    thirteen_weeks_twice = """
        who | what     | on         | until
        A   | referred | 2011-07-01 |
        A   | attached | 2011-07-01 |
        A   | in work  | 2011-07-04 | 2011-10-02
        A   | in work  | 2013-01-01 | 2013-04-30
        """

    settle(
        programme(pays="job-outcome"),
        thirteen_weeks_twice,
        to="2013-06-30",
        lines="""
        statement | who | kind        | earned     | amount
        2013-04   | A   | job-outcome | 2013-04-01 | 1,200
        """,
    )
    settle(
        programme(pays="job-outcome", unbroken=True),
        thirteen_weeks_twice,
        to="2013-06-30",
        lines=NOTHING,
    )
