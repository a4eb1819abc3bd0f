"""Measure the programme from its own log, with the measures of insight."""

import math

from quasimarket.insight.live import LogMeasures, measure_log
from quasimarket.service.acting.act import Act, act
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.fairness.log_frames import (
    events_of_organisations,
    events_of_people,
    sectors,
)
from quasimarket.service.fairness.models import PlaceMeasure, ProgrammeMeasure
from quasimarket.service.fairness.operating import FEWEST
from quasimarket.service.people.roles import Role
from quasimarket.service.programme.models import Position
from quasimarket.service.programme.rules import rulebook_in_force


RESAMPLES = 100
NAMED = ("position", "contract", "organisation", "tier", "sector", "people")


@act(
    name="measure-programme",
    title="Measure creaming, parking, pressure and convergence",
    by=(Role.CONTRACT_MANAGER, Role.ASSURANCE),
)
class MeasureProgramme(Act):
    """Work the measures of insight out from the log as it stands, with intervals.

    The commissioner sees the programme's; each place its own.
    """

    def do(self, doing: Doing, subject: None) -> None:
        """Measure, and keep what was found."""
        if ProgrammeMeasure.objects.filter(as_of=doing.today).exists():
            raise refuse("measured-already", "Today's measures are there already.")
        events = events_of_people()
        if not (events["kind"] == "referred").any():
            raise refuse("nobody-referred", "Nobody has been referred yet.")
        acts, known = events_of_organisations(), sectors()
        found = measure_log(
            events,
            acts if len(acts) else None,
            programme=rulebook_in_force(),
            organisations=known if len(known) else None,
            times=RESAMPLES,
        )
        keep(doing, found)
        doing.record("programme-measured", audience="commissioner")


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
