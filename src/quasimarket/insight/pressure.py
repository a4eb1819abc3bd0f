"""Pressure: how much of each kind is met, where it comes from and when it peaks.

Exposure is counted, each kind 0 to 1 for a position in a month:

- coercive: requests, directives, reviews and notices, weighed as ACTS says, through
  1 - exp(-weight / ENOUGH);
- normative: moves of staff that carry norms (hired from another provider, or left),
  over staff, in a year, at most 1;
- mimetic: a proxy, since few record why they copy: how far practice moved in a quarter
  towards the visible peer with the best outcomes, as a share of the way. Copying that
  was recorded is counted beside it, in acts a year.

Exposures of different kinds are not on one natural scale, so shares of exposure say how
the mix changes between stages and months more than how large each is. How far each kind
moved practice is in `pull`.
"""

from functools import partial

import numpy as np
import polars as pl

from quasimarket.events.organisation_event import OrganisationEventKind as Kind
from quasimarket.insight.measure import OBSERVED_TO_MONTH, Estimate, NotSeen
from quasimarket.insight.observed import MONTHS, Measured, Observed, ratio_of
from quasimarket.insight.peers import steps_to_best_peer
from quasimarket.insight.sectors import sector_gap
from quasimarket.insight.viability import costs, margin
from quasimarket.insight.weighted import (
    Codes,
    Floats,
    correlation,
    divide,
    ratio,
    slope,
    tally,
)


ACTS = {
    "requests": 0.04,  # 25 a week were reported in one account: a unit a week
    "directives": 1.0,
    "reviews_public": 1.0,
    "reviews_private": 0.5,
    "notices": 2.0,
}
"""What each act weighs; one unit is one directive."""
CLAUSE = 1.0
"""What a clause agreed to or imposed weighs, or a change of terms."""
ENOUGH = 4.0
"""Units a month at which exposure is 63%."""
KINDS = ("coercive", "normative", "mimetic")
COERCIVE_EVENTS = {
    Kind.INFORMATION_REQUESTED: 0.04,
    Kind.DIRECTIVE_ISSUED: 1.0,
    Kind.PERFORMANCE_REVIEWED: 1.0,
    Kind.IMPROVEMENT_NOTICED: 2.0,
    Kind.TERMS_CHANGED: CLAUSE,
    Kind.NEGOTIATED: CLAUSE,
}
PEER_EVENTS = (Kind.PRACTICE_COPIED, Kind.PRACTICE_TRIED, Kind.PRACTICE_KEPT)
"""What a peer's example brings about, where it is the source."""
SMOOTH = 3
"""Months over which a share is smoothed before its peak is sought."""


def delivering(observed: Observed) -> Floats:
    """Mark the months in which a subcontractor had anybody; else not known."""
    people = np.nan_to_num(observed.monthly("caseload"))
    tier = observed.positions["tier"].to_numpy()[:, None]
    return np.where((people > 0) & (tier == 1), 1.0, np.nan)


def coercive(observed: Observed) -> Floats:
    """Give coercive exposure by position and month."""
    units = sum(
        weight * np.nan_to_num(observed.monthly(name)) for name, weight in ACTS.items()
    )
    exposure: Floats = (1 - np.exp(-np.asarray(units) / ENOUGH)) * delivering(observed)
    return exposure


def normative(observed: Observed) -> Floats:
    """Give normative exposure by position and month."""
    staff = observed.monthly("staff")
    moves = np.nan_to_num(observed.monthly("staff_hired_from_field"))
    moves = moves + np.nan_to_num(observed.monthly("staff_left"))
    rate = MONTHS * moves / np.where(staff > 0, staff, np.nan)
    exposure: Floats = np.minimum(rate, 1.0) * delivering(observed)
    return exposure


def mimetic(observed: Observed) -> Floats:
    """Give mimetic exposure by position and month, on the scale of the others.

    A position may by chance move away from its best peer, so steps are let below
    nothing here; only their mean is cut at nothing.
    """
    return np.clip(steps_to_best_peer(observed), -1.0, 1.0) * delivering(observed)


