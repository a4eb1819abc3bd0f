"""A lever out of range is told with file and line, and what would do."""

from pathlib import Path

import pytest

from quasimarket.core.errors import Fault, InputFault
from quasimarket.rulebook import load_rulebook


SHARES = (
    "service_fee_share",
    "following_expected",
    "accelerator",
    "deepest_discount",
    "price_weight",
    "quality_weight",
    "specialist_ring_fence",
    "highest_pass_down",
    "star_ratings",
    "stewardship",
    "specialist_lots",
    "risk_pooling",
    "area_adjustment",
    "additionality",
)
SWITCHES = (
    "profiles_groups",
    "enforces_promises",
    "publishes_chains",
    "has_open_books",
    "protects_complaints",
    "may_opt_out_of_sanctions",
    "protects_black_box",
)
BAD = (
    *((name, "101", "percent") for name in SHARES),
    *((name, "-1", "percent") for name in SHARES),
    *((name, "perhaps", "yes or no") for name in SWITCHES),
    ("tier_2_guarantee", "-1", "ratio"),
    ("tier_2_guarantee", "1001", "ratio"),
    ("licence_months", "0", "months"),
    ("working_capital_months", "61", "months"),
    ("turnover_bar", "-1", "GBP"),
    ("in_work_support_price", "-1", "GBP"),
    ("progress_payment", "-1", "GBP"),
    ("caseload_cap", "9", "ratio"),
    ("framework_bidders", "0", "count"),
    ("awards_an_area", "36", "count"),
    ("ends_contract_after", "0", "count"),
    ("protections_end", "2011-06-01", "date"),
    ("tender", "auction", ""),
)


def faults_of(folder: Path, text: str) -> tuple[Fault, ...]:
    folder.mkdir()
    head = "extends: work-programme\nid: a-bad-lever\n"
    (folder / "programme.yaml").write_text(head + text, encoding="utf-8")
    with pytest.raises(InputFault) as raised:
        load_rulebook(str(folder))
    return tuple(raised.value.faults)


@pytest.mark.parametrize(("name", "value", "unit"), BAD)
def test_a_lever_out_of_range_names_file_line_and_remedy(tmp_path, name, value, unit):
    marks = f'unit: {unit}, evidence: assumed, reason: "A trial"'
    stated = f"{{value: {value}, {marks}}}" if unit else value
    faults = faults_of(tmp_path / "bad", f"market:\n  {name}: {stated}\n")

    at = f"{tmp_path / 'bad' / 'programme.yaml'}:4"
    assert at in {fault.where for fault in faults}
    assert all(fault.found and fault.expected for fault in faults)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ("is_binding: {value: yes, %s}", "contact_interval_days"),
        ("contact_interval_days: {value: 0, %s}", "1 day"),
    ],
)
def test_a_minimum_service_that_binds_to_nothing_is_a_fault(tmp_path, values, field):
    yes = 'unit: yes or no, evidence: assumed, reason: "A trial"'
    days = 'unit: days, evidence: assumed, reason: "A trial"'
    line = values % (yes if "binding" in values else days)
    if "binding" in values:
        line += f"\n  contact_interval_days: {{value: none, {days}}}"
    faults = faults_of(tmp_path / "bad", f"minimum_service_offer:\n  {line}\n")

    assert any(field in fault.found + fault.expected for fault in faults)
    assert all("programme.yaml:" in fault.where for fault in faults)


def test_weights_that_do_not_add_up_are_a_fault(tmp_path):
    percent = 'unit: percent, evidence: assumed, reason: "A trial"'
    (fault,) = faults_of(
        tmp_path / "bad",
        f"market:\n  price_weight: {{value: 70, {percent}}}\n"
        f"  quality_weight: {{value: 20, {percent}}}\n",
    )

    assert fault.where.endswith("programme.yaml:5")
    assert "90%" in fault.found
    assert fault.hint
