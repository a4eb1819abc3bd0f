"""Prices."""

from tests.lib.cases import SettleCase, exercises
from tests.lib.programmes import programme


APRIL_STEPS = """
group | from       | until      | fee
1     | 2011-06-01 | 2012-03-31 | 400
1     | 2012-04-01 | 2013-03-31 | 300
1     | 2013-04-01 | 2014-03-31 | 200
1     | 2014-04-01 |            | 0
"""


@exercises("S31", "S32")
def test_an_attachment_in_the_last_day_of_a_contract_year(settle: SettleCase) -> None:
    """A contract year runs from 1 April to 31 March: an attachment on its last day is
    paid at the old year's fee, one on the next day at the new."""
    settle(
        programme(pays="attachment", attachment_fees=APRIL_STEPS),
        """
        who | what     | on
        A   | referred | 2012-03-20
        A   | attached | 2012-03-31
        B   | referred | 2012-03-20
        B   | attached | 2012-04-01
        """,
        to="2012-04-30",
        lines="""
        statement | who | kind       | earned     | amount
        2012-03   | A   | attachment | 2012-03-31 | 400
        2012-04   | B   | attachment | 2012-04-01 | 300
        """,
    )


@exercises("S32")
def test_the_steps_of_the_attachment_fee_can_be_moved(settle: SettleCase) -> None:
    """The rate card states each fee's first and last day: with the step in July an
    attachment in May is still paid at the first fee."""
    settle(
        programme(
            pays="attachment",
            attachment_fees="""
            group | from       | until      | fee
            1     | 2011-06-01 | 2012-06-30 | 400
            1     | 2012-07-01 |            | 300
            """,
        ),
        """
        who | what     | on
        A   | referred | 2012-05-01
        A   | attached | 2012-05-08
        B   | referred | 2012-05-01
        B   | attached | 2012-07-02
        """,
        to="2012-07-31",
        lines="""
        statement | who | kind       | earned     | amount
        2012-05   | A   | attachment | 2012-05-08 | 400
        2012-07   | B   | attachment | 2012-07-02 | 300
        """,
    )


@exercises("S33")
def test_outcomes_keep_the_prices_of_the_attachment(settle: SettleCase) -> None:
    """An outcome is paid at the price of the contract year of the attachment, however
    late it is earned."""
    settle(
        programme(
            pays="job-outcome",
            outcome_fees="""
            group | from       | until      | fee
            6     | 2011-06-01 | 2012-03-31 | 1200
            6     | 2012-04-01 |            | 1000
            """,
        ),
        """
        who | what     | on         | until      | group
        A   | referred | 2012-03-20 |            | 6
        A   | attached | 2012-03-30 |            |
        A   | in work  | 2012-10-01 | 2012-12-31 |
        B   | referred | 2012-03-20 |            | 6
        B   | attached | 2012-04-02 |            |
        B   | in work  | 2012-10-01 | 2012-12-31 |
        """,
        to="2012-12-31",
        lines="""
        statement | who | kind        | earned     | amount
        2012-12   | A   | job-outcome | 2012-12-30 | 1,200
        2012-12   | B   | job-outcome | 2012-12-30 | 1,000
        """,
    )


@exercises("S34")
def test_the_discount_is_off_the_job_outcome_alone(settle: SettleCase) -> None:
    """A discount is a percentage of the job outcome fee, by contract, group and year
    of attachment; a blank means all, and the row with most keys stands. Attachment and
    sustainment are paid in full."""
    settle(
        programme(
            discounts="""
            contract | group | year | percent
                     |       |      | 5
            1        |       |      | 20
            1        | 6     | 2    | 30
            """,
        ),
        """
        who | what     | on         | until      | group | contract
        A   | referred | 2011-07-01 |            | 6     | 1
        A   | attached | 2011-07-01 |            |       |
        A   | in work  | 2011-07-04 | 2011-10-31 |       |
        B   | referred | 2011-07-01 |            | 6     | 2
        B   | attached | 2011-07-01 |            |       |
        B   | in work  | 2011-07-04 | 2011-10-02 |       |
        C   | referred | 2012-04-20 |            | 6     | 1
        C   | attached | 2012-04-20 |            |       |
        C   | in work  | 2012-05-01 | 2012-07-30 |       |
        """,
        to="2012-07-31",
        lines="""
        statement | contract | who | kind        | number | amount
        2011-07   | 1        | A   | attachment  | 1      | 600
        2011-07   | 2        | B   | attachment  | 1      | 600
        2011-10   | 1        | A   | job-outcome | 1      | 960
        2011-10   | 1        | A   | sustainment | 1      | 235
        2011-10   | 2        | B   | job-outcome | 1      | 1,140
        2012-04   | 1        | C   | attachment  | 1      | 600
        2012-07   | 1        | C   | job-outcome | 1      | 840
        """,
    )


