"""Checks that what a record refers to is there."""

from collections.abc import Collection, Iterable, Iterator

from quasimarket.core.errors import Fault
from quasimarket.core.identifiers import order_key
from quasimarket.rulebook.draft import Draft
from quasimarket.rulebook.text_values import did_you_mean


_TABLES = {
    "clause": "clauses",
    "group": "groups",
    "area": "areas",
    "prime": "primes",
    "contract": "contracts",
}
Reference = tuple[object, str, str, Iterable[object]]
"""A record, its field, the kind of thing that the field names, and the ids named."""


def check_references(draft: Draft) -> list[Fault]:
    """Find every id that names nothing."""
    known = _known_ids(draft)
    faults = []
    for record, field, kind, identifiers in _references(draft):
        if not draft.is_sound(record, field) or not draft.is_whole(
            _TABLES.get(kind, "")
        ):
            continue
        faults += [
            draft.fault(
                record,
                f"{field}: the unknown {kind} {identifier}",
                f"an id among the {kind}s",
                _hint(str(identifier), known[kind]),
                field,
            )
            for identifier in identifiers
            if identifier is not None and identifier not in known[kind]
        ]
    return faults


def check_contract_numbers(draft: Draft) -> list[Fault]:
    """Find contracts that share a number."""
    first: dict[int, str] = {}
    faults = []
    for contract in draft.rulebook.contracts:
        if not draft.is_sound(contract, "number"):
            continue
        if contract.number in first:
            faults.append(
                draft.fault(
                    contract,
                    f"contract number {contract.number} a second time",
                    "each number once",
                    f"it is also that of contract {first[contract.number]}",
                )
            )
        first.setdefault(contract.number, contract.id)
    return faults


def _known_ids(draft: Draft) -> dict[str, set[str]]:
    rulebook = draft.rulebook
    milestones: set[str] = {milestone.id for milestone in rulebook.milestones}
    kinds: set[str] = {excess.id for excess in rulebook.excess_payments}
    kinds |= {fee.id for fee in rulebook.service_fees}
    return {
        "clause": {clause.id for clause in rulebook.clauses},
        "group": {group.id for group in rulebook.groups},
        "area": {area.id for area in rulebook.areas},
        "prime": {prime.id for prime in rulebook.primes},
        "contract": {contract.id for contract in rulebook.contracts},
        "milestone": milestones,
        "kind of payment": milestones | kinds,
    }


def _references(draft: Draft) -> Iterator[Reference]:
    rulebook = draft.rulebook
    for contract in rulebook.contracts:
        yield contract, "area", "area", [contract.area]
        yield contract, "prime", "prime", [contract.prime]
    for share in rulebook.market_shares:
        yield share, "contract", "contract", [share.contract]
        yield share, "group", "group", [share.group]
    for milestone in rulebook.milestones:
        yield milestone, "clause", "clause", [milestone.clause]
        yield milestone, "after", "milestone", [milestone.after]
        yield milestone, "days", "group", milestone.days
        yield milestone, "maximum", "group", milestone.maximum
    for rate in rulebook.rates:
        yield rate, "milestone", "milestone", [rate.milestone]
        yield rate, "group", "group", [rate.group]
    for discount in rulebook.discounts:
        yield discount, "milestone", "milestone", [discount.milestone]
        yield discount, "contract", "contract", [discount.contract]
        yield discount, "group", "group", [discount.group]
    for excess in rulebook.excess_payments:
        yield excess, "clause", "clause", [excess.clause]
        yield excess, "milestone", "milestone", [excess.milestone]
        yield excess, "groups", "group", excess.groups
    for fee in rulebook.service_fees:
        yield fee, "clause", "clause", [fee.clause]
        yield fee, "contract", "contract", [fee.contract]
    for terms in rulebook.subcontract_terms:
        yield terms, "contract", "contract", [terms.contract]
        yield terms, "passed_down", "kind of payment", terms.passed_down
    performance = rulebook.performance
    yield performance, "milestone", "milestone", [performance.milestone]
    for level in performance.levels:
        yield level, "group", "group", [level.group]
    for intake in rulebook.intake:
        yield intake, "area", "area", [intake.area]
        yield intake, "group", "group", [intake.group]
    if rulebook.conditionality is not None:
        for penalty in rulebook.conditionality.penalties:
            yield penalty, "groups", "group", penalty.groups
    for regime in (
        rulebook.allocation,
        rulebook.minimum_service_offer,
        rulebook.conduct,
        rulebook.conditionality,
        rulebook.validation,
    ):
        if regime is not None:
            yield regime, "clause", "clause", [regime.clause]


def _hint(identifier: str, known: Collection[str]) -> str:
    near = did_you_mean(identifier, known)
    if near or len(known) > 12:
        return near
    return f"known are {', '.join(sorted(known, key=order_key)) or 'none'}"
