"""The loader's story: find the folder, read it, override it, build it, check it."""

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from quasimarket.core.errors import Fault, InputFault
from quasimarket.rulebook.checks import CHECKS
from quasimarket.rulebook.content_hash import content_hash
from quasimarket.rulebook.csv_source import Table
from quasimarket.rulebook.draft import Draft
from quasimarket.rulebook.folder import Folder, find_folder, read_folder
from quasimarket.rulebook.market_payments import with_market_payments
from quasimarket.rulebook.reading import REFUSED, Mark, Reading, node_text
from quasimarket.rulebook.rows import read_table
from quasimarket.rulebook.rulebook import Evidence, Performance, Rulebook
from quasimarket.rulebook.settings import apply_settings
from quasimarket.rulebook.tables import TABLE_BY_NAME, TABLES, Holiday, TableShape
from quasimarket.rulebook.text_values import did_you_mean
from quasimarket.rulebook.yaml_source import Node


FIELD_OF_TABLE = {"rate_card": "rates"}
"""The rulebook's field where it is not the table's own name."""
PERFORMANCE_KEYS = tuple(one.name for one in fields(Performance))
META_KEYS = ("extends", "sources", "tables")


def load_rulebook(
    name_or_path: str | Path, settings: Mapping[str, str] | None = None
) -> Rulebook:
    """Load a shipped programme by name, or a folder by path.

    Settings are dotted keys with new values, as `explain --values` lists them. Raises
    InputFault with every fault of every file.
    """
    folder, faults = read_folder(find_folder(name_or_path))
    unreadable = bool(faults) and not folder.root.content
    faults += apply_settings(folder, settings or {})
    draft = _build(folder, unreadable)
    faults += draft.reading.faults
    if not unreadable:
        for check in CHECKS:
            faults += check(draft)
    if faults:
        raise InputFault(_once_each(faults))
    rulebook = with_market_payments(draft.rulebook)
    return replace(rulebook, content_hash=content_hash(rulebook))


def _build(folder: Folder, unreadable: bool) -> Draft:
    root = folder.root if isinstance(folder.root.content, dict) else Node("", {})
    reading = Reading(sources=None if unreadable else _read_sources(root))
    marks = _read_table_marks(reading, root)
    if unreadable:  # its marks for whole tables are not known; take them as given
        marks = dict.fromkeys(TABLE_BY_NAME, Mark(Evidence.ASSUMED, "", "unknown"))
    rows = {
        shape.name: _read_rows(reading, shape, folder, marks, unreadable)
        for shape in TABLES
    }
    stated_by_tables, reading.stated = reading.stated, []
    given: dict[str, Any] = {  # fields of many types
        FIELD_OF_TABLE.get(name, name): records for name, records in rows.items()
    }
    levels = given.pop("performance_levels")
    given["holidays"] = frozenset(holiday.day for holiday in rows["holidays"])
    given |= {"stated": (), "content_hash": ""}
    faults_so_far = list(reading.faults)
    rulebook = reading.read_record(Rulebook, root, "", given, META_KEYS)
    if unreadable:
        reading.faults = faults_so_far
    performance = rulebook.performance
    if isinstance(performance, Performance):
        with_levels = _with(performance, levels=levels)
        _stand_in_for(reading, performance, with_levels)
        if not reading.is_sound(rulebook, "performance"):
            known = frozenset(PERFORMANCE_KEYS) | {REFUSED}
            reading.stand_ins.setdefault(id(with_levels), known)
        performance = with_levels
    built = _with(
        rulebook,
        performance=performance,
        stated=(*reading.stated, *stated_by_tables),
    )
    _stand_in_for(reading, rulebook, built)
    return Draft(
        rulebook=built, reading=reading, broken_tables=frozenset(folder.broken_tables)
    )


def _with(record: Any, **changes: object) -> Any:  # any record, its own type again
    """Change fields of a record without its own checks, which it has passed."""
    changed = object.__new__(type(record))
    for name in record.__dataclass_fields__:
        object.__setattr__(changed, name, changes.get(name, getattr(record, name)))
    return changed


def _stand_in_for(reading: Reading, before: object, after: object) -> None:
    reading.places[id(after)] = reading.place(before)
    reading.field_places[id(after)] = reading.field_places.get(id(before), {})
    if id(before) in reading.stand_ins:
        reading.stand_ins[id(after)] = reading.stand_ins[id(before)]


def _read_rows(
    reading: Reading,
    shape: TableShape,
    folder: Folder,
    marks: Mapping[str, Mark],
    unreadable: bool,
) -> tuple[Any, ...]:  # records of the table's kind
    table = folder.tables.get(shape.name)
    if table is None:
        if shape.required and not unreadable:
            where = folder.label
            reading.fault(
                f"{where}/{shape.file}", "no such file", "this table, with a heading"
            )
        table = Table(shape.file)
    if shape.record is Holiday:  # a set of days: their order in the file means nothing
        table.rows.sort(key=lambda row: row.cells.get("day", ""))
    return read_table(reading, shape, table, marks.get(shape.name))


def _mapping(root: Node, key: str) -> dict[str, Node]:
    content = root.content if isinstance(root.content, dict) else {}
    node = content.get(key)
    return node.content if node and isinstance(node.content, dict) else {}


def _read_sources(root: Node) -> dict[str, str]:
    return {name: node_text(node) for name, node in _mapping(root, "sources").items()}


def _read_table_marks(reading: Reading, root: Node) -> dict[str, Mark]:
    marks = {}
    for name, node in _mapping(root, "tables").items():
        if name not in TABLE_BY_NAME:
            reading.fault(
                node.where,
                f"the unknown table tables.{name}",
                f"one of {', '.join(TABLE_BY_NAME)}",
                did_you_mean(name, TABLE_BY_NAME),
            )
            continue
        parts = node.content if isinstance(node.content, dict) else {}
        known = ("evidence", "source", "reason", "replace")
        for key in parts:
            if key not in known:
                reading.fault(
                    parts[key].where,
                    f"the unknown key tables.{name}.{key}",
                    f"one of {', '.join(known)}",
                    did_you_mean(key, known),
                )
        cells = {key: node_text(part) for key, part in parts.items()}
        if set(cells) - {"replace"}:
            mark = reading.read_mark(cells, node.where, f"tables.{name}")
            if mark is not None:
                marks[name] = mark
    return marks


def _once_each(faults: list[Fault]) -> list[Fault]:
    return list(dict.fromkeys(faults))
