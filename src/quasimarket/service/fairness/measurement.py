"""Measure the programme from its own log, with the measures of insight.

It takes minutes, so the worker does it; the log says that it was begun, how far it is
at each tenth, and how it ended. What is measured is what whoever asked for it may see,
so that a restricted case counts in no figure: it is read in their scope, measured in
none, and kept in theirs.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quasimarket.insight.live import LogMeasures, measure_log
from quasimarket.service.acting import clock
from quasimarket.service.acting.doing import Doing
from quasimarket.service.claims.long_work import allow_long_work
from quasimarket.service.fairness.log_frames import (
    events_of_organisations,
    events_of_people,
    sectors,
)
from quasimarket.service.fairness.models import PlaceMeasure, ProgrammeMeasure
from quasimarket.service.fairness.operating import FEWEST
from quasimarket.service.log.models import LogEvent
from quasimarket.service.people.actor import SYSTEM, Actor
from quasimarket.service.people.models import ApiKey, User
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Position
from quasimarket.service.programme.rules import rulebook_in_force


BEGUN = "measure-programme"
GOES_ON = "programme-measuring"
DONE = "programme-measured"
FAILED = "programme-not-measured"
RESAMPLES = 100
NAMED = ("position", "contract", "organisation", "tier", "sector", "people")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoingOn:
    """A measuring that is not over."""

    since: datetime
    """On the programme's own clock, as every day on a page."""
    stage: str
    """What is being worked out; empty before it is begun."""
    percent: int


def going_on() -> GoingOn | None:
    """Give the measuring that goes on, and how far it is, if one does."""
    ends = LogEvent.objects.filter(kind__in=(BEGUN, DONE, FAILED)).order_by("-id")
    begun = ends.first()
    if begun is None or begun.kind != BEGUN:
        return None
    steps = LogEvent.objects.filter(kind=GOES_ON, id__gt=begun.pk).order_by("-id")
    last = steps.first()
    return GoingOn(
        since=begun.recorded_at,
        stage=last.code if last else "",
        percent=last.number or 0 if last else 0,
    )


def measure_as(kind: str, identity: int) -> None:
    """Measure what somebody may see, and keep what was found.

    Done again, it changes nothing: a day is measured once.
    """
    with acting_as(SYSTEM):
        now = clock.now()
    try:
        with acting_as(SYSTEM):
            asker = (
                Actor.of_key(ApiKey.objects.get(pk=-identity))
                if kind == "key"
                else Actor.of_user(User.objects.get(pk=identity))
            )
        steps = Steps(now)
        steps.tell("log", 0)
        with acting_as(asker):
            allow_long_work()
            is_done = _is_measured(now)
            seen = None if is_done else _seen()
        found = None if seen is None else _measured(seen, steps)
        with acting_as(asker):
            doing = Doing(actor=asker, act="measure-programme", now=now)
            if found is not None and not _is_measured(now):
                keep(doing, found)
            doing.record(DONE, audience="commissioner")
            doing.write()
    except Exception:
        with acting_as(SYSTEM):
            failed = Doing(actor=SYSTEM, act="measure-programme", now=now)
            failed.record(FAILED, audience="commissioner")
            failed.write()
        raise


def _is_measured(now: datetime) -> bool:
    return ProgrammeMeasure.objects.filter(as_of=now.date()).exists()


class Steps:
    """Writes into the log how far a measuring is, each tenth once."""

    READING = 10
    """Reading the log is as long as a tenth of the whole, more or less."""

    def __init__(self, now: datetime) -> None:
        """Begin with nothing told."""
        self.now = now
        self.told = -1

    def measuring(self, stage: str, done: int, parts: int) -> None:
        """Tell how far it is, of what is measured."""
        self.tell(stage, self.READING + (100 - self.READING) * done // parts)

    def tell(self, stage: str, percent: int) -> None:
        """Write it, in a transaction of its own, where a tenth was passed."""
        if percent // 10 == self.told:
            return
        self.told = percent // 10
        with acting_as(SYSTEM):
            doing = Doing(actor=SYSTEM, act="measure-programme", now=self.now)
            doing.record(GOES_ON, audience="commissioner", code=stage, number=percent)
            doing.write()


def _seen() -> Mapping[str, Any]:
    """Read what is measured, in the scope that is open."""
    acts, known = events_of_organisations(), sectors()
    return {
        "events": events_of_people(),
        "organisation_events": acts if len(acts) else None,
        "programme": rulebook_in_force(),
        "organisations": known if len(known) else None,
    }


def _measured(seen: Mapping[str, Any], steps: Steps) -> LogMeasures:
    return measure_log(**seen, times=RESAMPLES, progress=steps.measuring)


def keep(doing: Doing, found: LogMeasures) -> None:
    """Keep the measures; of places with too few people only how few they are."""
    ProgrammeMeasure.objects.bulk_create(
        ProgrammeMeasure(
            as_of=doing.today,
            measure=one.id,
            name=one.name,
            value=finite(one.value),
            low=finite(one.low),
            high=finite(one.high),
            unit=one.unit,
            n=one.n,
            note=one.note,
        )
        for one in found.measures
    )
    places = set(Position.objects.values_list("pk", flat=True))
    PlaceMeasure.objects.bulk_create(
        PlaceMeasure(
            as_of=doing.today,
            contract_id=row["contract"],
            position_id=row["position"] if row["position"] in places else None,
            people=round(row["people"] or 0),
            figures={
                name: finite(value)
                for name, value in row.items()
                if name not in NAMED and (row["people"] or 0) >= FEWEST.value
            },
        )
        for row in found.positions.iter_rows(named=True)
        if row["position"] in places or row["tier"] == 0
    )


def finite(value: float | None) -> float | None:
    """Give a number that a table can hold."""
    return value if value is not None and math.isfinite(value) else None
