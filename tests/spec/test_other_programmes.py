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
