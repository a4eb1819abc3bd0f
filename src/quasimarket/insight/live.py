"""A live programme, measured from its own events: what the service calls.

A log has no behaviour that its modeller assumed, so practice is put on scales of the
log's own first six months, which come with the measures.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from quasimarket.insight.by_position import by_position
from quasimarket.insight.catalogue import definitions_of, take
from quasimarket.insight.log_tables import Table, tables_of_log
from quasimarket.insight.measure import Measure
from quasimarket.insight.observed import RESAMPLES, Observed
from quasimarket.insight.practice import Scale, scales
from quasimarket.rulebook.rulebook import Rulebook


LIVE = ("creaming", "parking", "pressure", "practice", "convergence")
"""The families that a live programme asks for."""
Progress = Callable[[str, int, int], object]
"""Is told what is measured next, how many parts are done, and of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogMeasures:
    """What a log shows."""

    measures: tuple[Measure, ...]
    """One without a value says in its note what the log lacks."""
    positions: pl.DataFrame
    """A row a position: see `by_position`."""
    scales: Mapping[str, Scale]
    """The scale of each part of practice that can be seen."""


def measure_log(
    events: Table,
    organisation_events: Table | None = None,
    *,
    programme: Rulebook | None = None,
    people: Table | None = None,
    organisations: Table | None = None,
    families: Sequence[str] = LIVE,
    until: int | None = None,
    seed: int = 1,
    times: int = RESAMPLES,
    progress: Progress = lambda *_: None,
) -> LogMeasures:
    """Measure one programme from its events, as Polars frames or pyarrow tables.

    `events` has the columns of a log of participants (`events.arrow`),
    `organisation_events` those of a run's table of that name. `people` tells by
    `participant` what was known at referral: age band, months out of work,
    qualification, need, locality, or some of them; `organisations` tells by
    `organisation` its sector, size, turnover. `families` are beginnings of ids, and
    `until` is the last month that is looked at, the first referral's being month 1.
    `progress` is told of each part before it is worked out.

    Raises:
        InputFault: the log refers nobody, or a column that it needs is missing.
    """
    tables = tables_of_log(
        events,
        organisation_events,
        programme=programme,
        people=people,
        organisations=organisations,
    )
    observed = Observed(
        tables, until=until, seed=seed, times=times, has_own_scales=True
    )
    definitions = definitions_of(*families)
    parts = len(definitions) + 1
    measures = []
    for done, definition in enumerate(definitions):
        progress(definition.id.partition(".")[0], done, parts)
        measures.append(take(observed, definition))
    progress("places", len(definitions), parts)
    return LogMeasures(
        measures=tuple(measures),
        positions=by_position(observed),
        scales=scales(observed),
    )