@exercises("S35")
def test_the_unit_price_is_rounded_once_half_up(settle: SettleCase) -> None:
    """£1,130.70 less 5% is £1,074.165, rounded half up to £1,074.17; every line carries
    the rounded price, so two lines are £2,148.34 and not £2,148.33."""
    settle(
        programme(
            pays="job-outcome",
            outcome_fees="""
            group | from       | until | fee
            6     | 2011-06-01 |       | 1130.70
            """,
            discounts="""
            contract | group | year | percent
                     |       |      | 5
            """,
        ),
        """
        who    | what     | on         | until      | group
        1 to 2 | referred | 2011-07-01 |            | 6
        1 to 2 | attached | 2011-07-01 |            |
        1 to 2 | in work  | 2011-07-04 | 2011-10-31 |
        """,
        to="2011-10-31",
        lines="""
        statement | who | kind        | amount
        2011-10   | 1   | job-outcome | 1,074.17
        2011-10   | 2   | job-outcome | 1,074.17
        """,
        prime_statements="""
        month   | contract | lines
        2011-10 | 1        | 2,148.34
        """,
    )


@exercises("S36")
def test_the_last_known_price_goes_on(settle: SettleCase) -> None:
    """A rate without a last day goes on: an attachment in 2016 is still priced at the
    first year's job outcome fee."""
    settle(
        programme(pays="job-outcome"),
        """
        who | what     | on         | until      | group
        A   | referred | 2016-05-02 |            | 6
        A   | attached | 2016-05-02 |            |
        A   | in work  | 2016-06-01 | 2016-08-30 |
        """,
        to="2016-08-31",
        lines="""
        statement | who | kind        | earned     | amount
        2016-08   | A   | job-outcome | 2016-08-30 | 1,200
        """,
    )


@exercises("S38")
def test_a_price_of_zero_makes_no_line(settle: SettleCase) -> None:
    """An attachment in the fourth contract year is priced at zero: no line, and
    nothing listed as unpaid."""
    settle(
        programme(pays="attachment", attachment_fees=APRIL_STEPS),
        """
        who | what     | on
        A   | referred | 2014-03-31
        A   | attached | 2014-03-31
        B   | referred | 2014-04-01
        B   | attached | 2014-04-01
        """,
        to="2014-06-30",
        lines="""
        statement | who | kind       | amount
        2014-03   | A   | attachment | 200
        """,
        unpaid="nothing",
    )


@exercises("S39")
def test_amounts_are_without_vat(settle: SettleCase) -> None:
    """Nothing is added to a price: what is payable for a month is the sum of its lines
    in pounds."""
    settle(
        programme(),
        """
        who | what     | on         | until      | group
        A   | referred | 2011-10-03 |            | 6
        B   | referred | 2011-10-03 |            | 7
        A   | attached | 2011-10-03 |            |
        B   | attached | 2011-10-03 |            |
        """,
        to="2011-10-31",
        prime_statements="""
        month   | contract | brought forward | lines | payable | carried forward
        2011-10 | 1        | 0               | 1,200 | 1,200   | 0
        """,
        ledger="""
        month   | entry | account      | amount
        2011-10 | 1     | commissioner | -600
        2011-10 | 1     | prime/1      | 600
        2011-10 | 2     | commissioner | -600
        2011-10 | 2     | prime/1      | 600
        """,
    )
