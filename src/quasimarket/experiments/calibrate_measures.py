"""What a run shows of a stylised fact, where insight has no measure of just that.

Months count from 0, June 2011.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import polars as pl

from quasimarket.experiments.claims_measures import values_of
from quasimarket.experiments.claims_measures_flow import divided
from quasimarket.insight.catalogue import CATALOGUE
from quasimarket.insight.flow import ended, received
from quasimarket.insight.measure import NotSeen
from quasimarket.insight.observed import MONTHS, Observed
from quasimarket.insight.weighted import Flags


AUGUST_2011, JANUARY_2012, MARCH_2012, APRIL_2012 = 2, 7, 9, 10
JULY_2012, AUGUST_2012 = 13, 14
HALF = 0.5
"""A flow under this share of what was promised counts as far below expectation."""
WEEKS_A_MONTH = 365.25 / 7 / MONTHS


def third_listed_fall(observed: Observed) -> float:
    """Give the share of third sector positions ended from August 2011 to January."""
    mine = observed.is_tier(1, 2) & observed.is_sector("third")
    before, after = (ended(observed, month) for month in (AUGUST_2011, JANUARY_2012))
    return divided(float((mine & after & ~before).sum()), float((mine & ~before).sum()))


def third_without_anybody(observed: Observed) -> float:
    """Give the share of third sector subcontractors referred nobody in 15 months."""
    mine = observed.is_tier(1, 2) & observed.is_sector("third")
    nobody = received(observed, 0, AUGUST_2012) == 0
    return divided(float((mine & nobody).sum()), float(mine.sum()))


def _far_below(observed: Observed, last: int, units: Flags) -> float:
    promised = observed.attribute("promised_referrals") * (last + 1)
    known = units & (promised > 0)
    below = received(observed, 0, last) < HALF * promised
    return divided(float((known & below).sum()), float(known.sum()))


def third_far_below(observed: Observed) -> float:
    """Give the share of them that had under half of what was promised by then."""
    mine = observed.is_tier(1, 2) & observed.is_sector("third")
    return _far_below(observed, AUGUST_2012, mine)


def far_below_by_tier(observed: Observed) -> float:
    """Give that share of third sector tier 2 less tier 1, in January 2012."""
    third = observed.is_sector("third")
    tier_1, tier_2 = (
        _far_below(observed, JANUARY_2012, third & observed.is_tier(tier))
        for tier in (1, 2)
    )
    return tier_2 - tier_1


def third_share(observed: Observed) -> float:
    """Give the third sector's share of people allocated to March 2012."""
    people = observed.total("referrals", 0, MARCH_2012)
    return divided(
        float(people[observed.is_sector("third")].sum()), float(people.sum())
    )


def sanctions_a_referral(observed: Observed) -> float:
    """Give sanctions to April 2012 over people referred to then."""
    sanctions = observed.total("sanctions", 0, APRIL_2012).sum()
    return divided(float(sanctions), float(_referred(observed, 0, APRIL_2012).height))


def first_year_outcomes(observed: Observed) -> float:
    """Give claimed outcomes over people referred, both to July 2012."""
    claimed = _outcomes(observed).filter(pl.col("when") <= JULY_2012).height
    return divided(claimed, _referred(observed, 0, JULY_2012).height)


def intake_12m(observed: Observed, month: int) -> float:
    """Give the share of a month's intake with a claimed outcome 12 months later."""
    if observed.last_month < month + MONTHS:
        raise NotSeen(f"the run does not reach month {month + MONTHS}")
    intake = _referred(observed, month, month).select("participant")
    by_then = _outcomes(observed).filter(pl.col("when") <= month + MONTHS)
    met = intake.join(by_then, on="participant", how="semi").height
    return divided(met, intake.height)


def claimed_share(observed: Observed) -> float:
    """Give the share of outcomes reached that were claimed."""
    rows = observed.table("outcomes", "claimed")["claimed"]
    return divided(float(rows.sum()), float(len(rows)))


