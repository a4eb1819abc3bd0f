"""Write a rulebook as a folder that loads as an equal rulebook."""

import csv
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any

import yaml

from quasimarket.core.errors import Fault, InputFault
from quasimarket.rulebook.folder import PROGRAMME_FILE
from quasimarket.rulebook.loading import FIELD_OF_TABLE
from quasimarket.rulebook.market_payments import without_market_payments
from quasimarket.rulebook.reading import default_of, type_hints
from quasimarket.rulebook.rows import stated_columns
from quasimarket.rulebook.rulebook import (
    Clause,
    Discount,
    Evidence,
    PerformanceLevel,
    Rate,
    Rulebook,
    StatedValue,
)
from quasimarket.rulebook.tables import (
    EVIDENCE_COLUMNS,
    TABLES,
    Holiday,
    TableShape,
    row_path,
)
from quasimarket.rulebook.text_values import (
    TextForm,
    item_of,
    text_form,
    values_of,
    without_none,
)
from quasimarket.rulebook.units import Refused


NOT_STATED = "not stated when the rulebook was made"
_FROM_TABLES = frozenset(
    {FIELD_OF_TABLE.get(shape.name, shape.name) for shape in TABLES}
    | {"stated", "content_hash", "holidays"}
)
_Stated = Mapping[str, StatedValue]


def save_rulebook(rulebook: Rulebook, folder: Path) -> None:
    """Write a rulebook to a new folder, whole or not at all.

    Sources are written out in full; comments and the order of keys are not kept.
    """
    if folder.exists():
        raise InputFault(
            [
                Fault(
                    where=str(folder),
                    found="something there already",
                    expected="the name of a folder to be made",
                )
            ]
        )
    rulebook = without_market_payments(rulebook)
    stated = {value.key: value for value in rulebook.stated}
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    try:
        (draft / PROGRAMME_FILE).write_text(
            yaml.safe_dump(
                _programme(rulebook, stated), allow_unicode=True, sort_keys=False
            ),
            encoding="utf-8",
        )
        for shape in TABLES:
            _write_table(draft / shape.file, shape, rulebook, stated)
        draft.chmod(0o755)
        draft.rename(folder)
    finally:
        if draft.exists():
            shutil.rmtree(draft)


def _programme(rulebook: Rulebook, stated: _Stated) -> dict[str, object]:
    written = _record(rulebook, "", _FROM_TABLES, stated)
    sources = {
        source: source
        for source in (*_sources_of_rows(rulebook), *_sources(stated.values()))
        if source and " " not in source
    }
    tables = {
        shape.name: _mark(stated[shape.name])
        for shape in TABLES
        if shape.name in stated
    }
    head = {key: written.pop(key) for key in ("id", "name", "summary")}
    if sources:
        head["sources"] = sources
    if tables:
        head["tables"] = tables
    return head | written


def _sources(values: Iterable[StatedValue]) -> list[str]:
    return [value.source for value in values]


def _sources_of_rows(rulebook: Rulebook) -> list[str]:
    rows: list[Clause | Rate | Discount | PerformanceLevel] = [
        *rulebook.clauses,
        *rulebook.rates,
        *rulebook.discounts,
        *rulebook.performance.levels,
    ]
    return [row.source for row in rows]


def _mark(value: StatedValue) -> dict[str, str]:
    parts = (str(value.evidence), value.source, value.reason)
    return {
        name: part for name, part in zip(EVIDENCE_COLUMNS, parts, strict=True) if part
    }


def _record(
    record: Any,  # any record with fields
    path: str,
    left_out: Iterable[str],
    stated: _Stated,
) -> dict[str, object]:
    written: dict[str, object] = {}
    kind: type = type(record)
    for one in fields(record):
        if one.name in left_out:
            continue
        key = f"{path}.{one.name}" if path else one.name
        value = getattr(record, one.name)
        default = default_of(kind, one.name)
        if value is None or (
            default is not MISSING and value == default and not _is_stated(key, stated)
        ):
            continue
        hint, _ = without_none(type_hints(kind)[one.name])
        written[one.name] = _node(hint, value, key, stated)
    return written


def _is_stated(key: str, stated: _Stated) -> bool:
    return key in stated or any(known.startswith(f"{key}.") for known in stated)


