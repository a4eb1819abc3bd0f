"""Spatial parking (Whitworth 2021): does a poorer place get less than its people say?

People are in localities, localities in a contract's area. Outcomes beyond those
expected of the people, or contacts a week, are set against a locality's deprivation
inside each contract, so that neither a contract nor its area passes for a place, and
beside local labour demand where the log has it. A slope below nothing is parking.

Deprivation and demand are those of a table `localities`. Without one, a locality is
held to be as deprived as its people were long out of work when they were referred.
"""

from functools import partial

import numpy as np
import polars as pl

from quasimarket.chance.resample import shuffles
from quasimarket.insight.measure import Estimate, NotSeen
from quasimarket.insight.observed import Measured, Observed
from quasimarket.insight.people import column, people_in_places
from quasimarket.insight.sectors import with_null
from quasimarket.insight.weighted import Codes, Floats, divide, tally


LOCALITIES = "localities"
PROXY = "no table 'localities': deprivation is the share two years out of work"
NULL = "null: deprivation shuffled among an area's localities"


def slope_inside(
    weights: Floats, cluster: Codes, size: Floats, columns: Floats
) -> Floats:
    """Give the slope of the last column on the first, the others held.

    Columns have their contract's mean taken off; `size` weighs the rows.
    """
    width = columns.shape[1]
    moments = np.zeros((weights.shape[1], width, width))
    products = columns[:, :, None] * columns[:, None, :] * size[:, None, None]
    np.add.at(moments, cluster, products)
    every = np.tensordot(weights, moments, axes=1)
    square, product = every[:, :-1, :-1], every[:, :-1, -1]
    ridge = 1e-9 * np.trace(square, axis1=1, axis2=2)[:, None, None] + 1e-15
    solved = np.linalg.solve(square + ridge * np.eye(width - 1), product[:, :, None])
    return np.where(square[:, 0, 0] > 0, solved[:, 0, 0], np.nan)


def _known_of_places(
    observed: Observed, rows: pl.DataFrame
) -> tuple[pl.DataFrame, list[str], str]:
    """Add deprivation, and demand where it is known; say which deprivation it is."""
    try:
        table = observed.table(LOCALITIES, "area", "locality", "deprivation")
    except NotSeen:
        column(rows, "long")
        long = rows.group_by("area", "locality").agg(
            deprivation=pl.col("long").sum() / pl.col("people").sum()
        )
        return rows.join(long, on=["area", "locality"], how="left"), [], PROXY
    held = [name for name in ("demand",) if name in table.columns]
    known = table.select(
        pl.col("area").cast(pl.String),
        pl.col("locality").cast(pl.String),
        pl.col("deprivation", *held).cast(pl.Float64),
    )
    joined = rows.join(known, on=["area", "locality"], how="inner")
    if len(joined) == 0:
        raise NotSeen("no locality of 'participants' is in the table 'localities'")
    return joined, held, ""


def _inside(values: Floats, contract: Codes, size: Floats) -> Floats:
    """Take each contract's mean off, weighing by people."""
    total = tally(contract, size)
    found: Floats = values - divide(tally(contract, values * size), total)[contract]
    return found


def spatial_slope(observed: Observed, what: str) -> Estimate:
    """Give the slope on a standard deviation of deprivation, inside contracts.

    Of outcomes a person beyond those expected of such people, or of contacts a week
    over the mean.
    """
    rows, held, note = _known_of_places(observed, people_in_places(observed))
    size = column(rows, "people" if what == "outcomes" else "weeks")
    rows, size = rows.filter(pl.Series(size > 0)), size[size > 0]
    if len(rows) < 3:
        raise NotSeen("too few localities")
    contract = np.unique(rows["contract"].to_numpy(), return_inverse=True)[1]
    above = (
        column(rows, "outcomes") - column(rows, "expected")
        if what == "outcomes"
        else column(rows, "contacts")
    )
    scale = 1.0 if what == "outcomes" else above.sum() / size.sum()
    response = _inside(above / size / scale, contract, size)
    deprivation = rows["deprivation"].to_numpy()
    unit = _spread(_inside(deprivation, contract, size), size)
    if not unit > 1e-12:
        raise NotSeen("all localities of a contract are as deprived")
    others = [_inside(rows[name].to_numpy(), contract, size) for name in held]
    counts, cluster = observed.weights_of_rows(rows.select("contract"))
    cluster = np.where(cluster < 0, counts.shape[1] - 1, cluster)

    def slopes(weights: Floats, of: Codes, values: Floats) -> Floats:
        own = _inside(values, contract, size) / unit
        columns = np.stack([own, *others, response], axis=1)
        return slope_inside(weights, of, size, columns)

    found = observed.from_resamples(
        slopes(counts, cluster, deprivation),
        len(rows),
        note="; ".join(one for one in (note, NULL) if one),
    )
    alone, first = np.ones((1, 1)), np.zeros(len(rows), np.int64)
    shuffled = [
        slopes(alone, first, one)[0] for one in _moved(observed, rows, deprivation)
    ]
    return with_null(found, np.array(shuffled))


def _spread(values: Floats, size: Floats) -> float:
    return float(np.sqrt((values**2 * size).sum() / size.sum()))


def _moved(observed: Observed, rows: pl.DataFrame, deprivation: Floats) -> list[Floats]:
    """Give deprivation with each area's localities shuffled, so often as asked."""
    names = rows["area"] + "\n" + rows["locality"]
    _, first, place = np.unique(
        names.to_numpy(), return_index=True, return_inverse=True
    )
    area = np.unique(rows["area"].to_numpy()[first], return_inverse=True)[1]
    by_area = np.argsort(area, kind="stable")
    found = []
    for order in shuffles(observed.seed, len(first), observed.times):
        # by area, and in each area in a random order
        mixed = np.lexsort((order, area))
        values = np.empty(len(first))
        values[by_area] = deprivation[first][mixed]
        found.append(values[place])
    return found


MEASURES: dict[str, Measured] = {
    f"parking.spatial.{what}": partial(spatial_slope, what=what)
    for what in ("outcomes", "contacts")
}
