"""The two small programmes stay as small and as different as lessons need them."""

import pytest

from quasimarket.events.event import EventKind
from quasimarket.rulebook import load_rulebook, shipped_programmes
from quasimarket.rulebook.rulebook import Basis, BreakRule, CountedBy, Evidence


def test_the_founding_case_two_lessons_and_its_designs_are_shipped():
    assert shipped_programmes() == [
        "as-commissioned-prices-floored",
        "gentle-stewardship",
        "mixed-pay",
        "needs-based-groups",
        "open-chains-with-teeth",
        "probation-pilot",
        "protect-the-specialists",
        "teaching-pilot",
        "work-programme",
    ]


def test_teaching_pilot_has_the_rules_that_the_work_programme_lacks():
    programme = load_rulebook("teaching-pilot")
    _, outcome, sustainment = programme.milestones

    assert outcome.unbroken
    assert sustainment.break_rule is BreakRule.END
    assert not programme.run_on
    assert programme.service_fees
    assert sum(row.referrals for row in programme.intake) < 200


def test_probation_pilot_pays_for_what_did_not_happen():
    programme = load_rulebook("probation-pilot")
    _, outcome = programme.milestones
    (avoided,) = programme.excess_payments

    assert outcome.basis is Basis.DAYS_WITHOUT
    assert outcome.without is EventKind.RECONVICTED
    assert avoided.counted_by is CountedBy.YEAR_REFERRED
    assert programme.performance.level_for("first-sentence", 2).non_intervention > 0


def test_probation_pilot_pays_when_the_whole_cohort_has_had_its_year():
    programme = load_rulebook("probation-pilot")
    (avoided,) = programme.excess_payments
    outcome = programme.milestone(avoided.milestone)

    assert avoided.payable_months_after * 28 >= max(outcome.days.values()) - 30
    assert avoided.payable_months_after > 12


@pytest.mark.parametrize("name", ["teaching-pilot", "probation-pilot"])
def test_invented_values_are_marked_as_assumed(name):
    marks = {
        value.evidence
        for value in load_rulebook(name).stated
        if not value.key.startswith("holidays")
    }

    assert marks == {Evidence.ASSUMED}
