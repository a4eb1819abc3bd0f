"""Specification cases: tables of events in, tables of lines out.

A case gives a small programme, what happened, and every line that must follow. It is
checked on an engine, or recorded so that the reference documentation can show it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

import pytest

from quasimarket.cli.log_file import limits_of
from quasimarket.cli.performance import referrals_in
from quasimarket.core.errors import InputFault
from quasimarket.core.identifiers import (
    ContractId,
    EventId,
    GroupId,
    MilestoneId,
    ParticipantId,
    PositionId,
    SpellId,
)
from quasimarket.core.money import Pence, to_pence
from quasimarket.events import Event, EventKind
from quasimarket.events.arrow import to_table
from quasimarket.events.json_lines import write_json_lines
from quasimarket.events.read import read_log
from quasimarket.performance import Measures, measure
from quasimarket.performance.rates import format_rate
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.settlement.records import Settlement
from tests.lib.programmes import SmallProgramme
from tests.lib.tables import Row, headings_of, rows_of, written


NOTHING = "nothing"
SPELLS = {
    "in work": (EventKind.JOB_STARTED, EventKind.JOB_ENDED),
    "on benefit": (EventKind.BENEFIT_STARTED, EventKind.BENEFIT_ENDED),
}
ALL_ROWS: Mapping[str, str] = MappingProxyType({})
_Case = TypeVar("_Case", bound=Callable[..., None])


def exercises(*clauses: str) -> Callable[[_Case], _Case]:
    """Say which clauses of the rulebook a case shows at work."""

    def mark(case: _Case) -> _Case:
        case.__dict__["clauses"] = clauses
        return case

    return mark


class SettleEvents(Protocol):
    """What either engine offers."""

    def __call__(
        self,
        rulebook: Rulebook,
        events: Iterable[Event],
        settled_to: date,
        *,
        claims_implied: bool | None = None,
        validation_implied: bool | None = None,
    ) -> Settlement:
        """Settle a log."""


@dataclass(frozen=True, kw_only=True)
class SettleCase:
    """Checks cases on one engine; the oracle must say the same in full."""

    engine: SettleEvents
    oracle: SettleEvents

    def __call__(
        self, programme: SmallProgramme, events: str, *, to: str, **expected: str
    ) -> None:
        """Settle a table of events and compare every table that is expected."""
        log = events_in(events)
        settled_to = date.fromisoformat(to)

        settlement = self.engine(programme.rulebook, log, settled_to)

        for name, table in expected.items():
            compare(name, rows_found(settlement, name), table)
        assert settlement == self.oracle(programme.rulebook, log, settled_to)


class MeasureCase:
    """Checks cases of performance."""

    def __call__(
        self,
        programme: SmallProgramme,
        events: str,
        *,
        to: str,
        only: Mapping[str, str] = ALL_ROWS,
        **expected: str,
    ) -> None:
        """Measure a table of events and compare every table that is expected.

        `only` keeps the rows of the measures that have these values.
        """
        data_to = date.fromisoformat(to)
        table = to_table(events_in(events))
        measures = measure(referrals_in(programme.rulebook, table, data_to))

        for name, table in expected.items():
            rows = [_measured(row) for row in rows_measured(measures, name)]
            kept = [
                row
                for row in rows
                if all(row[heading] == value for heading, value in only.items())
            ]
            if table == NOTHING:
                assert not kept, f"{name}: expected nothing, found {kept}"
                continue
            headings = headings_of(table)
            assert written(headings, kept) == written(headings, rows_of(table)), name


@dataclass(frozen=True, kw_only=True)
class RefuseCase:
    """Checks cases of event files that are refused."""

    folder: Path

    def __call__(self, programme: SmallProgramme, events: str, *, faults: str) -> None:
        """Check a table of events as a file and compare every fault."""
        log = self.folder / "log.jsonl"
        write_json_lines(events_in(events), log)

        with pytest.raises(InputFault) as refused:
            read_log(log, limits_of(programme.rulebook))

        compare("faults", refused.value.faults, faults)


@dataclass(kw_only=True)
class Example:
    """One call of a case, kept for the documentation."""

    programme: SmallProgramme
    events: str
    to: str
    only: Mapping[str, str]
    expected: Mapping[str, str]


@dataclass(kw_only=True)
class RecordCase:
    """Keeps the examples of a case instead of checking them."""

    examples: list[Example] = field(default_factory=list)

    def __call__(
        self,
        programme: SmallProgramme,
        events: str,
        *,
        to: str = "",
        only: Mapping[str, str] = ALL_ROWS,
        **expected: str,
    ) -> None:
        """Keep one example."""
        self.examples.append(
            Example(
                programme=programme, events=events, to=to, only=only, expected=expected
            )
        )


def rows_measured(measures: Measures, name: str) -> list[dict[str, Any]]:
    """Give the rows of a measure; share shifts as they were proposed, in fractions."""
    if name == "share_shifts":
        return [asdict(proposal) for proposal in measures.proposals]
    return measures.tables()[name].to_dicts()


def _measured(row: Mapping[str, Any]) -> Row:
    """Write a row of a measure; its rate anew from the counts, which are exact."""
    exact = dict(row)
    if row.get("rate") is not None:
        exact["rate"] = Fraction(row["outcomes"]) / Fraction(row["referrals"])
    return {
        heading.replace("_", " "): _measured_value(value)
        for heading, value in exact.items()
    } | {name: _as_rate(row[name]) for name in ("level", "low", "high") if name in row}


def _measured_value(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Fraction():
            return format_rate(value)
        case float():
            return f"{value:g}"
        case dict():
            return ", ".join(
                f"{name}: {format_rate(one)}" for name, one in value.items()
            )
        case _:
            return str(value)


def _as_rate(value: float | None) -> str:
    """Write a level or the end of an interval, whose binary noise is rounded off."""
    return "" if value is None else format_rate(Fraction(str(round(value, 9))))


def compare(name: str, found: Iterable[Any], table: str) -> None:
    """Compare records with a table, in the columns that the table has."""
    if table == NOTHING:
        assert not list(found), f"{name}: expected nothing, found {list(found)}"
        return
    headings = headings_of(table)
    shown = [{name: _shown(record, name) for name in headings} for record in found]
    assert written(headings, shown) == written(headings, rows_of(table)), name


def rows_found(settlement: Settlement, name: str) -> list[Any]:
    """Give the part of a settlement that a table is compared with."""
    match name:
        case "prime_statements":
            return [one for one in settlement.statements if one.position is None]
        case "subcontract_statements":
            return [one for one in settlement.statements if one.position is not None]
        case _:
            return list(getattr(settlement, name))


def events_in(table: str) -> list[Event]:
    """Read a table of what happened; a spell in work is one row with two dates.

    An event is known on the day it happened unless the table says otherwise, and has
    the contract and group 1 where it needs them and the table is silent.
    """
    events: list[Event] = []
    for number, row in enumerate(rows_of(table), start=1):
        for who in _people(row.get("who", "")):
            name = f"e{number}" if who == row.get("who") else f"e{number}-{who}"
            events += _events_of({**row, "who": who}, name)
    return events


def _people(who: str) -> list[str]:
    """Read "7 to 40" as the people 7, 8, ... 40."""
    first, is_range, last = who.partition(" to ")
    if not is_range:
        return [who]
    return [str(number) for number in range(int(first), int(last) + 1)]


def _events_of(row: Row, name: str) -> Iterator[Event]:
    happened = date.fromisoformat(row["on"])
    known = date.fromisoformat(row["known"]) if row.get("known") else None
    who = row.get("who")
    if row["what"] not in SPELLS:
        yield Event(
            id=EventId(row.get("id") or name),
            kind=EventKind(row["what"]),
            happened=happened,
            known=known or happened,
            **_fields(row, EventKind(row["what"])),
        )
        return
    started, ended = SPELLS[row["what"]]
    start = Event(
        id=EventId(f"{name}-start"),
        kind=started,
        happened=happened,
        known=known or happened,
        participant=ParticipantId(who or ""),
        spell=SpellId(row.get("spell") or name),
    )
    yield start
    if row.get("until"):
        last = date.fromisoformat(row["until"])
        yield replace(
            start,
            id=EventId(f"{name}-end"),
            kind=ended,
            happened=last,
            known=known or last,
        )


def _fields(row: Row, kind: EventKind) -> dict[str, Any]:
    read: dict[str, Callable[[str], Any]] = {
        "who": ParticipantId,
        "contract": ContractId,
        "position": PositionId,
        "group": GroupId,
        "spell": SpellId,
        "kind": MilestoneId,
        "number": int,
        "code": str,
        "amount": _pence,
    }
    names = {"who": "participant", "kind": "milestone"}
    fields = {
        names.get(heading, heading): read[heading](cell)
        for heading, cell in row.items()
        if heading in read and cell
    }
    if kind is EventKind.REFERRED:
        fields = {"contract": ContractId("1"), "group": GroupId("1"), **fields}
    if kind in (EventKind.CLAIMED, EventKind.VALIDATED):
        fields = {"number": 1, **fields}
    if kind is EventKind.REJECTED:
        fields = {"code": "not-evidenced", **fields}
        if "milestone" in fields:
            fields = {"number": 1, **fields}
    return fields


def _pence(text: str) -> Pence:
    return to_pence(text.replace("£", "").replace(",", ""))


def _shown(record: Any, heading: str) -> str:
    """Write one value of a record as a table would have it."""
    name = "participant" if heading == "who" else heading.replace(" ", "_")
    value = getattr(record, name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if heading in _MONEY and isinstance(value, int):
        return f"{value / 100:,.2f}" if value % 100 else f"{value // 100:,}"
    if isinstance(value, tuple):
        return " ".join(value)
    return str(value)


_MONEY = ("amount", "brought forward", "lines", "payable", "carried forward")
