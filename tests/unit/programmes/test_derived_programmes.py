"""The designs derived from the Work Programme, and the levers that they pull."""

import pytest

from quasimarket.rulebook import load_rulebook
from quasimarket.rulebook.difference import difference
from quasimarket.rulebook.explain import render_explanation
from scripts.write_levers_page import main, settings_of


PULLED = {
    "as-commissioned-prices-floored": {"deepest_discount"},
    "gentle-stewardship": {
        "stewardship",
        "protects_black_box",
        "may_opt_out_of_sanctions",
    },
    "mixed-pay": {"service_fee_share", "highest_pass_down", "in_work_support_price"},
    "needs-based-groups": {"profiles_groups"},
    "open-chains-with-teeth": {
        "publishes_chains",
        "has_open_books",
        "enforces_promises",
        "protects_complaints",
    },
    "protect-the-specialists": {
        "specialist_ring_fence",
        "tier_2_guarantee",
        "enforces_promises",
        "highest_pass_down",
        "working_capital_months",
    },
}
FOUNDING = load_rulebook("work-programme")


@pytest.mark.parametrize("name", sorted(PULLED))
def test_a_design_differs_in_its_levers_alone(name):
    derived = load_rulebook(name)

    found = difference(FOUNDING, derived)

    changed = {change.key for change in found.values}
    changed -= {"minimum_service_offer.is_binding", "levers.L10.setting"}
    assert changed == {f"market.{lever}" for lever in PULLED[name]}
    assert derived.content_hash != FOUNDING.content_hash
    assert derived.intake == FOUNDING.intake
    assert "this one does not" not in render_explanation(derived)


def test_all_levers_can_be_pulled_at_once_each_by_its_example():
    settings = dict(
        one.split("=", 1) for lever in FOUNDING.levers for one in settings_of(lever)
    )

    pulled = load_rulebook("work-programme", settings)

    stated = {value.key: value.source for value in pulled.stated}
    assert {key for key in settings if stated.get(key) != "the command line"} == set()


@pytest.mark.parametrize("lever", FOUNDING.levers, ids=lambda lever: lever.id)
def test_a_lever_is_documented_with_a_setting_of_its_key(lever):
    keys = [one.partition("=")[0] for one in settings_of(lever)]

    assert all((lever.range, lever.mechanism, lever.side_effect))
    assert any(key.startswith(lever.key) for key in keys)


def test_all_thirty_levers_are_there():
    assert [lever.id for lever in FOUNDING.levers] == [
        f"L{number:02d}" for number in range(1, 31)
    ]


def test_the_pages_of_levers_are_up_to_date():
    assert main(["--check"]) == 0, "run scripts/write_levers_page.py"
