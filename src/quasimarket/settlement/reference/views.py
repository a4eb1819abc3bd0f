"""What is owed to one participant's providers, as known at the end of each month.

Between two pieces of news time only adds days: what was earned by a day stays earned.
So `views_of` works out what is owed once for each stretch of months without news, at
its end, and reads the earlier months off it: each shows what could be seen by then.
Months in which nothing is seen or becomes payable would repeat the one before them.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from quasimarket.core.dates import Month
from quasimarket.core.identifiers import ContractId, GroupId, MilestoneId
from quasimarket.core.money import Pence
from quasimarket.entitlement.records import Participation, Reached
from quasimarket.entitlement.reference import day_seen, entitle_participant, known_by
from quasimarket.entitlement.reference.days import Spell, job_spells
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
    seen: date
    """The day by which it can be told that it was earned."""
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
    """Say what is known of one participant at the end of a month.

    The events are all of that participant, in the order in which they became known.
    """
    known = known_by(events, month.last_day)
    jobs = job_spells(known, month.last_day)
    participation, reached = entitle_participant(prices.rulebook, known, month.last_day)
    claims = claims_known(known, reached, reading)
    return View(
        month=month,
        participation=participation,
        owed=tuple(_owed(prices, one, claims, jobs) for one in reached),
        claims=claims,
    )


def views_of(
    prices: PriceList, events: Sequence[Event], reading: Reading, last: Month
) -> Iterator[View]:
    """Say what is known of one participant in each month in which it can change.

    The events are all of that participant, in the order in which they became known.
    """
    kinds = _bearing_kinds(prices.rulebook)
    bearing = [event for event in events if event.kind in kinds]
    months_of_news = sorted({Month.of(event.known) for event in bearing})
    starts = [month for month in months_of_news if month <= last]
    for news, next_news in pairwise([*starts, last.plus(1)]):
        ahead = view_of(prices, bearing, reading, next_news.plus(-1))
        for month in sorted({news, *_months_of_change(ahead)}):
            if news <= month < next_news:
                yield _as_seen_by(ahead, month)


def _owed(
    prices: PriceList,
    reached: Reached,
    claims: dict[Numbered, Claim],
    jobs: Collection[Spell],
) -> Owed:
    name = (reached.milestone, reached.number)
    accepted = accepted_from(prices.rulebook, name, claims)
    return Owed(
        reached=reached,
        seen=day_seen(prices.rulebook, reached, jobs),
        claim=claims.get(name, NO_CLAIM),
        price=prices.price(reached),
        payable=accepted and max(reached.earned, reached.claimable, accepted),
    )


def _months_of_change(ahead: View) -> set[Month]:
    """Give the months in which something is first seen or becomes payable."""
    days = {day for owed in ahead.owed for day in (owed.seen, owed.payable) if day}
    return {Month.of(day) for day in days}


def _as_seen_by(ahead: View, month: Month) -> View:
    """Give a view as it was at the end of an earlier month without news since."""
    last_day = month.last_day
    seen = tuple(owed for owed in ahead.owed if owed.seen <= last_day)
    return replace(ahead, month=month, owed=seen)


_ALWAYS_BEARING = frozenset(
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


def _bearing_kinds(rulebook: Rulebook) -> set[EventKind]:
    """Give the kinds of event that can change what is owed."""
    without = {milestone.without for milestone in rulebook.milestones}
    return {*_ALWAYS_BEARING, *(kind for kind in without if kind)}
