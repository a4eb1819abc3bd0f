"""Beyond the Work Programme."""

from tests.lib.cases import SettleCase, exercises
from tests.lib.programmes import programme


@exercises()
def test_a_service_fee_is_paid_whatever_the_results(settle: SettleCase) -> None:
    """A service fee is one line a month for the contract, whether or not anybody was
    referred, from its first month to its last."""
    settle(
        programme(service_fee="£1,500 a month from 2011-06 to 2011-08"),
        """
        who | what     | on         | group
        A   | referred | 2011-07-01 | 6
        A   | attached | 2011-07-01 |
        """,
        to="2011-09-30",
        lines="""
        statement | contract | who | kind        | earned     | payable    | amount
        2011-06   | 1        |     | service-fee | 2011-06-30 | 2011-06-30 | 1,500
        2011-07   | 1        | A   | attachment  | 2011-07-01 | 2011-07-01 | 600
        2011-07   | 1        |     | service-fee | 2011-07-31 | 2011-07-31 | 1,500
        2011-08   | 1        |     | service-fee | 2011-08-31 | 2011-08-31 | 1,500
        """,
    )


@exercises()
def test_paid_for_what_did_not_happen(settle: SettleCase) -> None:
    """A programme can pay for days without an event: A was not reconvicted in the 91
    days from referral and B was, on the last of them. It takes no attachment."""
    settle(
        programme(pays="days without a reconviction", reconvictions=True),
        """
        who | what        | on
        A   | referred    | 2011-07-01
        A   | reconvicted | 2011-09-30
        B   | referred    | 2011-07-01
        B   | reconvicted | 2011-09-29
        """,
        to="2011-12-31",
        lines="""
        statement | who | kind            | earned     | amount
        2011-09   | A   | no-reconviction | 2011-09-29 | 500
        """,
    )


@exercises()
def test_a_group_that_a_milestone_does_not_name_cannot_reach_it(
    settle: SettleCase,
) -> None:
    """A milestone names the days that each group needs; a group it does not name cannot
    reach it."""
    settle(
        programme(pays="days without a reconviction", reconvictions=True),
        """
        who | what     | on         | group
        A   | referred | 2011-07-01 | 1
        B   | referred | 2011-07-01 | 2
        """,
        to="2011-12-31",
        lines="""
        statement | who | kind            | earned     | amount
        2011-09   | A   | no-reconviction | 2011-09-29 | 500
        """,
    )


@exercises()
def test_an_excess_payment_can_follow_a_cohort(settle: SettleCase) -> None:
    """An excess payment can set the outcomes of the people referred in a year, whenever
    they are earned, against that year's referrals: A, B and C were referred in 2014-15
    and the threshold is 1.3 x 25% x 3, so both outcomes earned in the year after are
    above it. Each is paid when it is known."""
    settle(
        programme(
            pays="incentive",
            incentive=True,
            counted_by="year-referred",
            levels="""
            group | year | level | non-intervention
            6     | 3    | 0.30  | 0.25
            """,
        ),
        """
        who | what        | on         | until      | group | contract
        A   | referred    | 2014-09-01 |            | 6     | 1
        A   | attached    | 2014-09-01 |            |       |
        A   | transferred | 2015-03-02 |            |       | 2
        A   | in work     | 2015-05-01 | 2015-07-30 |       |
        B   | referred    | 2014-09-01 |            | 6     | 1
        B   | attached    | 2014-09-01 |            |       |
        B   | in work     | 2015-06-01 | 2015-08-30 |       |
        C   | referred    | 2014-09-01 |            | 6     | 1
        """,
        to="2016-12-31",
        lines="""
        statement | contract | who | kind      | earned     | payable    | amount
        2015-07   | 1        | A   | incentive | 2015-03-31 | 2015-04-30 | 1,000
        2015-08   | 1        | B   | incentive | 2015-03-31 | 2015-04-30 | 1,000
        """,
    )


@exercises()
def test_late_news_of_a_reconviction_takes_the_payment_back(
    settle: SettleCase,
) -> None:
    """A reconviction inside the 91 days that becomes known in November reverses the
    payment in November."""
    settle(
        programme(pays="days without a reconviction", reconvictions=True),
        """
        who | what        | on         | known
        A   | referred    | 2011-07-01 |
        A   | reconvicted | 2011-09-01 | 2011-11-15
        """,
        to="2011-12-31",
        lines="""
        statement | who | kind            | earned     | amount
        2011-09   | A   | no-reconviction | 2011-09-29 | 500
        2011-11   | A   | no-reconviction | 2011-09-29 | -500
        """,
    )
