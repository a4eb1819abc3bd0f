"""The order in which a settlement is written, so that two engines can be compared."""

from collections.abc import Callable
from typing import Any

from quasimarket.core.identifiers import MilestoneId, order_key
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.settlement.records import DownstreamLine, Line, Unpaid


RECOVERY = MilestoneId("recovery")

# A sort key is a tuple of things that compare; nothing is read out of it again.
Key = tuple[Any, ...]


def order_of_lines(rulebook: Rulebook) -> Callable[[Line], Key]:
    """Give the key by which a statement's lines sort."""
    place = _places(rulebook)

    def key(line: Line) -> Key:
        return (
            line.statement,
            order_key(line.contract),
            line.participant is None,
            order_key(line.participant or ""),
            place(line.kind),
            line.number,
            not line.is_reversal,
            line.earned,
            line.amount,
            order_key(line.position or ""),
            tuple(order_key(event) for event in line.events),
        )

    return key


def order_of_downstream(rulebook: Rulebook) -> Callable[[DownstreamLine], Key]:
    """Give the key by which a subcontract's lines sort."""
    place = _places(rulebook)

    def key(line: DownstreamLine) -> Key:
        return (
            line.statement,
            order_key(line.contract),
            order_key(line.position),
            order_key(line.participant),
            place(line.kind),
            line.number,
            not line.is_reversal,
            line.earned,
            line.amount,
        )

    return key


def order_of_unpaid(rulebook: Rulebook) -> Callable[[Unpaid], Key]:
    """Give the key by which what was not paid sorts."""
    place = _places(rulebook)

    def key(unpaid: Unpaid) -> Key:
        return order_key(unpaid.participant), place(unpaid.kind), unpaid.number

    return key


def _places(rulebook: Rulebook) -> Callable[[MilestoneId], int]:
    """Order kinds as the rulebook does; recoveries and unknown kinds come last."""
    kinds = [
        *(milestone.id for milestone in rulebook.milestones),
        *(payment.id for payment in rulebook.excess_payments),
        *(fee.id for fee in rulebook.service_fees),
        RECOVERY,
    ]
    places = {kind: place for place, kind in enumerate(dict.fromkeys(kinds))}
    return lambda kind: places.get(kind, len(kinds))
