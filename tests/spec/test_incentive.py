"""The incentive."""

from tests.lib.cases import NOTHING, SettleCase, exercises
from tests.lib.programmes import programme


A_QUARTER = """
group | year | level | non-intervention
6     | 3    | 0.30  | 0.25
"""


@exercises("S59")
def test_each_outcome_above_130_per_cent_earns_1000(settle: SettleCase) -> None:
    """Each outcome above 1.3 x non-intervention rate x referrals earns £1,000. Both
    contracts have four referrals, so a threshold of 1.3: three outcomes earn two
    incentives under contract 1, and one outcome none under contract 2. They are not
    pooled."""
    settle(
        programme(pays="incentive", incentive=True, levels=A_QUARTER),
        """
        who    | what     | on         | until      | group | contract
        1 to 4 | referred | 2014-04-07 |            | 6     | 1
        5 to 8 | referred | 2014-04-07 |            | 6     | 2
        1 to 8 | attached | 2014-04-07 |            |       |
        1      | in work  | 2014-05-01 | 2014-07-30 |       |
        2      | in work  | 2014-06-01 | 2014-08-30 |       |
        3      | in work  | 2014-07-01 | 2014-09-29 |       |
        5      | in work  | 2014-05-01 | 2014-07-30 |       |
        """,
        to="2015-12-31",
        lines="""
        statement | contract | who | group | kind      | number | earned     | amount
        2015-04   | 1        | 2   | 6     | incentive | 1      | 2015-03-31 | 1,000
        2015-04   | 1        | 3   | 6     | incentive | 1      | 2015-03-31 | 1,000
        """,
    )


@exercises("S59")
def test_years_before_the_fourth_and_other_groups_earn_none(
    settle: SettleCase,
) -> None:
    """Outcomes of 2013-14 earn no incentive, nor do those of group 7."""
    settle(
        programme(pays="incentive", incentive=True, levels=A_QUARTER),
        """
        who | what     | on         | until      | group
        A   | referred | 2013-05-07 |            | 6
        A   | attached | 2013-05-07 |            |
        A   | in work  | 2013-06-01 | 2013-08-30 |
        B   | referred | 2014-05-07 |            | 7
        B   | attached | 2014-05-07 |            |
        B   | in work  | 2014-06-01 | 2014-08-30 |
        """,
        to="2015-12-31",
        lines=NOTHING,
    )


@exercises("S60")
def test_outcomes_by_year_earned_referrals_by_year_made(settle: SettleCase) -> None:
    """The threshold of 2014-15 is 0.65, from the referrals B and C. A's outcome counts
    against it though A was referred the year before; B's, earned in April 2015, does
    not."""
    settle(
        programme(pays="incentive", incentive=True, levels=A_QUARTER),
        """
        who | what     | on         | until      | group
        A   | referred | 2014-03-03 |            | 6
        A   | attached | 2014-03-03 |            |
        A   | in work  | 2014-05-01 | 2014-07-30 |
        B   | referred | 2014-09-01 |            | 6
        B   | attached | 2014-09-01 |            |
        B   | in work  | 2015-01-05 | 2015-04-05 |
        C   | referred | 2014-09-01 |            | 6
        """,
        to="2015-12-31",
        lines="""
        statement | who | kind      | earned     | amount
        2015-04   | A   | incentive | 2015-03-31 | 1,000
        """,
    )


@exercises("S61")
def test_the_threshold_is_exact(settle: SettleCase) -> None:
    """1.3 x 30% of 100 referrals is exactly 39, so the 40th outcome is the first to
    earn; of 250 referrals it is 97.5, so the 98th is."""
    thirty_per_cent = """
    group | year | level | non-intervention
    6     | 3    | 0.33  | 0.30
    """

    settle(
        programme(pays="incentive", incentive=True, levels=thirty_per_cent),
        """
        who      | what     | on         | until      | group
        1 to 100 | referred | 2014-04-07 |            | 6
        1 to 40  | attached | 2014-04-07 |            |
        1 to 40  | in work  | 2014-05-01 | 2014-07-30 |
        """,
        to="2015-12-31",
        lines="""
        statement | who | kind      | earned     | amount
        2015-04   | 40  | incentive | 2015-03-31 | 1,000
        """,
    )
    settle(
        programme(pays="incentive", incentive=True, levels=thirty_per_cent),
        """
        who      | what     | on         | until      | group
        1 to 250 | referred | 2014-04-07 |            | 6
        1 to 98  | attached | 2014-04-07 |            |
        1 to 98  | in work  | 2014-05-01 | 2014-07-30 |
        """,
        to="2015-12-31",
        lines="""
        statement | who | kind      | earned     | amount
        2015-04   | 98  | incentive | 2015-03-31 | 1,000
        """,
    )


