"""From trees and rows to records: every field by its type, every fault kept.

A record with a bad field is still made, with a stand-in value and without its own
checks, and that is noted: so one mistake gives one fault, and the checks that follow
can tell what is there but wrong from what is not there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any, TypeVar, get_type_hints

from quasimarket.core.errors import Fault
from quasimarket.rulebook.rulebook import Evidence, StatedValue
from quasimarket.rulebook.text_values import (
    TextForm,
    did_you_mean,
    item_of,
    nearest,
    read_identifier,
    text_form,
    values_of,
    without_none,
)
from quasimarket.rulebook.units import Refused
from quasimarket.rulebook.yaml_source import Node


SETTING_PREFIX = "--set "
REFUSED = "(refused)"
"""Stands among a record's bad fields if the record refused them together."""
VALUE_KEYS = ("value", "unit", "evidence", "source", "reason", "from")
Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Mark:
    """The evidence of a value."""

    evidence: Evidence
    source: str
    reason: str


@dataclass(slots=True)
class Reading:
    """What has been read so far, and what was wrong with it."""

    sources: Mapping[str, str] | None = None
    """Short names of sources; None if they could not be read."""
    faults: list[Fault] = field(default_factory=list)
    stated: list[StatedValue] = field(default_factory=list)
    places: dict[int, str] = field(default_factory=dict)
    """Where each record stands, by the record's identity."""
    field_places: dict[int, dict[str, str]] = field(default_factory=dict)
    """Where the fields of a record stand that is written over several lines."""
    stand_ins: dict[int, frozenset[str]] = field(default_factory=dict)
    """The fields with stand-in values, by the record's identity."""

    def fault(self, where: str, found: str, expected: str, hint: str = "") -> None:
        """Keep a fault."""
        self.faults.append(
            Fault(where=where, found=found, expected=expected, hint=hint)
        )

    def refused(self, where: str, name: str, refusal: Refused) -> None:
        """Keep the fault of a refused value."""
        found = f"{name}: {refusal.found}" if name else refusal.found
        self.fault(where, found, refusal.expected, refusal.hint)

    def place(self, record: object, name: str = "") -> str:
        """Say where a record stands, or one of its fields where that is known."""
        fields_of_record = self.field_places.get(id(record), {})
        return fields_of_record.get(name) or self.places.get(id(record), "")

    def is_sound(self, record: object, *names: str) -> bool:
        """Say whether these fields of a record, or all, were read as they stand."""
        bad = self.stand_ins.get(id(record))
        return bad is None or (bool(names) and bad.isdisjoint(names))

    def build(
        self,
        kind: type[Record],
        values: Mapping[str, object],
        where: str,
        bad: frozenset[str],
        fields_at: Mapping[str, str] | None = None,
    ) -> Record:
        """Make a record, or a stand-in if it is refused or has bad fields."""
        record: Record | None = None
        if not bad:
            try:
                record = kind(**values)
            except Refused as refusal:
                at = (fields_at or {}).get(refusal.field, where)
                self.refused(at, "", refusal)
                bad = frozenset({REFUSED})
        if record is None:
            record = unchecked(kind, values)
            self.stand_ins[id(record)] = bad
        self.places[id(record)] = where
        if fields_at:
            self.field_places[id(record)] = dict(fields_at)
        return record

    def read_mark(self, cells: Mapping[str, str], where: str, name: str) -> Mark | None:
        """Read evidence, source and reason; None if they are not enough."""
        text = cells.get("evidence", "")
        if text not in list(Evidence):
            self.fault(
                where,
                f"{name}: evidence {text!r}" if text else f"{name}: no evidence",
                f"one of {', '.join(Evidence)}",
                did_you_mean(text, Evidence),
            )
            return None
        evidence = Evidence(text)
        source = self._read_source(cells.get("source", ""), where, name)
        reason = cells.get("reason", "")
        if evidence is Evidence.ASSUMED and not reason:
            self.fault(
                where, f"{name}: assumed without a reason", "a reason in plain words"
            )
            return None
        if evidence is not Evidence.ASSUMED and not source:
            self.fault(where, f"{name}: {evidence} without a source", "a source")
            return None
        return Mark(evidence, source, reason)

    def _read_source(self, text: str, where: str, name: str) -> str:
        if not text or " " in text or self.sources is None:
            return text
        if text not in self.sources:
            self.fault(
                where,
                f"{name}: the unknown source {text}",
                "an entry of sources in programme.yaml, or a source in words",
                did_you_mean(text, self.sources),
            )
        return self.sources.get(text, text)

    def read_record(
        self,
        kind: type[Record],
        node: Node,
        path: str,
        given: Mapping[str, object],
        besides: Iterable[str] = (),
    ) -> Record:
        """Read a mapping into a record; `given` fields come from elsewhere.

        `besides` names keys that are read elsewhere.
        """
        content = node.content
        if not isinstance(content, dict) or node.is_value:
            self.fault(
                node.where,
                f"{path}: something else",
                f"the keys {', '.join(_asked(kind, given))}",
            )
            bad = frozenset(_asked(kind, given))
            return self.build(kind, stand_ins(kind) | dict(given), node.where, bad)
        known = _asked(kind, given)
        misspelt = self._refuse_unknown_keys(content, known, besides, path)
        values, bad_fields = dict(given), set[str]()
        record_type: type = kind
        hints = type_hints(record_type)
        for name in known:
            if name in misspelt:
                values[name] = stand_in(hints[name])
                bad_fields.add(name)
                continue
            where = node.where if name not in content else content[name].where
            good, value = self._read_field(
                kind, name, content.get(name), where, _joined(path, name)
            )
            if not good:
                bad_fields.add(name)
            values[name] = value
        fields_at = {name: child.where for name, child in content.items()}
        return self.build(kind, values, node.where, frozenset(bad_fields), fields_at)

    def _refuse_unknown_keys(
        self,
        content: Mapping[str, Node],
        known: list[str],
        besides: Iterable[str],
        path: str,
    ) -> set[str]:
        """Give the missing keys that unknown ones seem to mean: one fault is enough."""
        meant = set()
        expected = (*known, *besides)
        for key, child in content.items():
            if key not in expected:
                near = nearest(key, expected)
                self.fault(
                    child.where,
                    f"the unknown key {_joined(path, key)}",
                    f"one of {', '.join(sorted(expected))}",
                    did_you_mean(key, expected),
                )
                if near not in content:
                    meant.add(near)
        return meant

    def _read_field(
        self, kind: type, name: str, node: Node | None, where: str, path: str
    ) -> tuple[bool, object]:
        hint, optional = without_none(type_hints(kind)[name])
        if node is not None and node.content is None and optional:
            return True, None
        if node is None or node.content is None:
            default = default_of(kind, name)
            if default is not MISSING:
                return True, default
            if optional:
                return True, None
            if _is_record_list(hint):
                return True, ()
            self.fault(where, f"no key {path}", f"the key {path}")
            return False, stand_in(hint)
        faults = len(self.faults)
        value = self.read_node(hint, node, path)
        return len(self.faults) == faults, value

    def read_node(self, hint: Any, node: Node, path: str) -> object:
        """Read one key's node by the type of its field (a type expression)."""
        form = text_form(hint)
        if form is not None:
            return self._read_value(form, node, path, stand_in(hint))
        if is_dataclass(hint) and isinstance(hint, type):
            return self.read_record(hint, node, path, GIVEN.get(hint.__name__, {}))
        item = item_of(hint)
        if item is not None and is_dataclass(item) and isinstance(item, type):
            return self._read_keyed_records(item, node, path)
        if item is not None:
            return self._read_list(item, node, path)
        pair = values_of(hint)
        if pair is not None:
            return self._read_mapping(pair[1], node, path)
        raise TypeError(f"{path} has a type that no file can hold: {hint}")

    def _read_keyed_records(
        self, kind: type, node: Node, path: str
    ) -> tuple[object, ...]:
        if not isinstance(node.content, dict):
            self.fault(node.where, f"{path}: something else", "a mapping by id")
            return ()
        records: list[object] = []
        for key, child in node.content.items():
            identifier = self.read_key(key, child.where, path)
            given = {"id": identifier}
            records.append(self.read_record(kind, child, f"{path}.{key}", given))
        return tuple(records)

    def read_key(self, key: str, where: str, path: str) -> str:
        """Read a mapping's key as an identifier."""
        try:
            return read_identifier(key)
        except Refused as refusal:
            self.refused(where, path, refusal)
            return key

    def _read_mapping(self, hint: Any, node: Node, path: str) -> dict[str, object]:
        if not isinstance(node.content, dict) or node.is_value:
            self.fault(node.where, f"{path}: something else", "a mapping by id")
            return {}
        return {
            self.read_key(key, child.where, path): self.read_node(
                hint, child, f"{path}.{key}"
            )
            for key, child in node.content.items()
        }

    def _read_list(self, hint: Any, node: Node, path: str) -> object:
        form = text_form(hint)
        if form is None:
            raise TypeError(f"{path} has a type that no file can hold: {hint}")
        read_one, parts = form.read, list_parts(node)
        listed = TextForm(
            form.unit,
            lambda _: tuple(read_one(part) for part in parts),
            str,
            form.is_evidenced,
        )
        return self._read_value(listed, node, path, ())

    def _read_value(
        self, form: TextForm, node: Node, path: str, otherwise: object
    ) -> object:
        if not isinstance(node.content, dict):
            text = node_text(node)
            if form.is_evidenced:
                self.fault(
                    node.where,
                    f"{path}: a bare {text or 'list'}",
                    "{value: ..., unit: ..., evidence: ..., source: ...}",
                    "every number says its unit and where it comes from",
                )
                return otherwise
            return self._read_text(form, text, node.where, path, otherwise)
        parts = {key: node_text(part) for key, part in node.content.items()}
        for key in parts:
            if key not in VALUE_KEYS:
                self.fault(
                    node.content[key].where,
                    f"the unknown key {path}.{key}",
                    f"one of {', '.join(VALUE_KEYS)}",
                    did_you_mean(key, VALUE_KEYS),
                )
        if "value" not in parts:
            self.fault(node.where, f"no key {path}.value", f"the key {path}.value")
            return otherwise
        where = node.content["value"].where
        value = self._read_text(form, parts["value"], where, path, otherwise)
        unit = self._read_unit(form, parts, node, path)
        first_day = self._read_first_day(parts, node, path)
        mark = self.read_mark(parts, node.where, path)
        if mark is not None:
            self.stated.append(
                StatedValue(
                    key=path,
                    value=_stated_text(value, parts["value"]),
                    unit=unit,
                    evidence=mark.evidence,
                    source=mark.source,
                    reason=mark.reason,
                    first_day=first_day,
                    where=where,
                )
            )
        return value

    def _read_text(
        self, form: TextForm, text: str, where: str, path: str, otherwise: object
    ) -> object:
        try:
            return form.read(text)
        except Refused as refusal:
            self.refused(where, path, refusal)
            return otherwise

    def _read_unit(
        self, form: TextForm, parts: Mapping[str, str], node: Node, path: str
    ) -> str:
        unit = parts.get("unit", "")
        says_it_all = form.unit in ("", "date", "month", "yes or no")
        if unit == form.unit or (
            not unit and (says_it_all or node.where.startswith(SETTING_PREFIX))
        ):
            return form.unit
        self.fault(
            node.where,
            f"{path}: the unit {unit}" if unit else f"{path}: no unit",
            f"the unit {form.unit}" if form.unit else "no unit",
        )
        return form.unit

    def _read_first_day(
        self, parts: Mapping[str, str], node: Node, path: str
    ) -> date | None:
        if not parts.get("from"):
            return None
        day = text_form(date)
        if day is None:
            return None
        found = self._read_text(day, parts["from"], node.where, f"{path}.from", None)
        return found if isinstance(found, date) else None


