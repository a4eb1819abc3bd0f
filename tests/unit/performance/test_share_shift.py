"""Share shifts: when one is due, what moves, and how shifts add up."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest

from quasimarket.performance import measure
from quasimarket.performance.share_shift import ShareShiftProposal
from quasimarket.rulebook.rulebook import MarketShare, Rulebook
from quasimarket.runs.tables import TABLES
from tests.lib.people import referrals_in
from tests.lib.programmes import programme


LEVELS = """
group | year | level | non-intervention
1     | 1    | 0.3   | 0.2
"""


def rulebook(loser: str = "0.5") -> Rulebook:
    small = programme(levels=LEVELS, share_shift=True).rulebook
    shares = {"1": Decimal(loser), "2": 1 - Decimal(loser), "3": Decimal(1)}
    return replace(
        small,
        market_shares=tuple(
            MarketShare(
                contract=contract.id,
                group=None,
                first_day=small.first_day,
                share=shares[contract.id],
            )
            for contract in small.contracts
        ),
    )


def proposals(
    first: tuple[int, int],
    second: tuple[int, int],
    *,
    loser: str = "0.5",
    years: tuple[int, ...] = (2012,),
    data_to: str = "",
) -> tuple[ShareShiftProposal, ...]:
    rows = ["people | contract | group | referred | outcome"]
    for year in years:
        for contract, (outcomes, referrals) in (("1", first), ("2", second)):
            day, later = f"{year}-06-01", f"{year + 1}-02-01"
            rows.append(f"{outcomes} | {contract} | 1 | {day} | {later}")
            rows.append(f"{referrals - outcomes} | {contract} | 1 | {day} | ")
    people = referrals_in(
        "\n".join(rows),
        rulebook(loser),
        data_to=data_to or f"{max(years) + 1}-03-31",
    )
    measures = measure(people)
    assert measures.share_shifts.schema == pl.Schema(TABLES["share_shifts"])
    assert len(measures.share_shifts) == len(measures.proposals)
    return measures.proposals


def test_five_points_move_from_the_lower_to_the_higher_rate():
    [shift] = proposals((0, 100), (3, 100))

    assert (shift.from_contract, shift.to_contract) == ("1", "2")
    assert (shift.area, shift.group, shift.contract_year) == ("A", "1", 2)
    assert shift.size == Fraction(5, 100)
    assert shift.shares_after == {"1": Fraction(45, 100), "2": Fraction(55, 100)}


def test_shift_takes_effect_whole_months_after_the_year():
    [shift] = proposals((0, 100), (3, 100))

    assert shift.first_day == date(2013, 10, 1)


def test_difference_below_the_trigger_moves_nothing():
    assert proposals((0, 1000), (29, 1000)) == ()


@pytest.mark.parametrize("data_to", ["2013-03-30"])
def test_year_that_is_not_over_moves_nothing(data_to):
    assert proposals((0, 100), (50, 100), data_to=data_to) == ()


def test_first_year_moves_nothing():
    assert proposals((0, 100), (50, 100), years=(2011,)) == ()


def test_shifts_add_up_and_stop_at_nothing_left():
    shifts = proposals((0, 100), (50, 100), years=(2012, 2013, 2014), loser="0.08")

    assert [shift.size for shift in shifts] == [Fraction(5, 100), Fraction(3, 100)]
    assert shifts[-1].shares_after == {"1": Fraction(0), "2": Fraction(1)}


def test_group_without_a_level_moves_nothing():
    people = referrals_in(
        """
        people | contract | group | referred   | outcome
        9      | 1        | 3     | 2012-06-01 |
        9      | 2        | 3     | 2012-06-01 | 2013-01-01
        """,
        rulebook(),
        data_to="2013-03-31",
    )

    assert measure(people).proposals == ()
