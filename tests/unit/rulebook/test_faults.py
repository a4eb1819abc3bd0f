"""Every fault a rulebook can have: one change to a sound folder, one fault."""

import pytest

from tests.lib.rulebook_folders import change, copy_of, faults_of, only_fault


YAML = "programme.yaml"
RATES = "rate_card.csv"
ONE_FAULT = [
    # file, what stands there, what is put there, found, expected or hint, and the text
    # of the line that is named where it is not the changed one
    (
        YAML,
        "bridge_days:",
        "bridge_dayz:",
        "unknown key bridge_dayz",
        "bridge_days?",
        None,
    ),
    (
        YAML,
        "name: Teaching pilot\n",
        "",
        "no key name",
        "the key name",
        "# A programme small",
    ),
    (YAML, "{value: 364,", "{value: many,", "'many'", "whole number", None),
    (
        YAML,
        "{value: 364, unit: days",
        "{value: 364, unit: weeks",
        "weeks",
        "days",
        None,
    ),
    (YAML, "{value: 364, unit: days", "{value: 364", "no unit", "days", None),
    (
        YAML,
        "{value: 2024-04-01, ev",
        "{value: 1/4/2024, ev",
        "1/4/2024",
        "2011-06-01",
        None,
    ),
    (YAML, "basis: attachment", "basis: attached", "'attached'", "attachment?", None),
    (YAML, "{value: end,", "{value: ends,", "'ends'", "restart, carry, end", None),
    (YAML, "{value: yes,", "{value: perhaps,", "'perhaps'", "yes or no", None),
    (YAML, "{value: 2000, unit", '{value: "2,000", unit', "'2,000'", "no commas", None),
    (YAML, "{value: 2000, unit", "{value: -2000, unit", "'-2000'", "0 or more", None),
    (YAML, "{value: 2000, unit", "{value: 20.005, unit", "20.005", "whole pence", None),
    (YAML, "{value: 2000, unit", "{value: a lot, unit", "'a lot'", "pounds", None),
    (YAML, "{value: 2000, unit", "{value: 1e999999, unit", "1e999999", "pounds", None),
    (
        YAML,
        "{value: 2000, unit",
        "{value: 99999999999999999999, unit",
        "99999999999999999999",
        "pounds",
        None,
    ),
    (YAML, "clause: T4", "clause: T5", "unknown clause T5", "T1, T2, T3, T4", None),
    (
        YAML,
        "after: job-outcome",
        "after: outcome",
        "milestone outcome",
        "milestones",
        None,
    ),
    (
        YAML,
        "    after: job-outcome\n",
        "",
        "after blank",
        "following-days",
        "  sustainment:",
    ),
    (
        YAML,
        "milestone: job-outcome\n",
        "milestone: job\n",
        "milestone job",
        "known",
        None,
    ),
    (
        YAML,
        'evidence: assumed, reason: "A year of 52 weeks"',
        "evidence: assumed",
        "allotted_days: assumed without a reason",
        "a reason",
        "allotted_days:",
    ),
    (
        YAML,
        'evidence: assumed, reason: "A year of 52 weeks"',
        "",
        "allotted_days: no evidence",
        "read, derived",
        "allotted_days:",
    ),
    (
        YAML,
        'evidence: assumed, reason: "A year of 52 weeks"',
        "evidence: guessed",
        "'guessed'",
        "read, derived",
        None,
    ),
    (
        YAML,
        'evidence: assumed, reason: "A year of 52 weeks"',
        "evidence: read",
        "read without a source",
        "a source",
        None,
    ),
    (
        YAML,
        'evidence: assumed, reason: "A year of 52 weeks"',
        "evidence: read, source: somewhere",
        "unknown source somewhere",
        "sources",
        None,
    ),
    (
        YAML,
        '{value: 364, unit: days, evidence: assumed, reason: "A year of 52 weeks"}',
        "364",
        "a bare 364",
        "value: ...",
        None,
    ),
    (
        YAML,
        "{value: 364, unit: days,",
        "{value: 0, unit: days,",
        "0 days",
        "at least 1 day",
        None,
    ),
    (
        YAML,
        "near: {value: 4, unit: number",
        "near: {value: 0, unit: number",
        "a maximum of 0 for group near",
        "at least 1, the first payment",
        "    maximum:",
    ),
    (
        YAML,
        "      near: {value: 4, unit: number",
        "      nearer: {value: 4, unit: number",
        "unknown group nearer",
        "near?",
        "    maximum:",
    ),
    (
        RATES,
        "start,far,2024-04-01,,300\n",
        "",
        "no rate for milestone start",
        "0 if",
        "  start:@programme.yaml",
    ),
    (
        RATES,
        ",2025-03-31,200",
        ",2025-02-28,200",
        "a gap",
        "follow on",
        "start,near,2025-04-01",
    ),
    (
        RATES,
        ",2025-03-31,200",
        ",2025-04-30,200",
        "two rates",
        "not overlap",
        "start,near,2025-04-01",
    ),
    (
        RATES,
        "start,near,2025-04-01,,",
        "start,near,2025-04-01,2025-06-30,",
        "after",
        "2026-03-29",
        None,
    ),
    (
        RATES,
        "start,far,2024-04-01",
        "start,far,2024-05-01",
        "to 2024-04-30",
        "first",
        None,
    ),
    (
        RATES,
        "near,2024-04-01,2025-03-31",
        "near,2024-04-01,2024-03-31",
        "a rate",
        "last",
        None,
    ),
    (RATES, ",300\n", ",-300\n", "'-300'", "0 or more", None),
    (RATES, ",300\n", ",300.005\n", "'300.005'", "two decimals", None),
    (RATES, ",300\n", ",£300\n", "'£300'", "pounds", None),
    (RATES, ",300\n", ",\n", "fee: nothing", "a value for fee", None),
    (RATES, ",300\n", ',"1,300"\n', "'1,300'", "no commas", None),
    (RATES, ",300\n", ",300,\n", "6 cells", "5", None),
    (RATES, "start,far,", "start,fare,", "unknown group fare", "far?", None),
    (RATES, "last_day,fee", "last_day,fees", "unknown column fees", "fee?", None),
    (
        "discounts.csv",
        "job-outcome,2,",
        "job-outcome,3,",
        "unknown contract 3",
        "known are 1, 2",
        None,
    ),
    ("discounts.csv", ",5\n", ",105\n", "105%", "between 0 and 100", None),
    (
        "discounts.csv",
        "job-outcome,2,,,5\n",
        "job-outcome,2,,,5\njob-outcome,,near,,4\n",
        "can fit the same person",
        "more exact",
        "job-outcome,,near",
    ),
    ("market_shares.csv", ",40\n", ",39.9\n", "add up to 99.9%", "100", "2,,2024"),
    ("market_shares.csv", ",40\n", ",-40\n", "-40%", "between 0 and 100", None),
    ("contracts.csv", ",town,alder", ",city,alder", "unknown area city", "town", None),
    ("contracts.csv", ",alder,", ",adler,", "unknown prime adler", "alder?", None),
    ("contracts.csv", "2,2,town", "2,1,town", "contract number 1", "each number", None),
    ("contracts.csv", ",mixed", ",mixt", "'mixt'", "managing-agent", None),
    ("primes.csv", ",third", ",charity", "'charity'", "private, third, public", None),
    (
        "performance_levels.csv",
        ",15,12",
        ",15,16",
        "rate 16% above level 15%",
        "level",
        None,
    ),
    ("performance_levels.csv", "far,1,15", "far,0,15", "year 0", "1 or later", None),
    (
        "subcontract_terms.csv",
        "sustainment=50",
        "bonus=50",
        "unknown kind of payment bonus",
        "known",
        None,
    ),
    ("subcontract_terms.csv", "=50,", ":50,", "'sustainment:50'", "id=value", None),
    ("subcontract_terms.csv", ",10,", ",110,", "110%", "between 0 and 100", None),
    ("intake.csv", "2024-04,town,far,", "2024-04,town,fur,", "group fur", "far?", None),
    (
        "intake.csv",
        "2024-04,town,far,",
        "2023-04,town,far,",
        "in 2023-04",
        "outside",
        None,
    ),
    (
        "intake.csv",
        "2024-04,town,far,6",
        "2024-04,town,far,-6",
        "-6",
        "0 or more",
        None,
    ),
    (
        "intake.csv",
        "2024-04,town,far,6",
        "April,town,far,6",
        "'April'",
        "2011-06",
        None,
    ),
    ("holidays.csv", "2024-05-06", "2024-05-66", "2024-05-66", "a date", None),
]


