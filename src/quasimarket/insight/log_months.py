"""What a log shows of each position, month by month, as a run's `providers` has it.

A column is there only where the log has events of its kind: what nobody wrote down is
not nought. Books, advisers and results shown to peers are in no event.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from quasimarket.events.event import EventKind
from quasimarket.events.organisation_event import OrganisationEventKind as Act
from quasimarket.insight.log_people import (
    OUTCOME,
    TRACKING,
    of_kind,
    purpose,
    while_working,
)


PURPOSES = {
    "job-search": "contacts_job_search",
    "training": "contacts_training",
    "specialist": "contacts_specialist",
}
"""Purposes of a contact for support that a log may tell apart."""
MONTHS = 12


def month_of(day: str) -> pl.Expr:
    """Count a day's month from January of the year 0."""
    return pl.col(day).dt.year().cast(pl.Int64) * MONTHS + pl.col(day).dt.month() - 1


def month_text(number: int) -> str:
    """Write a month as tables have it."""
    return f"{number // MONTHS}-{number % MONTHS + 1:02}"


def months_of_positions(
    events: pl.DataFrame,
    acts: pl.DataFrame,
    people: pl.DataFrame,
    working: pl.DataFrame,
    positions: Sequence[str],
    months: range,
) -> pl.DataFrame:
    """Give the table of positions and months; `place` is each person's position."""
    where = people.select("participant", "place")
    placed = events.join(where, on="participant", how="inner")
    frame = _Frame(positions, months)
    contacts = of_kind(placed, EventKind.CONTACTED).with_columns(purpose=purpose())
    contacts = while_working(contacts, working)
    for_support = contacts.filter(pl.col("purpose") != TRACKING)
    doubts = of_kind(placed, EventKind.SANCTION_REFERRED)
    claims = of_kind(placed, EventKind.CLAIMED).filter(pl.col("milestone") == OUTCOME)
    counted: dict[str, pl.DataFrame] = {
        "referrals": people.filter(pl.col("day").is_not_null()).with_columns(
            happened=pl.col("day")
        ),
        "job_starts": of_kind(placed, EventKind.JOB_STARTED),
    }
    called = of_kind(events, EventKind.SPECIALIST_REFERRED)
    counted["specialist_referrals"] = called.with_columns(place=pl.col("position"))
    if len(claims):
        counted["outcomes"] = claims.unique(
            ["participant", "number"], keep="first", maintain_order=True
        )
    if len(contacts):
        counted["contacts_tracking"] = contacts.filter(pl.col("purpose") == TRACKING)
        counted["contacts_in_work"] = for_support.filter(pl.col("works"))
        counted["contacts_support"] = for_support
    for code, name in PURPOSES.items():
        chosen = contacts.filter(pl.col("purpose") == code)
        if len(chosen):
            counted[name] = chosen
    if len(doubts):
        counted["sanction_referrals"] = doubts
        decided = of_kind(placed, EventKind.SANCTION_DECIDED)
        counted["sanctions"] = decided
    columns = {name: frame.count(rows) for name, rows in counted.items()}
    columns |= _acts(frame, acts)
    inside = people.filter(pl.col("attached").is_not_null())
    at_work = _inside(working, inside)
    attached = frame.present(inside, "attached", "left")
    in_work = frame.present(at_work, "from", "to")
    columns["caseload"] = np.maximum(attached - in_work, 0.0)
    columns["in_work"] = frame.present(
        working.join(where, on="participant", how="inner"), "start", "end"
    )
    return frame.table(columns)


class _Frame:
    """Positions by months, and how events are counted into them."""

    def __init__(self, positions: Sequence[str], months: range) -> None:
        self._places = {name: at for at, name in enumerate(positions)}
        self._months = months

    def _at(self, rows: pl.DataFrame, place: str = "place") -> pl.Series:
        return rows[place].replace_strict(
            self._places, default=-1, return_dtype=pl.Int64
        )

    def count(
        self, rows: pl.DataFrame, place: str = "place", number: str | None = None
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        """Count events by position and month."""
        found = np.zeros((len(self._places), len(self._months)))
        at = self._at(rows, place).fill_null(-1).to_numpy()
        month = rows.select(month_of("happened")).to_series().to_numpy()
        month = month - self._months.start
        kept = (at >= 0) & (month >= 0) & (month < len(self._months))
        size = 1.0 if number is None else rows[number].fill_null(1).to_numpy()[kept]
        np.add.at(found, (at[kept], month[kept]), size)
        return found

    def present(
        self, rows: pl.DataFrame, first: str, last: str
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        """Count who is there on the first day of each month, by position."""
        found = np.zeros((len(self._places), len(self._months) + 1))
        at = self._at(rows).fill_null(-1).to_numpy()
        begins = (
            rows.select(month_of(first) + (pl.col(first).dt.day() > 1))
            .to_series()
            .to_numpy()
        )
        ends = rows.select(month_of(last) + 1).to_series().to_numpy()
        size = len(self._months)
        begins, ends = (
            np.clip(one - self._months.start, 0, size) for one in (begins, ends)
        )
        kept = (at >= 0) & (ends > begins)
        np.add.at(found, (at[kept], begins[kept]), 1.0)
        np.add.at(found, (at[kept], ends[kept]), -1.0)
        summed: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = np.cumsum(
            found, axis=1
        )[:, :-1]
        return summed

    def table(
        self, columns: Mapping[str, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]
    ) -> pl.DataFrame:
        """Lay columns out as rows of positions and months."""
        names = list(self._places)
        size = len(self._months)
        return pl.DataFrame(
            {
                "position": np.repeat(np.array(names, dtype=object), size).tolist(),
                "month": [month_text(one) for one in self._months] * len(names),
                **{name: values.ravel() for name, values in columns.items()},
            },
            schema_overrides={"position": pl.String, "month": pl.String},
        )


def _inside(working: pl.DataFrame, inside: pl.DataFrame) -> pl.DataFrame:
    """Give the part of each job that lies in a person's time on the programme."""
    return (
        working.join(
            inside.select("participant", "place", "attached", "left"),
            on="participant",
            how="inner",
        )
        .with_columns(
            pl.max_horizontal("start", "attached").alias("from"),
            pl.min_horizontal("end", "left").alias("to"),
        )
        .filter(pl.col("from") <= pl.col("to"))
    )


def _acts(
    frame: _Frame, acts: pl.DataFrame
) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    """Count what was asked and told of positions, where the log has such acts."""
    if len(acts) == 0:
        return {}

    def rows(kind: Act, code: str | None = None) -> pl.DataFrame:
        found = acts.filter(pl.col("kind") == str(kind))
        return found if code is None else found.filter(pl.col("code") == code)

    counted = {
        "requests": rows(Act.INFORMATION_REQUESTED),
        "requests_late": rows(Act.INFORMATION_RETURNED, "late"),
        "directives": rows(Act.DIRECTIVE_ISSUED),
        "reviews_public": rows(Act.PERFORMANCE_REVIEWED, "public"),
        "reviews_private": rows(Act.PERFORMANCE_REVIEWED, "private"),
        "notices": rows(Act.IMPROVEMENT_NOTICED),
    }
    moves = {
        "staff_hired": rows(Act.STAFF_HIRED),
        "staff_left": rows(Act.STAFF_LEFT),
    }
    if any(len(one) for one in moves.values()):
        counted |= moves
    return {
        name: frame.count(one, "position", "number") for name, one in counted.items()
    }
