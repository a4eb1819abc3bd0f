"""Performance."""

from tests.lib.cases import NOTHING, MeasureCase, exercises
from tests.lib.programmes import programme


HALF = """
group | year | level | non-intervention
6     | 1    | 0.5   | 0.2
"""


@exercises("S70")
def test_outcomes_count_in_the_year_earned(measure: MeasureCase) -> None:
    """The level of a contract year counts the outcomes earned in it, whoever was
    referred when, under the contract holding the participant that day: A, referred to
    contract 1 in the first year, counts for contract 2 in the second."""
    measure(
        programme(levels=HALF),
        """
        who | what        | on         | until      | group | contract
        A   | referred    | 2012-01-02 |            | 6     | 1
        A   | attached    | 2012-01-02 |            |       |
        A   | in work     | 2012-05-01 | 2012-07-30 |       |
        A   | transferred | 2012-06-01 |            |       | 2
        B   | referred    | 2012-05-01 |            | 6     | 2
        """,
        to="2013-03-31",
        levels="""
        contract year | contract | outcomes | referrals | rate   | level | met
        1             | 1        | 0        | 1         | 0.0%   | 50.0% | no
        2             | 2        | 1        | 1         | 100.0% | 50.0% | yes
        """,
    )


@exercises("S70")
def test_an_outcome_counts_when_claimed_and_not_struck_out(
    measure: MeasureCase,
) -> None:
    """Of three outcomes one was claimed, one was claimed and rejected, and one was
    never claimed: one counts."""
    measure(
        programme(levels=HALF),
        """
        who    | what     | on         | until      | group | kind
        1 to 3 | referred | 2011-07-01 |            | 6     |
        1 to 3 | attached | 2011-07-01 |            |       |
        1 to 3 | in work  | 2011-07-04 | 2011-10-02 |       |
        1 to 2 | claimed  | 2011-10-03 |            |       | job-outcome
        2      | rejected | 2011-12-01 |            |       | job-outcome
        """,
        to="2012-03-31",
        levels="""
        contract year | contract | outcomes | referrals | rate  | met
        1             | 1        | 1        | 3         | 33.3% | no
        """,
    )


@exercises("S71")
def test_who_is_in_the_denominator(measure: MeasureCase) -> None:
    """A referral counts though nobody was attached (A). A cancelled one (B) and a
    repeat (C's second) do not, and are shown as excluded."""
    measure(
        programme(levels=HALF),
        """
        who | what               | on         | until      | group | contract
        A   | referred           | 2011-07-01 |            | 6     | 1
        B   | referred           | 2011-07-01 |            | 6     | 1
        B   | referral-cancelled | 2011-07-20 |            |       | 1
        C   | referred           | 2011-07-01 |            | 6     | 1
        C   | referred           | 2011-11-01 |            | 6     | 1
        D   | referred           | 2011-07-01 |            | 6     | 1
        D   | attached           | 2011-07-01 |            |       |
        D   | in work            | 2011-07-04 | 2011-10-02 |       |
        """,
        to="2012-03-31",
        levels="""
        contract year | contract | outcomes | referrals | excluded | rate
        1             | 1        | 1        | 3         | 2        | 33.3%
        """,
    )


@exercises("S72")
def test_a_level_is_met_on_exact_fractions(measure: MeasureCase) -> None:
    """1 of 2 meets a level of exactly 50%. Without referrals there is no rate, and the
    level is neither met nor missed. A rate may exceed 100%."""
    measure(
        programme(levels=HALF),
        """
        who     | what     | on         | until      | group | contract
        1 to 2  | referred | 2011-07-01 |            | 6     | 1
        1       | attached | 2011-07-01 |            |       |
        1       | in work  | 2011-07-04 | 2011-10-02 |       |
        3       | referred | 2012-03-01 |            | 6     | 2
        3       | attached | 2012-03-01 |            |       |
        3       | in work  | 2012-05-01 | 2012-07-30 |       |
        4 to 5  | referred | 2012-03-01 |            | 6     | 3
        4 to 5  | attached | 2012-03-01 |            |       |
        4 to 5  | in work  | 2012-05-01 | 2012-07-30 |       |
        6       | referred | 2012-06-01 |            | 6     | 3
        """,
        to="2013-03-31",
        levels="""
        contract year | contract | outcomes | referrals | rate   | met
        1             | 1        | 1        | 2         | 50.0%  | yes
        1             | 2        | 0        | 1         | 0.0%   | no
        1             | 3        | 0        | 2         | 0.0%   | no
        2             | 2        | 1        | 0         |        |
        2             | 3        | 2        | 1         | 200.0% | yes
        """,
    )


