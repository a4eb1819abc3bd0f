"""Every measure by its id. `catalogue.csv` says in a sentence what each is.

An id, once given, keeps its meaning: claims quote it. A row of the table has the unit
and the last month that the measure looks at; blank is the end of the run.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

import polars as pl

from quasimarket.insight import (
    additionality,
    channels,
    complaints,
    convergence,
    creaming,
    decomposition,
    decoupling,
    demands,
    dependence,
    diversity,
    equivalence,
    fates,
    flow,
    groups,
    homogeneity,
    mixed,
    money_gap,
    places,
    pressure,
    pull,
    responses,
    split,
    staff_norms,
    survival,
    theil,
    viability,
)
from quasimarket.insight.measure import OBSERVED_TO_MONTH, Measure, NotSeen
from quasimarket.insight.observed import RESAMPLES, Measured, Observed


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A measure as the catalogue has it."""

    id: str
    name: str
    unit: str
    to_month: int | None
    """The last month it looks at; None is the end of the run."""
    meaning: str
    measured: Measured


def _load() -> dict[str, Definition]:
    functions: dict[str, Measured] = {
        **pressure.MEASURES,
        **demands.MEASURES,
        **pull.MEASURES,
        **convergence.MEASURES,
        **homogeneity.MEASURES,
        **decoupling.MEASURES,
        **responses.MEASURES,
        **dependence.MEASURES,
        **flow.MEASURES,
        **viability.MEASURES,
        **creaming.MEASURES,
        **decomposition.MEASURES,
        **equivalence.MEASURES,
        **diversity.MEASURES,
        **additionality.MEASURES,
        **fates.MEASURES,
        **complaints.MEASURES,
        **staff_norms.MEASURES,
        **groups.MEASURES,
        **split.MEASURES,
        **money_gap.MEASURES,
        **places.MEASURES,
        **survival.MEASURES,
        **mixed.MEASURES,
        **theil.MEASURES,
        **channels.MEASURES,
    }
    text = (files("quasimarket.insight") / "catalogue.csv").read_text("utf-8")
    return {
        row["id"]: Definition(
            id=row["id"],
            name=row["name"],
            unit=row["unit"],
            to_month=int(row["to_month"]) if row["to_month"] else None,
            meaning=row["meaning"],
            measured=functions[row["id"]],
        )
        for row in csv.DictReader(text.splitlines())
    }


CATALOGUE: Mapping[str, Definition] = _load()
"""Every measure by its id, in the order in which they are shown."""


def measure_all(
    tables: Mapping[str, pl.DataFrame],
    *,
    prefix: str = "",
    until: int | None = None,
    seed: int = 1,
    times: int = RESAMPLES,
    non_intervention: Mapping[str, float] | None = None,
    planned_spend: Mapping[str, float] | None = None,
    by_channels: Mapping[frozenset[str], Mapping[str, pl.DataFrame]] | None = None,
) -> tuple[Measure, ...]:
    """Take every measure whose id begins with a prefix.

    `until` is the last month that is looked at, the first referral's being month 1;
    participants' own sums are of their whole time all the same. `times` is how many
    resamples and shuffles are taken; 0 gives values alone, fast. `non_intervention` is
    the share of each payment group expected to reach an outcome anyway, `planned_spend`
    what bids planned to spend on a person attached, in pounds. `by_channels` holds the
    tables of eight runs, by the channels of pressure that were on. What cannot be taken
    has no value, and its note says why.
    """
    observed = Observed(
        tables,
        until=until,
        seed=seed,
        times=times,
        non_intervention=non_intervention,
        planned_spend=planned_spend,
        by_channels={
            channels_on: Observed(one, until=until, seed=seed, times=times)
            for channels_on, one in by_channels.items()
        }
        if by_channels is not None
        else None,
    )
    return tuple(
        take(observed, definition)
        for definition in CATALOGUE.values()
        if definition.id.startswith(prefix)
    )


def take(observed: Observed, definition: Definition) -> Measure:
    """Take one measure."""
    try:
        found = definition.measured(observed)
    except NotSeen as why:
        return Measure(
            id=definition.id,
            name=definition.name,
            value=None,
            n=0,
            low=None,
            high=None,
            null_low=None,
            null_high=None,
            unit=definition.unit,
            note=str(why),
            extrapolated=_extrapolates(observed, definition),
        )
    return Measure(
        id=definition.id,
        name=definition.name,
        value=found.value,
        n=found.n,
        low=found.low,
        high=found.high,
        null_low=found.null_low,
        null_high=found.null_high,
        unit=definition.unit,
        note=found.note,
        extrapolated=_extrapolates(observed, definition),
    )


def _extrapolates(observed: Observed, definition: Definition) -> bool:
    if definition.to_month is not None:
        return definition.to_month > OBSERVED_TO_MONTH
    try:
        return observed.last_month >= OBSERVED_TO_MONTH
    except NotSeen:
        return False
