"""Creaming and parking: who gets more inside a payment group, and who gets nothing.

Service is contacts a week on the programme and out of work. A regression weighs people
by those weeks, inside each position and payment group, so that neither a rich provider
nor a rich group passes for creaming.
"""

from functools import partial

import numpy as np
import polars as pl

from quasimarket.insight.measure import Estimate, NotSeen
from quasimarket.insight.observed import Measured, Observed
from quasimarket.insight.people import BANDS, at_position, column, in_need, people
from quasimarket.insight.sectors import with_null
from quasimarket.insight.weighted import Flags, Floats, divide, mean, ratio, tally


FIFTH = BANDS // 5
LITTLE = 0.25
"""Service below this share of the group's average is parking by intensity."""
DAYS_A_WEEK = 7


def _by_position(
    observed: Observed, rows: pl.DataFrame, amounts: Floats, chosen: Flags
) -> Floats:
    place = at_position(rows)
    use = chosen & (place >= 0)
    return tally(place[use], amounts[use], size=len(observed))


def _moments(observed: Observed) -> tuple[Floats, Floats, Floats, Floats]:
    """Give by position: squares and products within groups, contacts, weeks."""
    if "creaming" in observed.kept:
        square, product, contacts, weeks = observed.kept["creaming"]
        return square, product, contacts, weeks
    rows = people(observed)
    weeks, contacts = column(rows, "weeks"), column(rows, "contacts")
    rows = rows.with_columns(
        place=pl.Series(at_position(rows)),
        log_odds=pl.col("score") / pl.col("people"),
    )
    # a standard deviation of the log odds inside payment groups is the unit
    inside = rows.with_columns(
        apart=pl.col("log_odds")
        - (pl.col("log_odds") * pl.col("people")).sum().over("group")
        / pl.col("people").sum().over("group")
    )
    unit = inside.select(
        (
            (pl.col("apart") ** 2 * pl.col("people")).sum() / pl.col("people").sum()
        ).sqrt()
    ).item()
    if not unit > 0:
        raise NotSeen("all people are alike at referral")
    keys = ["place", "group"]
    here = inside.with_columns(x=pl.col("apart") / unit).with_columns(
        x=pl.col("x")
        - (pl.col("x") * pl.col("weeks")).sum().over(keys)
        / pl.col("weeks").sum().over(keys)
    )
    x = here["x"].fill_nan(0.0).fill_null(0.0).to_numpy()
    every = np.ones(len(rows), dtype=np.bool_)
    found = np.stack(
        [
            _by_position(observed, rows, amounts, every)
            for amounts in (x * x * weeks, x * contacts, contacts, weeks)
        ]
    )
    observed.kept["creaming"] = found
    return found[0], found[1], found[2], found[3]


def _slope(
    weights: Floats, square: Floats, product: Floats, contacts: Floats, weeks: Floats
) -> Floats:
    average = divide(weights @ contacts, weights @ weeks)
    return divide(divide(weights @ product, weights @ square), average)


def gradient(observed: Observed, sector: str | None) -> Estimate:
    """Give the service gradient: 0.1 is 10% more contacts a week per sd of log odds."""
    moments = _moments(observed)
    units = moments[0] > 0
    if sector is not None:
        units &= observed.is_sector(sector)
    return observed.estimate(
        lambda weights: _slope(weights[:, units], *(one[units] for one in moments)),
        units,
    )


def sector_interaction(observed: Observed) -> Estimate:
    """Give the third sector's gradient less that of the others, with its null."""
    moments = _moments(observed)
    units = moments[0] > 0
    third = observed.is_sector("third")[units].astype(np.float64)
    if third.sum() in (0, len(third)):
        raise NotSeen("one of the sectors serves nobody")
    chosen = [one[units] for one in moments]

    def gap(weights: Floats, labels: Floats) -> Floats:
        return _slope(weights * labels, *chosen) - _slope(
            weights * (1 - labels), *chosen
        )

    found = observed.estimate(lambda weights: gap(weights[:, units], third), units)
    orders = observed.sector_shuffles[:, : len(units)].argsort(axis=1)
    ranks = orders[:, units].argsort(axis=1)
    shuffled = third[ranks]
    return with_null(found, gap(np.ones(shuffled.shape), shuffled))


def own_gradients(observed: Observed) -> Floats:
    """Give the service gradient of each position by itself."""
    moments = _moments(observed)
    own = _slope(np.eye(len(observed)), *moments)
    return np.where(moments[0] > 0, own, np.nan)