@exercises("S73")
def test_the_first_year_has_its_own_level(measure: MeasureCase) -> None:
    """Year 1 has ten months and a level of its own, which is not scaled: 1 of 20 meets
    5%, and misses the 30% of year 2."""
    measure(
        programme(
            levels="""
            group | year | level | non-intervention
            6     | 1    | 0.05  | 0.02
            6     | 2    | 0.30  | 0.20
            """,
        ),
        """
        who      | what     | on         | until      | group
        1 to 20  | referred | 2011-07-01 |            | 6
        21 to 40 | referred | 2012-04-02 |            | 6
        1        | attached | 2011-07-01 |            |
        21       | attached | 2012-04-02 |            |
        1        | in work  | 2011-07-04 | 2011-10-02 |
        21       | in work  | 2012-05-01 | 2012-07-30 |
        """,
        to="2013-03-31",
        levels="""
        contract year | outcomes | referrals | rate | level | met
        1             | 1        | 20        | 5.0% | 5.0%  | yes
        2             | 1        | 20        | 5.0% | 30.0% | no
        """,
    )


@exercises("S74")
def test_a_cohort_is_a_month_and_ends_with_a_month(measure: MeasureCase) -> None:
    """Of those referred in June 2011, A on the first and B on the last day of it, the
    12-month measure counts outcomes to 30 June 2012: A's of that day, not B's of the
    next."""
    measure(
        programme(),
        """
        who | what     | on         | until      | group
        A   | referred | 2011-06-01 |            | 6
        A   | attached | 2011-06-01 |            |
        A   | in work  | 2012-04-01 | 2012-06-30 |
        B   | referred | 2011-06-30 |            | 6
        B   | attached | 2011-06-30 |            |
        B   | in work  | 2012-04-02 | 2012-07-01 |
        """,
        to="2013-06-30",
        only={"group": "", "contract": ""},
        cohorts="""
        month   | months | outcomes | referrals | rate
        2011-06 | 12     | 1        | 2         | 50.0%
        2011-06 | 24     | 2        | 2         | 100.0%
        """,
    )


@exercises("S75")
def test_a_cohort_that_cannot_be_followed_has_no_rate(measure: MeasureCase) -> None:
    """The measure exists only when the data reach its last day: a day before, the
    cohort is shown with its counts so far and no rate."""
    measure(
        programme(),
        """
        who | what     | on         | until      | group
        A   | referred | 2011-06-01 |            | 6
        A   | attached | 2011-06-01 |            |
        A   | in work  | 2012-04-01 | 2012-06-30 |
        B   | referred | 2011-06-30 |            | 6
        """,
        to="2013-06-29",
        only={"group": "", "contract": ""},
        cohorts="""
        month   | months | outcomes | referrals | rate
        2011-06 | 12     | 1        | 2         | 50.0%
        2011-06 | 24     | 1        | 2         |
        """,
    )


@exercises("S76")
def test_a_cohort_stays_with_its_referral(measure: MeasureCase) -> None:
    """The cohort is counted under the contract of the referral, though A's outcome was
    earned under another; a cancelled referral is left out."""
    measure(
        programme(),
        """
        who | what               | on         | until      | group | contract
        A   | referred           | 2011-06-01 |            | 6     | 1
        A   | attached           | 2011-06-01 |            |       |
        A   | transferred        | 2011-08-01 |            |       | 2
        A   | in work            | 2011-09-01 | 2011-12-31 |       |
        B   | referred           | 2011-06-02 |            | 6     | 1
        B   | referral-cancelled | 2011-06-20 |            |       | 1
        """,
        to="2012-06-30",
        only={"months": "12", "contract": "1"},
        cohorts="""
        month   | contract | outcomes | referrals | excluded | rate
        2011-06 | 1        | 1        | 1         | 1        | 100.0%
        """,
    )


