"""Reading, checking and writing `summary.json`, and its JSON Schema."""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from quasimarket.core.errors import Fault, InputFault
from quasimarket.runs.summary import SCHEMA_VERSION, Summary
from quasimarket.runs.summary_fields import Kind, fields_of, kind_of


_NAMES = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    Decimal: "a number of pounds and pence",
    dict: "an object",
    tuple: "a list",
}
_JSON_TYPES = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    Decimal: "number",
}


def write_summary(summary: Summary, path: Path) -> None:
    """Check a summary and write it; nothing is left half-written."""
    text = to_json(summary)
    beside = path.with_name(f".{path.name}.part")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def read_summary(path: Path) -> Summary:
    """Read a summary, or list everything that is wrong with it."""
    return from_json(path.read_text(encoding="utf-8"), where=path.name)


def to_json(summary: Summary) -> str:
    """Write a summary as JSON, or list everything that is wrong with it."""
    plain = _plain(summary)
    from_plain(plain, where="summary")
    return json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def from_json(text: str, *, where: str = "summary.json") -> Summary:
    """Read a summary from JSON, or list everything that is wrong with it."""
    try:
        plain = json.loads(text)
    except json.JSONDecodeError as error:
        fault = Fault(
            where=f"{where}, line {error.lineno}",
            found=error.msg,
            expected="JSON",
            hint="make the run again",
        )
        raise InputFault([fault]) from error
    return from_plain(plain, where=where)


def from_plain(plain: object, *, where: str) -> Summary:
    """Build a summary from plain values, or list everything that is wrong with them."""
    faults: list[Fault] = []
    built = _build(plain, Kind(base=Summary), where, faults)
    if not faults:
        faults.extend(check(built))
    if faults:
        raise InputFault(faults)
    summary: Summary = built
    return summary


def check(summary: Summary) -> Iterator[Fault]:
    """Find what no single field can show to be wrong."""
    if summary.schema_version.split(".")[0] != SCHEMA_VERSION.split(".")[0]:
        yield Fault(
            where="schema_version",
            found=summary.schema_version,
            expected=SCHEMA_VERSION,
            hint="make the run again with this version",
        )
    yield from _check_paid("paid_gbp", summary)
    months = [row.month for row in summary.by_month]
    if not months or months != sorted(set(months)):
        yield Fault(
            where="by_month",
            found="months out of order" if months else "no month",
            expected="rising months",
        )
    if [row.month for row in summary.paid_by_month] != months:
        yield Fault(
            where="paid_by_month",
            found=f"{len(summary.paid_by_month)} months",
            expected=f"the {len(months)} months of by_month",
        )
    for place, cohorts in (
        ("cohort_12m", summary.cohort_12m),
        ("cohort_24m", summary.cohort_24m),
    ):
        unknown = sorted(set(cohorts) - set(months))
        if unknown:
            yield Fault(
                where=place, found=unknown[0], expected="a month that by_month has"
            )
    for place, found, known in (
        ("mpl", {row.contract for row in summary.mpl}, summary.by_contract),
        ("mpl", {row.group for row in summary.mpl}, summary.by_group),
        ("mpl_by_year", {row.group for row in summary.mpl_by_year}, summary.by_group),
        ("gaps", {row.group for row in summary.gaps}, summary.by_group),
    ):
        for stray in sorted(found - set(known)):
            yield Fault(where=place, found=stray, expected="one of " + ", ".join(known))


def json_schema() -> dict[str, object]:
    """Give the JSON Schema of `summary.json`."""
    definitions: dict[str, object] = {}
    schema = _schema(Kind(base=Summary), definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Quasimarket summary.json {SCHEMA_VERSION}",
        **schema,
        "$defs": dict(sorted(definitions.items())),
    }


def json_schema_text() -> str:
    """Write the JSON Schema as the file in the reference holds it."""
    return json.dumps(json_schema(), indent=2) + "\n"


def _check_paid(where: str, summary: Summary) -> Iterator[Fault]:
    rows = [(where, summary.paid_gbp)]
    for contract, row in summary.by_contract.items():
        rows.append((f"by_contract.{contract}.paid_by_kind_gbp", row.paid_by_kind_gbp))
    for place, paid in rows:
        parts = (
            paid.attachment
            + paid.job_outcome
            + paid.sustainment
            + paid.incentive
            + paid.other
        )
        if parts != paid.total:
            yield Fault(
                where=f"{place}.total", found=str(paid.total), expected=str(parts)
            )


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        return str(value)  # an enumeration's member becomes plain text
    return value