@pytest.mark.parametrize(("file", "old", "new", "found", "help_given", "at"), ONE_FAULT)
def test_one_mistake_gives_one_fault_at_its_place(
    tmp_path, file, old, new, found, help_given, at
):
    folder = copy_of("teaching-pilot", tmp_path)
    change(folder, file, old, new)

    fault = only_fault(folder)

    assert fault.where == place_of(folder, file, at or new)
    assert found in fault.found
    assert help_given in f"{fault.expected} {fault.hint}"


def place_of(folder, file, text):
    """Give "edited/file:line" of a text; "text@file" stands in another file."""
    text, _, elsewhere = text.partition("@")
    file = elsewhere or file
    before = (folder / file).read_text().partition(text)[0]
    return f"edited/{file}:{before.count(chr(10)) + 1}"


def test_mistakes_in_several_files_are_all_reported(tmp_path):
    folder = copy_of("teaching-pilot", tmp_path)
    change(folder, "programme.yaml", "bridge_days:", "bridge_dayz:")
    change(folder, "rate_card.csv", ",300\n", ",-300\n")
    change(folder, "market_shares.csv", ",40\n", ",39\n")
    change(folder, "performance_levels.csv", ",15,12", ",15,16")
    change(folder, "clauses.csv", "T4,Fee", "T5,Fee")

    assert {fault.where for fault in faults_of(folder)} == {
        place_of(folder, "programme.yaml", "bridge_dayz"),
        place_of(folder, "programme.yaml", "clause: T4"),
        place_of(folder, "rate_card.csv", "start,far"),
        place_of(folder, "market_shares.csv", "2,,2024"),
        place_of(folder, "performance_levels.csv", "far,1"),
    }


def test_two_mistakes_in_one_row_are_both_reported(tmp_path):
    folder = copy_of("teaching-pilot", tmp_path)
    change(folder, "contracts.csv", "1,1,town,alder", "1,x,city,alder")

    found = [fault.found for fault in faults_of(folder)]

    assert "number: 'x'" in found
    assert "area: the unknown area city" in found
