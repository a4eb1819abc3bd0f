"""Rules that are well written and cannot be meant."""

import pytest

from tests.lib.rulebook_folders import change, copy_of, faults_of, only_fault


MARK = 'evidence: assumed, reason: "a test"'
DAYS = f"{{value: 28, unit: days, {MARK}}}"


@pytest.fixture
def teaching(tmp_path):
    return copy_of("teaching-pilot", tmp_path)


@pytest.fixture
def probation(tmp_path):
    return copy_of("probation-pilot", tmp_path)


def found_in(folder):
    return [fault.found for fault in faults_of(folder)]


def test_payment_may_not_be_called_recovery(teaching):
    change(teaching, "programme.yaml", "  monthly-fee:", "  recovery:")

    assert "recovery is the kind of a recovery" in only_fault(teaching).hint


def test_two_kinds_of_payment_may_not_share_a_name(teaching):
    change(teaching, "programme.yaml", "  monthly-fee:", "  start:")

    assert only_fault(teaching).found == "the kind of payment start a second time"


def test_milestone_may_not_follow_an_attachment(teaching):
    change(teaching, "programme.yaml", "after: job-outcome", "after: start")

    assert only_fault(teaching).found == "after start, of basis attachment"


def test_milestones_may_not_follow_one_another_in_a_circle(teaching):
    change(teaching, "programme.yaml", "after: job-outcome", "after: sustainment")

    assert only_fault(teaching).found == "a circle of after that holds sustainment"


def test_attachment_takes_no_days(teaching):
    change(
        teaching,
        "programme.yaml",
        "    clause: T1\n",
        f"    clause: T1\n    days: {{near: {DAYS}}}\n",
    )

    assert only_fault(teaching).found == "days or a maximum for start"


def test_group_may_not_be_sustained_without_an_outcome(teaching):
    text = (teaching / "programme.yaml").read_text()
    line = next(
        one for one in text.splitlines() if one.startswith("      far: {value: 91")
    )
    change(teaching, "programme.yaml", f"{line}\n", "")

    assert found_in(teaching) == [
        "days for group far, which cannot reach job-outcome",
        "a rate for group far, which cannot reach job-outcome",
    ]


def test_days_in_work_milestone_needs_days(probation):
    text = (probation / "programme.yaml").read_text()
    kept = [
        line
        for line in text.splitlines()
        if not line.startswith(("    days:", "      first-s", "      repeat-s"))
    ]
    (probation / "programme.yaml").write_text("\n".join(kept))

    assert "no days for free-year" in found_in(probation)


def test_only_following_milestones_have_a_maximum(probation):
    change(
        probation,
        "programme.yaml",
        "    without: reconvicted\n",
        "    without: reconvicted\n    maximum: {first-sentence: "
        f"{{value: 2, unit: number, {MARK}}}}}\n",
    )

    assert only_fault(probation).found == "basis days-without with a maximum above 1"


def test_days_without_names_the_event(probation):
    change(probation, "programme.yaml", "    without: reconvicted\n", "")

    assert only_fault(probation).found == "basis days-without with without blank"


def test_excess_payment_needs_a_baseline(probation):
    change(probation, "performance_levels.csv", "repeat-sentence,1,42,38\n", "")

    fault = only_fault(probation)

    assert fault.found == (
        "no non-intervention rate for group repeat-sentence in contract year 1"
    )


def test_cap_below_the_first_payment_is_a_fault(teaching):
    (fault,) = faults_of(teaching, {"milestones.sustainment.maximum.near": "0"})

    assert fault.found == "a maximum of 0 for group near"


def test_group_without_intake_is_a_fault(teaching):
    text = (teaching / "intake.csv").read_text()
    kept = [line for line in text.splitlines() if ",far," not in line]
    (teaching / "intake.csv").write_text("\n".join(kept))

    assert only_fault(teaching).found == "group far without intake"


def test_area_without_contract_is_a_fault(teaching):
    with (teaching / "areas.csv").open("a") as file:
        file.write("village,Oldham,,England\n")

    assert only_fault(teaching).found == "area village without a contract"


def test_group_may_not_open_before_the_programme(teaching):
    change(teaching, "groups.csv", "2024-04-01,2025-03-31,6", "2024-03-01,2025-03-31,6")

    assert found_in(teaching)[0] == "group near from 2024-03-01"


def test_shares_of_one_group_must_add_up_too(teaching):
    with (teaching / "market_shares.csv").open("a") as file:
        file.write("1,far,2024-10-01,65\n")

    fault = only_fault(teaching)

    assert fault.where == "edited/market_shares.csv:4"
    assert fault.found == (
        "market shares of area town, group far, from 2024-10-01 that add up to 105%"
    )


def test_shares_that_move_together_are_sound(teaching):
    with (teaching / "market_shares.csv").open("a") as file:
        file.write("1,far,2024-10-01,65\n2,far,2024-10-01,35\n")
    change(teaching, "primes.csv", ",third", ",charity")

    assert only_fault(teaching).found == "'charity'"


def test_second_contract_year_must_be_a_day_that_every_year_has(teaching):
    (fault,) = faults_of(teaching, {"second_year_first_day": "2028-02-29"})

    assert fault.expected == "a day that every year has"


def test_second_contract_year_must_follow_the_first(teaching):
    (fault,) = faults_of(teaching, {"second_year_first_day": "2024-04-01"})

    assert fault.expected == "year 2 to begin after year 1"


def test_programme_for_nobody_is_a_fault(teaching):
    for name in ("groups", "contracts", "areas"):
        heading = (teaching / f"{name}.csv").read_text().splitlines()[0]
        (teaching / f"{name}.csv").write_text(heading + "\n")

    assert {"no groups", "no areas", "no contracts"} <= set(found_in(teaching))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("excess_payments.reconviction-avoided.multiplier", "-1"),
        ("excess_payments.reconviction-avoided.first_contract_year", "0"),
        ("excess_payments.reconviction-avoided.payable_months_after", "-1"),
        ("service_fees.service-fee.last_month", "2021-12"),
        ("performance.minimum_ranked", "-1"),
        ("performance.interval_z", "0"),
        ("performance.cohort_months", "0"),
        ("milestones.start.claim_after_working_days", "-1"),
        ("areas.north.intake_weight", "-1"),
        ("groups.first-sentence.last_referral", "2021-01-01"),
        ("market_shares.north-1.any.2022-01-01.share", "101"),
        ("allotted_days", "0"),
        ("bridge_days", "-1"),
    ],
)
def test_value_that_cannot_be_is_refused_alone_and_where_it_was_set(key, value):
    (fault,) = faults_of("probation-pilot", {key: value})

    assert fault.where == f"--set {key}"


def test_values_of_the_regime_that_cannot_be_are_refused_together():
    wrong = {
        "performance.share_shift.size": "101",
        "validation.off_benefit_check": "101",
        "supply_chain.highest_management_fee": "101",
        "conditionality.penalties.jsa-first-to-2012.last_day": "2011-05-31",
        "subcontract_terms.any.any.2011-06-01.management_fee": "101",
    }

    faults = faults_of("work-programme", wrong)

    assert {fault.where for fault in faults} == {f"--set {key}" for key in wrong}


def test_more_values_of_the_regime_that_cannot_be_are_refused_together():
    wrong = {
        "performance.share_shift.months_to_effect": "-1",
        "validation.employment_sample": "-1",
        "subcontract_terms.any.any.2011-06-01.lag_months": "-1",
    }

    faults = faults_of("work-programme", wrong)

    assert {fault.where for fault in faults} == {f"--set {key}" for key in wrong}