def providers_that_cream(observed: Observed) -> Estimate:
    """Give the share of delivering positions whose own gradient is above nothing."""
    moments = _moments(observed)
    units = moments[0] > 0
    values = np.where(units, own_gradients(observed) > 0, np.nan)
    return observed.estimate(lambda weights: mean(weights, values), units)


def _fifths(observed: Observed) -> tuple[pl.DataFrame, Flags, Flags]:
    rows = people(observed)
    band = rows["band"].to_numpy()
    return rows, band < FIFTH, band >= BANDS - FIFTH


def top_bottom(observed: Observed) -> Estimate:
    """Give contacts a week of the most employable fifth over those of the least.

    Fifths are of each payment group; 1 is equal.
    """
    rows, bottom, top = _fifths(observed)
    weeks, contacts = column(rows, "weeks"), column(rows, "contacts")
    sums = [
        _by_position(observed, rows, amounts, fifth)
        for fifth in (top, bottom)
        for amounts in (contacts, weeks)
    ]
    return observed.estimate(
        lambda weights: divide(
            divide(weights @ sums[0], weights @ sums[1]),
            divide(weights @ sums[2], weights @ sums[3]),
        ),
        int((sums[1] > 0).sum()),
    )


def concentration_index(observed: Observed) -> Estimate:
    """Give 2 cov(service, rank by employability) / mean service, inside groups."""
    rows = people(observed)
    weeks, contacts = column(rows, "weeks"), column(rows, "contacts")
    rank = (rows["band"].to_numpy() + 0.5) / BANDS
    every = np.ones(len(rows), dtype=np.bool_)
    a, b, c, d = (
        _by_position(observed, rows, amounts, every)
        for amounts in (contacts * rank, contacts, weeks * rank, weeks)
    )

    def index(weights: Floats) -> Floats:
        total = weights @ d
        service = divide(weights @ b, total)
        together = divide(weights @ a, total) - service * divide(weights @ c, total)
        return divide(2 * together, service)

    return observed.estimate(index, int((d > 0).sum()))


def parked(observed: Observed, days: int, whom: str = "all") -> Estimate:
    """Give the expected share of people out of work without a contact for some days.

    Contacts are taken to fall at random at the rate of the person's kind at their
    position: the share is exp(-rate x days), weighed by weeks on the programme.
    """
    above, below = _alone(observed, days, whom)
    units = below > 0
    return observed.estimate(
        lambda weights: ratio(weights[:, units], above[units], below[units]), units
    )


def own_parked(observed: Observed, days: int) -> Floats:
    """Give the same share of each position by itself."""
    return divide(*_alone(observed, days, "all"))


def _alone(observed: Observed, days: int, whom: str) -> tuple[Floats, Floats]:
    """Give weeks without a contact for some days, and weeks, by position."""
    rows, bottom, top = _fifths(observed)
    weeks, contacts = column(rows, "weeks"), column(rows, "contacts")
    chosen = {"all": np.ones(len(rows), np.bool_), "bottom": bottom, "top": top}[whom]
    rate = divide(contacts, weeks)
    alone = np.where(weeks > 0, np.exp(-rate * days / DAYS_A_WEEK) * weeks, 0.0)
    return (
        _by_position(observed, rows, alone, chosen),
        _by_position(observed, rows, weeks, chosen),
    )


def low_intensity(observed: Observed) -> Estimate:
    """Give the share of weeks served at under a quarter of the group's average."""
    rows = people(observed)
    column(rows, "weeks")
    column(rows, "contacts")
    rate = pl.col("contacts") / pl.col("weeks")
    group = pl.col("contacts").sum().over("group") / pl.col("weeks").sum().over("group")
    few = rows.select((rate < LITTLE * group).fill_null(False))
    weeks = column(rows, "weeks")
    every = np.ones(len(rows), dtype=np.bool_)
    above = _by_position(observed, rows, weeks * few.to_series().to_numpy(), every)
    below = _by_position(observed, rows, weeks, every)
    return observed.estimate(lambda weights: ratio(weights, above, below), below > 0)


def _rate(
    observed: Observed, above: str, below: str, chosen: Flags
) -> tuple[Floats, Floats]:
    rows = people(observed)
    return (
        _by_position(observed, rows, column(rows, above), chosen),
        _by_position(observed, rows, column(rows, below), chosen),
    )