@exercises("S62")
def test_a_threshold_crossed_mid_year_pays_after_the_year(settle: SettleCase) -> None:
    """The second outcome crosses the threshold in August, but referrals are not known
    before the year has ended: nothing is provisional. It is earned on 31 March and
    payable on 30 April, and four people referred in February have by then raised the
    threshold to 2.6."""
    four_more_referred_in_february = """
        who    | what     | on         | until      | group
        1 to 4 | referred | 2014-04-07 |            | 6
        1 to 4 | attached | 2014-04-07 |            |
        1      | in work  | 2014-05-01 | 2014-07-30 |
        2      | in work  | 2014-06-01 | 2014-08-30 |
        3      | in work  | 2014-07-01 | 2014-09-29 |
        5 to 8 | referred | 2015-02-02 |            | 6
        """

    settle(
        programme(pays="incentive", incentive=True, levels=A_QUARTER),
        four_more_referred_in_february,
        to="2015-03-31",
        lines=NOTHING,
    )
    settle(
        programme(pays="incentive", incentive=True, levels=A_QUARTER),
        four_more_referred_in_february,
        to="2015-04-30",
        lines="""
        statement | who | kind      | earned     | payable    | amount
        2015-04   | 3   | incentive | 2015-03-31 | 2015-04-30 | 1,000
        """,
    )


@exercises("S63")
def test_outcomes_count_by_day_then_participant(settle: SettleCase) -> None:
    """Of two outcomes of one day that of the lower participant number counts first,
    and each incentive names its participant."""
    settle(
        programme(pays="incentive", incentive=True, levels=A_QUARTER),
        """
        who     | what     | on         | until      | group
        7 to 10 | referred | 2014-04-07 |            | 6
        7 to 10 | attached | 2014-04-07 |            |
        10      | in work  | 2014-05-01 | 2014-07-30 |
        9       | in work  | 2014-05-01 | 2014-07-30 |
        """,
        to="2015-12-31",
        lines="""
        statement | who | kind      | earned     | amount
        2015-04   | 10  | incentive | 2015-03-31 | 1,000
        """,
    )


@exercises("S64")
def test_later_changes_reckon_a_closed_year_again(settle: SettleCase) -> None:
    """In July 2015 the first outcome is struck out. Two are left above a threshold of
    1.3, so the third participant keeps the incentive and the second's is taken back."""
    settle(
        programme(pays="incentive", incentive=True, levels=A_QUARTER),
        """
        who    | what     | on         | until      | group | spell
        1 to 4 | referred | 2014-04-07 |            | 6     |
        1 to 4 | attached | 2014-04-07 |            |       |
        1      | in work  | 2014-05-01 | 2014-07-30 |       | shop
        2      | in work  | 2014-06-01 | 2014-08-30 |       | bar
        3      | in work  | 2014-07-01 | 2014-09-29 |       | farm
        1      | rejected | 2015-07-06 |            |       | shop
        """,
        to="2015-12-31",
        lines="""
        statement | who | kind      | earned     | payable    | amount
        2015-04   | 2   | incentive | 2015-03-31 | 2015-04-30 | 1,000
        2015-04   | 3   | incentive | 2015-03-31 | 2015-04-30 | 1,000
        2015-07   | 2   | incentive | 2015-03-31 | 2015-04-30 | -1,000
        """,
    )


