"""Responses: what providers do when they are pressed, and whether it works.

A response to a directive is Oliver's (1991) first word of the event's code. Resistance
is avoidance, defiance or manipulation; compromise is counted apart. An attempt succeeds
where a clause is conceded or a contested directive withdrawn.
"""

from functools import partial

import numpy as np
import polars as pl

from quasimarket.events.organisation_event import (
    CLAUSES,
    RESPONSES,
    TACTICS,
)
from quasimarket.events.organisation_event import (
    OrganisationEventKind as Kind,
)
from quasimarket.insight.dependence import resource_dependence
from quasimarket.insight.measure import OBSERVED_TO_MONTH, Estimate, NotSeen
from quasimarket.insight.observed import SECTORS, Measured, Observed
from quasimarket.insight.sectors import sector_gap
from quasimarket.insight.weighted import Floats


RESISTING = ("avoid", "defy", "manipulate")
QUARTERS = (1, 2, 3, 4)
HALVES = ("low", "high")


def answers(observed: Observed) -> pl.DataFrame:
    """Give answers to directives up to month 13, with response, tactic and sector."""
    rows = observed.events(Kind.DIRECTIVE_ANSWERED)
    code = pl.col("code").cast(pl.String).str.split(":")
    rows = rows.filter(pl.col("at") < OBSERVED_TO_MONTH).with_columns(
        response=code.list.get(0, null_on_oob=True),
        tactic=code.list.get(1, null_on_oob=True),
    )
    return observed.with_sector(rows)


def clauses(observed: Observed) -> pl.DataFrame:
    """Give clauses negotiated, with the clause, how it ended and the sector."""
    code = pl.col("code").cast(pl.String).str.split(":")
    rows = observed.events(Kind.NEGOTIATED).with_columns(
        clause=code.list.get(0, null_on_oob=True),
        ended=code.list.get(1, null_on_oob=True),
    )
    return observed.with_sector(rows)


def _resists() -> pl.Expr:
    return pl.col("response").is_in(RESISTING).fill_null(False)


def response_share(observed: Observed, response: str) -> Estimate:
    """Give a response's share of answers to directives."""
    return observed.share_of_rows(
        answers(observed), (pl.col("response") == response).fill_null(False)
    )


def tactic_share(observed: Observed, tactic: str) -> Estimate:
    """Give a tactic's share of answers to directives."""
    return observed.share_of_rows(
        answers(observed), (pl.col("tactic") == tactic).fill_null(False)
    )


def resistance(observed: Observed, sector: str | None) -> Estimate:
    """Give the share of answers that resist, months 1 to 13."""
    rows = answers(observed)
    if sector is not None:
        rows = rows.filter(pl.col("sector") == sector)
    return observed.share_of_rows(rows, _resists())


def resistance_gap(observed: Observed) -> Estimate:
    """Give the third sector's share of answers that resist less that of the others."""
    rows = answers(observed)
    by = rows.group_by("position").agg(_resists().sum().alias("acts"), pl.len())
    acts = {one["position"]: (one["acts"], one["len"]) for one in by.to_dicts()}
    pairs = np.array(
        [acts.get(name, (0, 0)) for name in observed.positions["position"]],
        dtype=np.float64,
    )
    return sector_gap(observed, pairs[:, 0], pairs[:, 1], pairs[:, 1] > 0)


def resistance_in_quarter(observed: Observed, quarter: int) -> Estimate:
    """Give the share of answers that resist in a quarter by dependence; 4 the most."""
    rows = _with_quarter(observed, answers(observed), resource_dependence(observed), 4)
    return observed.share_of_rows(rows.filter(pl.col("part") == quarter), _resists())


def success_in_quarter(observed: Observed, quarter: int) -> Estimate:
    """Give the share of contests won in a quarter of dependence; 4 is the most."""
    rows = _with_quarter(observed, contests(observed), resource_dependence(observed), 4)
    return observed.share_of_rows(rows.filter(pl.col("part") == quarter), pl.col("won"))


def _with_quarter(
    observed: Observed, rows: pl.DataFrame, values: Floats, parts: int
) -> pl.DataFrame:
    """Add which part of the positions, by a value, each row's position is in."""
    known = np.isfinite(values) & observed.is_tier(1, 2)
    if not known.any():
        raise NotSeen("what positions are parted by is not known")
    limits = np.quantile(values[known], np.arange(1, parts) / parts)
    codes = np.where(known, np.searchsorted(limits, values) + 1, -1)
    of = pl.DataFrame({"position": observed.positions["position"], "part": codes})
    return rows.with_columns(pl.col("position").cast(pl.String)).join(
        of, on="position", how="left"
    )


