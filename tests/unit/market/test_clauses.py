"""Clauses are whole statements, in the order of the vocabulary."""

import pytest

from quasimarket.events.organisation_event import CLAUSES, PRACTICES
from quasimarket.market.clauses import PRACTICE_OF, SUBCONTRACT


def test_clauses_are_those_of_the_vocabulary_in_its_order():
    assert tuple(one.id for one in SUBCONTRACT) == tuple(CLAUSES)


@pytest.mark.parametrize("clause", SUBCONTRACT, ids=lambda one: one.id)
def test_clause_says_who_must_do_what_when_or_else(clause):
    parts = (
        clause.attribute, clause.deontic, clause.aim, clause.condition, clause.or_else
    )  # fmt: skip

    assert clause.deontic in ("must", "may", "must not")
    assert all(parts)
    assert all(part in str(clause) for part in parts)


def test_clause_points_at_the_part_of_practice_that_it_names():
    named = {
        clause.id: PRACTICES[part]
        for clause, part in zip(SUBCONTRACT, PRACTICE_OF, strict=True)
        if part >= 0
    }

    assert named == {
        "sanctioning": "sanctioning",
        "reporting": "monitoring",
        "tracking": "in_work_support",
    }
