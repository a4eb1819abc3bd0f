"""Staff as carriers of norms: who leaves, who comes, and what that does to the team.

The norm of a person is how commercial their work history is. A person's norm does not
change as they stay, as far as a history shows, so all of a team's seen change is
selection; conversion of those who stay cannot be seen and is not measured.
"""

from functools import partial

import numpy as np
import polars as pl

from quasimarket.insight.measure import Estimate, NotSeen
from quasimarket.insight.observed import (
    MONTHS,
    SECTORS,
    Measured,
    Observed,
    month_number,
)
from quasimarket.insight.sectors import sector_gap
from quasimarket.insight.weighted import Floats, divide, mean, ratio, tally


LEFT, HIRED = "staff-left", "staff-hired"
BACKGROUND_OF = {"private": ("commercial", "welfare-to-work"), "third": ("third",)}
"""Backgrounds at home in a sector; a public one is at home in the public sector."""


def moves(observed: Observed, kind: str | None = None) -> pl.DataFrame:
    """Give the moves of staff with the sector they are about."""
    table = observed.table("staff_moves", "kind", "organisation", "commercial")
    numbers = month_number(table["month"]) - observed.first_month
    table = table.with_columns(
        pl.Series("at", numbers),
        pl.col("kind", "organisation", "reason", "background").cast(pl.String),
    )
    if observed.until is not None:
        table = table.filter(pl.col("at") < observed.until)
    if kind is not None:
        table = table.filter(pl.col("kind") == kind)
    if len(table) == 0:
        raise NotSeen("no staff moved")
    contracts = observed.positions.select("organisation", "contract")
    return observed.with_sector(table).join(
        contracts.unique("organisation", keep="first"), on="organisation", how="left"
    )


def norm_of_staff(observed: Observed) -> Floats:
    """Give by position the mean norm of those its organisation hired.

    An organisation that hired nobody has none.
    """
    by = moves(observed, HIRED).group_by("organisation")
    norms = dict(by.agg(pl.col("commercial").mean()).iter_rows())
    return np.array(
        [norms.get(name, np.nan) for name in observed.positions["organisation"]],
        dtype=np.float64,
    )


def turnover(observed: Observed, sector: str | None) -> Estimate:
    """Give staff who left in a year, over staff."""
    left, staff = observed.total("staff_left"), observed.total("staff") / MONTHS
    units = staff > 0
    if sector is not None:
        units &= observed.is_sector(sector)
    return observed.estimate(
        lambda weights: ratio(weights[:, units], left[units], staff[units]), units
    )


def hired_from_field(observed: Observed) -> Estimate:
    """Give the share of hires who came from another provider."""
    field, hired = (
        observed.total("staff_hired_from_field"),
        observed.total("staff_hired"),
    )
    units = hired > 0
    return observed.estimate(
        lambda weights: ratio(weights[:, units], field[units], hired[units]), units
    )


def left_because(observed: Observed, reason: str, sector: str) -> Estimate:
    """Give the share of a sector's leavers who left for a reason."""
    rows = moves(observed, LEFT).filter(pl.col("sector") == sector)
    return observed.share_of_rows(rows, (pl.col("reason") == reason).fill_null(False))


def left_because_gap(observed: Observed, reason: str, sector: str) -> Estimate:
    """Give leavers for a reason a year and member of staff: third less others.

    Shuffled labels give the null. `sector` turns the sign for the private sector.
    """
    rows = moves(observed, LEFT).filter(pl.col("reason") == reason)
    staff = observed.total("staff") / MONTHS
    code = observed.codes("organisation")
    whole = tally(code, staff)
    counts = dict(rows["organisation"].value_counts().iter_rows())
    once = np.unique(code, return_index=True)[1]
    units = np.zeros(len(observed), dtype=np.bool_)
    units[once] = whole[code[once]] > 0
    names = observed.positions["organisation"]
    left = np.array([counts.get(name, 0) for name in names], dtype=np.float64)
    return sector_gap(observed, left, whole[code], units, sector=sector)


def outsiders(observed: Observed, sector: str) -> Estimate:
    """Give the share of a sector's hires whose background is another sector's."""
    rows = moves(observed, HIRED).filter(pl.col("sector") == sector)
    home = BACKGROUND_OF.get(sector, (sector,))
    return observed.share_of_rows(rows, ~pl.col("background").is_in(home))


