"""What is owed to one participant's providers, as known at the end of each month.

Nothing can change in most months. `views_of` looks at the months in which an event
becomes known, and between those at the months in which what was known already makes a
milestone earned or payable; every other month would give the view before it again.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from quasimarket.core.dates import Month, months_from
from quasimarket.core.identifiers import ContractId, GroupId, MilestoneId
from quasimarket.core.money import Pence
from quasimarket.entitlement.records import Participation, Reached
from quasimarket.entitlement.reference import entitle_participant, known_by
from quasimarket.events import Event, EventKind
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.settlement.reference.claims import (
    NO_CLAIM,
    Claim,
    Numbered,
    Reading,
    accepted_from,
    claims_known,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A milestone reached, where its claim stands, and when it can be paid."""

    reached: Reached
    claim: Claim
    price: Pence
    """Zero where the rulebook has no price for it."""
    payable: date | None
    """None while it is not accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is known of one participant at the end of a month."""

    month: Month
    participation: Participation | None
    owed: tuple[Owed, ...]
    claims: dict[Numbered, Claim]


class PriceList:
    """A rulebook's unit prices, each looked up once."""

    def __init__(self, rulebook: Rulebook) -> None:
        """Begin with no price looked up."""
        self.rulebook = rulebook
        self._prices: dict[
            tuple[MilestoneId, ContractId, GroupId, date], Pence | None
        ] = {}

    def price(self, reached: Reached) -> Pence:
        """Give the price of a milestone; zero where the rulebook has none."""
        key = (
            reached.milestone,
            reached.contract,
            reached.group,
            reached.priced_on,
        )
        if key not in self._prices:
            self._prices[key] = self.rulebook.unit_price(*key)
        return self._prices[key] or Pence(0)


def view_of(
    prices: PriceList, events: Iterable[Event], reading: Reading, month: Month
) -> View:
    """Say what is known of one participant at the end of a month."""
    rulebook = prices.rulebook
    known = known_by(events, month.last_day)
    participation, reached = entitle_participant(rulebook, known, month.last_day)
    claims = claims_known(known, reached, reading)
    return View(
        month=month,
        participation=participation,
        owed=tuple(_owed(prices, one, claims) for one in reached),
        claims=claims,
    )


def views_of(
    prices: PriceList, events: Sequence[Event], reading: Reading, last: Month
) -> Iterator[View]:
    """Say what is known of one participant in each month in which it can change.

    The events are all of that participant, each of them once.
    """
    rulebook = prices.rulebook
    bearing = [event for event in events if _bears_on_money(event, rulebook)]
    known_months = sorted({Month.of(event.known) for event in bearing})
    starts = [month for month in known_months if month <= last]
    for month, following in pairwise([*starts, last.plus(1)]):
        yield view_of(prices, bearing, reading, month)
        quiet = following.plus(-1)
        if quiet > month:
            ahead = view_of(prices, bearing, reading, quiet)
            for between in _months_of_change(ahead, rulebook.bridge_days):
                if month < between <= quiet:
                    yield view_of(prices, bearing, reading, between)


def _owed(prices: PriceList, reached: Reached, claims: dict[Numbered, Claim]) -> Owed:
    name = (reached.milestone, reached.number)
    accepted = accepted_from(prices.rulebook, name, claims)
    return Owed(
        reached=reached,
        claim=claims.get(name, NO_CLAIM),
        price=prices.price(reached),
        payable=accepted and max(reached.earned, reached.claimable, accepted),
    )


def _months_of_change(view: View, bridge_days: int) -> list[Month]:
    """List the months in which what a view owes was earned or became payable.

    A day inside a gap is known to be in work only when work has begun again.
    """
    months: set[Month] = set()
    for owed in view.owed:
        earned = owed.reached.earned
        seen = earned + timedelta(days=bridge_days)
        months.update(months_from(Month.of(earned), Month.of(seen)))
        if owed.payable:
            months.add(Month.of(owed.payable))
    return sorted(months)


_ALWAYS_BEARING: Collection[EventKind] = frozenset(
    {
        EventKind.REFERRED,
        EventKind.REFERRAL_CANCELLED,
        EventKind.ATTACHED,
        EventKind.ALLOCATED,
        EventKind.TRANSFERRED,
        EventKind.GROUP_CORRECTED,
        EventKind.JOB_STARTED,
        EventKind.JOB_ENDED,
        EventKind.BENEFIT_STARTED,
        EventKind.BENEFIT_ENDED,
        EventKind.CLAIMED,
        EventKind.VALIDATED,
        EventKind.REJECTED,
    }
)


def _bears_on_money(event: Event, rulebook: Rulebook) -> bool:
    return event.kind in _ALWAYS_BEARING or any(
        event.kind is milestone.without for milestone in rulebook.milestones
    )
