"""Designs compared by pairs of runs that share their luck.

Each design is played once with each seed. A difference is taken within a seed, and the
interval is of the mean difference over seeds: what chance leaves, and nothing of what
is doubtful in the beliefs or the parameters.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from scipy.stats import t as student

from quasimarket.core.errors import Fault, InputFault
from quasimarket.evidence.behaviour import load_behaviour
from quasimarket.experiments.compare_measures import COLUMNS, Column, headline
from quasimarket.rulebook import load_rulebook
from quasimarket.simulation.line_totals import LineTotals
from quasimarket.simulation.prices import refuse_unplayable
from quasimarket.simulation.simulate import (
    Design,
    after_tender,
    finish,
    make_tables,
    refuse_impossible,
    set_up,
)


LEVEL = 0.95
NO_LINES = LineTotals(**{one.name: np.zeros(0, np.int64) for one in fields(LineTotals)})
"""No lines at all: what is paid by results was counted while playing."""
Values = Mapping[str, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A design by its words: a programme and what is set in it."""

    name: str
    """As it was asked for, and as it is shown."""
    programme: str
    rules: tuple[tuple[str, str], ...] = ()
    behaviour: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One run to make."""

    named: Named
    seed: int
    areas: int | None
    scale: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One column of one design beside the first design's."""

    column: Column
    design: str
    base: float
    """The first design's mean over the seeds that both can tell."""
    value: float
    difference: float
    low: float | None
    high: float | None
    seeds: int

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out nothing at all happening."""
        if self.low is None or self.high is None:
            return False
        return self.low > 0 or self.high < 0

    @property
    def share(self) -> float | None:
        """The difference over the first design's mean."""
        return self.difference / abs(self.base) if self.base else None


def design_of(task: Task) -> Design:
    """Load what a task names; raise InputFault with every fault."""
    return Design(
        rulebook=load_rulebook(task.named.programme, dict(task.named.rules)),
        behaviour=load_behaviour(dict(task.named.behaviour)),
        seed=task.seed,
        areas=task.areas,
        scale=task.scale,
    )


def refuse_designs(tasks: Sequence[Task]) -> None:
    """Raise InputFault with the faults of every design that cannot be played."""
    faults: list[Fault] = []
    for task in tasks:
        try:
            design = design_of(task)
            refuse_unplayable(design.rulebook)
            refuse_impossible(design)
        except InputFault as fault:
            faults += fault.faults
    if faults:
        raise InputFault(list(dict.fromkeys(faults)))


def measured(design: Design) -> dict[str, float | None]:
    """Play a design without settling it, and give its headline columns."""
    stage = finish(set_up(after_tender(design)))
    return headline(
        make_tables(stage, NO_LINES),
        stage.rulebook,
        int(stage.course.counts.paid_upstream.sum()),
        stage.population.weight,
    )


def differences(
    names: Sequence[str], found: Mapping[tuple[str, int], Values]
) -> list[Difference]:
    """Set each design beside the first, column by column, seed by seed."""
    first, *others = names
    seeds = sorted({seed for _, seed in found})
    rows = []
    for column in COLUMNS:
        for name in others:
            pairs = [
                (before, after)
                for seed in seeds
                if (before := found[first, seed][column.id]) is not None
                and (after := found[name, seed][column.id]) is not None
            ]
            if pairs:
                rows.append(_paired(column, name, pairs))
    return rows


def _paired(
    column: Column, name: str, pairs: Sequence[tuple[float, float]]
) -> Difference:
    count = len(pairs)
    gaps = [after - before for before, after in pairs]
    mean = math.fsum(gaps) / count
    row = Difference(
        column=column,
        design=name,
        base=math.fsum(before for before, _ in pairs) / count,
        value=math.fsum(after for _, after in pairs) / count,
        difference=mean,
        low=None,
        high=None,
        seeds=count,
    )
    if count < 2:
        return row
    variance = math.fsum((gap - mean) ** 2 for gap in gaps) / (count - 1)
    reach = float(student.ppf(0.5 + LEVEL / 2, count - 1)) * math.sqrt(variance / count)
    return replace(row, low=mean - reach, high=mean + reach)