@exercises("S77")
def test_equal_rates_share_a_rank(measure: MeasureCase) -> None:
    """Contracts 1 and 2 share the first rank at 50%, the one with more referrals listed
    first; contract 3 is third."""
    measure(
        programme(minimum_ranked=1),
        """
        who     | what     | on         | until      | group | contract
        1 to 2  | referred | 2011-07-01 |            | 6     | 1
        3 to 6  | referred | 2011-07-01 |            | 6     | 2
        7 to 8  | referred | 2011-07-01 |            | 6     | 3
        1       | attached | 2011-07-01 |            |       |
        3 to 4  | attached | 2011-07-01 |            |       |
        1       | in work  | 2011-07-04 | 2011-10-02 |       |
        3 to 4  | in work  | 2011-07-04 | 2011-10-02 |       |
        """,
        to="2012-03-31",
        only={"scope": "national", "group": "6"},
        league="""
        rank | contract | outcomes | referrals | rate
        1    | 2        | 2        | 4         | 50.0%
        1    | 1        | 1        | 2         | 50.0%
        3    | 3        | 0        | 2         | 0.0%
        """,
    )


@exercises("S78")
def test_too_few_are_not_ranked(measure: MeasureCase) -> None:
    """A contract with 29 referrals is listed last and without a rank, whatever its
    rate; with 30 it is ranked."""
    measure(
        programme(),
        """
        who      | what     | on         | until      | group | contract
        1 to 29  | referred | 2011-07-01 |            | 6     | 1
        31 to 60 | referred | 2011-07-01 |            | 6     | 2
        1 to 29  | attached | 2011-07-01 |            |       |
        31       | attached | 2011-07-01 |            |       |
        1 to 29  | in work  | 2011-07-04 | 2011-10-02 |       |
        31       | in work  | 2011-07-04 | 2011-10-02 |       |
        """,
        to="2012-03-31",
        only={"scope": "national", "group": "6"},
        league="""
        rank | contract | outcomes | referrals | rate
        1    | 2        | 1        | 30        | 3.3%
             | 1        | 29       | 29        | 100.0%
        """,
    )


@exercises("S79")
def test_intervals_are_wilsons(measure: MeasureCase) -> None:
    """Intervals are Wilson 95%: 5 of 10 lies between 23.7% and 76.3%, and 0 of 10
    between 0 and 27.8%."""
    measure(
        programme(minimum_ranked=1),
        """
        who      | what     | on         | until      | group | contract
        1 to 10  | referred | 2011-07-01 |            | 6     | 1
        11 to 20 | referred | 2011-07-01 |            | 6     | 2
        1 to 5   | attached | 2011-07-01 |            |       |
        1 to 5   | in work  | 2011-07-04 | 2011-10-02 |       |
        """,
        to="2012-03-31",
        only={"scope": "national", "group": "6"},
        league="""
        rank | contract | outcomes | referrals | rate  | low   | high
        1    | 1        | 5        | 10        | 50.0% | 23.7% | 76.3%
        2    | 2        | 0        | 10        | 0.0%  | 0.0%  | 27.8%
        """,
    )


@exercises("S80")
def test_five_points_move_from_the_lowest_to_the_highest(
    measure: MeasureCase,
) -> None:
    """A shift moves five percentage points of the area's referrals in the group from
    the contract with the lowest rate to that with the highest; the third is
    untouched."""
    measure(
        programme(
            share_shift=True,
            one_area=True,
            levels=HALF,
            shares="""
            contract | share
            1        | 0.4
            2        | 0.3
            3        | 0.3
            """,
        ),
        """
        who    | what     | on         | until      | group | contract
        1 to 2 | referred | 2012-05-01 |            | 6     | 1
        3 to 4 | referred | 2012-05-01 |            | 6     | 2
        5 to 6 | referred | 2012-05-01 |            | 6     | 3
        4 to 6 | attached | 2012-05-01 |            |       |
        4 to 6 | in work  | 2012-05-07 | 2012-08-05 |       |
        """,
        to="2013-03-31",
        share_shifts="""
        area | group | from contract | to contract | size | shares after
        A    | 6     | 1             | 3           | 5.0% | 1: 35.0%, 2: 30.0%, 3: 35.0%
        """,
    )


@exercises("S81")
def test_shifts_add_up_and_no_share_falls_below_zero(measure: MeasureCase) -> None:
    """Contract 1 is the lower in two years. The second shift starts from the shares
    that the first left, and moves the three points that are there."""
    measure(
        programme(
            share_shift=True,
            levels=HALF,
            shares="""
            contract | share
            1        | 0.08
            2        | 0.92
            3        | 1
            """,
        ),
        """
        who | what     | on         | until      | group | contract
        1   | referred | 2012-05-01 |            | 6     | 1
        2   | referred | 2012-05-01 |            | 6     | 2
        2   | attached | 2012-05-01 |            |       |
        2   | in work  | 2012-05-07 | 2012-08-05 |       |
        3   | referred | 2013-05-01 |            | 6     | 1
        4   | referred | 2013-05-01 |            | 6     | 2
        4   | attached | 2013-05-01 |            |       |
        4   | in work  | 2013-05-06 | 2013-08-04 |       |
        """,
        to="2014-03-31",
        share_shifts="""
        contract year | from contract | to contract | size | shares after
        2             | 1             | 2           | 5.0% | 1: 3.0%, 2: 97.0%
        3             | 1             | 2           | 3.0% | 1: 0.0%, 2: 100.0%
        """,
    )


