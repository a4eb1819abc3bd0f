"""Measures of negotiation and resistance that only claims need.

To resist is to avoid, defy or manipulate, as insight has it.
"""

from collections.abc import Callable
from functools import partial

import polars as pl
from scipy.stats import spearmanr

from quasimarket.events.organisation_event import OrganisationEventKind as Kind
from quasimarket.experiments.claims_measures_flow import divided
from quasimarket.insight.measure import NotSeen
from quasimarket.insight.observed import MONTHS, Observed
from quasimarket.insight.responses import RESISTING
from quasimarket.insight.weighted import Floats


FEWEST_ANSWERS = 3
"""Answers of a position below which its share is chance."""


def answers(observed: Observed) -> pl.DataFrame:
    """Give all answers with response, tactic and the organisation's attributes."""
    code = pl.col("code").cast(pl.String).str.split(":")
    rows = observed.events(Kind.DIRECTIVE_ANSWERED).with_columns(
        response=code.list.get(0, null_on_oob=True),
        tactic=code.list.get(1, null_on_oob=True),
    )
    return with_attributes(observed, rows).with_columns(
        resists=pl.col("response").is_in(RESISTING).fill_null(False)
    )


def with_attributes(observed: Observed, rows: pl.DataFrame) -> pl.DataFrame:
    """Add the organisation's sector and attributes to events."""
    known = observed.table("organisations", "organisation", "sector").select(
        pl.col("organisation", "sector").cast(pl.String),
        "outside_income",
        "brand",
        "stated_mission",
        "experience",
    )
    return rows.with_columns(pl.col("organisation").cast(pl.String)).join(
        known, on="organisation", how="left"
    )


def share_of(rows: pl.DataFrame, part: pl.Expr) -> float:
    """Give the share of rows that are of a kind."""
    return divided(rows.filter(part).height, rows.height)


def by_sector(sector: str) -> pl.Expr:
    """Select a sector's rows."""
    return pl.col("sector") == sector


def negotiated(observed: Observed) -> pl.DataFrame:
    """Give clauses at issue with their ending and the organisation's attributes."""
    code = pl.col("code").cast(pl.String).str.split(":")
    rows = observed.events(Kind.NEGOTIATED).with_columns(
        clause=code.list.get(0, null_on_oob=True),
        ending=code.list.get(1, null_on_oob=True),
    )
    return with_attributes(observed, rows)


def offers(observed: Observed, sector: str) -> int:
    """Count end-to-end offers to a sector."""
    rows = with_attributes(observed, observed.events(Kind.OFFERED))
    tier_1 = pl.col("code").cast(pl.String) == "tier-1"
    return rows.filter(by_sector(sector) & tier_1)["position"].n_unique()


def of_sanctioning(observed: Observed, sector: str, endings: tuple[str, ...]) -> float:
    """Give end-to-end offers whose sanctioning clause ended so, over all offers."""
    tier = observed.positions.select(pl.col("position").cast(pl.String), "tier")
    rows = negotiated(observed).with_columns(pl.col("position").cast(pl.String))
    rows = rows.join(tier, on="position").filter(
        by_sector(sector)
        & (pl.col("tier") == 1)
        & (pl.col("clause") == "sanctioning")
        & pl.col("ending").is_in(endings)
    )
    return divided(rows["position"].n_unique(), offers(observed, sector))


AT_ISSUE = ("agreed", "conceded", "imposed")
CONTESTED = ("conceded", "imposed")
BOUND = ("agreed", "imposed")


def taken_on(observed: Observed, sector: str) -> float:
    """Give the share of a sector's offers at issue that ended bound to sanctioning."""
    return divided(
        of_sanctioning(observed, sector, BOUND),
        of_sanctioning(observed, sector, AT_ISSUE),
    )


def complied(observed: Observed) -> float:
    """Give the share of answers before the first referral that give way in part."""
    before = answers(observed).filter(pl.col("at") < 0)
    return share_of(before, pl.col("response").is_in(["acquiesce", "compromise"]))


def refused_over_sanctioning(observed: Observed) -> float:
    """Give third sector refusals over sanctioning, over offers to it."""
    try:
        rows = with_attributes(observed, observed.events(Kind.REFUSED))
    except NotSeen:
        return 0.0
    code = pl.col("code").cast(pl.String)
    count = rows.filter(by_sector("third") & code.str.contains("sanctioning")).height
    every = with_attributes(observed, observed.events(Kind.OFFERED))
    return divided(count, every.filter(by_sector("third")).height)


def outside_income_of_refusers(observed: Observed) -> float:
    """Give the mean outside income of those who refused less those who accepted."""
    means = []
    for kind in (Kind.REFUSED, Kind.ACCEPTED):
        rows = with_attributes(observed, observed.events(kind))
        values = rows.unique("organisation")["outside_income"].drop_nulls()
        if len(values) == 0:
            raise NotSeen("nobody did")
        means.append(float(values.mean()))  # type: ignore[arg-type]  # a column of numbers
    return means[0] - means[1]


