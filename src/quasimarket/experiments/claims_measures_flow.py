"""Measures of flow, money, service and practice that only claims need."""

from collections.abc import Callable

import numpy as np
import polars as pl

from quasimarket.insight.flow import YEAR, ended, received
from quasimarket.insight.measure import NotSeen
from quasimarket.insight.observed import Observed
from quasimarket.insight.viability import costs, margin
from quasimarket.insight.weighted import Flags, Floats


FIELDWORK = 12
"""The last month of the fieldwork, month 0 being the first with referrals."""
UNDER_WAY = range(3, 6)
"""The first months in which people are in work to be supported or tracked."""
BY_THEN = range(FIELDWORK - 2, FIELDWORK + 1)
REPORTED = (
    "work_first",
    "specialism",
    "sanctioning",
    "monitoring",
    "in_work_support",
    "caseload",
    "discretion",
)


def divided(above: float, below: float) -> float:
    """Divide; raise NotSeen where there is nothing to divide by."""
    if not below or not np.isfinite(below):
        raise NotSeen("nothing to divide by")
    return above / below


def large_share_gap(observed: Observed) -> float:
    """Give the large share of the third sector's tier 1 places less that of tier 2."""
    large = observed.positions["size"].to_numpy() == "large"
    third = observed.is_sector("third")
    shares = [
        divided((large & units).sum(), units.sum())
        for units in (third & observed.is_tier(1), third & observed.is_tier(2))
    ]
    return float(shares[0] - shares[1])


def tier_ratio(observed: Observed) -> float:
    """Give people a tier 1 position over people a tier 2 one, first year."""
    people = received(observed, 0, min(YEAR, observed.last_month))
    means = [people[observed.is_tier(tier)].mean() for tier in (1, 2)]
    return float(divided(means[0], means[1]))


def spend_a_participant(observed: Observed) -> float:
    """Give pounds that delivering positions spend on a person out of work, a month."""
    units = np.isin(observed.positions["tier"].to_numpy(), (0, 1))
    spent = costs(observed)[units].sum() / 100
    return float(divided(spent, observed.total("caseload")[units].sum()))


def cost_per_outcome(observed: Observed) -> float:
    """Give pounds paid to primes for each job outcome that was claimed."""
    paid = int(observed.table("payments", "amount")["amount"].sum()) / 100
    claimed = int(observed.table("outcomes", "claimed")["claimed"].sum())
    weight = float(observed.table("participants", "weight")["weight"][0])
    return divided(paid, claimed * weight)


def below_start(observed: Observed) -> float:
    """Give the share of tier 1 positions with less cash in month 9 than in month 1."""
    cash = observed.monthly("cash")
    units = observed.is_tier(1) & np.isfinite(cash[:, 0]) & np.isfinite(cash[:, 8])
    return float(divided((cash[units, 8] < cash[units, 0]).sum(), units.sum()))


def reserve_months_spread(observed: Observed) -> float:
    """Give the spread of tier 1 positions' months of reserves, over their mean."""
    units = observed.is_tier(1)
    spent = costs(observed)[units, : YEAR + 1].mean(axis=1)
    cash = observed.monthly("cash")[units, YEAR]
    known = (spent > 0) & np.isfinite(cash)
    months = cash[known] / spent[known]
    return float(divided(months.std(ddof=1), abs(months.mean())))


def referrals_in_cash(observed: Observed) -> float:
    """Give the squared correlation of people received and money won or lost, tier 1."""
    units = observed.is_tier(1)
    people = received(observed)[units]
    won = margin(observed)[units].sum(axis=1)
    if len(people) < 3 or people.std() == 0 or won.std() == 0:
        raise NotSeen("nothing varies")
    return float(np.corrcoef(people, won)[0, 1] ** 2)


def exits_of_specialists(observed: Observed) -> float:
    """Give the share of third sector specialists ended or gone."""
    units = observed.is_tier(2) & observed.is_sector("third")
    return float(divided((ended(observed) & units).sum(), units.sum()))


def ended_in_year_1(observed: Observed) -> float:
    """Give the share of tier 1 positions whose prime ended them in the first year."""
    units = observed.is_tier(1)
    try:
        rows = observed.events("subcontract-ended").filter(pl.col("at") <= YEAR)
    except NotSeen:
        rows = observed.table("organisation_events").head(0)
    gone = set(rows["position"].drop_nulls().cast(pl.String))
    names = observed.positions["position"].to_list()
    lost = np.array([name in gone for name in names])
    return float(divided((lost & units).sum(), units.sum()))


def missed_levels(observed: Observed) -> float:
    """Give the share of contracts' first-year levels that were missed."""
    levels = observed.table("levels", "met").filter(pl.col("contract_year") == 1)
    met = levels["met"].drop_nulls()
    if len(met) == 0:
        raise NotSeen("no level in the first year")
    return 1 - float(met.mean())  # type: ignore[arg-type]  # a column of truths


def outcome_rate_gap(observed: Observed) -> float:
    """Give people with an outcome over people received, third less private, tier 1."""
    rates = []
    for sector in ("third", "private"):
        units = observed.is_tier(1) & observed.is_sector(sector)
        people = received(observed)[units].sum()
        rates.append(divided(observed.total("outcomes")[units].sum(), people))
    return float(rates[0] - rates[1])