def _build(  # what it gives has the kind that it was asked for
    plain: Any, kind: Kind, where: str, faults: list[Fault]
) -> Any:
    if plain is None and kind.may_be_null:
        return None
    if is_dataclass(kind.base):
        return _build_record(plain, kind.base, where, faults)
    if kind.base is tuple and isinstance(plain, list | tuple):
        inner = kind_of(kind.arguments[0])
        return tuple(
            _build(one, inner, f"{where}[{place}]", faults)
            for place, one in enumerate(plain)
        )
    if kind.base is dict and isinstance(plain, dict):
        inner = kind_of(kind.arguments[1])
        return {
            str(key): _build(one, inner, f"{where}.{key}", faults)
            for key, one in plain.items()
        }
    if kind.base in (float, Decimal) and _is_number(plain):
        return _within(_number(plain, kind.base), kind, where, faults)
    if type(plain) is kind.base and kind.base in (str, int, bool):
        return _within(plain, kind, where, faults)
    faults.append(Fault(where=where, found=_shown(plain), expected=_NAMES[kind.base]))
    return None


def _build_record(plain: Any, record: Any, where: str, faults: list[Fault]) -> Any:
    if not isinstance(plain, dict):
        faults.append(Fault(where=where, found=_shown(plain), expected="an object"))
        return None
    found_before = len(faults)
    values = {}
    for name, kind in fields_of(record).items():
        if name in plain:
            values[name] = _build(plain[name], kind, f"{where}.{name}", faults)
        else:
            faults.append(
                Fault(where=where, found=f"no {name}", expected=kind.meaning or name)
            )
    return record(**values) if len(faults) == found_before else None


def _within(
    value: Any, kind: Kind, where: str, faults: list[Fault]
) -> Any:  # given back as it came
    expected = ""
    if kind.limits and isinstance(value, float | int):
        least, greatest = kind.limits.least, kind.limits.greatest
        if least is not None and value < least:
            expected = f"{least:g} or more"
        if greatest is not None and value > greatest:
            expected = f"{greatest:g} or less"
    if kind.pattern and not re.fullmatch(kind.pattern.regex, value):
        expected = kind.pattern.called
    if kind.one_of and value not in kind.one_of.choices:
        expected = "one of " + ", ".join(kind.one_of.choices)
    if expected:
        faults.append(Fault(where=where, found=_shown(value), expected=expected))
    return value


def _is_number(plain: object) -> bool:
    return (
        isinstance(plain, int | float)
        and not isinstance(plain, bool)
        and math.isfinite(plain)
    )


def _number(plain: int | float, base: type) -> float | Decimal:
    if base is Decimal:
        return Decimal(repr(plain)).quantize(Decimal("0.01"))
    return float(plain)


def _shown(plain: object) -> str:
    text = json.dumps(plain, default=str)
    return text if len(text) <= 40 else text[:37] + "..."


def _schema(kind: Kind, definitions: dict[str, object]) -> dict[str, object]:
    schema = _schema_of_base(kind, definitions)
    if kind.limits and kind.limits.least is not None:
        schema["minimum"] = kind.limits.least
    if kind.limits and kind.limits.greatest is not None:
        schema["maximum"] = kind.limits.greatest
    if kind.pattern:
        schema["pattern"] = f"^{kind.pattern.regex}$"
    if kind.one_of:
        schema["enum"] = list(kind.one_of.choices)
    if kind.may_be_null:
        schema = {"anyOf": [schema, {"type": "null"}]}
    if kind.meaning:
        schema["description"] = kind.meaning
    return schema


def _schema_of_base(kind: Kind, definitions: dict[str, object]) -> dict[str, object]:
    if is_dataclass(kind.base):
        return _schema_of_record(kind.base, definitions)
    if kind.base is tuple:
        inner = _schema(kind_of(kind.arguments[0]), definitions)
        return {"type": "array", "items": inner}
    if kind.base is dict:
        inner = _schema(kind_of(kind.arguments[1]), definitions)
        return {"type": "object", "additionalProperties": inner}
    return {"type": _JSON_TYPES[kind.base]}


def _schema_of_record(record: Any, definitions: dict[str, object]) -> dict[str, object]:
    name = record.__name__
    if name not in definitions:
        definitions[name] = {}
        kinds = fields_of(record)
        definitions[name] = {
            "description": record.__doc__,
            "type": "object",
            "properties": {
                field: _schema(kind, definitions) for field, kind in kinds.items()
            },
            "required": list(kinds),
        }
    return {"$ref": f"#/$defs/{name}"}
