"""Values set for one run, by the keys that explain lists."""

from decimal import Decimal

from quasimarket.rulebook import load_rulebook
from quasimarket.rulebook.rulebook import Evidence
from tests.lib.rulebook_folders import faults_of


def load(settings):
    return load_rulebook("teaching-pilot", settings)


def test_setting_keeps_the_unit_of_the_value():
    rulebook = load_rulebook("work-programme", {"performance.share_shift.size": "10"})

    assert rulebook.performance.share_shift.size == Decimal("0.1")


def test_setting_is_stated_as_assumed_for_this_run():
    rulebook = load({"bridge_days": "2"})
    stated = next(value for value in rulebook.stated if value.key == "bridge_days")

    assert (stated.value, stated.evidence) == ("2", Evidence.ASSUMED)
    assert stated.reason == "set for this run"


def test_setting_reaches_a_row_of_a_table():
    rulebook = load({"rate_card.job-outcome.far.2024-04-01.fee": "2500.50"})

    fees = {r.group: r.fee for r in rulebook.rates if r.milestone == "job-outcome"}
    assert fees == {"near": 100_000, "far": 250_050}


def test_setting_reaches_a_row_with_a_blank_in_its_key():
    rulebook = load({"discounts.job-outcome.2.any.any.percent": "50"})

    assert rulebook.unit_price("job-outcome", "2", "near", rulebook.first_day) == 50_000


def test_none_takes_an_optional_part_away():
    rulebook = load_rulebook("work-programme", {"performance.share_shift": "none"})

    assert rulebook.performance.share_shift is None


def test_setting_a_choice_and_a_list():
    rulebook = load(
        {
            "milestones.sustainment.break_rule": "carry",
            "performance.cohort_months": "6;12",
        }
    )

    assert rulebook.milestones[2].break_rule == "carry"
    assert rulebook.performance.cohort_months == (6, 12)


def test_setting_what_the_folder_leaves_out():
    rulebook = load({"milestones.start.claim_after_working_days": "3"})

    assert rulebook.milestones[0].claim_after_working_days == 3


def test_settings_change_the_hash_only_where_they_change_results():
    plain, same = load({}), load({"bridge_days": "0"})

    assert same.content_hash == plain.content_hash
    assert load({"bridge_days": "2"}).content_hash != plain.content_hash


def test_unknown_keys_are_all_faults_with_a_hint():
    faults = faults_of(
        "teaching-pilot",
        {
            "performance.minimum_rankd": "10",
            "rate_card.job-outcome.near.2024-04-01.fees": "1",
            "rate_card.job-outcom.near.2024-04-01.fee": "1",
            "bridge_day": "1",
        },
    )

    assert {fault.where: fault.hint for fault in faults} == {
        "--set performance.minimum_rankd": "did you mean minimum_ranked?",
        "--set rate_card.job-outcome.near.2024-04-01.fees": "did you mean fee?",
        "--set rate_card.job-outcom.near.2024-04-01.fee": (
            "did you mean rate_card.job-outcome.near.2024-04-01.fee?"
        ),
        "--set bridge_day": "did you mean bridge_days?",
    }


def test_bad_value_of_a_setting_is_a_fault_at_the_setting():
    (fault,) = faults_of("teaching-pilot", {"allotted_days": "two years"})

    assert fault.where == "--set allotted_days"
