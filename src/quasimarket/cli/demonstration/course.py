"""What becomes of the chosen people, as events in order: the run's own, with contacts.

A run keeps the dates that pay, and how many contacts each place had in each month. Here
each month's contacts are spread over the people who were there, by the contacts that
the run expects of each; the small steps a run leaves out (a referral is acknowledged, a
plan is written) are drawn within the days that are allowed for them, most of them.
"""

import hashlib
from base64 import b32encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp
from typing import Any

import numpy as np
import polars as pl

from quasimarket.chance.sample import even_points, shuffled
from quasimarket.cli.demonstration.run import SEED, PlayedRun
from quasimarket.core.dates import Month, nth_working_day_after
from quasimarket.core.identifiers import (
    ContractId,
    EventId,
    GroupId,
    ParticipantId,
    PositionId,
    SpellId,
)
from quasimarket.events import Event, EventKind


SUPPORT = (
    "contacts_job_search",
    "contacts_training",
    "contacts_specialist",
    "contacts_in_work",
)
MOST_CONTACTS = 12
"""A month's most: beyond it a draw says nothing that a reader could use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One participant of the run who is in the demonstration."""

    number: int
    """In the run."""
    order: int
    """Among the chosen, from 0."""
    reference: ParticipantId
    row: Mapping[str, Any]


def choose(run: PlayedRun, count: int, today: date) -> list[Chosen]:
    """Choose people by lot among those referred by a day, in order of referral."""
    there = run.participants.filter(pl.col("referred") <= today)
    lot = shuffled(SEED, there.height)[:count]
    rows = there[np.sort(lot)].sort("referred", "participant")
    return [
        Chosen(
            number=row["participant"],
            order=order,
            reference=ParticipantId(reference_of(row["participant"])),
            row=row,
        )
        for order, row in enumerate(rows.iter_rows(named=True))
    ]


