"""The tables of a run that is played and not settled: enough to measure, much quicker.

Payments are those that the kernel counts while it plays, by kind and month; settlement
agrees with them to the penny, and their payment groups are left blank.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl

from quasimarket.simulation.line_totals import LineTotals
from quasimarket.simulation.prices import KINDS, milestone_of
from quasimarket.simulation.simulate import (
    Design,
    Stage,
    finish,
    make_tables,
    set_up,
)


def tables_of(design: Design, months: int | None) -> Mapping[str, pl.DataFrame]:
    """Play a design, or only its first months, and lay its tables out."""
    stage = finish(set_up(design), months=months)
    return make_tables(stage, counted_payments(stage))


def counted_payments(stage: Stage) -> LineTotals:
    """Give the payments to primes that were counted while playing."""
    chain, clock = stage.chain, stage.clock
    months = min(len(clock.months), stage.course.months_played)
    paid = stage.course.counts.paid_upstream[:, :, :months]
    position, kind, month = np.nonzero(paid)
    milestones = [milestone_of(stage.rulebook, basis) for basis in KINDS]
    places = [
        -1 if one is None else stage.rulebook.milestones.index(one)
        for one in milestones
    ]
    first = clock.months[0].year * 12 + clock.months[0].month - 1
    nowhere = np.full(len(position), -1)
    return LineTotals(
        contract=chain.contract[position],
        position=nowhere,
        group=nowhere,
        kind=np.array(places)[kind],
        month=month + first,
        count=np.ones(len(position), np.int64),
        amount=paid[position, kind, month],
    )