def unmet_need(observed: Observed) -> Estimate:
    """Give the share of people with a specific need who never saw a specialist."""
    rows = people(observed)
    need = in_need(rows)
    served, all_of = _rate(observed, "specialists", "people", need)
    return observed.estimate(
        lambda weights: 1 - ratio(weights, served, all_of), all_of > 0
    )


def need_gap(observed: Observed, above: str, below: str) -> Estimate:
    """Give a rate of people with a specific need over that of the others, less 1."""
    rows = people(observed)
    need = in_need(rows)
    a, b = _rate(observed, above, below, need)
    c, d = _rate(observed, above, below, ~need)
    return observed.estimate(
        lambda weights: divide(ratio(weights, a, b), ratio(weights, c, d)) - 1,
        int((b > 0).sum()),
    )


def fifths_gap(observed: Observed, above: str, below: str) -> Estimate:
    """Give a rate of the least employable fifth less that of the most employable."""
    _, bottom, top = _fifths(observed)
    a, b = _rate(observed, above, below, bottom)
    c, d = _rate(observed, above, below, top)
    return observed.estimate(
        lambda weights: ratio(weights, a, b) - ratio(weights, c, d),
        int((b > 0).sum()),
    )


def selectivity(observed: Observed) -> Estimate:
    """Give how much more employable those with an outcome are, in sd inside groups."""
    rows = people(observed).with_columns(log_odds=pl.col("score") / pl.col("people"))
    mean_of = (pl.col("log_odds") * pl.col("people")).sum().over("group") / pl.col(
        "people"
    ).sum().over("group")
    apart = rows.select(pl.col("log_odds") - mean_of).to_series().to_numpy()
    number, outcomes = column(rows, "people"), column(rows, "outcomes")
    unit = float(np.sqrt((apart**2 * number).sum() / number.sum()))
    every = np.ones(len(rows), dtype=np.bool_)
    a, b, c, d = (
        _by_position(observed, rows, amounts, every)
        for amounts in (apart * outcomes, outcomes, apart * number, number)
    )
    return observed.estimate(
        lambda weights: (ratio(weights, a, b) - ratio(weights, c, d)) / unit, b > 0
    )


def group_quality(observed: Observed) -> Estimate:
    """Give the share of the variance of people's chances that payment groups carry.

    The lower, the more creaming is designed in (Carter & Whitworth 2015).
    """
    rows = people(observed)
    number = column(rows, "people")
    chance, squared = column(rows, "chance"), column(rows, "chance_squared")
    codes = np.unique(rows["group"].fill_null("").to_numpy(), return_inverse=True)[1]
    by, size = tally(codes, chance), tally(codes, number)
    centre = chance.sum() / number.sum()
    whole = squared.sum() / number.sum() - centre**2
    between = (size * (by / np.maximum(size, 1e-9) - centre) ** 2).sum() / number.sum()
    if whole <= 0:
        raise NotSeen("all people have the same chance")
    return Estimate(value=float(between / whole), n=int(number.sum()))


MEASURES: dict[str, Measured] = {
    "creaming.gradient.pooled": partial(gradient, sector=None),
    **{
        f"creaming.gradient.{sector}": partial(gradient, sector=sector)
        for sector in ("private", "third", "public")
    },
    "creaming.gradient.sector_gap": sector_interaction,
    "creaming.provider_share": providers_that_cream,
    "creaming.top_bottom_ratio": top_bottom,
    "creaming.concentration_index": concentration_index,
    "creaming.selectivity": selectivity,
    "creaming.group_quality": group_quality,
    "creaming.need_gap.contacts": partial(need_gap, above="contacts", below="weeks"),
    "creaming.need_gap.outcomes": partial(need_gap, above="outcomes", below="people"),
    "creaming.fifths_gap.outcomes": partial(
        fifths_gap, above="outcomes", below="people"
    ),
    "creaming.unmet_specialist_need": unmet_need,
    **{
        f"parking.share.{days}_days": partial(parked, days=days)
        for days in (30, 60, 90)
    },
    "parking.share.90_days.bottom": partial(parked, days=90, whom="bottom"),
    "parking.share.90_days.top": partial(parked, days=90, whom="top"),
    "parking.share.low_intensity": low_intensity,
    "parking.untouched.fifths_gap": partial(
        fifths_gap, above="untouched", below="people"
    ),
}