def contests(observed: Observed) -> pl.DataFrame:
    """Give what was contested in the open, and whether it was won.

    Clauses conceded or imposed, and contested directives withdrawn or not.
    """
    parts = []
    try:
        fought = clauses(observed).filter(
            pl.col("ended").is_in(["conceded", "imposed"])
        )
        parts.append(fought.with_columns(won=pl.col("ended") == "conceded"))
    except NotSeen:
        observed.table("organisation_events", "kind")
    for kind, won in (
        (Kind.DIRECTIVE_WITHDRAWN, True),
        (Kind.DIRECTIVE_CONTESTED, False),
    ):
        try:
            rows = observed.events(kind)
        except NotSeen:
            continue
        parts.append(observed.with_sector(rows).with_columns(won=pl.lit(won)))
    if not parts:
        raise NotSeen("nothing was contested")
    keep = ["organisation", "position", "contract", "sector", "kind", "code", "won"]
    rows = pl.concat([one.select(*keep, "at") for one in parts])
    withdrawn = rows.filter(pl.col("kind") == Kind.DIRECTIVE_WITHDRAWN)
    lost = rows.filter(pl.col("kind") == Kind.DIRECTIVE_CONTESTED)
    # every withdrawal was contested first: that many contests are not lost
    by = withdrawn.group_by("position").agg(pl.len().alias("won_here"))
    lost = (
        lost.with_columns(rank=pl.int_range(pl.len()).over("position"))
        .join(by, on="position", how="left", nulls_equal=True)
        .filter(pl.col("rank") >= pl.col("won_here").fill_null(0))
        .select(rows.columns)
    )
    rest = rows.filter(pl.col("kind") != Kind.DIRECTIVE_CONTESTED)
    return pl.concat([rest, lost])


def success(observed: Observed, sector: str | None) -> Estimate:
    """Give the share of contests, of clauses or directives, that were won."""
    rows = contests(observed)
    if sector is not None:
        rows = rows.filter(pl.col("sector") == sector)
    return observed.share_of_rows(rows, pl.col("won"))


def success_by_appeal(observed: Observed) -> Estimate:
    """Give directives withdrawn over answers that appeal to the contract."""
    rows = observed.events(Kind.DIRECTIVE_CONTESTED, Kind.DIRECTIVE_WITHDRAWN)
    code = pl.col("code").cast(pl.String).str.ends_with("appeal-to-contract")
    rows = rows.filter(code.fill_null(False))
    of = pl.col("kind").cast(pl.String)
    return observed.share_of_rows(
        rows, of == Kind.DIRECTIVE_WITHDRAWN, of == Kind.DIRECTIVE_CONTESTED
    )


def concession(
    observed: Observed, clause: str | None = None, sector: str | None = None
) -> Estimate:
    """Give the share of negotiated clauses that the prime conceded."""
    rows = clauses(observed)
    if clause is not None:
        rows = rows.filter(pl.col("clause") == clause)
    if sector is not None:
        rows = rows.filter(pl.col("sector") == sector)
    return observed.share_of_rows(
        rows, (pl.col("ended") == "conceded").fill_null(False)
    )


def concession_by(observed: Observed, attribute: str, half: str) -> Estimate:
    """Give the share of clauses conceded to organisations below or above the median."""
    rows = _with_half(observed, clauses(observed), attribute)
    rows = rows.filter(pl.col("half") == half)
    return observed.share_of_rows(
        rows, (pl.col("ended") == "conceded").fill_null(False)
    )


def _with_half(observed: Observed, rows: pl.DataFrame, attribute: str) -> pl.DataFrame:
    """Add whether each row's organisation is below or above the median of all."""
    of = observed.table("organisations", "organisation", attribute).filter(
        pl.col("role").cast(pl.String) != "prime"
    )
    if len(of) == 0:
        raise NotSeen("no organisation but primes is known")
    above = pl.col(attribute) > pl.col(attribute).median()
    half = of.select(
        pl.col("organisation").cast(pl.String),
        half=pl.when(above).then(pl.lit("high")).otherwise(pl.lit("low")),
    )
    return rows.join(half, on="organisation", how="left")