EXPOSURES = {"coercive": coercive, "normative": normative, "mimetic": mimetic}


def share(
    observed: Observed, kind: str, first: int = 0, last: int = OBSERVED_TO_MONTH - 1
) -> Estimate:
    """Give a kind's share of all exposure over some months of delivery."""
    last = _last(observed, first, last)

    def shares(weights: Floats) -> Floats:
        met = {
            name: np.maximum(_mean_of(weights, of(observed)[:, first : last + 1]), 0)
            for name, of in EXPOSURES.items()
        }
        return divide(met[kind], met["coercive"] + met["normative"] + met["mimetic"])

    return observed.estimate(shares, _seen(observed, first, last))


def _last(observed: Observed, first: int, last: int) -> int:
    observed.require(first + 1)
    return min(last, observed.last_month)


def _mean_of(weights: Floats, exposure: Floats) -> Floats:
    """Give the mean over positions and months where it is known; else nothing."""
    known = np.isfinite(exposure)
    found = ratio(
        weights, np.where(known, exposure, 0).sum(axis=1), known.sum(axis=1) * 1.0
    )
    return np.nan_to_num(found)


def _seen(observed: Observed, first: int, last: int) -> int:
    months = np.isfinite(delivering(observed)[:, first : last + 1])
    return int(months.any(axis=1).sum())


def commissioning_share(observed: Observed, kind: str) -> Estimate:
    """Give a kind's share of acts counted before the first referral.

    Coercive: clauses agreed or imposed and other demands; normative: staff moves;
    mimetic: practice taken over from a peer or tried after it.
    """
    events = observed.events(
        *COERCIVE_EVENTS, Kind.STAFF_HIRED, Kind.STAFF_LEFT, *PEER_EVENTS
    ).filter(pl.col("at") < 0)
    return observed.share_of_rows(events, _weight(kind), _weight(None))


def _weight(kind: str | None) -> pl.Expr:
    """Give what an event weighs as pressure of a kind, or of any."""
    of = pl.col("kind").cast(pl.String)
    demanded = of.replace_strict(
        {str(name): weight for name, weight in COERCIVE_EVENTS.items()}, default=0.0
    )
    conceded = pl.col("code").cast(pl.String).str.ends_with(":conceded")
    copied = of.is_in(PEER_EVENTS) & (pl.col("source").cast(pl.String) == "peer")
    weights = {
        "coercive": pl.when(conceded.fill_null(False)).then(0.0).otherwise(demanded),
        "normative": of.is_in([Kind.STAFF_HIRED, Kind.STAFF_LEFT]).cast(pl.Float64),
        "mimetic": copied.fill_null(False).cast(pl.Float64),
    }
    number = pl.col("number").fill_null(1)
    if kind is not None:
        return weights[kind] * number
    return (weights["coercive"] + weights["normative"] + weights["mimetic"]) * number


def source_share(observed: Observed, source: str, stage: str) -> Estimate:
    """Give a source's share of coercive acts in a stage.

    Commissioning is before the first referral, implementation months 1 to 13.
    """
    events = observed.events(*COERCIVE_EVENTS)
    events = events.filter(
        pl.col("at") < 0
        if stage == "commissioning"
        else pl.col("at").is_between(0, OBSERVED_TO_MONTH - 1)
    )
    weight = _weight("coercive")
    own = pl.col("source").cast(pl.String) == source
    return observed.share_of_rows(
        events, pl.when(own.fill_null(False)).then(weight).otherwise(0.0), weight
    )


