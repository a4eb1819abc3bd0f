"""What each subcontract position met and answered, in the two stages of a study.

Counted from events and books, as a study hears of it: a requirement or a demand is
coercive, a colleague who comes or goes is normative, a practice taken over from a peer
is mimetic. A pressure that no event of the log carries is not counted as nought; where
copying is written down at all, months of delivery without any are.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from quasimarket.core.errors import Fault, InputFault
from quasimarket.events.organisation_event import (
    RESPONSES,
    TACTICS,
    OrganisationEventKind,
)
from quasimarket.insight.measure import OBSERVED_FROM_MONTH, OBSERVED_TO_MONTH
from quasimarket.insight.pressure import ACTS, PEER_EVENTS
from quasimarket.insight.responses import RESISTING


STAGES = ("commissioning", "early implementation")
ROWS = ("coercive", "normative", "mimetic", "resisted")
"""The pressures, then the share of answers that resist."""
SECTORS = ("private", "third", "public")
TABLES = {
    "positions": (
        *("position", "contract", "organisation", "area", "sector", "tier"),
        "contracted",
    ),
    "providers": ("position", "month", "referrals", "specialist_referrals", *ACTS),
    "organisation_events": ("position", "kind", "happened", "code", "source"),
    "staff_moves": ("position", "month"),
}
"""The tables that are counted, and the columns that each must have."""
CONCEDED = ":conceded"
Floats = NDArray[np.float64]
Months = pl.Expr


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """What positions met: sums and what they are over, by stage, row and position."""

    position: tuple[str, ...]
    organisation: NDArray[np.int64]
    contract: NDArray[np.int64]
    contract_area: tuple[str, ...]
    """Area of each contract."""
    sector: NDArray[np.int64]
    tier: NDArray[np.int64]
    is_active: NDArray[np.bool_]
    """Had at least one person by the end of the fieldwork."""
    above: Floats
    below: Floats
    uncarried: frozenset[tuple[str, str]]
    """Stages and pressures of which the log has no event: not written down is not 0."""


def met_by_positions(
    tables: Mapping[str, pl.DataFrame],
    *,
    first: int = OBSERVED_FROM_MONTH - 1,
    last: int = OBSERVED_TO_MONTH - 1,
) -> Met:
    """Count what contracted subcontract positions met, months counted from 0.

    Raises InputFault where a table is empty or a sector is none of the three.
    """
    _refuse_uncountable(tables)
    positions = (
        tables["positions"]
        .filter((pl.col("tier") > 0) & pl.col("contracted"))
        .with_columns(pl.col("position", "contract", "organisation").cast(pl.String))
    )
    providers = tables["providers"].with_columns(
        pl.col("position").cast(pl.String), at=_month(pl.col("month").cast(pl.String))
    )
    referred = providers.filter(pl.col("referrals") > 0)
    seen = referred if len(referred) else providers
    start = int(seen["at"].min())  # type: ignore[arg-type]  # a column of whole numbers
    providers = providers.with_columns(pl.col("at") - start)
    events = tables["organisation_events"].with_columns(
        pl.col("position", "kind", "code", "source").cast(pl.String),
        at=pl.col("happened").dt.year().cast(pl.Int64) * 12
        + pl.col("happened").dt.month()
        - 1
        - start,
    )
    moves = tables["staff_moves"].with_columns(
        pl.col("position").cast(pl.String),
        at=_month(pl.col("month").cast(pl.String)) - start,
    )
    names = positions["position"].to_list()
    active = _summed(
        providers.filter(pl.col("at") <= last),
        pl.col("referrals").fill_null(0) + pl.col("specialist_referrals").fill_null(0),
        names,
    )
    shape = (len(STAGES), len(ROWS), len(names))
    above, below = np.zeros(shape), np.zeros(shape)
    uncarried = set()
    for stage, when in enumerate(
        (pl.col("at") < 0, pl.col("at").is_between(first, last))
    ):
        met, moved = events.filter(when), moves.filter(when)
        above[stage], below[stage] = _stage(providers, met, moved, names, when, stage)
        # a log that tells of copying later would have told of it by then
        told = met if stage == 0 else events.filter(pl.col("at") >= 0)
        for row, rows in {"normative": moved, "mimetic": _of_peers(told)}.items():
            if len(rows) == 0:
                uncarried.add((STAGES[stage], row))
                below[stage, ROWS.index(row)] = 0.0
    contracts = positions["contract"].unique(maintain_order=True).to_list()
    areas = dict(zip(positions["contract"], positions["area"], strict=True))
    return Met(
        position=tuple(names),
        organisation=_codes(positions["organisation"].to_list()),
        contract=np.array([contracts.index(one) for one in positions["contract"]]),
        contract_area=tuple(str(areas[one]) for one in contracts),
        sector=np.array([SECTORS.index(str(one)) for one in positions["sector"]]),
        tier=positions["tier"].to_numpy().astype(np.int64),
        is_active=active > 0,
        above=above,
        below=below,
        uncarried=frozenset(uncarried),
    )


def _refuse_uncountable(tables: Mapping[str, pl.DataFrame]) -> None:
    faults = [
        Fault(where=name, found="no rows", expected="at least one position")
        for name in ("positions", "providers")
        if len(tables[name]) == 0
    ]
    sectors = tables["positions"]["sector"].cast(pl.String).unique().drop_nulls()
    faults += [
        Fault(where="positions, column sector", found=one, expected=", ".join(SECTORS))
        for one in sorted(set(sectors) - set(SECTORS))
    ]
    if faults:
        raise InputFault(faults)


def _of_peers(events: pl.DataFrame) -> pl.DataFrame:
    """Give what was taken over, tried or kept because peers do it."""
    return events.filter(
        (pl.col("source") == "peer") & pl.col("kind").is_in(PEER_EVENTS)
    )


def _stage(
    providers: pl.DataFrame,
    events: pl.DataFrame,
    moves: pl.DataFrame,
    names: list[str],
    when: Months,
    stage: int,
) -> tuple[Floats, Floats]:
    kind = pl.col("kind")
    peers = _of_peers(events)
    answers = events.filter(
        kind == OrganisationEventKind.DIRECTIVE_ANSWERED
    ).with_columns(
        response=pl.col("code").map_elements(response_in, return_dtype=pl.String)
    )
    answers = answers.filter(pl.col("response").is_not_null())
    clauses = events.filter(
        (kind == OrganisationEventKind.NEGOTIATED)
        & ~pl.col("code").str.ends_with(CONCEDED)
    )
    rows = providers.filter(when)
    months = _summed(rows, pl.lit(1.0), names)
    if stage == 0:
        coercive, over = _summed(clauses, pl.lit(1.0), names), np.ones(len(names))
    else:
        acts = sum(
            (pl.col(name).fill_null(0) * weight for name, weight in ACTS.items()),
            start=pl.lit(0.0),
        )
        coercive, over = _summed(rows, acts, names), months
    above = np.array(
        [
            coercive,
            _summed(moves, pl.lit(1.0), names),
            _summed(peers, pl.lit(1.0), names),
            _summed(answers, pl.col("response").is_in(RESISTING), names),
        ]
    )
    below = np.array([over, over, over, _summed(answers, pl.lit(1.0), names)])
    return above, below


def response_in(code: str | None) -> str | None:
    """Find which of the five responses a code names, or its tactic belongs to."""
    for part in (code or "").split(":"):
        if part in RESPONSES:
            return part
        if part in TACTICS:
            return TACTICS[part]
    return None


def _summed(table: pl.DataFrame, what: pl.Expr, names: list[str]) -> Floats:
    found = (
        table.select("position", what=what.cast(pl.Float64))
        .group_by("position")
        .agg(pl.col("what").sum())
    )
    by_name = dict(zip(found["position"], found["what"], strict=True))
    return np.array([by_name.get(name, 0.0) for name in names])


def _month(text: pl.Expr) -> pl.Expr:
    year = text.str.slice(0, 4).cast(pl.Int64)
    return year * 12 + text.str.slice(5, 2).cast(pl.Int64) - 1


def _codes(names: list[str]) -> NDArray[np.int64]:
    place = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([place[name] for name in names])
