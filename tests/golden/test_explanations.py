"""The small programmes explained, and a difference, as approved."""

from pathlib import Path

import pytest

from quasimarket.rulebook import load_rulebook
from quasimarket.rulebook.difference import render_difference
from quasimarket.rulebook.explain import render_explanation
from quasimarket.rulebook.explain_clause import render_clause
from quasimarket.rulebook.values_table import render_values


HERE = Path(__file__).parent


@pytest.mark.parametrize("name", ["teaching-pilot", "probation-pilot"])
def test_explanation_of_a_small_programme_is_as_approved(name, approve):
    rulebook = load_rulebook(name)
    text = f"{render_explanation(rulebook)}\n{render_values(rulebook.stated)}"

    approve(text, HERE / "explain" / f"{name}.txt")


def test_clause_is_explained_as_approved(approve):
    text = render_clause(load_rulebook("work-programme"), "S25")

    approve(text, HERE / "explain" / "clause-S25.txt")


def test_difference_of_two_rulebooks_is_as_approved(approve):
    before = load_rulebook("teaching-pilot")
    after = load_rulebook(
        "teaching-pilot",
        {
            "milestones.sustainment.break_rule": "carry",
            "rate_card.job-outcome.far.2024-04-01.fee": "2500",
            "discounts.job-outcome.2.any.any.percent": "0",
            "service_fees": "none",
        },
    )

    approve(render_difference(before, after), HERE / "diff" / "teaching-pilot.txt")