def hired_less_left(observed: Observed, sector: str | None) -> Estimate:
    """Give the mean norm of those hired less that of those who left."""
    rows = moves(observed)
    if sector is not None:
        rows = rows.filter(pl.col("sector") == sector)
    by = (
        rows.group_by("organisation", "kind")
        .agg(pl.col("commercial").sum(), pl.len().alias("people"))
        .to_dicts()
    )
    sums = {(one["organisation"], one["kind"]): one for one in by}
    names = observed.positions["organisation"]
    once = np.zeros(len(observed), dtype=np.bool_)
    once[np.unique(observed.codes("organisation"), return_index=True)[1]] = True

    def column(kind: str, what: str) -> Floats:
        return np.array(
            [
                float(sums.get((name, kind), {}).get(what, 0.0)) if first else 0.0
                for name, first in zip(names, once, strict=True)
            ]
        )

    columns = [
        column(kind, what)
        for kind in (HIRED, LEFT)
        for what in ("commercial", "people")
    ]
    return observed.estimate(
        lambda weights: (
            ratio(weights, columns[0], columns[1])
            - ratio(weights, columns[2], columns[3])
        ),
        len(rows),
    )


def selection(observed: Observed, sector: str | None) -> Estimate:
    """Give the change of the team's mean norm a year that moves of staff brought.

    The sum over moves of the norm of those hired less that of those who left, each from
    the mean of all who moved in the organisation, over staff.
    """
    rows = moves(observed)
    centred = rows.with_columns(
        apart=pl.col("commercial") - pl.col("commercial").mean().over("organisation")
    ).with_columns(
        brought=pl.when(pl.col("kind") == HIRED)
        .then(pl.col("apart"))
        .otherwise(-pl.col("apart"))
    )
    brought = dict(centred.group_by("organisation").agg(pl.sum("brought")).iter_rows())
    code = observed.codes("organisation")
    years = (observed.last_month + 1) / MONTHS
    staff = tally(code, observed.total("staff"))[code] / (observed.last_month + 1)
    once = np.unique(code, return_index=True)[1]
    values = np.full(len(observed), np.nan)
    names = observed.positions["organisation"].to_list()
    for place in once:
        if names[place] in brought and staff[place] > 0:
            values[place] = brought[names[place]] / staff[place] / years
    if sector is not None:
        values = np.where(observed.is_sector(sector), values, np.nan)
    return observed.estimate(lambda weights: mean(weights, values), np.isfinite(values))


def vacancies(observed: Observed) -> Estimate:
    """Give hires over leavers: below 1, teams are not made up again."""
    hired, left = observed.total("staff_hired"), observed.total("staff_left")
    units = left > 0
    return observed.estimate(
        lambda weights: divide(
            weights[:, units] @ hired[units], weights[:, units] @ left[units]
        ),
        units,
    )


MEASURES: dict[str, Measured] = {
    "staff_norms.turnover": partial(turnover, sector=None),
    **{
        f"staff_norms.turnover.{sector}": partial(turnover, sector=sector)
        for sector in SECTORS
    },
    "staff_norms.field_hire_share": hired_from_field,
    **{
        f"staff_norms.values_quit_share.{sector}": partial(
            left_because, reason="values", sector=sector
        )
        for sector in SECTORS
    },
    **{
        f"staff_norms.dismissed_share.{sector}": partial(
            left_because, reason="dismissed", sector=sector
        )
        for sector in SECTORS
    },
    "staff_norms.values_quits.sector_gap": partial(
        left_because_gap, reason="values", sector="third"
    ),
    "staff_norms.dismissals.private_gap": partial(
        left_because_gap, reason="dismissed", sector="private"
    ),
    **{
        f"staff_norms.outsider_hire_share.{sector}": partial(outsiders, sector=sector)
        for sector in SECTORS
    },
    "staff_norms.hired_less_left": partial(hired_less_left, sector=None),
    "staff_norms.hired_less_left.third": partial(hired_less_left, sector="third"),
    "staff_norms.selection": partial(selection, sector=None),
    "staff_norms.selection.third": partial(selection, sector="third"),
    "staff_norms.hires_over_leavers": vacancies,
}
