"""Bring a log into columns: from events, or from an Arrow table of events."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from quasimarket.core.errors import Fault, InputFault
from quasimarket.core.identifiers import order_key
from quasimarket.entitlement.columns import KIND_CODE, EventColumns, Names
from quasimarket.events import Event, EventKind
from quasimarket.rulebook.rulebook import Rulebook


EPOCH_ORDINAL = 719_163
"""1 January 1970, as `date.toordinal` counts."""
DENSE = 4
"""Numbers are ranked by a table if their range is below so many times their count."""


def columns_from_events(rulebook: Rulebook, events: Iterable[Event]) -> EventColumns:
    """Bring events into columns, in the order given.

    Raises:
        InputFault: an event names what the rulebook does not have.
    """
    log = list(events)
    _refuse_unknown(rulebook, log)
    participant, participants = _coded([event.participant for event in log])
    position, positions = _coded([event.position for event in log])
    spell, spells = _coded([event.spell for event in log])
    code, codes = _coded([event.code for event in log])
    event_id, event_ids = _coded([event.id for event in log])
    contract_code = _codes([item.id for item in rulebook.contracts])
    group_code = _codes([item.id for item in rulebook.groups])
    milestone_code = _codes([item.id for item in rulebook.milestones])

    def numbered(values: Iterable[int], kind: type[np.generic]) -> NDArray[Any]:
        return np.fromiter(values, kind, len(log))

    return EventColumns(
        kind=numbered((KIND_CODE[event.kind] for event in log), np.uint8),
        participant=participant,
        happened=numbered(
            (event.happened.toordinal() - EPOCH_ORDINAL for event in log), np.int32
        ),
        known=numbered(
            (event.known.toordinal() - EPOCH_ORDINAL for event in log), np.int32
        ),
        contract=numbered(
            (contract_code.get(event.contract, -1) for event in log), np.int16
        ),
        position=position,
        group=numbered((group_code.get(event.group, -1) for event in log), np.int8),
        spell=spell,
        milestone=numbered(
            (milestone_code.get(event.milestone, -1) for event in log), np.int8
        ),
        number=numbered((event.number or -1 for event in log), np.int16),
        code=code.astype(np.int16),
        amount=numbered(
            (-1 if event.amount is None else event.amount for event in log), np.int64
        ),
        event=event_id.astype(np.int64),
        participants=participants,
        positions=positions,
        spells=spells,
        codes=codes,
        events=event_ids,
    )


def _codes(names: Sequence[str]) -> dict[str | None, int]:
    return {name: at for at, name in enumerate(names)}


def _coded(names: Sequence[str | None]) -> tuple[NDArray[np.int32], Names]:
    """Code names by their rank."""
    distinct = sorted({name for name in names if name}, key=order_key)
    code = _codes(distinct)
    coded = np.fromiter((code.get(name, -1) for name in names), np.int32, len(names))
    return coded, np.array(distinct, dtype=object)


_NAMING_MILESTONES = (EventKind.CLAIMED, EventKind.VALIDATED, EventKind.REJECTED)


def _refuse_unknown(rulebook: Rulebook, log: Iterable[Event]) -> None:
    known: dict[str, frozenset[str]] = {
        "contract": frozenset(item.id for item in rulebook.contracts),
        "group": frozenset(item.id for item in rulebook.groups),
        "milestone": frozenset(item.id for item in rulebook.milestones),
    }
    faults = [
        Fault(
            where=f"event {event.id}",
            found=f"{field} {getattr(event, field)!r}",
            expected=f"a {field} of rulebook {rulebook.id}",
        )
        for event in log
        for field, names in known.items()
        if getattr(event, field) is not None
        and getattr(event, field) not in names
        and (field != "milestone" or event.kind in _NAMING_MILESTONES)
    ]
    if faults:
        raise InputFault(faults)


class ColumnSource(Protocol):
    """What columns are taken from, one at a time: an Arrow table, or a file."""

    @property
    def num_rows(self) -> int:
        """Count the rows."""

    @property
    def column_names(self) -> list[str]:
        """List the columns there are."""

    def __getitem__(self, name: str) -> pa.ChunkedArray:
        """Give a column."""


class _ParquetSource:
    """The columns of a Parquet file, each read when asked for and not kept."""

    def __init__(self, path: Path) -> None:
        self._path = path
        schema = pq.read_schema(path)
        self.num_rows: int = pq.read_metadata(path).num_rows
        self.column_names: list[str] = schema.names

    def __getitem__(self, name: str) -> pa.ChunkedArray:
        pa.default_memory_pool().release_unused()
        # opened anew, since columns are read side by side
        return pq.ParquetFile(self._path).read(columns=[name])[name]


def columns_from_parquet(rulebook: Rulebook, path: Path) -> EventColumns:
    """Bring a Parquet file of events into columns, one after another.

    As `columns_from_table`, in little more memory than the columns take.
    """
    columns = columns_from_table(rulebook, _ParquetSource(path))
    pa.default_memory_pool().release_unused()
    return columns


def columns_from_table(
    rulebook: Rulebook, table: pa.Table | ColumnSource
) -> EventColumns:
    """Bring an Arrow table of events into columns.

    Columns are those of the event schema; a column that is not there is blank. Ids may
    be whole numbers, text or dictionaries; numbers are quickest and use least memory.

    Raises:
        InputFault: a column names what the rulebook does not have.
    """
    known: dict[str, Sequence[str]] = {
        "kind": [kind.value for kind in EventKind],
        "contract": [item.id for item in rulebook.contracts],
        "group": [item.id for item in rulebook.groups],
        "milestone": [item.id for item in rulebook.milestones],
    }
    code_types: dict[str, type[np.generic]] = {"kind": np.uint8, "contract": np.int16}
    with ThreadPoolExecutor(max_workers=2) as threads:
        ids = threads.submit(_event_ids, table)
        ranked = {
            name: threads.submit(_ranked, table, name)
            for name in ("participant", "position", "spell", "code")
        }
        days = {
            name: threads.submit(_days, table, name) for name in ("happened", "known")
        }
        coded = {
            name: threads.submit(
                _looked_up, table, name, names, code_types.get(name, np.int8), rulebook
            )
            for name, names in known.items()
        }
        number = threads.submit(_whole, table, "number", np.int16)
        amount = threads.submit(_whole, table, "amount", np.int64)
    event, event_ids = ids.result()
    participant, participants = ranked["participant"].result()
    position, positions = ranked["position"].result()
    spell, spells = ranked["spell"].result()
    code, codes = ranked["code"].result()
    return EventColumns(
        kind=coded["kind"].result(),
        participant=participant,
        happened=days["happened"].result(),
        known=days["known"].result(),
        contract=coded["contract"].result(),
        position=position,
        group=coded["group"].result(),
        spell=spell,
        milestone=coded["milestone"].result(),
        number=number.result(),
        code=code.astype(np.int16) if len(codes) else _blank(len(code), np.int16),
        amount=amount.result(),
        event=event,
        participants=participants,
        positions=positions,
        spells=spells,
        codes=codes,
        events=event_ids,
    )


def _column(table: ColumnSource, name: str) -> pa.ChunkedArray | None:
    """Give a column, or None where it is missing or blank throughout."""
    if name not in table.column_names:
        return None
    column = table[name]
    return None if column.null_count == len(column) else column


def _blank(rows: int, kind: type[np.generic]) -> NDArray[Any]:
    """Give a column of -1 that takes no room."""
    return np.broadcast_to(np.array(-1, kind), rows)


def _numbers(column: pa.ChunkedArray, kind: type[np.generic]) -> NDArray[Any]:
    """Give whole numbers, -1 where blank, without a copy where that can be."""
    if column.null_count:
        column = pc.fill_null(column, pa.scalar(-1, column.type))
    return np.asarray(column.to_numpy()).astype(kind, copy=False)


def _whole(table: ColumnSource, name: str, kind: type[np.generic]) -> NDArray[Any]:
    column = _column(table, name)
    return _blank(table.num_rows, kind) if column is None else _numbers(column, kind)


def _days(table: ColumnSource, name: str) -> NDArray[np.int32]:
    column = _column(table, name)
    if column is None:
        return np.empty(0, np.int32)
    if not pa.types.is_date32(column.type):
        column = column.cast(pa.date32())
    return _numbers(column.cast(pa.int32()), np.int32)


def _looked_up(
    table: ColumnSource,
    name: str,
    known: Sequence[str],
    kind: type[np.generic],
    rulebook: Rulebook,
) -> NDArray[Any]:
    """Code a column by the place of its names in a list."""
    column = _column(table, name)
    if column is None:
        return _blank(table.num_rows, kind)
    places = _codes(known)
    index, names = _dictionary(column)
    place = np.array([places.get(each, -2) for each in names] + [-1], np.int64)
    unknown = [each for each in names if each not in places]
    if unknown and name != "milestone":
        raise InputFault(
            Fault(
                where=f"column {name}",
                found=repr(each),
                expected=f"a {name} of rulebook {rulebook.id}",
            )
            for each in unknown
        )
    place[place == -2] = -1
    return place.astype(kind)[index]


def _dictionary(column: pa.ChunkedArray) -> tuple[NDArray[np.int32], list[str]]:
    """Part a column into distinct names and their index, -1 where blank."""
    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column)
    column = column.unify_dictionaries()
    names = [str(name) for name in column.chunk(0).dictionary.to_pylist()]
    indices = pa.chunked_array([chunk.indices for chunk in column.chunks])
    return _numbers(indices, np.int32), names


def _ranked(table: ColumnSource, name: str) -> tuple[NDArray[np.int32], Names]:
    """Code a column by the rank of its names."""
    column = _column(table, name)
    if column is None:
        return _blank(table.num_rows, np.int32), np.empty(0, object)
    if pa.types.is_integer(column.type):
        fits = column.type in (pa.int8(), pa.int16(), pa.int32())
        return _ranked_numbers(_numbers(column, np.int32 if fits else np.int64))
    index, names = _dictionary(column)
    order = sorted(range(len(names)), key=lambda at: order_key(names[at]))
    used = np.zeros(len(names) + 1, np.bool_)
    used[index] = True
    order = [at for at in order if used[at]]
    rank = np.full(len(names) + 1, -1, np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return rank[index], np.array([names[at] for at in order], dtype=object)


def _ranked_numbers(
    values: NDArray[np.int32] | NDArray[np.int64],
) -> tuple[NDArray[np.int32], Names]:
    smallest, largest = int(values.min()), int(values.max())
    if largest < DENSE * len(values):
        used = np.zeros(largest + 2, np.bool_)
        used[values] = True
        used[-1] = False
        if smallest == 0 and used[:-1].all():
            # every number is its own rank
            return values.astype(np.int32, copy=False), np.arange(largest + 1)
        rank = np.cumsum(used, dtype=np.int32) - np.int32(1)
        rank[-1] = -1
        return rank[values], np.flatnonzero(used)
    distinct, rank = np.unique(values, return_inverse=True)
    if distinct[0] == -1:
        return (rank - 1).astype(np.int32), distinct[1:]
    return rank.astype(np.int32), distinct


def _event_ids(table: ColumnSource) -> tuple[NDArray[np.int64], Names | None]:
    column = table["id"]
    if pa.types.is_integer(column.type):
        return _numbers(column, np.int64), None
    rank, names = _ranked(table, "id")
    return rank.astype(np.int64), names