def requests_a_week_of_the_most_asked(observed: Observed) -> float:
    """Give requests a week that a twentieth of tier 1 positions exceed, year one."""
    months = min(MONTHS, observed.last_month) + 1
    asked = observed.total("requests", 0, months - 1)[observed.is_tier(1)]
    if len(asked) == 0:
        raise NotSeen("no tier 1 positions")
    return float(np.quantile(asked, 0.95)) / (months * WEEKS_A_MONTH)


def group_explains_contacts(observed: Observed) -> float:
    """Give the share of variance of contacts a week that payment groups explain.

    Weighted by weeks on the programme and out of work.
    """
    rows = (
        observed.table("participants", "group", "contacts", "weeks_served")
        .select(
            pl.col("group").cast(pl.String),
            contacts=pl.col("contacts").cast(pl.Float64),
            weeks=pl.col("weeks_served").cast(pl.Float64),
        )
        .filter(pl.col("weeks") > 0)
        .with_columns(rate=pl.col("contacts") / pl.col("weeks"))
    )
    weights, rate = rows["weeks"].to_numpy(), rows["rate"].to_numpy()
    _, group = np.unique(rows["group"].to_numpy(), return_inverse=True)
    average = divided(float(weights @ rate), float(weights.sum()))
    sums = np.bincount(group, weights)
    means = np.bincount(group, weights * rate) / sums
    between = float(sums @ (means - average) ** 2)
    return divided(between, float(weights @ (rate - average) ** 2))


def _referred(observed: Observed, first: int, last: int) -> pl.DataFrame:
    table = observed.table("participants", "participant", "referred")
    month = observed.month_of(pl.col("referred"))
    return table.filter(month.is_between(first, last))


def _outcomes(observed: Observed) -> pl.DataFrame:
    rows = observed.table("outcomes", "participant", "earned", "claimed")
    when = observed.month_of(pl.col("earned"))
    return rows.filter(pl.col("claimed")).with_columns(when=when)


OWN: Mapping[str, Callable[[Observed], float]] = {
    "facts.third_listed_fall": third_listed_fall,
    "facts.third_without_anybody": third_without_anybody,
    "facts.third_far_below": third_far_below,
    "facts.far_below_tier_2_less_tier_1": far_below_by_tier,
    "facts.third_share_of_people": third_share,
    "facts.sanctions_a_referral": sanctions_a_referral,
    "facts.first_year_outcomes": first_year_outcomes,
    "facts.intake_12m.first": lambda observed: intake_12m(observed, 0),
    "facts.intake_12m.thirteenth": lambda observed: intake_12m(observed, MONTHS),
    "facts.claimed_share": claimed_share,
    "facts.requests_a_week.high": requests_a_week_of_the_most_asked,
    "facts.group_explains_contacts": group_explains_contacts,
}
"""Measures that only stylised facts need, by id."""
SEEN_EARLY = frozenset(
    (
        "facts.third_without_anybody",
        "facts.third_far_below",
        "facts.far_below_tier_2_less_tier_1",
    )
)
"""Measures of facts held out that look no further than August 2012, so that the runs
which are fitted to show them as well."""


def known_fact_measures() -> frozenset[str]:
    """Give the ids of every measure that a stylised fact may name."""
    return frozenset(OWN) | frozenset(CATALOGUE)


def taken(
    tables: Mapping[str, pl.DataFrame], names: Sequence[str]
) -> dict[str, float | None]:
    """Take measures of a run; None where it does not carry what one needs."""
    observed = Observed(tables, times=2)
    own = {name: _own(observed, name) for name in names if name in OWN}
    others = [name for name in names if name not in OWN]
    return own | (values_of(tables, others) if others else {})


def _own(observed: Observed, name: str) -> float | None:
    try:
        value = OWN[name](observed)
    except NotSeen:
        return None
    return float(value) if np.isfinite(value) else None