@exercises("S82")
def test_a_shift_is_proposed_at_three_points(measure: MeasureCase) -> None:
    """A shift is proposed when the rates of the last full year differ by three points
    or more, not before the end of year 2, from a stated day. 3 of 100 against 0 of 100
    is enough; a point less is not."""
    rules = programme(
        share_shift=True,
        levels=HALF,
        shares="""
        contract | share
        1        | 0.5
        2        | 0.5
        3        | 1
        """,
    )

    measure(
        rules,
        """
        who        | what     | on         | until      | group | contract
        1 to 100   | referred | 2012-05-01 |            | 6     | 1
        101 to 200 | referred | 2012-05-01 |            | 6     | 2
        1 to 3     | attached | 2012-05-01 |            |       |
        1 to 3     | in work  | 2012-05-07 | 2012-08-05 |       |
        """,
        to="2013-03-31",
        share_shifts="""
        contract year | from contract | to contract | from rate | to rate | first day
        2             | 2             | 1           | 0.0%      | 3.0%    | 2013-10-01
        """,
    )
    measure(
        rules,
        """
        who        | what     | on         | until      | group | contract
        1 to 100   | referred | 2012-05-01 |            | 6     | 1
        101 to 200 | referred | 2012-05-01 |            | 6     | 2
        1 to 2     | attached | 2012-05-01 |            |       |
        1 to 2     | in work  | 2012-05-07 | 2012-08-05 |       |
        """,
        to="2013-03-31",
        share_shifts=NOTHING,
    )


@exercises("S82")
def test_the_first_year_moves_no_shares(measure: MeasureCase) -> None:
    """However far apart the rates of year 1, no shift follows from them."""
    measure(
        programme(
            share_shift=True,
            levels=HALF,
            shares="""
            contract | share
            1        | 0.5
            2        | 0.5
            3        | 1
            """,
        ),
        """
        who | what     | on         | until      | group | contract
        1   | referred | 2011-07-01 |            | 6     | 1
        2   | referred | 2011-07-01 |            | 6     | 2
        1   | attached | 2011-07-01 |            |       |
        1   | in work  | 2011-07-04 | 2011-10-02 |       |
        """,
        to="2012-03-31",
        share_shifts=NOTHING,
    )


@exercises("S84")
def test_rates_are_printed_to_one_decimal_half_up(measure: MeasureCase) -> None:
    """1 of 16 is 6.25%: it meets a level of 6.25%, and both are printed as 6.3%."""
    measure(
        programme(
            levels="""
            group | year | level  | non-intervention
            6     | 1    | 0.0625 | 0.02
            """,
        ),
        """
        who     | what     | on         | until      | group
        1 to 16 | referred | 2011-07-01 |            | 6
        1       | attached | 2011-07-01 |            |
        1       | in work  | 2011-07-04 | 2011-10-02 |
        """,
        to="2012-03-31",
        levels="""
        contract year | outcomes | referrals | rate | level | met
        1             | 1        | 16        | 6.3% | 6.3%  | yes
        """,
    )


@exercises("S85")
def test_a_missed_level_is_flagged_until_it_is_met(measure: MeasureCase) -> None:
    """A contract and group is flagged when a year misses its level, and again in each
    quarter's rolling 12 months until one meets it: year 1 and the 12 months to June
    2012 miss 50%, those to September meet it."""
    measure(
        programme(levels=HALF),
        """
        who    | what     | on         | until      | group
        1 to 2 | referred | 2012-01-09 |            | 6
        1      | attached | 2012-01-09 |            |
        1      | in work  | 2012-05-01 | 2012-07-30 |
        """,
        to="2013-03-31",
        improvement="""
        contract | group | first day  | last day   | outcomes | referrals | rate
        1        | 6     | 2011-06-01 | 2012-03-31 | 0        | 2         | 0.0%
        1        | 6     | 2011-07-01 | 2012-06-30 | 0        | 2         | 0.0%
        """,
    )
