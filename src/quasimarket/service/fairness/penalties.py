"""How long a benefit is stopped: the rulebook's penalties (R067)."""

from datetime import date, timedelta

from quasimarket.rulebook.regime import Penalty
from quasimarket.rulebook.rulebook import Rulebook


COUNTS_FOR = timedelta(weeks=52)


def benefit_of(rulebook: Rulebook, group: str) -> str:
    """Give the benefit of a payment group, from the words of its name.

    >>> from quasimarket.rulebook import load_rulebook
    >>> benefit_of(load_rulebook("work-programme"), "1")
    'JSA'
    """
    name = next((one.name for one in rulebook.groups if one.id == group), "")
    return name.split()[0] if name else ""


def penalty_for(
    rulebook: Rulebook, group: str, failed_on: date, earlier: int
) -> Penalty | None:
    """Give the penalty for a failure; None stops the benefit until compliance.

    Args:
        rulebook: where the penalties stand, mildest first.
        group: the participant's payment group.
        failed_on: the day of the failure, whose rules apply.
        earlier: upheld doubts in the 52 weeks before.
    """
    if rulebook.conditionality is None:
        return None
    benefit = benefit_of(rulebook, group)
    in_force = [
        one
        for one in rulebook.conditionality.penalties
        if one.benefit == benefit
        and one.first_day <= failed_on
        and (one.last_day is None or failed_on <= one.last_day)
    ]
    return in_force[min(earlier, len(in_force) - 1)] if in_force else None
