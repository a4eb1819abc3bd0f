"""A rulebook that says only how it differs from another."""

from decimal import Decimal

import pytest

from quasimarket.rulebook import load_rulebook
from tests.lib.rulebook_folders import faults_of, only_fault


@pytest.fixture
def child(tmp_path):
    def write(yaml="", **tables):
        folder = tmp_path / "child"
        folder.mkdir()
        head = "extends: teaching-pilot\nid: child\n"
        (folder / "programme.yaml").write_text(head + yaml)
        for name, text in tables.items():
            (folder / f"{name}.csv").write_text(text)
        return folder

    return write


def test_child_without_differences_is_its_parent_by_another_name(child):
    parent = load_rulebook("teaching-pilot")

    rulebook = load_rulebook(child())

    assert rulebook.id == "child"
    assert (rulebook.rates, rulebook.milestones) == (parent.rates, parent.milestones)
    assert rulebook.content_hash != parent.content_hash


def test_value_of_the_child_wins_and_its_neighbours_stay(child):
    folder = child(
        "milestones:\n  job-outcome:\n    days:\n"
        '      near: {value: 63, unit: days, evidence: assumed, reason: "Shorter"}\n'
    )

    milestone = load_rulebook(folder).milestones[1]

    assert milestone.days == {"near": 63, "far": 91}
    assert milestone.unbroken


def test_value_is_replaced_whole_so_that_no_reason_is_inherited(child):
    folder = child("bridge_days: {value: 2, unit: days, evidence: assumed}\n")

    assert "assumed without a reason" in only_fault(folder).found


def test_null_takes_a_key_away(child):
    assert load_rulebook(child("service_fees: null\n")).service_fees == ()


def test_row_with_the_same_key_replaces_its_parent(child):
    folder = child(
        rate_card="milestone,group,first_day,last_day,fee\nstart,far,2024-04-01,,350\n"
    )

    rates = load_rulebook(folder).rates

    assert [rate.fee for rate in rates if rate.milestone == "start"] == [
        20000,
        10000,
        35000,
    ]


def test_row_marked_delete_is_taken_away(child):
    folder = child(
        discounts="milestone,contract,group,contract_year,delete\njob-outcome,2,,,yes\n"
    )

    assert load_rulebook(folder).discounts == ()


def test_new_row_is_added(child):
    folder = child(
        discounts="milestone,contract,group,contract_year,percent\n"
        "job-outcome,1,,,7.5\n"
    )

    assert [row.percent for row in load_rulebook(folder).discounts] == [
        5,
        Decimal("7.5"),
    ]


def test_table_can_be_replaced_whole(child):
    folder = child(
        "tables: {intake: {replace: yes}}\n",
        intake="month,area,group,referrals,forecast\n"
        "2024-04,town,near,3,3\n2024-04,town,far,2,2\n",
    )

    assert sum(row.referrals for row in load_rulebook(folder).intake) == 5


def test_fault_of_a_parent_row_names_the_file_it_stands_in(child):
    folder = child(
        groups="id,name,first_referral,last_referral,delete\nfar,,,,yes\n",
    )

    places = {fault.where for fault in faults_of(folder)}

    assert "teaching-pilot/performance_levels.csv:3" in places


def test_child_can_extend_a_folder_beside_it(child, tmp_path):
    child()
    grandchild = tmp_path / "grandchild"
    grandchild.mkdir()
    (grandchild / "programme.yaml").write_text("extends: ../child\nid: grandchild\n")

    assert load_rulebook(grandchild).name == "Teaching pilot"


def test_circle_of_extends_is_a_fault(tmp_path):
    for name, other in (("one", "two"), ("two", "one")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "programme.yaml").write_text(f"extends: ../{other}\n")

    faults = faults_of(tmp_path / "one")

    assert "a circle of extends: one -> two -> one" in [fault.found for fault in faults]


def test_extends_of_an_unknown_programme_is_a_fault(tmp_path):
    folder = tmp_path / "lost"
    folder.mkdir()
    (folder / "programme.yaml").write_text("id: lost\nextends: work-programm\n")

    fault = faults_of(folder)[0]

    assert fault.where == "lost/programme.yaml:2"
    assert fault.hint == "did you mean work-programme?"
