"""Say one clause, and which parts of the rulebook rest on it."""

import re

from quasimarket.core.identifiers import ClauseId
from quasimarket.rulebook.difference import say_value
from quasimarket.rulebook.explanation import wrapped
from quasimarket.rulebook.rulebook import Rulebook


def render_clause(rulebook: Rulebook, identifier: str) -> str:
    """Say one clause with its evidence, what it rules, and the values that cite it."""
    clause = next(one for one in rulebook.clauses if one.id == identifier)
    lines = [f"{clause.id}. {clause.section}", *wrapped(clause.text, "  ")]
    lines.append(f"  Evidence: {clause.evidence}.")
    if clause.source:
        lines += wrapped(f"Source: {clause.source}", "  ")
    if clause.reason:
        lines += wrapped(f"Left open: {clause.reason}", "  ")
    kinds = _kinds(rulebook, clause.id)
    if kinds:
        lines.append(f"  The rule of: {', '.join(kinds)}.")
    lines += [
        f"  {value.key}: {say_value(value)}"
        for value in rulebook.stated
        if re.search(rf"\b{re.escape(clause.id)}\b", value.reason)
    ]
    return "\n".join(lines) + "\n"


def _kinds(rulebook: Rulebook, clause: ClauseId) -> list[str]:
    kinds = [one.name for one in rulebook.milestones if one.clause == clause]
    kinds += [one.name for one in rulebook.excess_payments if one.clause == clause]
    return kinds + [one.name for one in rulebook.service_fees if one.clause == clause]