def service_by_band(observed: Observed, band: str, units: Flags) -> float:
    """Give service to a score band, positions weighed by their caseload."""
    months = slice(0, FIELDWORK + 1)
    caseload = np.nan_to_num(observed.monthly("caseload")[units, months])
    service = np.nan_to_num(observed.monthly(f"service_{band}")[units, months])
    weight = np.where(service > 0, caseload, 0.0)
    return float(divided((service * weight).sum(), weight.sum()))


def low_band(observed: Observed) -> float:
    """Give service to those who seem hardest to place, 1 being the founding average."""
    return service_by_band(observed, "low", observed.is_tier(0, 1))


def service_gap_share(observed: Observed) -> float:
    """Give the share of positions that give the easiest a tenth more than the hardest.

    Positions with anybody in months 1 to 13.
    """
    units = np.flatnonzero(observed.is_tier(0, 1))
    gaps = []
    for unit in units:
        alone = np.zeros(len(observed), dtype=np.bool_)
        alone[unit] = True
        try:
            low = service_by_band(observed, "low", alone)
            gaps.append(service_by_band(observed, "high", alone) / low)
        except NotSeen:
            continue
    return float(divided(sum(gap > 1.1 for gap in gaps), len(gaps)))


def service_gap_of_sectors(observed: Observed) -> float:
    """Give service to the easiest over that to the hardest, third less private."""
    gaps = []
    for sector in ("third", "private"):
        units = observed.is_tier(1) & observed.is_sector(sector)
        high = service_by_band(observed, "high", units)
        gaps.append(divided(high, service_by_band(observed, "low", units)))
    return gaps[0] - gaps[1]


def contact_share(
    observed: Observed, part: str, of: tuple[str, ...], months: range, units: Flags
) -> float:
    """Give one purpose's share of contacts of some purposes."""
    inside = [one for one in months if one <= observed.last_month]

    def summed(name: str) -> float:
        return float(np.nansum(observed.monthly(name)[units][:, inside]))

    return divided(summed(part), sum(summed(name) for name in of))


def tracking_rise(observed: Observed) -> float:
    """Give tracking's share of in-work contacts in months 11-13 less months 4-6."""
    units = observed.is_tier(1) & observed.is_sector("third")
    of = ("contacts_tracking", "contacts_in_work")
    late, early = (
        contact_share(observed, of[0], of, months, units)
        for months in (BY_THEN, UNDER_WAY)
    )
    return late - early


def own_specialist_share(observed: Observed) -> float:
    """Give the specialist share of third sector support contacts, the last quarter."""
    units = observed.is_tier(1) & observed.is_sector("third")
    of = ("contacts_job_search", "contacts_training", "contacts_specialist")
    last = observed.last_month
    return contact_share(observed, of[2], of, range(last - 2, last + 1), units)


def reported(observed: Observed, month: int) -> Floats:
    """Give what positions report of their practice in a month, by position and part."""
    return np.stack(
        [observed.monthly(f"reported_{part}")[:, month] for part in REPORTED], axis=1
    )


def specialism_gap(observed: Observed) -> float:
    """Give reported specialism of third sector tier 2 less tier 1, first month."""
    told = reported(observed, 0)[:, REPORTED.index("specialism")]
    third = observed.is_sector("third")
    means = [np.nanmean(told[third & observed.is_tier(tier)]) for tier in (1, 2)]
    return float(means[1] - means[0])


def movement_gap_of_dependence(observed: Observed) -> float:
    """Give how far reports moved in a year, the more dependent half less the other."""
    last = min(FIELDWORK, observed.last_month)
    moved = np.abs(reported(observed, last) - reported(observed, 0)).mean(axis=1)
    outside = observed.attribute("outside_income")
    units = observed.is_tier(1) & np.isfinite(moved)
    dependent = outside <= np.nanmedian(outside[units])
    return float(moved[units & dependent].mean() - moved[units & ~dependent].mean())


FLOW: dict[str, Callable[[Observed], float]] = {
    "chain.large_share_gap.third": large_share_gap,
    "flow.tier_ratio": tier_ratio,
    "money.spend_a_participant": spend_a_participant,
    "money.below_start.tier_1": below_start,
    "money.cost_per_outcome": cost_per_outcome,
    "money.reserve_months_spread": reserve_months_spread,
    "decomposition.referrals_in_cash": referrals_in_cash,
    "exits.share.tier_2_third": exits_of_specialists,
    "exits.ended_share.tier_1.year_1": ended_in_year_1,
    "outcomes.missed_levels.year_1": missed_levels,
    "outcomes.rate.third_less_private": outcome_rate_gap,
    "service.low_band": low_band,
    "service.gap_share": service_gap_share,
    "service.gap.third_less_private": service_gap_of_sectors,
    "practice.change.tracking_share.third": tracking_rise,
    "practice.own_specialist_share.third": own_specialist_share,
    "practice.specialism_gap.tier_2_less_tier_1_third": specialism_gap,
    "practice.movement.dependent_less_independent": movement_gap_of_dependence,
}
"""Measures by id."""
