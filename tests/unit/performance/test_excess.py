"""Outcomes above the threshold of the incentive."""

from dataclasses import replace
from fractions import Fraction

import pytest

from quasimarket.performance import measure
from quasimarket.performance.excess import outcomes_above
from quasimarket.rulebook.rulebook import CountedBy
from tests.lib.people import referrals_in
from tests.lib.programmes import programme


SMALL = programme(incentive=True).rulebook
PEOPLE = """
people | contract | group | referred   | outcome
9      | 1        | 6     | 2013-06-01 | 2014-06-01
1      | 1        | 6     | 2014-06-01 | 2015-06-01
39     | 1        | 6     | 2014-06-01 |
"""


@pytest.mark.parametrize(
    ("outcomes", "threshold", "above"),
    [
        (98, Fraction("97.5"), 1),
        (97, Fraction("97.5"), 0),
        (40, Fraction("1.3") * Fraction("0.3") * 100, 1),
        (39, Fraction("1.3") * Fraction("0.3") * 100, 0),
    ],
)
def test_outcome_is_above_an_exact_threshold(outcomes, threshold, above):
    assert outcomes_above(outcomes, threshold) == above


def test_outcomes_of_a_year_are_set_against_its_referrals():
    excess = measure(referrals_in(PEOPLE, SMALL, data_to="2015-03-31")).excess

    assert excess.rows() == [
        ("incentive", 4, "6", "1", 40.0, pytest.approx(7.8), 9.0, 2.0)
    ]


def test_outcomes_may_be_those_of_the_people_referred_in_the_year():
    payment = replace(SMALL.excess_payments[0], counted_by=CountedBy.YEAR_REFERRED)
    rulebook = replace(SMALL, excess_payments=(payment,))

    excess = measure(referrals_in(PEOPLE, rulebook, data_to="2016-03-31")).excess

    assert excess.select("contract_year", "outcomes").rows() == [(4, 1.0)]


def test_nothing_is_measured_before_the_first_year_ends():
    excess = measure(referrals_in(PEOPLE, SMALL, data_to="2015-03-30")).excess

    assert excess.is_empty()
