"""How the market is bought and protected: read, checked, said, saved."""

from datetime import date
from decimal import Decimal

import pytest

from quasimarket.rulebook import load_rulebook, save_rulebook
from quasimarket.rulebook.difference import difference
from quasimarket.rulebook.explain import render_explanation
from quasimarket.rulebook.market_design import DEFAULTS, PROTECTIONS, MarketDesign
from quasimarket.rulebook.rulebook import Evidence
from quasimarket.rulebook.units import Refused
from tests.lib.rulebook_folders import faults_of


WHOLE = {
    "market.tender": "simulated",
    "market.price_weight": "40",
    "market.quality_weight": "60",
    "market.deepest_discount": "6",
    "market.stewardship": "55.5",
    "market.caseload_cap": "80",
    "market.in_work_support_price": "12.50",
    "market.publishes_chains": "yes",
    "market.protections_end": "2025-04-01",
}


def test_a_market_left_out_is_as_it_was_commissioned():
    assert load_rulebook("teaching-pilot").market == MarketDesign()
    assert load_rulebook("work-programme").market == MarketDesign()


def test_the_work_programme_says_how_it_knows_each_value():
    stated = {value.key: value for value in load_rulebook("work-programme").stated}
    absent = {name for name, value in DEFAULTS.items() if value is None}

    named = {f"market.{name}" for name in DEFAULTS.keys() - absent}

    assert named <= stated.keys()
    assert all(stated[key].source and stated[key].reason for key in named)
    assert stated["market.price_weight"].evidence is Evidence.ASSUMED


def test_settings_are_read_in_their_units():
    market = load_rulebook("teaching-pilot", WHOLE).market

    assert market.deepest_discount == Decimal("0.06")
    assert market.in_work_support_price == 1250
    assert market.protections_end == date(2025, 4, 1)
    assert (market.price_weight, market.weight_of_quality) == (
        Decimal("0.4"),
        Decimal("0.6"),
    )


def test_a_market_is_saved_whole(tmp_path):
    rulebook = load_rulebook("teaching-pilot", WHOLE)

    save_rulebook(rulebook, tmp_path / "saved")

    assert load_rulebook(tmp_path / "saved") == rulebook


@pytest.mark.parametrize("key", sorted(WHOLE.keys() - {"market.quality_weight"}))
def test_each_value_is_hashed_said_and_differs(key):
    plain = load_rulebook("teaching-pilot")
    changed = load_rulebook("teaching-pilot", {key: WHOLE[key]})

    found = difference(plain, changed)

    assert changed.content_hash != plain.content_hash
    assert [change.key for change in found.values] == [key]
    if key != "market.price_weight":  # it is said only where a tender is held
        assert found.sentences
        assert render_explanation(changed) != render_explanation(plain)


def test_every_bad_value_is_a_fault_at_its_own_place():
    faults = faults_of(
        "teaching-pilot",
        {
            "market.stewardship": "101",
            "market.caseload_cap": "9",
            "market.price_weight": "40",
            "market.quality_weight": "40",
            "market.framework_bidders": "2",
            "market.awards_an_area": "3",
            "market.protections_end": "2024-04-01",
        },
    )

    assert {(one.where, one.found, one.expected) for one in faults} == {
        ("--set market.stewardship", "stewardship 101%", "0 to 100 percent"),
        ("--set market.caseload_cap", "caseload_cap 9", "10 or more"),
        (
            "--set market.quality_weight",
            "weights of price and quality that add up to 80%",
            "100 percent",
        ),
        (
            "--set market.awards_an_area",
            "3 awards an area among 2 bidders",
            "at most as many awards as bidders",
        ),
        (
            "--set market.protections_end",
            "protections that end on 2024-04-01",
            "a day after the programme's first, 2024-04-01",
        ),
    }


def test_a_bad_value_in_a_file_is_a_fault_at_its_line(tmp_path):
    (tmp_path / "programme.yaml").write_text(
        "extends: teaching-pilot\n"
        "id: greedy\n"
        "market:\n"
        "  tender: none-at-all\n"
        "  risk_pooling: {value: 120, unit: percent, evidence: assumed, reason: why}\n"
        "  stewardship: {value: 20, unit: ratio, evidence: assumed, reason: why}\n"
    )

    faults = faults_of(tmp_path)

    assert [one.where.rpartition(":")[2] for one in faults] == ["4", "6"]
    assert "as-awarded, simulated" in faults[0].expected
    assert faults[1].expected == "the unit percent"


def test_a_misspelt_lever_is_a_fault_with_a_hint():
    (fault,) = faults_of("teaching-pilot", {"market.stewardshp": "10"})

    assert fault.hint == "did you mean stewardship?"


def test_prices_cannot_follow_unemployment_that_no_area_states():
    (fault,) = faults_of("teaching-pilot", {"market.area_adjustment": "50"})

    assert fault.expected == "unemployment_index in areas.csv"


def test_protections_hold_until_the_day_they_end_and_prices_for_good():
    market = MarketDesign(
        stewardship=Decimal("0.5"),
        publishes_chains=True,
        accelerator=Decimal("0.2"),
        protections_end=date(2013, 4, 1),
    )

    before = market.in_force(date(2013, 3, 31))
    after = market.in_force(date(2013, 4, 1))

    assert before is market
    assert all(getattr(after, name) == DEFAULTS[name] for name in PROTECTIONS)
    assert after.accelerator == Decimal("0.2")


def test_a_market_made_in_code_refuses_what_no_market_can_be():
    with pytest.raises(Refused, match="risk_pooling 150%"):
        MarketDesign(risk_pooling=Decimal("1.5"))
