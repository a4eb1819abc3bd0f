"""What the market's levers make of prices, and the payments that follow from them."""

from datetime import date
from decimal import Decimal

import pytest

from quasimarket.rulebook import load_rulebook, save_rulebook
from quasimarket.rulebook.market_payments import expected_value
from quasimarket.rulebook.rulebook import CountedBy


FIRST = date(2011, 6, 1)


@pytest.fixture(scope="module")
def work_programme():
    return load_rulebook("work-programme")


def outcome_price(rulebook, contract="1", group="1"):
    return rulebook.unit_price("job-outcome", contract, group, FIRST)


def test_a_discount_counts_for_no_more_than_the_deepest(work_programme):
    floored = load_rulebook("work-programme", {"market.deepest_discount": "2"})

    assert outcome_price(work_programme) == 112_800
    assert outcome_price(floored) == 117_600


def test_a_service_fee_takes_its_share_of_every_price(work_programme):
    mixed = load_rulebook("work-programme", {"market.service_fee_share": "30"})

    assert outcome_price(mixed) == 78_960
    assert mixed.unit_price("attachment", "1", "1", FIRST) == 28_000


def test_service_fees_are_the_share_of_what_was_expected(work_programme):
    mixed = load_rulebook("work-programme", {"market.service_fee_share": "30"})
    expected = sum(expected_value(work_programme).values())

    paid = sum(
        fee.monthly
        * (
            (fee.last_month.year - fee.first_month.year) * 12
            + fee.last_month.month
            - fee.first_month.month
            + 1
        )
        for fee in mixed.service_fees
    )

    assert len(mixed.service_fees) == len(mixed.contracts)
    assert paid == pytest.approx(float(expected) * 0.3, rel=1e-4)
    assert 3e9 < expected / 100 < 8e9  # foreseen at the tender: £3 to 5 billion


def test_monthly_fees_count_on_as_much_of_what_follows_as_is_stated():
    def fees(following):
        settings = {
            "market.service_fee_share": "30",
            "market.following_expected": following,
        }
        rulebook = load_rulebook("work-programme", settings)
        return sum(one.monthly for one in rulebook.service_fees)

    none, stated, every = fees("0"), fees("70"), fees("100")

    assert none < stated < every
    assert (stated - none) / (every - none) == pytest.approx(0.7, abs=1e-4)


def test_an_accelerator_pays_beyond_the_last_level():
    rulebook = load_rulebook("work-programme", {"market.accelerator": "50"})

    mine = [one for one in rulebook.excess_payments if one.name == "Accelerator"]

    assert {one.groups: one.amount for one in mine} == {
        ("1",): 56_400,
        ("2",): 56_400,
        ("6",): 56_400,
    }
    assert all(one.multiplier == Decimal("1.1") for one in mine)
    assert all(one.counted_by is CountedBy.YEAR_REFERRED for one in mine)
    assert outcome_price(rulebook) == 112_800


def test_additionality_pays_measured_groups_only_beyond_the_baseline():
    rulebook = load_rulebook("work-programme", {"market.additionality": "100"})

    mine = [one for one in rulebook.excess_payments if one.name == "Additionality"]

    assert outcome_price(rulebook) == 0
    assert outcome_price(rulebook, group="3") == 112_800
    assert {one.multiplier for one in mine} == {Decimal(1)}
    assert {one.amount for one in mine} == {112_800}


def test_prices_of_results_follow_local_unemployment():
    rulebook = load_rulebook("work-programme", {"market.area_adjustment": "100"})
    hard = next(one.id for one in rulebook.contracts if one.area == "5")
    index = next(one.unemployment_index for one in rulebook.areas if one.id == "5")

    assert outcome_price(rulebook, hard) == round(112_800 * index)
    assert outcome_price(rulebook, "1") < 112_800
    assert rulebook.unit_price("attachment", hard, "1", FIRST) == 40_000


def test_what_follows_from_levers_is_not_saved_twice(tmp_path):
    settings = {"market.service_fee_share": "20", "market.accelerator": "10"}
    rulebook = load_rulebook("teaching-pilot", settings)

    save_rulebook(rulebook, tmp_path / "saved")

    again = load_rulebook(tmp_path / "saved")
    assert again == rulebook
    assert "market-" not in (tmp_path / "saved" / "programme.yaml").read_text()
