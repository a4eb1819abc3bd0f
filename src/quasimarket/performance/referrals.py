"""What performance is measured on: one row a referral, with its job outcome if any.

Codes are places in the rulebook's own order of contracts and groups. A referral that
counts is a participation; the others stand beside it with the reason why they do not.
An outcome is dated when it was earned and belongs to the contract holding the
participant that day.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from quasimarket.core.identifiers import MilestoneId, ParticipantId
from quasimarket.entitlement.records import Participation, Reached
from quasimarket.events import Event, EventKind
from quasimarket.performance.periods import quarters_of
from quasimarket.rulebook.rulebook import Rulebook


SCHEMA = pl.Schema(
    {
        "contract": pl.Int16,
        "group": pl.Int8,
        "referred": pl.Date,
        "excluded": pl.String,  # null where the referral counts
        "weight": pl.Float64,
        "earned": pl.Date,  # null where no outcome was earned
        "outcome_contract": pl.Int16,
        "outcome_excluded": pl.String,  # null where the outcome counts
    }
)
CANCELLED = "cancelled"
REPEAT = "repeat"
NOT_CLAIMED = "not-claimed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Referrals:
    """The referrals of a programme and their outcomes, as known on a day.

    The frame has the columns of `SCHEMA` and, for each of `referred` and `earned`, the
    quarter (see `periods`) and the month (counted from year 0) that hold it.
    """

    frame: pl.DataFrame
    rulebook: Rulebook
    milestone: MilestoneId
    """The milestone whose number 1 is the outcome."""
    data_to: date
    """The last day that the data reach."""

    @property
    def last_contract_year(self) -> int:
        """Give the contract year that holds the last day of the data."""
        return self.rulebook.contract_year(self.data_to)

    def is_complete(self, contract_year: int) -> bool:
        """Tell whether the data reach the end of a contract year."""
        return self.data_to >= self.rulebook.contract_year_days(contract_year)[1]


def referrals_from_arrays(
    rulebook: Rulebook,
    data_to: date,
    *,
    contract: NDArray[np.int16],
    group: NDArray[np.int8],
    referred: NDArray[np.int32],
    earned: NDArray[np.int32],
    outcome_contract: NDArray[np.int16],
    is_counted: NDArray[np.bool_],
    weight: NDArray[np.float64] | None = None,
    milestone: MilestoneId | None = None,
) -> Referrals:
    """Lay out participations that are at hand as arrays, one entry each.

    Days are counted from 1 January 1970. `earned` is -1 without an outcome;
    `is_counted` says that an outcome was claimed and not struck out.
    """
    has_outcome = earned >= 0
    weights = np.ones(len(contract)) if weight is None else weight
    frame = pl.DataFrame(
        {
            "contract": contract,
            "group": group,
            "referred": referred,
            "excluded": pl.Series([None], dtype=pl.String).new_from_index(
                0, len(contract)
            ),
            "weight": weights.astype(np.float64, copy=False),
            "earned": earned,
            "outcome_contract": outcome_contract,
            "has_outcome": has_outcome,
            "is_counted": is_counted,
        }
    ).with_columns(
        pl.when("has_outcome").then("earned").alias("earned"),
        pl.when("has_outcome").then("outcome_contract").alias("outcome_contract"),
        pl.when(pl.col("has_outcome") & ~pl.col("is_counted"))
        .then(pl.lit(NOT_CLAIMED))
        .alias("outcome_excluded"),
    )
    return _prepared(frame, rulebook, milestone, data_to)


def referrals_from_frame(
    rulebook: Rulebook,
    data_to: date,
    rows: pl.DataFrame,
    milestone: MilestoneId | None = None,
) -> Referrals:
    """Lay out referrals that are at hand as the columns of `SCHEMA`.

    Days may be counted from 1 January 1970.
    """
    return _prepared(rows, rulebook, milestone, data_to)


def referrals_from_records(
    rulebook: Rulebook,
    data_to: date,
    *,
    events: Iterable[Event],
    participations: Iterable[Participation],
    reached: Iterable[Reached],
    why_not_counted: Callable[[Reached], str | None],
    milestone: MilestoneId | None = None,
) -> Referrals:
    """Lay out what entitlement says of a log, with the referrals that do not count.

    `why_not_counted` gives None for an outcome that was claimed and not struck out,
    else the reason.
    """
    measured = milestone or rulebook.performance.milestone
    standing = {one.participant: one for one in participations}
    outcomes = {
        one.participant: one
        for one in reached
        if one.milestone == measured and one.number == 1
    }
    contracts = {one.id: code for code, one in enumerate(rulebook.contracts)}
    groups = {one.id: code for code, one in enumerate(rulebook.groups)}
    rows: list[dict[str, object]] = []
    for participation in standing.values():
        outcome = outcomes.get(participation.participant)
        rows.append(
            {
                "contract": contracts[participation.contract],
                "group": groups[participation.group],
                "referred": participation.referred,
                "earned": outcome and outcome.earned,
                "outcome_contract": outcome and contracts[outcome.contract],
                "outcome_excluded": outcome and why_not_counted(outcome),
            }
        )
    for event in events:
        excluded = _why_excluded(event, standing)
        if excluded is not None and event.known <= data_to:
            # A referred event carries both, or it could not exist.
            assert event.contract is not None
            assert event.group is not None
            rows.append(
                {
                    "contract": contracts[event.contract],
                    "group": groups[event.group],
                    "referred": event.happened,
                    "excluded": excluded,
                }
            )
    frame = pl.DataFrame(
        [{name: row.get(name) for name in SCHEMA} | {"weight": 1.0} for row in rows],
        schema=SCHEMA,
    )
    return _prepared(frame, rulebook, milestone, data_to)


def _why_excluded(
    event: Event, standing: Mapping[ParticipantId, Participation]
) -> str | None:
    """Say why a referral is no participation; None where it is, or is no referral.

    A referral before the one that stands can only have been cancelled (S43, S44).
    """
    if event.kind is not EventKind.REFERRED or event.participant is None:
        return None
    participation = standing.get(event.participant)
    if participation is None:
        return CANCELLED
    if event.id == participation.referral:
        return None
    return CANCELLED if event.happened < participation.referred else REPEAT


def _prepared(
    frame: pl.DataFrame,
    rulebook: Rulebook,
    milestone: MilestoneId | None,
    data_to: date,
) -> Referrals:
    """Cut at the last day of the data, and find the contract years and months."""
    is_known = pl.col("earned") <= data_to
    typed = frame.select(pl.col(name).cast(SCHEMA[name]) for name in SCHEMA)
    cut = typed.filter(pl.col("referred") <= data_to).with_columns(
        pl.when(is_known).then(name).alias(name)
        for name in ("earned", "outcome_contract", "outcome_excluded")
    )
    return Referrals(
        frame=cut.with_columns(
            quarters_of(cut["referred"], rulebook, data_to).alias("referred_quarter"),
            quarters_of(cut["earned"], rulebook, data_to).alias("earned_quarter"),
            _months_of("referred").alias("referred_month"),
            _months_of("earned").alias("earned_month"),
        ),
        rulebook=rulebook,
        milestone=milestone or rulebook.performance.milestone,
        data_to=data_to,
    )


def _months_of(day: str) -> pl.Expr:
    return (
        pl.col(day).dt.year().cast(pl.Int32) * 12
        + pl.col(day).dt.month().cast(pl.Int32)
        - 1
    )
