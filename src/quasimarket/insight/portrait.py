"""A market at a glance: who delivers, who resists, who complains.

Measures say how much; these rows say who, when and where, for pictures. They come from
the same tables and events, and cost little.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from quasimarket.events.organisation_event import RESPONSES, TACTICS
from quasimarket.events.organisation_event import OrganisationEventKind as Kind
from quasimarket.insight.flow import YEAR, ended, received
from quasimarket.insight.measure import OBSERVED_TO_MONTH, NotSeen
from quasimarket.insight.observed import MONTHS, SECTORS, Observed
from quasimarket.insight.viability import reserves_months
from quasimarket.insight.weighted import Flags, Floats


EARLY_RESERVES, LATE_RESERVES = 3, MONTHS
"""The months whose reserves are set beside one another."""
HALF_YEAR = 6
ANSWERS = {
    "complied": "complied every time",
    "bargained": "bargained, never resisted",
    "resisted": "resisted at least once",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveringRow:
    """Subcontract positions of a tier and sector, by how far they got."""

    tier: int
    sector: str
    named: int
    """Listed in a chain."""
    contracted: int
    active: int
    """Contracted and sent anybody in the first twelve months."""
    standing: int
    """Contracted and not ended by the end of the run."""
    people: float
    """Allocated to it or, at tier 2, called off, over the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TacticRow:
    """How often directives were answered with a tactic, and with what success."""

    response: str
    tactic: str
    early: int
    """Up to month 13."""
    later: int
    contested: int
    """Of all, contested in the open."""
    withdrawn: int
    """Of those, withdrawn by the prime."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswererRow:
    """What became of tier 1 positions, by how they answered up to month 12."""

    answer: str
    """complied, bargained, resisted."""
    positions: int
    reserves_early: float | None
    """Median months of costs that cash covers in month 3; null where nobody has any."""
    reserves_late: float | None
    """The same in month 12."""
    noticed: float
    """Share under notice that work may be taken away, up to month 13."""
    ended: float
    """Share ended by the end of the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintRow:
    """Complaints made in half a year."""

    first_month: int
    made: int
    upheld: int
    """Resolved in the half-year and upheld."""


def who_delivers(observed: Observed) -> tuple[DeliveringRow, ...]:
    """Count subcontract positions by tier and sector: named, contracted, active."""
    people = received(observed)
    active = received(observed, 0, min(YEAR, observed.last_month)) > 0
    over = ended(observed)
    tier = observed.positions["tier"].to_numpy()
    rows = []
    for level in (1, 2):
        held = observed.is_tier(level)
        for sector in SECTORS:
            mine = observed.is_sector(sector)
            rows.append(
                DeliveringRow(
                    tier=level,
                    sector=sector,
                    named=int((mine & (tier == level)).sum()),
                    contracted=int((mine & held).sum()),
                    active=int((mine & held & active).sum()),
                    standing=int((mine & held & ~over).sum()),
                    people=float(people[mine & (tier == level)].sum()),
                )
            )
    return tuple(rows)


def tactics_used(observed: Observed) -> tuple[TacticRow, ...]:
    """Count answers to directives by response and tactic, mildest first."""
    rows = observed.events(
        Kind.DIRECTIVE_ANSWERED, Kind.DIRECTIVE_CONTESTED, Kind.DIRECTIVE_WITHDRAWN
    ).select(
        "at",
        pl.col("kind").cast(pl.String),
        pl.col("code").cast(pl.String).str.split(":").list.get(-1).alias("tactic"),
    )
    answered = pl.col("kind") == Kind.DIRECTIVE_ANSWERED
    counted = rows.group_by("tactic").agg(
        early=(answered & (pl.col("at") < OBSERVED_TO_MONTH)).sum(),
        later=(answered & (pl.col("at") >= OBSERVED_TO_MONTH)).sum(),
        contested=(pl.col("kind") == Kind.DIRECTIVE_CONTESTED).sum(),
        withdrawn=(pl.col("kind") == Kind.DIRECTIVE_WITHDRAWN).sum(),
    )
    found = {row["tactic"]: row for row in counted.iter_rows(named=True)}
    order = sorted(TACTICS, key=lambda one: RESPONSES.index(TACTICS[one]))
    return tuple(
        TacticRow(response=TACTICS[tactic], **found[tactic])
        for tactic in order
        if tactic in found
    )


def what_answers_cost(observed: Observed) -> tuple[AnswererRow, ...]:
    """Set those who complied, bargained and resisted beside one another.

    They differ in more than their answers: a smaller provider may both resist less and
    have less in hand, so a gap is no proof of what the answer did.
    """
    observed.require(LATE_RESERVES)
    events = observed.events(Kind.DIRECTIVE_ANSWERED)
    early = events.filter(pl.col("at") < LATE_RESERVES).select(
        pl.col("position").cast(pl.String),
        response=pl.col("code").cast(pl.String).str.split(":").list.first(),
    )
    resisted = set(
        early.filter(~pl.col("response").is_in(["acquiesce", "compromise"]))["position"]
    )
    bargained = set(early.filter(pl.col("response") == "compromise")["position"])
    complied = set(early["position"])
    names = observed.positions["position"].to_list()
    kinds = np.array(
        [
            "resisted"
            if name in resisted
            else "bargained"
            if name in bargained
            else "complied"
            if name in complied
            else ""
            for name in names
        ]
    )
    first, last = (
        reserves_months(observed, month) for month in (EARLY_RESERVES, LATE_RESERVES)
    )
    noticed = observed.total("notices", 0, OBSERVED_TO_MONTH - 1) > 0
    over = ended(observed)
    rows = []
    for answer in ANSWERS:
        units = observed.is_tier(1) & (kinds == answer)
        if units.any():
            rows.append(
                AnswererRow(
                    answer=answer,
                    positions=int(units.sum()),
                    reserves_early=_median(first[units]),
                    reserves_late=_median(last[units]),
                    noticed=_share(noticed[units]),
                    ended=_share(over[units]),
                )
            )
    return tuple(rows)


def _median(values: Floats) -> float | None:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else None


def _share(flags: Flags) -> float:
    return float(flags.mean())


def complaints_over_time(observed: Observed) -> tuple[ComplaintRow, ...]:
    """Count complaints by half-year, with those that were upheld in it."""
    observed.table("organisation_events", "kind")
    made = _months_of(observed, Kind.COMPLAINED, None)
    upheld = _months_of(observed, Kind.COMPLAINT_RESOLVED, "upheld")
    last = max([observed.last_month, *made]) // HALF_YEAR
    return tuple(
        ComplaintRow(
            first_month=half * HALF_YEAR,
            made=sum(max(at, 0) // HALF_YEAR == half for at in made),
            upheld=sum(max(at, 0) // HALF_YEAR == half for at in upheld),
        )
        for half in range(last + 1)
    )


def _months_of(observed: Observed, kind: Kind, code: str | None) -> list[int]:
    """Give the month of each event of a kind and code; there may be none."""
    try:
        events = observed.events(kind)
    except NotSeen:
        return []
    if code is not None:
        events = events.filter(pl.col("code").cast(pl.String) == code)
    return events["at"].to_list()