def reference_of(number: int) -> str:
    """Give the opaque reference of a participant: eight letters and digits."""
    digest = hashlib.sha256(f"{SEED}|{number}".encode()).digest()
    return b32encode(digest).decode()[:8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Contacts per person and month, by place and month."""

    support: Mapping[tuple[str, str], float]
    tracking: Mapping[tuple[str, str], float]
    usual: Mapping[str, float]
    """The contacts that the run expects of the average person of a place."""


def rates_of(run: PlayedRun) -> Rates:
    """Read the contacts of places from the run's tables."""
    seen = run.providers.filter(pl.col("caseload") > 0).select(
        "position",
        "month",
        support=pl.sum_horizontal(SUPPORT) / pl.col("caseload"),
        tracking=pl.col("contacts_tracking") / pl.col("in_work").clip(1.0),
    )
    usual = run.participants.group_by(_place_column()).agg(pl.col("contacts").mean())
    keys = list(zip(seen["position"], seen["month"], strict=True))
    return Rates(
        support=dict(zip(keys, seen["support"], strict=True)),
        tracking=dict(zip(keys, seen["tracking"], strict=True)),
        usual=dict(usual.iter_rows()),
    )


def _place_column() -> pl.Expr:
    own = pl.concat_str(pl.col("contract").cast(pl.String), pl.lit("-00"))
    return pl.coalesce(pl.col("position").cast(pl.String), own).alias("place")


def events_of(run: PlayedRun, chosen: list[Chosen], today: date) -> list[Event]:
    """Give every event of the chosen people that is known by a day, as it was known."""
    rates = rates_of(run)
    kept = run.events.filter(
        pl.col("participant").is_in([one.number for one in chosen]),
        pl.col("known") <= today,
        pl.col("kind").cast(pl.String) != "claimed",
    ).sort("participant", "known", "id")
    own = {
        number[0]: rows.to_dicts()
        for number, rows in kept.group_by("participant", maintain_order=True)
    }
    luck = even_points(SEED, len(chosen), 8)
    told: list[Event] = []
    for one in chosen:
        steps = _Steps(one, run.rulebook.holidays, luck[one.order], today)
        told += steps.tell(own.get(one.number, []), rates)
    order = list(EventKind)
    told.sort(key=lambda event: (event.known, order.index(event.kind), event.id))
    return told


class _Steps:
    """Tells one person's course."""

    def __init__(
        self, one: Chosen, holidays: frozenset[date], luck: Any, today: date
    ) -> None:
        self.one = one
        self.holidays = holidays
        self.luck = luck
        self.today = today
        self.count = 0

    def tell(self, rows: Sequence[Mapping[str, Any]], rates: Rates) -> Iterator[Event]:
        """Give the person's events; those after today are left out."""
        told = [*self._own(rows), *self._steps(rows), *self._contacts(rows, rates)]
        return (event for event in told if event.known <= self.today)

    def _event(self, kind: EventKind, day: date, **fields: Any) -> Event:
        self.count += 1
        return Event(
            id=EventId(f"{self.one.reference}-{self.count:03d}"),
            kind=kind,
            happened=day,
            known=max(day, fields.pop("known", day)),
            participant=self.one.reference,
            source="demonstration",
            **fields,
        )

    def _own(self, rows: Sequence[Mapping[str, Any]]) -> Iterator[Event]:
        for row in rows:
            fields: dict[str, Any] = {"known": row["known"]}
            if row["contract"] is not None:
                fields["contract"] = ContractId(row["contract"])
            if row["position"] is not None:
                fields["position"] = PositionId(row["position"])
            if row["group"] is not None:
                fields["group"] = GroupId(row["group"])
            if row["spell"] is not None:
                fields["spell"] = SpellId(f"{self.one.reference}-S{row['spell']}")
            kind = EventKind(row["kind"])
            if row["happened"] > row["known"]:
                fields["known"] = row["happened"]
            yield self._event(kind, row["happened"], **fields)

    def _steps(self, rows: Sequence[Mapping[str, Any]]) -> Iterator[Event]:
        referred = self.one.row["referred"]
        acknowledged = self._later(referred, 1 + int(self.luck[0] * 2.2))
        attached = self.one.row["attached"]
        if attached is not None:
            acknowledged = min(acknowledged, attached)
        yield self._event(EventKind.ACKNOWLEDGED, acknowledged)
        if attached is not None and self.luck[1] < 0.9:
            planned = self._later(attached, 3 + int(self.luck[2] * 20))
            yield self._event(EventKind.ACTION_PLANNED, planned)
        for row in rows:
            if row["kind"] == "specialist-referred" and self.luck[3] < 0.8:
                yield self._event(
                    EventKind.SPECIALIST_ANSWERED,
                    self._later(row["happened"], 2 + int(self.luck[4] * 12)),
                    position=PositionId(row["position"]),
                    code="accepted" if self.luck[5] < 0.85 else "declined",
                )

    def _contacts(
        self, rows: Sequence[Mapping[str, Any]], rates: Rates
    ) -> Iterator[Event]:
        attached = self.one.row["attached"]
        if attached is None or attached > self.today:
            return
        place = self.one.row["position"] or f"{self.one.row['contract']}-00"
        usual = rates.usual.get(place) or 1.0
        weight = min(4.0, self.one.row["contacts"] / usual)
        starts = sorted(r["happened"] for r in rows if r["kind"] == "job-started")
        ends = sorted(r["happened"] for r in rows if r["kind"] == "job-ended")
        last = min(self.today, attached + timedelta(days=727))
        month = Month.of(attached)
        while month.first_day <= last:
            for purpose, table in (
                ("support", rates.support),
                ("tracking", rates.tracking),
            ):
                expected = table.get((place, str(month)), 0.0)
                draws = self._draws(month, purpose)
                times = _poisson(
                    expected * (weight if purpose == "support" else 1.0), draws[0]
                )
                for turn in range(times):
                    share = draws[1 + turn]
                    span = (month.last_day - month.first_day).days + 1
                    day = month.first_day + timedelta(days=int(share * span))
                    day = self._later(day - timedelta(days=1), 1)
                    works = _holds(starts, ends, day)
                    if attached <= day <= last and (works or purpose == "support"):
                        yield self._event(EventKind.CONTACTED, day, code=purpose)
            month = month.plus(1)

    def _draws(self, month: Month, purpose: str) -> list[float]:
        text = f"{SEED}|{self.one.number}|{month}|{purpose}"
        digest = hashlib.sha512(text.encode()).digest()
        return [
            int.from_bytes(digest[at : at + 4], "big") / 2**32
            for at in range(0, 4 * (MOST_CONTACTS + 1), 4)
        ]

    def _later(self, day: date, working_days: int) -> date:
        return nth_working_day_after(day, working_days, self.holidays)


def _poisson(expected: float, draw: float) -> int:
    """Give how many happen, of so many expected, where a uniform draw says."""
    term = summed = exp(-expected)
    times = 0
    while draw > summed and times < MOST_CONTACTS:
        times += 1
        term *= expected / times
        summed += term
    return times


def _holds(starts: list[date], ends: list[date], day: date) -> bool:
    begun = sum(one <= day for one in starts)
    over = sum(one < day for one in ends)
    return begun > over
