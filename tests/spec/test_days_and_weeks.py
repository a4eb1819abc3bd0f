"""Days and weeks."""

from tests.lib.cases import NOTHING, SettleCase, exercises
from tests.lib.programmes import programme


@exercises("S1")
def test_first_and_last_day_of_a_spell_count(settle: SettleCase) -> None:
    """A spell's first and last day are both days in work: 4 July to 1 January is 182
    days, and a day less is one too few."""
    settle(
        programme(pays="job-outcome"),
        """
        who | what     | on         | until
        A   | referred | 2011-07-01 |
        A   | attached | 2011-07-01 |
        A   | in work  | 2011-07-04 | 2012-01-01
        B   | referred | 2011-07-01 |
        B   | attached | 2011-07-01 |
        B   | in work  | 2011-07-04 | 2011-12-31
        """,
        to="2012-06-30",
        lines="""
        statement | who | kind        | earned     | amount
        2012-01   | A   | job-outcome | 2012-01-01 | 1,200
        """,
    )


@exercises("S2")
def test_an_end_names_the_spell_that_it_ends(settle: SettleCase) -> None:
    """`job-ended` carries the last day in work and names its spell, so that of two
    jobs held at once the other goes on."""
    settle(
        programme(pays="job-outcome"),
        """
        who | what        | on         | spell
        A   | referred    | 2011-07-01 |
        A   | attached    | 2011-07-01 |
        A   | job-started | 2011-07-04 | shop
        A   | job-started | 2011-07-04 | bar
        A   | job-ended   | 2011-09-30 | bar
        """,
        to="2012-01-31",
        lines="""
        statement | who | kind        | earned     | amount
        2012-01   | A   | job-outcome | 2012-01-01 | 1,200
        """,
    )


@exercises("S3")
def test_a_week_is_counted_from_ones_own_dates(settle: SettleCase) -> None:
    """A week is any seven days in a row: work begun on a Thursday makes 26 weeks on a
    Wednesday, and four weeks more on a Wednesday."""
    settle(
        programme(),
        """
        who | what     | on         | until
        A   | referred | 2014-07-01 |
        A   | attached | 2014-07-01 |
        A   | in work  | 2014-07-03 | 2015-01-28
        """,
        to="2015-06-30",
        lines="""
        statement | who | kind        | number | earned     | amount
        2014-07   | A   | attachment  | 1      | 2014-07-01 | 400
        2014-12   | A   | job-outcome | 1      | 2014-12-31 | 1,200
        2015-01   | A   | sustainment | 1      | 2015-01-28 | 170
        """,
    )


@exercises("S4")
def test_26_weeks_add_up_over_three_jobs(settle: SettleCase) -> None:
    """26 weeks are 182 days over all jobs: 40 days, 61 days and 81 days, though none
    of the three is a whole number of weeks."""
    settle(
        programme(pays="job-outcome"),
        """
        who | what     | on         | until
        A   | referred | 2011-07-01 |
        A   | attached | 2011-07-01 |
        A   | in work  | 2011-07-04 | 2011-08-12
        A   | in work  | 2011-09-01 | 2011-10-31
        A   | in work  | 2011-12-01 | 2012-03-31
        """,
        to="2012-06-30",
        lines="""
        statement | who | kind        | earned     | amount
        2012-02   | A   | job-outcome | 2012-02-19 | 1,200
        """,
    )


@exercises("S4")
def test_part_weeks_of_two_spells_add_up(settle: SettleCase) -> None:
    """13 weeks are 91 days: six weeks and three days in one job, and six weeks and
    four days in the next."""
    settle(
        programme(pays="job-outcome"),
        """
        who | what     | on         | until      | group
        A   | referred | 2011-07-01 |            | 6
        A   | attached | 2011-07-01 |            |
        A   | in work  | 2011-07-04 | 2011-08-17 |
        A   | in work  | 2011-09-01 | 2011-12-31 |
        """,
        to="2011-12-31",
        lines="""
        statement | who | kind        | earned     | amount
        2011-10   | A   | job-outcome | 2011-10-16 | 1,200
        """,
    )


