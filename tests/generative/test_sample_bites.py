"""The generated sample tries each feature both ways: where it binds and where not.

A feature binds on a case if the settlement differs once it is taken away or moved by a
little, and is slack if the settlement stays. A sample in which a feature never bound
would let both engines ignore it.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings

from quasimarket.events import Event, EventKind
from quasimarket.rulebook.rulebook import Basis, BreakRule, Milestone, Rulebook
from quasimarket.settlement.columnar import settle_events
from tests.lib.strategies import OUTCOME, SUSTAINMENT, Case, cases


MOST = 1_000
"""Cases drawn at most; enough that the rarest feature binds many times over."""
AT_A_TIME = 50
"""Cases drawn before it is asked whether more are wanted."""
OFTEN = 3
"""How often a feature must bind, and be slack."""


def with_milestone(rulebook: Rulebook, milestone: str, **changes: Any) -> Rulebook:
    """Change one milestone of a rulebook."""
    return with_milestones(
        rulebook,
        lambda item: replace(item, **changes) if item.id == milestone else item,
    )


def with_milestones(
    rulebook: Rulebook, change: Callable[[Milestone], Milestone]
) -> Rulebook:
    """Change every milestone of a rulebook."""
    return replace(
        rulebook, milestones=tuple(change(item) for item in rulebook.milestones)
    )


def with_days(rulebook: Rulebook, milestone: str) -> Rulebook:
    """Ask a milestone for a day more."""
    days = next(item.days for item in rulebook.milestones if item.id == milestone)
    longer = {group: needed + 1 for group, needed in days.items()}
    return with_milestone(rulebook, milestone, days=longer)


def with_one_price(rulebook: Rulebook) -> Rulebook:
    """Let the first fees stand for good."""
    first: dict[Any, Any] = {}
    for rate in rulebook.rates:
        first.setdefault((rate.milestone, rate.group), replace(rate, last_day=None))
    return replace(rulebook, rates=tuple(first.values()))


def other_break(rulebook: Rulebook) -> BreakRule:
    """Give another break rule than the rulebook's."""
    chosen = rulebook.milestone(SUSTAINMENT).break_rule
    return BreakRule.CARRY if chosen is not BreakRule.CARRY else BreakRule.RESTART


def with_terms(rulebook: Rulebook, **changes: Any) -> Rulebook:
    """Change all subcontract terms."""
    return replace(
        rulebook,
        subcontract_terms=tuple(
            replace(terms, **changes) for terms in rulebook.subcontract_terms
        ),
    )


RULES: dict[str, Callable[[Rulebook], Rulebook]] = {
    "days for the outcome": lambda rules: with_days(rules, OUTCOME),
    "interval": lambda rules: with_days(rules, SUSTAINMENT),
    "cumulative or unbroken": lambda rules: with_milestone(
        rules, OUTCOME, unbroken=not rules.milestone(OUTCOME).unbroken
    ),
    "bridge": lambda rules: replace(rules, bridge_days=0),
    "break rule": lambda rules: with_milestone(
        rules, SUSTAINMENT, break_rule=other_break(rules)
    ),
    "cap": lambda rules: with_milestone(
        rules,
        SUSTAINMENT,
        maximum=dict.fromkeys(rules.milestone(SUSTAINMENT).maximum, 99),
    ),
    "price steps": with_one_price,
    "discounts": lambda rules: replace(rules, discounts=()),
    "lag": lambda rules: with_terms(rules, lag_months=9),
    "pass-down": lambda rules: replace(rules, subcontract_terms=()),
    "management fee": lambda rules: with_terms(rules, management_fee=Decimal("0.9")),
    "run on": lambda rules: replace(rules, run_on=not rules.run_on),
    "allotted time": lambda rules: replace(rules, allotted_days=2_000),
    "claim delay": lambda rules: with_milestones(
        rules, lambda item: replace(item, claim_after_working_days=0)
    ),
    "holidays": lambda rules: replace(rules, holidays=frozenset()),
    "excess payment": lambda rules: replace(rules, excess_payments=()),
    "service fee": lambda rules: replace(rules, service_fees=()),
    "days without": lambda rules: with_milestones(
        rules,
        lambda item: (
            replace(item, days={}) if item.basis is Basis.DAYS_WITHOUT else item
        ),
    ),
}

NEWS: dict[str, Callable[[Event], bool]] = {
    "late news": lambda event: event.known <= event.happened,
    "cancellations": lambda event: event.kind is not EventKind.REFERRAL_CANCELLED,
    "corrections of the group": lambda event: (
        event.kind is not EventKind.GROUP_CORRECTED
    ),
    "rejected spells": lambda event: (
        not (event.kind is EventKind.REJECTED and event.spell)
    ),
    "rejected claims": lambda event: (
        not (event.kind is EventKind.REJECTED and event.milestone)
    ),
    "benefit": lambda event: event.kind is not EventKind.BENEFIT_STARTED,
    "transfers": lambda event: event.kind is not EventKind.TRANSFERRED,
    "allocations": lambda event: event.kind is not EventKind.ALLOCATED,
    "claims": lambda event: event.kind is not EventKind.CLAIMED,
    "validations": lambda event: event.kind is not EventKind.VALIDATED,
    "recoveries": lambda event: event.kind is not EventKind.CLAWED_BACK,
}


@pytest.fixture(scope="module")
def bound() -> Counter[tuple[str, bool]]:
    """Count the cases on which each feature bound, and did not, until all have."""
    counts: Counter[tuple[str, bool]] = Counter()
    sought = [(name, whether) for name in [*RULES, *NEWS] for whether in (True, False)]

    def unknown() -> set[str]:
        return {name for name, whether in sought if counts[name, whether] < OFTEN}

    @settings(
        max_examples=AT_A_TIME,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(cases())
    def count(case: Case) -> None:
        settled = settle_events(case.rulebook, case.log, case.settled_to)
        for name in unknown():
            rules, log = case.rulebook, case.log
            if name in RULES:
                rules = RULES[name](rules)
            else:
                log = [event for event in log if NEWS[name](event)]
            other = settle_events(rules, log, case.settled_to)
            counts[name, other != settled] += 1

    for number in range(MOST // AT_A_TIME):
        if unknown():
            seed(number)(count)()
    return counts


@pytest.mark.parametrize("feature", [*RULES, *NEWS])
def test_each_feature_binds_and_is_slack_in_the_sample(
    bound: Counter[tuple[str, bool]], feature: str
) -> None:
    assert bound[feature, True] >= OFTEN
    assert bound[feature, False] >= OFTEN
