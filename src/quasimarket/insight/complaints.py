"""Complaints: how many speak up, whether it helps, and what follows."""

from functools import partial

import numpy as np
import polars as pl

from quasimarket.events.organisation_event import OrganisationEventKind as Kind
from quasimarket.insight.flow import received
from quasimarket.insight.measure import Estimate, NotSeen
from quasimarket.insight.observed import MONTHS, Measured, Observed
from quasimarket.insight.weighted import mean, ratio


AROUND = 3
"""Months before and after a complaint whose flow is compared."""


def _complaints(observed: Observed) -> pl.DataFrame:
    """Give complaints; none where the log has other events but no complaint."""
    try:
        return observed.events(Kind.COMPLAINED)
    except NotSeen:
        table = observed.table("organisation_events", "kind")
        return table.clear().with_columns(at=pl.lit(0))


def complaint_rate(observed: Observed) -> Estimate:
    """Give complaints for each 100 contracted subcontract positions a year."""
    counts = _complaints(observed).group_by("position").agg(pl.len())
    by = dict(counts.with_columns(pl.col("position").cast(pl.String)).iter_rows())
    made = np.array(
        [by.get(name, 0) for name in observed.positions["position"]], dtype=np.float64
    )
    units = observed.is_tier(1, 2)
    years = (observed.last_month + 1) / MONTHS
    return observed.estimate(
        lambda weights: 100 * mean(weights, np.where(units, made, np.nan)) / years,
        units,
    )


def complaints_per_grievance(observed: Observed) -> Estimate:
    """Give complaints over positions with cause for one.

    Cause is a promise of people kept by less than half in a year, or a notice.
    """
    counts = _complaints(observed).group_by("position").agg(pl.len())
    by = dict(counts.with_columns(pl.col("position").cast(pl.String)).iter_rows())
    months = min(11, observed.last_month)
    promised = observed.attribute("promised_referrals") * (months + 1)
    short = (promised > 0) & (received(observed, 0, months) < promised / 2)
    warned = observed.total("notices") > 0
    units = observed.is_tier(1, 2) & (short | warned)
    made = np.array(
        [by.get(name, 0) > 0 for name in observed.positions["position"]],
        dtype=np.float64,
    )
    return observed.estimate(
        lambda weights: mean(weights, np.where(units, made, np.nan)), units
    )


def upheld_share(observed: Observed) -> Estimate:
    """Give the share of complaints resolved that were upheld."""
    rows = observed.events(Kind.COMPLAINT_RESOLVED)
    return observed.share_of_rows(
        rows, (pl.col("code").cast(pl.String) == "upheld").fill_null(False)
    )


def flow_after(observed: Observed) -> Estimate:
    """Give flow in the quarter after a complaint over that before, less the chain's.

    The chain's own ratio over the same months is taken off: -0.2 is 20 points worse.
    """
    rows = _complaints(observed)
    if len(rows) == 0:
        raise NotSeen("nobody complained")
    flow = np.nan_to_num(
        observed.monthly("referrals") + observed.monthly("specialist_referrals")
    )
    contract = observed.codes("contract")
    places = {name: i for i, name in enumerate(observed.positions["position"])}
    changes = np.zeros(len(observed))
    times = np.zeros(len(observed))
    for position, at in rows.select(
        pl.col("position").cast(pl.String), "at"
    ).iter_rows():
        place = places.get(position)
        if place is None or at < AROUND or at + AROUND > observed.last_month:
            continue
        before, after = slice(at - AROUND, at), slice(at + 1, at + AROUND + 1)
        mine = flow[place, before].sum()
        peers = (contract == contract[place]) & (np.arange(len(observed)) != place)
        theirs = flow[peers][:, before].sum()
        if mine > 0 and theirs > 0:
            changes[place] += (
                flow[place, after].sum() / mine - flow[peers][:, after].sum() / theirs
            )
            times[place] += 1
    units = times > 0
    return observed.estimate(
        lambda weights: ratio(weights[:, units], changes[units], times[units]), units
    )


MEASURES: dict[str, Measured] = {
    "complaints.per_100_positions": complaint_rate,
    "complaints.per_grievance": complaints_per_grievance,
    "complaints.upheld_share": partial(upheld_share),
    "complaints.flow_after": flow_after,
}
