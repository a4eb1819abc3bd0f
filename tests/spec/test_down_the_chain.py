"""Down the chain."""

from tests.lib.cases import SettleCase, exercises
from tests.lib.programmes import programme


@exercises("S66")
def test_a_subcontract_gets_its_share_less_the_fee(settle: SettleCase) -> None:
    """A subcontract's line is the commissioner's line x the share passed down for its
    kind x (1 - management fee), rounded once half up: £170 x 75% x 95% is £121.125, so
    £121.13. The prime keeps the rest, and all of what is not passed down."""
    settle(
        programme(
            terms="""
            contract | position | from       | fee  | job-outcome | sustainment | lag
            1        | P1       | 2011-06-01 | 0.05 | 0.8         | 0.75        | 0
            """,
        ),
        """
        who | what      | on         | until      | position
        A   | referred  | 2011-07-01 |            |
        A   | attached  | 2011-07-01 |            |
        A   | allocated | 2011-07-01 |            | P1
        A   | in work   | 2011-07-04 | 2012-01-29 |
        """,
        to="2012-01-31",
        lines="""
        statement | position | who | kind        | amount
        2011-07   | P1       | A   | attachment  | 400
        2012-01   | P1       | A   | job-outcome | 1,200
        2012-01   | P1       | A   | sustainment | 170
        """,
        downstream="""
        statement | position | who | kind        | amount
        2012-01   | P1       | A   | job-outcome | 912
        2012-01   | P1       | A   | sustainment | 121.13
        """,
        ledger="""
        month   | entry | account          | amount
        2011-07 | 1     | commissioner     | -400
        2011-07 | 1     | prime/1          | 400
        2012-01 | 2     | commissioner     | -1,200
        2012-01 | 2     | prime/1          | 1,200
        2012-01 | 3     | commissioner     | -170
        2012-01 | 3     | prime/1          | 170
        2012-01 | 4     | prime/1          | -912
        2012-01 | 4     | subcontract/1/P1 | 912
        2012-01 | 5     | prime/1          | -121.13
        2012-01 | 5     | subcontract/1/P1 | 121.13
        """,
    )


@exercises("S66", "S67")
def test_the_closest_terms_stand(settle: SettleCase) -> None:
    """Terms that name the subcontract stand before terms for all; one without terms of
    its own has those for all."""
    settle(
        programme(
            pays="job-outcome",
            terms="""
            contract | position | from       | fee  | job-outcome | lag
                     |          | 2011-06-01 | 0    | 0.5         | 0
            1        | P1       | 2011-06-01 | 0    | 0.9         | 0
            """,
        ),
        """
        who | what      | on         | until      | group | position
        A   | referred  | 2011-07-01 |            | 6     |
        A   | attached  | 2011-07-01 |            |       |
        A   | allocated | 2011-07-01 |            |       | P1
        A   | in work   | 2011-07-04 | 2011-10-02 |       |
        B   | referred  | 2011-07-01 |            | 6     |
        B   | attached  | 2011-07-01 |            |       |
        B   | allocated | 2011-07-01 |            |       | P2
        B   | in work   | 2011-07-04 | 2011-10-02 |       |
        C   | referred  | 2011-07-01 |            | 6     |
        C   | attached  | 2011-07-01 |            |       |
        C   | in work   | 2011-07-04 | 2011-10-02 |       |
        """,
        to="2011-10-31",
        downstream="""
        statement | position | who | kind        | amount
        2011-10   | P1       | A   | job-outcome | 1,080
        2011-10   | P2       | B   | job-outcome | 600
        """,
    )


@exercises("S67")
def test_the_terms_are_those_of_the_day_earned(settle: SettleCase) -> None:
    """New terms on 15 October pass on four fifths instead of a half. The outcome of
    2 October keeps the old ones, though it is claimed in December; the sustainment of
    30 October has the new."""
    settle(
        programme(
            pays="job-outcome, sustainment",
            terms="""
            contract | position | from       | fee  | job-outcome | sustainment | lag
            1        | P1       | 2011-06-01 | 0    | 0.5         | 0.5         | 0
            1        | P1       | 2011-10-15 | 0    | 0.8         | 0.8         | 0
            """,
        ),
        """
        who | what      | on         | until      | group | position | kind
        A   | referred  | 2011-07-01 |            | 6     |          |
        A   | attached  | 2011-07-01 |            |       |          |
        A   | allocated | 2011-07-01 |            |       | P1       |
        A   | in work   | 2011-07-04 | 2011-10-30 |       |          |
        A   | claimed   | 2011-12-05 |            |       |          | job-outcome
        A   | claimed   | 2011-12-05 |            |       |          | sustainment
        """,
        to="2011-12-31",
        downstream="""
        statement | position | who | kind        | earned     | amount
        2011-12   | P1       | A   | job-outcome | 2011-10-02 | 600
        2011-12   | P1       | A   | sustainment | 2011-10-30 | 188
        """,
    )


