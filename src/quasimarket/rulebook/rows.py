"""From the rows of a table to records."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field
from datetime import date
from typing import Any

from quasimarket.rulebook.csv_source import Row, Table
from quasimarket.rulebook.folder import row_key
from quasimarket.rulebook.reading import (
    Mark,
    Reading,
    default_of,
    split_list,
    stand_in,
    type_hints,
)
from quasimarket.rulebook.rulebook import StatedValue
from quasimarket.rulebook.tables import EVIDENCE_COLUMNS, TableShape, row_path
from quasimarket.rulebook.text_values import (
    item_of,
    read_identifier,
    text_form,
    values_of,
    without_none,
)
from quasimarket.rulebook.units import Refused


@dataclass(frozen=True, slots=True)
class ColumnForm:
    """How one column's cells are read."""

    name: str
    unit: str
    read: Callable[[str], Any]  # a value of the field's type, known only at run time
    blank: object
    """What a blank cell means; MISSING if a cell may not be blank."""
    stand_in: object
    known: dict[str, Any] = field(default_factory=dict)
    """Values read before, by their text: tables repeat themselves."""


def column_form(kind: type, name: str) -> ColumnForm:
    """Give the form of one column of a record's table."""
    declared = type_hints(kind)[name]
    hint, optional = without_none(declared)
    blank = None if optional else default_of(kind, name)
    pair, item = values_of(hint), item_of(hint)
    if pair is not None:
        inner = text_form(pair[1])
        if inner is None:
            raise TypeError(f"no table can hold {name}")
        read_part = inner.read
        return ColumnForm(
            name, inner.unit, lambda text: _read_pairs(text, read_part), {}, {}
        )
    form = text_form(item if item is not None else hint)
    if form is None:
        raise TypeError(f"no table can hold {name}")
    if item is not None:
        read_one = form.read
        return ColumnForm(
            name,
            form.unit,
            lambda text: tuple(read_one(part) for part in split_list(text)),
            (),
            (),
        )
    return ColumnForm(name, form.unit, form.read, blank, stand_in(declared))


def read_table(
    reading: Reading, shape: TableShape, table: Table, otherwise: Mark | None
) -> tuple[Any, ...]:  # records of the table's kind
    """Read a table's rows; `otherwise` is the mark of rows that state none."""
    forms = [column_form(shape.record, name) for name in shape.columns]
    keeps_mark = "evidence" in type_hints(shape.record)
    counted = 0
    records: list[object] = []
    has_marks = "evidence" in table.columns or any(
        "evidence" in row.cells for row in table.rows
    )
    if not has_marks and otherwise is None and table.rows:
        reading.fault(
            f"{table.where}:1",
            "no column evidence",
            "the columns evidence, source and reason",
            f"or one mark for the whole table: tables: {{{shape.name}: {{...}}}}",
        )
    for row in table.rows:
        values, bad = _read_cells(reading, forms, row)
        mark = otherwise
        if row.cells.get("evidence") or (has_marks and otherwise is None):
            path = row_path(shape, row_key(shape, row))
            mark = reading.read_mark(row.cells, row.where, path)
        elif shape.is_counted:
            counted += 1
        if mark is not None and (mark is not otherwise or not shape.is_counted):
            _state_row(reading, shape, forms, row, mark, values)
        if keeps_mark:
            values |= _mark_values(mark)
            if mark is None:
                bad |= {"evidence"}
        records.append(reading.build(shape.record, values, row.where, bad))
    if counted and otherwise is not None:
        reading.stated.append(
            StatedValue(
                key=shape.name,
                value=str(counted),
                unit="rows",
                evidence=otherwise.evidence,
                source=otherwise.source,
                reason=otherwise.reason,
            )
        )
    return tuple(records)


def _read_cells(
    reading: Reading, forms: list[ColumnForm], row: Row
) -> tuple[dict[str, object], frozenset[str]]:
    values: dict[str, object] = {}
    bad = set()
    for form in forms:
        if form.name not in row.cells and form.blank is MISSING:
            values[form.name] = form.stand_in  # the heading has had its fault
            bad.add(form.name)
            continue
        faults = len(reading.faults)
        values[form.name] = _read_cell(reading, form, row)
        if len(reading.faults) > faults:
            bad.add(form.name)
    return values, frozenset(bad)


def _read_cell(reading: Reading, form: ColumnForm, row: Row) -> object:
    text = row.cells.get(form.name, "")
    if not text:
        if form.blank is not MISSING:
            return form.blank
        reading.fault(row.where, f"{form.name}: nothing", f"a value for {form.name}")
        return form.stand_in
    if text not in form.known:
        try:
            form.known[text] = form.read(text)
        except Refused as refusal:
            reading.refused(row.where, form.name, refusal)
            return form.stand_in
    return form.known[text]


def _read_pairs(text: str, read: Callable[[str], object]) -> dict[str, object]:
    pairs: dict[str, object] = {}
    for part in split_list(text):
        key, equals, value = part.partition("=")
        if not equals:
            raise Refused(repr(part), "id=value pairs parted by semicolons")
        pairs[read_identifier(key.strip())] = read(value.strip())
    return pairs


def _state_row(
    reading: Reading,
    shape: TableShape,
    forms: list[ColumnForm],
    row: Row,
    mark: Mark,
    values: Mapping[str, object],
) -> None:
    if not shape.is_listed:
        return
    path = row_path(shape, row_key(shape, row))
    first_day = values.get(shape.effective)
    for form in forms:
        text = row.cells.get(form.name, "")
        if form.name in stated_columns(shape) and text:
            reading.stated.append(
                StatedValue(
                    key=f"{path}.{form.name}",
                    value=text,
                    unit=form.unit,
                    evidence=mark.evidence,
                    source=mark.source,
                    reason=mark.reason,
                    first_day=first_day if isinstance(first_day, date) else None,
                    where=row.where,
                )
            )


def stated_columns(shape: TableShape) -> tuple[str, ...]:
    """Give the columns listed as values; all but the key where none is named."""
    if shape.stated:
        return shape.stated
    return tuple(name for name in shape.columns if name not in shape.key)


def _mark_values(mark: Mark | None) -> dict[str, object]:
    if mark is None:
        return {}
    return dict(
        zip(EVIDENCE_COLUMNS, (mark.evidence, mark.source, mark.reason), strict=True)
    )