@exercises("S5")
def test_a_day_in_two_jobs_counts_once(settle: SettleCase) -> None:
    """A day covered by two spells is one day in work."""
    settle(
        programme(pays="job-outcome"),
        """
        who | what     | on         | until
        A   | referred | 2011-07-01 |
        A   | attached | 2011-07-01 |
        A   | in work  | 2011-07-04 | 2011-10-01
        A   | in work  | 2011-09-01 | 2012-01-31
        """,
        to="2012-06-30",
        lines="""
        statement | who | kind        | earned     | amount
        2012-01   | A   | job-outcome | 2012-01-01 | 1,200
        """,
    )


@exercises("S6")
def test_a_job_that_ends_the_day_it_starts_is_one_day(settle: SettleCase) -> None:
    """A job that ends the day it starts is one day in work."""
    settle(
        programme(pays="job-outcome"),
        """
        who | what     | on         | until
        A   | referred | 2011-07-01 |
        A   | attached | 2011-07-01 |
        A   | in work  | 2011-07-05 | 2011-07-05
        A   | in work  | 2011-07-11 | 2012-01-31
        """,
        to="2012-06-30",
        lines="""
        statement | who | kind        | earned     | amount
        2012-01   | A   | job-outcome | 2012-01-07 | 1,200
        """,
    )


@exercises("S6")
def test_a_spell_that_ends_before_it_starts_counts_for_nothing(
    settle: SettleCase,
) -> None:
    """A spell whose end is before its start counts for nothing; the check of an event
    file refuses it."""
    settle(
        programme(pays="job-outcome"),
        """
        who | what        | on         | spell
        A   | referred    | 2011-07-01 |
        A   | attached    | 2011-07-01 |
        A   | job-started | 2011-07-04 | shop
        A   | job-ended   | 2011-07-03 | shop
        """,
        to="2012-06-30",
        lines=NOTHING,
    )


@exercises("S7")
def test_a_gap_from_friday_to_monday_is_bridged(settle: SettleCase) -> None:
    """A gap of one or two days between two spells counts as work; with no bridge the
    weekend is lost and the outcome comes two days later."""
    one_job_to_friday_the_next_from_monday = """
        who | what     | on         | until
        A   | referred | 2011-07-01 |
        A   | attached | 2011-07-01 |
        A   | in work  | 2011-07-04 | 2011-09-30
        A   | in work  | 2011-10-03 | 2012-01-31
        """

    settle(
        programme(pays="job-outcome"),
        one_job_to_friday_the_next_from_monday,
        to="2012-06-30",
        lines="""
        statement | who | kind        | earned     | amount
        2012-01   | A   | job-outcome | 2012-01-01 | 1,200
        """,
    )
    settle(
        programme(pays="job-outcome", bridge_days=0),
        one_job_to_friday_the_next_from_monday,
        to="2012-06-30",
        lines="""
        statement | who | kind        | earned     | amount
        2012-01   | A   | job-outcome | 2012-01-03 | 1,200
        """,
    )


@exercises("S7")
def test_a_bridged_weekend_keeps_a_sustainment_unbroken(settle: SettleCase) -> None:
    """The bridge serves sustainment too: A is back on Monday 10 October and is paid on
    the 30th; B is back on Tuesday, after three days, and starts again at 1."""
    settle(
        programme(pays="job-outcome, sustainment"),
        """
        who | what     | on         | until      | group
        A   | referred | 2011-07-01 |            | 6
        A   | attached | 2011-07-01 |            |
        A   | in work  | 2011-07-04 | 2011-10-07 |
        A   | in work  | 2011-10-10 | 2011-11-10 |
        B   | referred | 2011-07-01 |            | 6
        B   | attached | 2011-07-01 |            |
        B   | in work  | 2011-07-04 | 2011-10-07 |
        B   | in work  | 2011-10-11 | 2011-11-10 |
        """,
        to="2012-06-30",
        lines="""
        statement | who | kind        | earned     | amount
        2011-10   | A   | job-outcome | 2011-10-02 | 1,200
        2011-10   | A   | sustainment | 2011-10-30 | 235
        2011-10   | B   | job-outcome | 2011-10-02 | 1,200
        2011-11   | B   | sustainment | 2011-11-07 | 235
        """,
    )