@exercises("S68")
def test_the_lag_is_whole_calendar_months(settle: SettleCase) -> None:
    """With a lag of two months what the prime is paid for October reaches the
    subcontract in its statement of December."""
    settle(
        programme(
            pays="job-outcome",
            terms="""
            contract | position | from       | fee  | job-outcome | lag
            1        | P1       | 2011-06-01 | 0.1  | 1           | 2
            """,
        ),
        """
        who | what      | on         | until      | group | position
        A   | referred  | 2011-07-01 |            | 6     |
        A   | attached  | 2011-07-01 |            |       |
        A   | allocated | 2011-07-01 |            |       | P1
        A   | in work   | 2011-07-04 | 2011-10-02 |       |
        """,
        to="2011-10-31",
        prime_statements="""
        month   | contract | lines | payable
        2011-10 | 1        | 1,200 | 1,200
        """,
        subcontract_statements="""
        month   | contract | position | lines | payable
        2011-12 | 1        | P1       | 1,080 | 1,080
        """,
    )


@exercises("S69")
def test_a_reversal_goes_to_the_same_payee_in_proportion(settle: SettleCase) -> None:
    """The outcome is struck out in November, when the participant is already with P2
    and terms have changed: P1, which was paid £912, gives back £912, a month later as
    its terms were."""
    settle(
        programme(
            pays="job-outcome",
            terms="""
            contract | position | from       | fee  | job-outcome | lag
                     |          | 2011-06-01 | 0.05 | 0.8         | 1
                     |          | 2011-11-01 | 0    | 1           | 0
            """,
        ),
        """
        who | what      | on         | until      | group | position | spell
        A   | referred  | 2011-07-01 |            | 6     |          |
        A   | attached  | 2011-07-01 |            |       |          |
        A   | allocated | 2011-07-01 |            |       | P1       |
        A   | in work   | 2011-07-04 | 2011-10-02 |       |          | shop
        A   | allocated | 2011-11-01 |            |       | P2       |
        A   | rejected  | 2011-11-20 |            |       |          | shop
        """,
        to="2011-12-31",
        downstream="""
        statement | position | who | kind        | amount | is reversal
        2011-11   | P1       | A   | job-outcome | 912    | no
        2011-12   | P1       | A   | job-outcome | -912   | yes
        """,
        subcontract_statements="""
        month   | position | brought forward | lines | payable | carried forward
        2011-11 | P1       | 0               | 912   | 912     | 0
        2011-12 | P1       | 0               | -912  | 0       | -912
        """,
    )


@exercises("S48", "S55", "S69")
def test_late_news_of_a_move_corrects_the_chain_alone(settle: SettleCase) -> None:
    """In December it becomes known that P2 had held the participant since September.
    The commissioner's line still follows and is left alone; below it P1's line is
    reversed and P2's issued."""
    settle(
        programme(
            pays="job-outcome",
            terms="""
            contract | position | from       | fee  | job-outcome | lag
                     |          | 2011-06-01 | 0    | 0.9         | 0
            """,
        ),
        """
        who | what      | on         | until      | known      | group | position
        A   | referred  | 2011-07-01 |            |            | 6     |
        A   | attached  | 2011-07-01 |            |            |       |
        A   | allocated | 2011-07-01 |            |            |       | P1
        A   | in work   | 2011-07-04 | 2011-10-02 |            |       |
        A   | allocated | 2011-09-01 |            | 2011-12-08 |       | P2
        """,
        to="2011-12-31",
        lines="""
        statement | position | who | kind        | amount
        2011-10   | P1       | A   | job-outcome | 1,200
        """,
        downstream="""
        statement | position | who | kind        | amount
        2011-10   | P1       | A   | job-outcome | 1,080
        2011-12   | P1       | A   | job-outcome | -1,080
        2011-12   | P2       | A   | job-outcome | 1,080
        """,
    )


@exercises("S48", "S66")
def test_an_incentive_goes_to_who_held_the_participant_at_the_outcome(
    settle: SettleCase,
) -> None:
    """An incentive is passed down to the subcontract that held the participant on the
    day the outcome was earned."""
    settle(
        programme(
            pays="incentive",
            incentive=True,
            terms="""
            contract | position | from       | fee  | incentive | lag
                     |          | 2011-06-01 | 0    | 0.5       | 0
            """,
        ),
        """
        who | what      | on         | until      | group | position
        A   | referred  | 2014-04-07 |            | 6     |
        A   | attached  | 2014-04-07 |            |       |
        A   | allocated | 2014-04-07 |            |       | P1
        A   | in work   | 2014-05-01 | 2014-07-30 |       |
        A   | allocated | 2014-12-01 |            |       | P2
        """,
        to="2015-04-30",
        lines="""
        statement | position | who | kind      | amount
        2015-04   |          | A   | incentive | 1,000
        """,
        downstream="""
        statement | position | who | kind      | earned     | amount
        2015-04   | P1       | A   | incentive | 2015-03-31 | 500
        """,
    )