def copied_a_year(
    observed: Observed, first: int = 0, last: int = OBSERVED_TO_MONTH - 1
) -> Estimate:
    """Give parts of practice taken over from peers, a year and delivering position.

    Raises NotSeen where the log tells of no copying at all.
    """
    last = _last(observed, first, last)
    rows = observed.table("organisation_events", "kind", "happened")
    rows = rows.with_columns(at=observed.month_of(pl.col("happened"))).filter(
        pl.col("kind").cast(pl.String).is_in(PEER_EVENTS),
        pl.col("source").cast(pl.String) == "peer",
    )
    if len(rows) == 0:
        raise NotSeen("no event tells of copying")
    rows = rows.filter(pl.col("at").is_between(first, last))
    by = dict(rows.group_by(pl.col("position").cast(pl.String)).len().iter_rows())
    known = np.isfinite(delivering(observed)[:, first : last + 1])
    copied = np.array(
        [by.get(name, 0) for name in observed.positions["position"].cast(pl.String)]
    )
    years = known.sum(axis=1) / MONTHS
    units = years > 0
    return observed.estimate(
        lambda weights: ratio(weights[:, units], copied[units] * 1.0, years[units]),
        units,
    )


def peak_month(observed: Observed, kind: str) -> Estimate:
    """Give the month in which a kind's smoothed share of exposure is largest.

    Months count from 1, that of the first referral.
    """
    window = np.ones(SMOOTH) / SMOOTH
    busy = _busy_months(observed)

    def peak(weights: Floats) -> Floats:
        met = np.stack(
            [_by_month(weights, EXPOSURES[name](observed)) for name in KINDS]
        )
        shares = ratio_of(met[KINDS.index(kind)], met.sum(axis=0))
        filled = np.nan_to_num(shares)[:, :busy]
        smooth = np.apply_along_axis(np.convolve, 1, filled, window, "same")
        return np.where(filled.any(axis=1), smooth.argmax(axis=1) + 1.0, np.nan)

    return observed.estimate(peak, _seen(observed, 0, observed.last_month))


def _busy_months(observed: Observed) -> int:
    """Count the months up to the last in which half as many deliver as ever did."""
    number = np.isfinite(delivering(observed)).sum(axis=0)
    if not number.any():
        raise NotSeen("no subcontractor delivered")
    return int(np.flatnonzero(number * 2 >= number.max()).max()) + 1


def _by_month(weights: Floats, exposure: Floats) -> Floats:
    known = np.isfinite(exposure)
    met = weights @ np.where(known, exposure, 0.0)
    return np.maximum(divide(met, weights @ known.astype(np.float64)), 0.0)


def mean_exposure(observed: Observed, kind: str, sector: str | None) -> Estimate:
    """Give the mean exposure of tier 1 positions over months 1 to 13."""
    exposure = EXPOSURES[kind](observed)[:, :OBSERVED_TO_MONTH]
    known = np.isfinite(exposure)
    units = np.asarray(known.any(axis=1))
    if sector is not None:
        units &= observed.is_sector(sector)
    met, months = np.where(known, exposure, 0).sum(axis=1), known.sum(axis=1) * 1.0
    return observed.estimate(
        lambda weights: ratio(weights[:, units], met[units], months[units]), units
    )


def exposure_gap(observed: Observed, kind: str) -> Estimate:
    """Give the third sector's exposure less that of the others, months 1 to 13."""
    exposure = EXPOSURES[kind](observed)[:, :OBSERVED_TO_MONTH]
    known = np.isfinite(exposure)
    return sector_gap(
        observed,
        np.where(known, exposure, 0).sum(axis=1),
        known.sum(axis=1) * 1.0,
        np.asarray(known.any(axis=1)),
    )


def chain_means(
    observed: Observed, exposure: Floats, first: int, last: int
) -> tuple[Floats, Floats]:
    """Give a chain's mean exposure and its prime's margin over costs, at its unit."""
    known = np.isfinite(exposure[:, first : last + 1])
    contract = observed.codes("contract")
    met = tally(contract, np.where(known, exposure[:, first : last + 1], 0).sum(axis=1))
    months = tally(contract, known.sum(axis=1))
    tier = observed.positions["tier"].to_numpy()
    in_house = tier == 0
    spent = costs(observed)[:, first : last + 1].sum(axis=1)
    earned = margin(observed)[:, first : last + 1].sum(axis=1)
    rate = np.where(in_house, divide(earned, spent), np.nan)
    pressed = np.where(in_house, divide(met, months * 1.0)[contract], np.nan)
    return pressed, rate