def refused_then_accepted(observed: Observed) -> float:
    """Give organisations that refused one prime and signed with another, over refusers.

    A refusal and an acceptance of different counterparts.
    """
    try:
        refused = observed.events(Kind.REFUSED)
    except NotSeen:
        return 0.0
    accepted = observed.events(Kind.ACCEPTED)
    columns = [pl.col("organisation", "counterpart").cast(pl.String)]
    pairs = refused.select(columns).join(
        accepted.select(columns), on="organisation", suffix="_signed"
    )
    other = pairs.filter(pl.col("counterpart") != pl.col("counterpart_signed"))
    return divided(other["organisation"].n_unique(), refused["organisation"].n_unique())


def used_by_third(observed: Observed, tactic: str) -> float:
    """Give a tactic's share of the third sector's answers."""
    rows = answers(observed).filter(by_sector("third"))
    return share_of(rows, pl.col("tactic") == tactic)


def in_delivery(observed: Observed) -> pl.DataFrame:
    """Give answers after the first referral, to the end of the second year."""
    return answers(observed).filter(pl.col("at").is_between(0, 2 * MONTHS - 1))


def acquiesced_by_third(observed: Observed) -> float:
    """Give the share of the third sector's answers in delivery that comply."""
    rows = in_delivery(observed).filter(by_sector("third"))
    return share_of(rows, pl.col("response") == "acquiesce")


def third_share_of_resistance(observed: Observed) -> float:
    """Give the third sector's share of resistant answers in delivery."""
    return share_of(in_delivery(observed).filter("resists"), by_sector("third"))


def change_of_third(observed: Observed) -> float:
    """Give the third sector's resistant share in years 3 and 4 less in year 1."""
    rows = answers(observed).filter(by_sector("third"))
    late = rows.filter(pl.col("at").is_between(2 * MONTHS, 4 * MONTHS - 1))
    early = rows.filter(pl.col("at").is_between(0, MONTHS - 1))
    return share_of(late, pl.col("resists")) - share_of(early, pl.col("resists"))


def experience_gap(observed: Observed) -> float:
    """Give the resistant share of the experienced less that of the others."""
    rows = answers(observed)
    old = rows.filter(pl.col("experience"))
    new = rows.filter(~pl.col("experience"))
    return share_of(old, pl.col("resists")) - share_of(new, pl.col("resists"))


def compliance_of_dependent(observed: Observed) -> float:
    """Give how often those with less outside income comply, less the others."""
    rows = answers(observed)
    outside = observed.table("organisations", "outside_income")["outside_income"]
    half = outside.median()
    dependent = rows.filter(pl.col("outside_income") <= half)
    others = rows.filter(pl.col("outside_income") > half)
    part = pl.col("response") == "acquiesce"
    return share_of(dependent, part) - share_of(others, part)


def mission_with_resistance(observed: Observed) -> float:
    """Give the rank correlation of stated mission with the share that resists."""
    found = (
        answers(observed)
        .group_by("organisation")
        .agg(pl.col("resists").mean(), pl.col("stated_mission").first(), pl.len())
        .filter(pl.col("len") >= FEWEST_ANSWERS)
        .drop_nulls()
    )
    return ranks(found["stated_mission"].to_numpy(), found["resists"].to_numpy())


def ranks(one: Floats, other: Floats) -> float:
    """Give Spearman's correlation; raise NotSeen where nothing varies."""
    if len(one) < FEWEST_ANSWERS or one.std() == 0 or other.std() == 0:
        raise NotSeen("too little varies")
    return float(spearmanr(one, other).statistic)


def kinds_seen(observed: Observed) -> float:
    """Count the responses that are seen at all, of five."""
    return float(answers(observed)["response"].n_unique())


RESPONSE: dict[str, Callable[[Observed], float]] = {
    "negotiation.at_issue.sanctioning.third": partial(
        of_sanctioning, sector="third", endings=AT_ISSUE
    ),
    **{
        f"negotiation.contested.sanctioning.{sector}": partial(
            of_sanctioning, sector=sector, endings=CONTESTED
        )
        for sector in ("private", "third")
    },
    "negotiation.taken_on.sanctioning.third": partial(taken_on, sector="third"),
    "negotiation.complied_share": complied,
    "negotiation.refused.sanctioning.third": refused_over_sanctioning,
    "negotiation.outside_income.refused_less_accepted": outside_income_of_refusers,
    "negotiation.refused_then_accepted": refused_then_accepted,
    "negotiation.changed_tier.third": partial(used_by_third, tactic="change-tier"),
    "responses.appeals.third": partial(used_by_third, tactic="appeal-to-contract"),
    "responses.acquiesce_share.third": acquiesced_by_third,
    "responses.third_share_of_resistance": third_share_of_resistance,
    "responses.resistance_change.third": change_of_third,
    "responses.resistance_rate.experienced_less_inexperienced": experience_gap,
    "responses.acquiesce_share.dependent_less_independent": compliance_of_dependent,
    "responses.mission_with_resistance": mission_with_resistance,
    "responses.kinds_seen": kinds_seen,
}
"""Measures by id."""
