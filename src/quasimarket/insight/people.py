"""Participants added up: what each kind of person got, at each position.

People are never kept one by one: they are summed by position, payment group, band of
employability and whether they have a need, and all else works on those sums.

Employability is estimated: a logit of thirteen weeks in work on what is known at
referral (payment group, age band, months out of work, qualification, need). The score
that providers see, and the service they give, are not in it. Outcomes under the
programme stand in for those without it, which nobody saw: where service follows
employability, the estimate stretches the scale a little but hardly reorders it.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from quasimarket.insight.logit import logit_strengths
from quasimarket.insight.measure import NotSeen
from quasimarket.insight.observed import Observed
from quasimarket.insight.weighted import Codes, Flags, Floats


COVARIATES = ("group", "age_band", "duration", "qualification", "need")
DURATIONS = (6, 12, 24, 36, 60)
"""Months out of work at which a new band begins."""
BANDS = 20
"""Bands of employability inside a payment group, of equal numbers of people."""
WEEKS = 13
NO_NEED = "none"
LONG = 24
"""Months out of work from which a person counts as long out of work."""


def people(observed: Observed) -> pl.DataFrame:
    """Give sums of people by contract, position, group, need and band.

    Columns: `people`, `outcomes`, `contacts`, `weeks` (served), `score` (the summed log
    odds), `chance`, `chance_squared`, and where known `sanction_referrals`,
    `sanctions`, `specialists`, `untouched`; `place` is the position's index. A band
    runs from 0, the least employable.
    """
    if observed.people is None:
        joined = _with_chances(_cells(observed))
        # a chance for each kind of person, where bands would blur it
        kinds = joined.group_by("contract", "position", "group", "odds").agg(
            pl.col("people", "outcomes").sum()
        )
        keys = ["contract", "position", "group", "odds"]
        observed.kinds = _placed(observed, kinds.sort(keys))
        observed.people = _placed(observed, _sum_people(joined))
    return observed.people


def kinds_of_people(observed: Observed) -> pl.DataFrame:
    """Give `people`, `outcomes` and `place` by contract, position, group and `odds`.

    `odds` is the estimated chance of an outcome of a kind of person.
    """
    people(observed)
    if observed.kinds is None:
        raise NotSeen("nobody was attached")
    return observed.kinds


def people_in_places(observed: Observed) -> pl.DataFrame:
    """Give sums of people by contract, area and locality, the names as text.

    Columns: `people`, `outcomes`, `expected` (by their chances), and where known `long`
    (two years out of work or more), `contacts` and `weeks`.
    """
    if observed.places is None:
        observed.table("participants", "area", "locality")
        keys = ["contract", "area", "locality"]
        cells = _with_chances(_cells(observed, keys))
        known = ("long", "contacts", "weeks")
        served = [name for name in known if name in cells.columns]
        observed.places = (
            # in one order, so that sums do not differ in their last digits
            cells.sort(*keys, *COVARIATES)
            .with_columns(
                pl.col("area", "locality").cast(pl.String),
                expected=pl.col("odds") * pl.col("people"),
            )
            .group_by(keys, maintain_order=True)
            .agg(pl.col("people", "outcomes", "expected", *served).sum())
            .sort(keys)
        )
    return observed.places


def _cells(
    observed: Observed, keys: Sequence[str] = ("contract", "position")
) -> pl.DataFrame:
    """Add people up by some keys and all that is known at referral."""
    table = observed.table("participants", "group")
    known = _known_at_referral(table)
    lazy = table.lazy().with_columns(_outcome(observed, table), *known)
    if "weight" not in table.columns:
        lazy = lazy.with_columns(weight=pl.lit(1.0))
    weight = pl.col("weight").cast(pl.Float64)
    sums = [
        weight.sum().alias("people"),
        (weight * pl.col("outcome")).sum().alias("outcomes"),
    ]
    if "months_out_of_work" in table.columns:
        out_for_long = weight * (pl.col("months_out_of_work") >= LONG)
        sums.append(out_for_long.sum().alias("long"))
    for name, column in {
        "contacts": "contacts",
        "weeks": "weeks_served",
        "sanction_referrals": "sanction_referrals",
        "sanctions": "sanctions",
    }.items():
        if column in table.columns:
            value = pl.col(column).fill_null(0).cast(pl.Float64)
            sums.append((weight * value).sum().alias(name))
    if "specialist" in table.columns:
        served = weight * pl.col("specialist").is_not_null()
        sums.append(served.sum().alias("specialists"))
    if "fate" in table.columns:
        untouched = pl.col("fate").cast(pl.String) == "untouched"
        sums.append((weight * untouched).sum().alias("untouched"))
    cells = (
        lazy.filter(
            pl.col("attached").is_not_null() if "attached" in table.columns else True
        )
        .group_by(*keys, *COVARIATES)
        .agg(sums)
        .collect()
        .with_columns(pl.col(*keys, *COVARIATES).cast(pl.String))
    )
    if len(cells) == 0:
        raise NotSeen("nobody was attached")
    return cells


def _with_chances(cells: pl.DataFrame) -> pl.DataFrame:
    """Add each kind's log odds, chance (`odds`) and band."""
    kinds = _bands(_scores(cells))
    return cells.join(kinds, on=COVARIATES, how="left", nulls_equal=True)