GIVEN: dict[str, dict[str, object]] = {"Performance": {"levels": ()}}
"""Fields that a nested record gets from a table, by the record's name."""


def _stated_text(value: object, text: str) -> str:
    """Give a value as it is listed: lists in one way, others as they were written."""
    return "; ".join(split_list(text)) if isinstance(value, tuple) else text


def split_list(text: str) -> list[str]:
    """Split "1; 2; 6" or "1, 2, 6" into its parts."""
    return [part.strip() for part in text.replace(",", ";").split(";") if part.strip()]


def list_parts(node: Node) -> list[str]:
    """Give the parts of a list, or of text that stands for one."""
    if isinstance(node.content, dict):
        return list_parts(node.content["value"]) if node.is_value else []
    if isinstance(node.content, list):
        return [node_text(item) for item in node.content]
    return split_list(node_text(node))


def node_text(node: Node) -> str:
    """Give a node's text; a list's parts are joined with semicolons."""
    if isinstance(node.content, str):
        return node.content
    if isinstance(node.content, list):
        return "; ".join(node_text(item) for item in node.content)
    return ""


@cache
def type_hints(kind: type) -> dict[str, Any]:  # type expressions
    """Give the types of a record's fields, units included."""
    return get_type_hints(kind, include_extras=True)