def offers(observed: Observed) -> pl.DataFrame:
    """Give offers that were accepted or refused."""
    rows = observed.with_sector(observed.events(Kind.ACCEPTED, Kind.REFUSED))
    return rows.with_columns(refused=pl.col("kind").cast(pl.String) == Kind.REFUSED)


def refusal(observed: Observed, sector: str | None) -> Estimate:
    """Give the share of offers that were refused."""
    rows = offers(observed)
    if sector is not None:
        rows = rows.filter(pl.col("sector") == sector)
    return observed.share_of_rows(rows, pl.col("refused"))


def refusal_by(observed: Observed, attribute: str, half: str) -> Estimate:
    """Give the share of offers refused below or above the median of an attribute."""
    rows = _with_half(observed, offers(observed), attribute)
    return observed.share_of_rows(
        rows.filter(pl.col("half") == half), pl.col("refused")
    )


def refused_over(observed: Observed, clause: str) -> Estimate:
    """Give the share of refusals in which a clause mattered most."""
    rows = observed.events(Kind.REFUSED)
    return observed.share_of_rows(
        rows, (pl.col("code").cast(pl.String) == clause).fill_null(False)
    )


def fading(observed: Observed) -> Estimate:
    """Give the share of answers that resist after month 13 less that up to it."""
    code = pl.col("code").cast(pl.String).str.split(":")
    rows = observed.events(Kind.DIRECTIVE_ANSWERED).with_columns(
        response=code.list.get(0, null_on_oob=True)
    )
    later = pl.col("at") >= OBSERVED_TO_MONTH
    if rows.select(later.all() | (~later).all()).item():
        raise NotSeen("answers lie on one side of month 13 only")
    before = observed.share_of_rows(rows.filter(~later), _resists())
    after = observed.share_of_rows(rows.filter(later), _resists())
    wide = 1.96 * np.hypot(_error(before), _error(after))
    value = after.value - before.value
    return Estimate(
        value=value, n=len(rows), low=value - wide, high=value + wide, note=after.note
    )


def _error(estimate: Estimate) -> float:
    if estimate.low is None or estimate.high is None:
        return float("nan")
    return (estimate.high - estimate.low) / (2 * 1.96)


MEASURES: dict[str, Measured] = {
    **{
        f"responses.share.{response}": partial(response_share, response=response)
        for response in RESPONSES
    },
    **{
        f"responses.tactic.{tactic}": partial(tactic_share, tactic=tactic)
        for tactic in TACTICS
    },
    "responses.resistance_rate": partial(resistance, sector=None),
    **{
        f"responses.resistance_rate.{sector}": partial(resistance, sector=sector)
        for sector in SECTORS
    },
    "responses.resistance_rate.sector_gap": resistance_gap,
    **{
        f"responses.resistance_rate.dependence_{quarter}": partial(
            resistance_in_quarter, quarter=quarter
        )
        for quarter in QUARTERS
    },
    "responses.success_rate": partial(success, sector=None),
    **{
        f"responses.success_rate.{sector}": partial(success, sector=sector)
        for sector in SECTORS
    },
    **{
        f"responses.success_rate.dependence_{quarter}": partial(
            success_in_quarter, quarter=quarter
        )
        for quarter in QUARTERS
    },
    "responses.success_rate.appeal_to_contract": success_by_appeal,
    "responses.fading": fading,
    "responses.concession_rate": concession,
    **{
        f"responses.concession_rate.{sector}": partial(concession, sector=sector)
        for sector in SECTORS
    },
    **{
        f"responses.concession_rate.{clause}": partial(concession, clause=clause)
        for clause in CLAUSES
    },
    **{
        f"responses.concession_rate.brand_{half}": partial(
            concession_by, attribute="brand", half=half
        )
        for half in HALVES
    },
    "responses.refusal_rate": partial(refusal, sector=None),
    **{
        f"responses.refusal_rate.{sector}": partial(refusal, sector=sector)
        for sector in SECTORS
    },
    **{
        f"responses.refusal_rate.outside_income_{half}": partial(
            refusal_by, attribute="outside_income", half=half
        )
        for half in HALVES
    },
    **{
        f"responses.refusal_rate.mission_{half}": partial(
            refusal_by, attribute="stated_mission", half=half
        )
        for half in HALVES
    },
    "responses.refused_over.sanctioning": partial(refused_over, clause="sanctioning"),
}