def _sum_people(joined: pl.DataFrame) -> pl.DataFrame:
    return (
        joined.with_columns(
            score=pl.col("log_odds") * pl.col("people"),
            chance=pl.col("odds") * pl.col("people"),
            chance_squared=pl.col("odds") ** 2 * pl.col("people"),
            has_need=pl.col("need") != NO_NEED,
        )
        .drop("log_odds", "odds", "age_band", "duration", "qualification", "need")
        .group_by("contract", "position", "group", "has_need", "band")
        .sum()
        .sort("contract", "position", "group", "has_need", "band")
    )


def _known_at_referral(table: pl.DataFrame) -> list[pl.Expr]:
    """Give the covariates, each without a value where the table lacks it.

    Raises NotSeen where it has none but the payment group.
    """
    out_for = pl.col("months_out_of_work")
    duration = pl.sum_horizontal([out_for >= limit for limit in DURATIONS])
    columns = {
        "age_band": pl.col("age_band"),
        "duration": duration.cast(pl.Int8),
        "qualification": pl.col("qualification"),
        "need": pl.col("need"),
    }
    source = {name: name for name in columns} | {"duration": "months_out_of_work"}
    missing = {
        name
        for name, column in source.items()
        if column not in table.columns or table[column].null_count() == len(table)
    }
    if len(missing) == len(columns):
        raise NotSeen(
            "the table 'participants' has none of "
            + ", ".join(source.values())
            + ": people of a group cannot be told apart"
        )
    return [
        (pl.lit(None, pl.String) if name in missing else column).alias(name)
        for name, column in columns.items()
    ]


def in_need(rows: pl.DataFrame) -> Flags:
    """Tell who has a specific need, or raise NotSeen where no needs are known."""
    if rows["has_need"].null_count() == len(rows):
        raise NotSeen("the table 'participants' has no column 'need'")
    found: Flags = rows["has_need"].fill_null(False).to_numpy()
    return found


def _outcome(observed: Observed, table: pl.DataFrame) -> pl.Expr:
    if "weeks_in_work" in table.columns:
        return (pl.col("weeks_in_work") >= WEEKS).fill_null(False).alias("outcome")
    earned = observed.table("outcomes", "participant")["participant"].unique()
    return pl.col("participant").is_in(earned.implode()).alias("outcome")


def _scores(cells: pl.DataFrame) -> pl.DataFrame:
    """Fit the logit on kinds of person; give each kind's log odds and chance."""
    kinds = (
        cells.group_by(COVARIATES)
        .agg(pl.col("people").sum(), pl.col("outcomes").sum())
        .sort(COVARIATES)
    )
    design = [np.ones(len(kinds))]
    for name in COVARIATES:
        text = kinds[name].fill_null("").to_numpy()
        design += [(text == level) * 1.0 for level in np.unique(text)[1:]]
    log_odds = fit_logit(
        np.stack(design, axis=1),
        kinds["outcomes"].to_numpy(),
        kinds["people"].to_numpy(),
    )
    return kinds.with_columns(
        log_odds=pl.Series(log_odds), odds=pl.Series(1 / (1 + np.exp(-log_odds)))
    )


def fit_logit(design: Floats, successes: Floats, trials: Floats) -> Floats:
    """Fit a logit to counts; give the fitted log odds."""
    fitted: Floats = design @ logit_strengths(design, successes, trials)
    return fitted


def _bands(kinds: pl.DataFrame) -> pl.DataFrame:
    """Part each group's people into bands of equal numbers, least employable first."""
    reached = pl.col("people").cum_sum().over("group") - pl.col("people") / 2
    share = reached / pl.col("people").sum().over("group")
    return (
        kinds.sort("group", "log_odds")
        .with_columns(band=(share * BANDS).floor().clip(0, BANDS - 1).cast(pl.Int8))
        .select(*COVARIATES, "log_odds", "odds", "band")
    )


def at_position(rows: pl.DataFrame) -> Codes:
    """Give the index of each row's position; the in-house unit where it is blank."""
    found: Codes = rows["place"].to_numpy()
    return found


def _placed(observed: Observed, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(_places(observed, rows).alias("place"))


def _places(observed: Observed, rows: pl.DataFrame) -> pl.Series:
    every = observed.positions["position"].to_list()
    own = observed.positions.filter(pl.col("tier") == 0)
    places = {name: place for place, name in enumerate(every)}
    in_house = {
        contract: places[position]
        for position, contract in own.select("position", "contract").iter_rows()
    }
    given, contract = (
        pl.col(name).replace_strict(known, default=-1, return_dtype=pl.Int64)
        for name, known in (("position", places), ("contract", in_house))
    )
    blank = pl.col("position").is_null()
    return rows.select(pl.when(blank).then(contract).otherwise(given)).to_series()


def column(rows: pl.DataFrame, name: str) -> Floats:
    """Give a summed column, or raise NotSeen where participants lack it."""
    if name not in rows.columns:
        raise NotSeen(f"the table 'participants' lacks what gives '{name}'")
    values: Floats = rows[name].cast(pl.Float64).to_numpy()
    return values
