"""Every measure by its id. `catalogue.csv` says in a sentence what each is.

An id, once given, keeps its meaning: claims quote it. A row of the table has the unit
and the last month that the measure looks at; blank is the end of the run.
"""

import csv
from collections.abc import Mapping, Sequence
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
from quasimarket.insight.practice import Scale, scales


OF_PRACTICE = (
    *("convergence.", "practice.", "decoupling.", "mixed.", "diversity.effective"),
    *("diversity.correlation.", "diversity.theil.specialism", "pressure.share."),
    *(
        "pressure.peak",
        "pressure.exposure.mimetic",
        "pressure.pull",
        "pressure.shapley",
    ),
    "pressure.crowding",
)
"""Beginnings of the ids of measures that look at practice."""


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
    has_own_scales: bool = False,
) -> tuple[Measure, ...]:
    """Take every measure whose id begins with a prefix.

    `until` is the last month that is looked at, the first referral's being month 1;
    participants' own sums are of their whole time all the same. `times` is how many
    resamples and shuffles are taken; 0 gives values alone, fast. `non_intervention` is
    the share of each payment group expected to reach an outcome anyway, `planned_spend`
    what bids planned to spend on a person attached, in pounds. `by_channels` holds the
    tables of eight runs, by the channels of pressure that were on. A run's practice is
    put on the scales of the behaviour defaults, that of a log that `has_own_scales` on
    those of its own first months. What cannot be taken has no value, and its note says
    why.
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
        has_own_scales=has_own_scales,
    )
    return take_all(observed, prefix)


def take_all(observed: Observed, *prefixes: str) -> tuple[Measure, ...]:
    """Take every measure whose id begins with one of some prefixes."""
    return tuple(take(observed, definition) for definition in definitions_of(*prefixes))


def definitions_of(*prefixes: str) -> tuple[Definition, ...]:
    """Give the definitions whose id begins with one of some prefixes."""
    return tuple(one for one in CATALOGUE.values() if one.id.startswith(prefixes))


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
            scale=_scale(observed, definition),
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
        scale=_scale(observed, definition),
    )


def _scale(observed: Observed, definition: Definition) -> str:
    if not definition.id.startswith(OF_PRACTICE) and "work_first" not in definition.id:
        return ""
    if not observed.has_own_scales:
        return "behaviour defaults"
    told = (
        f"{name} {one.low:.3g} to {one.high:.3g}" for name, one in scales_of(observed)
    )
    return "this log's first six months: " + ", ".join(told)


def scales_of(observed: Observed) -> Sequence[tuple[str, Scale]]:
    """Give the scales of practice that can be seen, once for all measures."""
    try:
        return list(scales(observed).items())
    except NotSeen:
        return []


def _extrapolates(observed: Observed, definition: Definition) -> bool:
    if definition.to_month is not None:
        return definition.to_month > OBSERVED_TO_MONTH
    try:
        return observed.last_month >= OBSERVED_TO_MONTH
    except NotSeen:
        return False
