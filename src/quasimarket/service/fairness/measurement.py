"""Measure the programme from its own log, with the measures of insight.

It takes minutes, so the worker does it; the log says that it was begun and how it
ended. What is measured is what whoever asked for it may see, so that a restricted case
counts in no figure.
"""

import math
from datetime import datetime

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
DONE = "programme-measured"
FAILED = "programme-not-measured"
RESAMPLES = 100
NAMED = ("position", "contract", "organisation", "tier", "sector", "people")


def being_measured_since() -> datetime | None:
    """Give when the measuring that goes on was asked for, if one does."""
    last = LogEvent.objects.filter(kind__in=(BEGUN, DONE, FAILED)).order_by("-id")[:1]
    return next((one.written_at for one in last if one.kind == BEGUN), None)


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
        with acting_as(asker):
            allow_long_work()
            doing = Doing(actor=asker, act="measure-programme", now=now)
            if not ProgrammeMeasure.objects.filter(as_of=doing.today).exists():
                keep(doing, _measured())
            doing.record(DONE, audience="commissioner")
            doing.write()
    except Exception:
        with acting_as(SYSTEM):
            failed = Doing(actor=SYSTEM, act="measure-programme", now=now)
            failed.record(FAILED, audience="commissioner")
            failed.write()
        raise


def _measured() -> LogMeasures:
    acts, known = events_of_organisations(), sectors()
    return measure_log(
        events_of_people(),
        acts if len(acts) else None,
        programme=rulebook_in_force(),
        organisations=known if len(known) else None,
        times=RESAMPLES,
    )


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