@exercises("S60", "S64")
def test_only_outcomes_that_were_claimed_count(settle: SettleCase) -> None:
    """An outcome that nobody claimed earns no incentive and counts for none; claimed in
    June 2015, it raises the count of the closed year."""
    settle(
        programme(pays="incentive", incentive=True, levels=A_QUARTER),
        """
        who    | what     | on         | until      | group | kind
        1 to 4 | referred | 2014-04-07 |            | 6     |
        1 to 4 | attached | 2014-04-07 |            |       |
        1      | in work  | 2014-05-01 | 2014-07-30 |       |
        2      | in work  | 2014-06-01 | 2014-08-30 |       |
        3      | in work  | 2014-07-01 | 2014-09-29 |       |
        2      | claimed  | 2014-09-01 |            |       | job-outcome
        3      | claimed  | 2014-10-01 |            |       | job-outcome
        1      | claimed  | 2015-06-01 |            |       | job-outcome
        """,
        to="2015-12-31",
        lines="""
        statement | who | kind      | earned     | amount
        2015-04   | 3   | incentive | 2015-03-31 | 1,000
        2015-06   | 2   | incentive | 2015-03-31 | 1,000
        """,
    )


@exercises("S60", "S64")
def test_a_rejected_outcome_counts_once_the_rejection_is_lifted(
    settle: SettleCase,
) -> None:
    """An outcome struck out on validation counts for no incentive, whatever else
    becomes known of the job; when a validation lifts the rejection it counts."""
    settle(
        programme(pays="incentive", incentive=True, levels=A_QUARTER),
        """
        who | what        | on         | known      | group | spell | kind
        A   | referred    | 2014-04-07 |            | 6     |       |
        A   | attached    | 2014-04-07 |            |       |       |
        A   | job-started | 2014-05-01 |            |       | shop  |
        A   | claimed     | 2014-08-01 |            |       |       | job-outcome
        A   | rejected    | 2014-09-01 |            |       |       | job-outcome
        A   | job-ended   | 2014-07-31 | 2015-06-05 |       | shop  |
        A   | validated   | 2015-09-07 |            |       |       | job-outcome
        """,
        to="2015-12-31",
        lines="""
        statement | who | kind      | earned     | payable    | amount
        2015-09   | A   | incentive | 2015-03-31 | 2015-04-30 | 1,000
        """,
    )


@exercises("S55", "S64")
def test_an_incentive_that_still_follows_is_left_alone(settle: SettleCase) -> None:
    """In July 2015 the participant's group is corrected from 6 to 1. The outcome now
    falls on another day of the same year and still earns £1,000 for the same contract
    and participant, so the line is left as it is."""
    settle(
        programme(
            pays="incentive",
            incentive=True,
            levels="""
            group | year | level | non-intervention
            1     | 3    | 0.30  | 0.25
            6     | 3    | 0.30  | 0.25
            """,
        ),
        """
        who | what            | on         | until      | known      | group
        A   | referred        | 2014-04-07 |            |            | 6
        A   | attached        | 2014-04-07 |            |            |
        A   | in work         | 2014-05-01 | 2014-12-31 |            |
        A   | group-corrected | 2014-04-07 |            | 2015-07-06 | 1
        """,
        to="2015-12-31",
        lines="""
        statement | who | group | kind      | earned     | amount
        2015-04   | A   | 6     | incentive | 2015-03-31 | 1,000
        """,
    )


@exercises("S65")
def test_the_last_known_level_goes_on(settle: SettleCase) -> None:
    """Where no later rate is known that of 2013-14 stands: it sets the threshold of
    2015-16 as well."""
    settle(
        programme(pays="incentive", incentive=True, levels=A_QUARTER),
        """
        who    | what     | on         | until      | group
        1 to 4 | referred | 2015-04-07 |            | 6
        1 to 2 | attached | 2015-04-07 |            |
        1      | in work  | 2015-05-01 | 2015-07-30 |
        2      | in work  | 2015-06-01 | 2015-08-30 |
        """,
        to="2016-12-31",
        lines="""
        statement | who | kind      | earned     | amount
        2016-04   | 2   | incentive | 2016-03-31 | 1,000
        """,
    )