def intensity_and_margin(observed: Observed) -> Estimate:
    """Give the correlation over chains of coercive exposure with the prime's margin.

    The margin is that of months 1 to 6, the exposure that of months 7 to 13.
    """
    exposure = coercive(observed)
    observed.require(8)
    _, rate = chain_means(observed, exposure, 0, 5)
    pressed, _ = chain_means(observed, exposure, 6, OBSERVED_TO_MONTH - 1)
    return observed.estimate(
        lambda weights: correlation(weights, rate, pressed),
        np.isfinite(rate) & np.isfinite(pressed),
    )


def between_primes(observed: Observed) -> Estimate:
    """Give the share of the variance of coercive exposure that lies between primes."""
    exposure = coercive(observed)[:, :OBSERVED_TO_MONTH]
    known = np.isfinite(exposure)
    values = divide(np.where(known, exposure, 0).sum(axis=1), known.sum(axis=1) * 1.0)
    units = np.isfinite(values)
    return Estimate(
        value=between_share(values[units], observed.codes("prime")[units]),
        n=int(units.sum()),
    )


def between_share(values: Floats, codes: Codes) -> float:
    """Give the intraclass correlation: variance between groups over all of it.

    Raises NotSeen with fewer than two groups or no group of two.
    """
    sizes = tally(codes)
    groups = int((sizes > 0).sum())
    n = len(values)
    if groups < 2 or n <= groups:
        raise NotSeen("too few groups to compare")
    centre = tally(codes, values) / np.maximum(sizes, 1)
    within = ((values - centre[codes]) ** 2).sum() / (n - groups)
    between = (sizes * (centre - values.mean()) ** 2).sum() / (groups - 1)
    typical = (n - (sizes**2).sum() / n) / (groups - 1)
    part = max(0.0, float((between - within) / typical))
    whole = part + float(within)
    if whole <= 0:
        raise NotSeen("nothing varies")
    return part / whole


def crowding_out(observed: Observed) -> Estimate:
    """Give the slope of mimetic on coercive exposure over positions, whole run."""
    one, other = coercive(observed), mimetic(observed)
    both = np.isfinite(one) & np.isfinite(other)
    months = both.sum(axis=1) * 1.0
    load = divide(np.where(both, one, 0).sum(axis=1), months)
    copied = divide(np.where(both, other, 0).sum(axis=1), months)
    return observed.estimate(
        lambda weights: slope(weights, load, copied), np.isfinite(load)
    )


MEASURES: dict[str, Measured] = {
    **{
        f"pressure.share.{kind}.commissioning": partial(commissioning_share, kind=kind)
        for kind in KINDS
    },
    **{
        f"pressure.share.{kind}.implementation": partial(share, kind=kind)
        for kind in KINDS
    },
    **{
        f"pressure.share.{kind}.later": partial(
            share, kind=kind, first=OBSERVED_TO_MONTH, last=999
        )
        for kind in KINDS
    },
    "pressure.copied_a_year.implementation": copied_a_year,
    "pressure.copied_a_year.later": partial(
        copied_a_year, first=OBSERVED_TO_MONTH, last=999
    ),
    **{
        f"pressure.source_share.{source}.{stage}": partial(
            source_share, source=source, stage=stage
        )
        for source in ("commissioner", "prime")
        for stage in ("commissioning", "implementation")
    },
    **{f"pressure.peak_month.{kind}": partial(peak_month, kind=kind) for kind in KINDS},
    **{
        f"pressure.exposure.{kind}": partial(mean_exposure, kind=kind, sector=None)
        for kind in KINDS
    },
    **{
        f"pressure.exposure.coercive.{sector}": partial(
            mean_exposure, kind="coercive", sector=sector
        )
        for sector in ("private", "third", "public")
    },
    "pressure.exposure.coercive.sector_gap": partial(exposure_gap, kind="coercive"),
    "pressure.exposure.normative.sector_gap": partial(exposure_gap, kind="normative"),
    "pressure.between_primes": between_primes,
    "pressure.margin_correlation": intensity_and_margin,
    "pressure.crowding_out": crowding_out,
}
