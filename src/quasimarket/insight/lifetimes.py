"""When positions end: the months for which each subcontract position was at risk.

A position is at risk from the first referral, or from when it was accepted if that is
later, until it is ended, its organisation is gone, or the log ends.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from quasimarket.insight.measure import NotSeen
from quasimarket.insight.observed import Observed
from quasimarket.insight.weighted import Codes, Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetimes:
    """Months by position, counted from 0: from the start of one to the end of another.

    `last` is that in which a position ended, or the last of the log.
    """

    first: Codes
    last: Codes
    has_ended: Flags
    units: Flags
    """Contracted subcontract positions that were at risk for a month or more."""


def lifetimes(observed: Observed) -> Lifetimes:
    """Give the lifetimes of contracted subcontract positions."""
    size, end = len(observed), observed.last_month
    first = np.zeros(size, dtype=np.int64)
    last = np.full(size, end, dtype=np.int64)
    has_ended = np.zeros(size, dtype=np.bool_)
    names = observed.positions["position"].to_list()
    owners = observed.positions["organisation"].to_list()
    accepted = _first(observed, ("accepted",), "position", pl.lit(True))
    ended = _first(observed, ("exited", "subcontract-ended"), "position", pl.lit(True))
    whole = pl.col("position").is_null()
    gone = _first(observed, ("exited",), "organisation", whole)
    for place in range(size):
        first[place] = max(0, accepted.get(names[place], 0))
        ends = [
            at
            for at in (ended.get(names[place]), gone.get(owners[place]))
            if at is not None and at <= end
        ]
        if ends:
            last[place], has_ended[place] = max(0, min(ends)), True
    units = observed.is_tier(1, 2) & (first <= last)
    if not units.any():
        raise NotSeen("no subcontract position was at risk")
    return Lifetimes(first=first, last=last, has_ended=has_ended, units=units)


def _first(
    observed: Observed, kinds: tuple[str, ...], by: str, which: pl.Expr
) -> dict[str, int]:
    """Give the place of the month of each one's first event of some kinds."""
    try:
        events = observed.events(*kinds).filter(which)
    except NotSeen:
        # a log with other events and none of these says that nothing ended
        observed.table("organisation_events", "kind")
        return {}
    rows = (
        events.drop_nulls(by)
        .group_by(pl.col(by).cast(pl.String))
        .agg(pl.col("at").min())
    )
    return {str(name): int(at) for name, at in rows.iter_rows()}