@exercises("S7", "S53")
def test_a_day_in_a_gap_is_known_when_work_begins_again(settle: SettleCase) -> None:
    """A milestone earned on a bridged day is paid in the month in which work begins
    again, for only then is the gap known to be short: the 91st day is a Sunday, the
    last of the month."""
    settle(
        programme(pays="job-outcome"),
        """
        who | what     | on         | until      | group
        A   | referred | 2012-04-27 |            | 6
        A   | attached | 2012-04-27 |            |
        A   | in work  | 2012-07-02 | 2012-09-28 |
        A   | in work  | 2012-10-01 | 2012-10-31 |
        """,
        to="2012-12-31",
        lines="""
        statement | who | kind        | earned     | payable    | amount
        2012-10   | A   | job-outcome | 2012-09-30 | 2012-09-30 | 1,200
        """,
    )


@exercises("S8")
def test_a_day_on_benefit_is_never_a_day_in_work(settle: SettleCase) -> None:
    """Three days on benefit in the middle of a job put the outcome off by three."""
    settle(
        programme(pays="job-outcome"),
        """
        who | what       | on         | until
        A   | referred   | 2011-07-01 |
        A   | attached   | 2011-07-01 |
        A   | in work    | 2011-07-04 | 2012-01-31
        A   | on benefit | 2011-08-01 | 2011-08-03
        """,
        to="2012-06-30",
        lines="""
        statement | who | kind        | earned     | amount
        2012-01   | A   | job-outcome | 2012-01-04 | 1,200
        """,
    )


@exercises("S8")
def test_a_gap_with_a_day_on_benefit_is_never_bridged(settle: SettleCase) -> None:
    """A weekend between two jobs is not bridged if one of its days is on benefit."""
    settle(
        programme(pays="job-outcome"),
        """
        who | what       | on         | until
        A   | referred   | 2011-07-01 |
        A   | attached   | 2011-07-01 |
        A   | in work    | 2011-07-04 | 2011-09-30
        A   | on benefit | 2011-10-02 | 2011-10-02
        A   | in work    | 2011-10-03 | 2012-01-31
        """,
        to="2012-06-30",
        lines="""
        statement | who | kind        | earned     | amount
        2012-01   | A   | job-outcome | 2012-01-03 | 1,200
        """,
    )


@exercises("S9")
def test_any_paid_work_counts(settle: SettleCase) -> None:
    """Any paid employment or self-employment counts, whatever its hours."""
    settle(
        programme(pays="job-outcome"),
        """
        who | what        | on         | spell | code
        A   | referred    | 2011-07-01 |       |
        A   | attached    | 2011-07-01 |       |
        A   | job-started | 2011-07-04 | 1     | self-employed, 6 hours a week
        """,
        to="2012-06-30",
        lines="""
        statement | who | kind        | earned     | amount
        2012-01   | A   | job-outcome | 2012-01-01 | 1,200
        """,
    )


@exercises("S10")
def test_an_open_spell_counts_up_to_the_settlement_date(settle: SettleCase) -> None:
    """A spell without an end counts up to the settlement date and no further."""
    a_job_without_an_end = """
        who | what     | on         | until
        A   | referred | 2011-07-01 |
        A   | attached | 2011-07-01 |
        A   | in work  | 2011-07-04 |
        """

    settle(
        programme(pays="job-outcome"),
        a_job_without_an_end,
        to="2011-12-31",
        lines=NOTHING,
    )
    settle(
        programme(pays="job-outcome"),
        a_job_without_an_end,
        to="2012-01-31",
        lines="""
        statement | who | kind        | earned     | amount
        2012-01   | A   | job-outcome | 2012-01-01 | 1,200
        """,
    )


@exercises("S11")
def test_a_spell_counts_from_its_report_until_it_is_rejected(
    settle: SettleCase,
) -> None:
    """A spell needs no evidence to count, and stops counting when a validation
    rejects it."""
    settle(
        programme(pays="job-outcome"),
        """
        who | what     | on         | until      | spell
        A   | referred | 2011-07-01 |            |
        A   | attached | 2011-07-01 |            |
        A   | in work  | 2011-07-04 | 2012-01-31 | shop
        A   | rejected | 2012-03-05 |            | shop
        """,
        to="2012-06-30",
        lines="""
        statement | who | kind        | earned     | amount | reason
        2012-01   | A   | job-outcome | 2012-01-01 | 1,200  | earned
        2012-03   | A   | job-outcome | 2012-01-01 | -1,200 | no-longer-follows
        """,
    )