def _node(hint: Any, value: Any, path: str, stated: _Stated) -> object:
    """Write one value by the type of its field (a type expression)."""
    form = text_form(hint)
    if form is not None:
        return _value(form, _as_stated(form, value, path, stated), path, stated)
    item, pair = item_of(hint), values_of(hint)
    if pair is not None:
        return {
            str(key): _node(pair[1], part, f"{path}.{key}", stated)
            for key, part in value.items()
        }
    if item is None:
        left_out = ("levels",) if path == "performance" else ()
        return _record(value, path, left_out, stated)
    if is_dataclass(item):
        return {
            part.id: _record(part, f"{path}.{part.id}", ("id",), stated)
            for part in value
        }
    item_form = text_form(item)
    if item_form is None:
        raise TypeError(f"{path} has a type that no file can hold: {hint}")
    return _value(item_form, [item_form.write(part) for part in value], path, stated)


def _as_stated(form: TextForm, value: object, path: str, stated: _Stated) -> str:
    """Give a value's text as it was stated, if it still says the same."""
    known = stated.get(path)
    if known is not None:
        try:
            if form.read(known.value) == value:
                return known.value
        except Refused:
            pass
    return form.write(value)


def _value(form: TextForm, text: str | list[str], path: str, stated: _Stated) -> object:
    known = stated.get(path)
    if known is None and not form.is_evidenced:
        return text
    parts: dict[str, object] = {"value": text}
    if form.unit:
        parts["unit"] = form.unit
    if known is None:
        return parts | {"evidence": str(Evidence.ASSUMED), "reason": NOT_STATED}
    if known.first_day is not None:
        parts["from"] = str(known.first_day)
    return parts | _mark(known)


def _write_table(
    path: Path, shape: TableShape, rulebook: Rulebook, stated: _Stated
) -> None:
    records = _records(shape, rulebook, stated)
    if not records and not shape.required:
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*shape.columns, *EVIDENCE_COLUMNS))
        forms = [(name, _cell_writer(shape, name)) for name in shape.columns]
        for record in records:
            cells = {name: write(getattr(record, name)) for name, write in forms}
            key = row_path(shape, tuple(cells[name] for name in shape.key))
            for name, text in cells.items():
                known = stated.get(f"{key}.{name}")
                if known is not None and _same(shape, name, known.value, record):
                    cells[name] = known.value
                elif known is None and _is_default(shape, name, record):
                    cells[name] = ""
                else:
                    cells[name] = text
            writer.writerow((*cells.values(), *_row_mark(shape, record, key, stated)))


def _records(shape: TableShape, rulebook: Rulebook, stated: _Stated) -> list[Any]:
    if shape.record is Holiday:
        return [
            Holiday(day=day, name=_holiday_name(day.isoformat(), stated))
            for day in sorted(rulebook.holidays)
        ]
    if shape.name == "performance_levels":
        return list(rulebook.performance.levels)
    return list(getattr(rulebook, FIELD_OF_TABLE.get(shape.name, shape.name)))


def _holiday_name(day: str, stated: _Stated) -> str:
    known = stated.get(f"holidays.{day}.name")
    return known.value if known is not None else ""


def _cell_writer(shape: TableShape, name: str) -> Any:  # a function from value to text
    hint, _ = without_none(type_hints(shape.record)[name])
    pair = values_of(hint)
    form = text_form(pair[1] if pair is not None else hint)
    if form is None:
        raise TypeError(f"no table can hold {name}")
    write = form.write
    if pair is not None:
        return lambda value: "; ".join(f"{k}={write(v)}" for k, v in value.items())
    return lambda value: "" if value is None else write(value)


def _is_default(shape: TableShape, name: str, record: object) -> bool:
    return bool(default_of(shape.record, name) == getattr(record, name))


def _same(shape: TableShape, name: str, text: str, record: object) -> bool:
    hint, _ = without_none(type_hints(shape.record)[name])
    form = text_form(hint)
    if form is None:
        return False
    try:
        return bool(form.read(text) == getattr(record, name))
    except Refused:
        return False


def _first_stated(
    names: Iterable[str], key: str, stated: _Stated
) -> StatedValue | None:
    found = (stated.get(f"{key}.{name}") for name in names)
    return next((value for value in found if value is not None), None)


def _row_mark(
    shape: TableShape, record: Any, key: str, stated: _Stated
) -> tuple[str, str, str]:
    if not hasattr(record, "evidence") and shape.is_listed:
        known = _first_stated(stated_columns(shape), key, stated)
        if known is not None:
            return str(known.evidence), known.source, known.reason
    if shape.name in stated:
        return "", "", ""
    evidence = getattr(record, "evidence", Evidence.ASSUMED)
    source, reason = getattr(record, "source", ""), getattr(record, "reason", "")
    if evidence is Evidence.ASSUMED:
        reason = reason or NOT_STATED
    else:
        source = source or NOT_STATED
    return str(evidence), source, reason