def default_of(kind: type, name: str) -> object:
    """Give a field's default, or MISSING."""
    for one in fields(kind):
        if one.name == name:
            if one.default_factory is not MISSING:
                return one.default_factory()
            return one.default
    return MISSING


def stand_ins(kind: type) -> dict[str, object]:
    """Give a harmless value for every field of a record."""
    return {one.name: stand_in(type_hints(kind)[one.name]) for one in fields(kind)}


def stand_in(hint: Any) -> object:
    """Give a harmless value of a type (a type expression)."""
    inner, optional = without_none(hint)
    form = text_form(inner)
    if optional:
        return None
    if form is None:
        if is_dataclass(inner) and isinstance(inner, type):
            return unchecked(inner, stand_ins(inner))
        return {} if values_of(inner) is not None else ()
    for text in _STAND_IN_TEXTS:
        try:
            return form.read(text)
        except Refused:
            continue
    return next(iter(inner))


_STAND_IN_TEXTS = ("0", "2000-01-01", "2000-01", "no")


def unchecked(kind: type[Record], values: Mapping[str, object]) -> Record:
    """Make a record without its own checks; for stand-ins only."""
    record = object.__new__(kind)
    for name, value in (stand_ins_without(kind, values) | dict(values)).items():
        object.__setattr__(record, name, value)
    return record


def stand_ins_without(kind: type, values: Mapping[str, object]) -> dict[str, object]:
    """Give stand-ins for the fields that have no value."""
    return {
        one.name: stand_in(type_hints(kind)[one.name])
        for one in fields(kind)
        if one.name not in values
    }


def _asked(kind: type, given: Mapping[str, object]) -> list[str]:
    return [one.name for one in fields(kind) if one.name not in given]


def _is_record_list(hint: Any) -> bool:
    item = item_of(hint)
    return item is not None and is_dataclass(item)


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
