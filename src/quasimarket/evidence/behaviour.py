"""What is assumed of people and organisations: parameters with range and source.

The rulebook is what a commissioner decides; behaviour is what a modeller assumes. The
two are read, overridden and hashed apart.
"""

import csv
import difflib
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from types import MappingProxyType

from quasimarket.core.errors import Fault, InputFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One assumption about behaviour."""

    key: str
    value: float
    unit: str
    low: float
    high: float
    evidence: str
    source: str
    reason: str
    standard_error: float | None = None
    identified_by: str = ""
    """The fact that tells its value, or that nothing published does."""


class Behaviour(Mapping[str, float]):
    """Parameter values by key."""

    def __init__(self, parameters: tuple[Parameter, ...]) -> None:
        """Keep the parameters in their order."""
        self.parameters = parameters
        self._values = MappingProxyType({one.key: one.value for one in parameters})

    def __getitem__(self, key: str) -> float:
        """Give a parameter's value."""
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        """Go through the keys in order."""
        return iter(self._values)

    def __len__(self) -> int:
        """Count the parameters."""
        return len(self._values)

    def with_values(self, values: Mapping[str, float]) -> "Behaviour":
        """Give the same behaviour with some values changed.

        Raises ValueError for a key that it does not have.
        """
        unknown = sorted(set(values) - set(self))
        if unknown:
            raise ValueError(f"unknown behaviour: {', '.join(unknown)}")
        return Behaviour(
            tuple(
                replace(one, value=values[one.key]) if one.key in values else one
                for one in self.parameters
            )
        )

    @property
    def content_hash(self) -> str:
        """Give the SHA-256 of keys and values."""
        text = "\n".join(f"{key}={value!r}" for key, value in self._values.items())
        return hashlib.sha256(text.encode()).hexdigest()


def load_behaviour(settings: Mapping[str, str] | None = None) -> Behaviour:
    """Load the shipped behaviour, with settings "KEY" -> "VALUE" put over it.

    Raises InputFault for unknown keys, values that are not numbers, and values outside
    the range that the parameter is stated for.
    """
    parameters = _read_shipped()
    faults: list[Fault] = []
    values: dict[str, float] = {}
    by_key = {one.key: one for one in parameters}
    for key, text in (settings or {}).items():
        fault = _setting_fault(by_key, key, text)
        if fault:
            faults.append(fault)
        else:
            values[key] = float(text)
    if faults:
        raise InputFault(faults)
    return Behaviour(
        tuple(
            replace(
                one,
                value=values[one.key],
                evidence="assumed",
                source="",
                reason="set for this run",
                standard_error=None,
            )
            if one.key in values
            else one
            for one in parameters
        )
    )


def _setting_fault(
    by_key: Mapping[str, Parameter], key: str, text: str
) -> Fault | None:
    where = f"--set behaviour.{key}"
    if key not in by_key:
        near = difflib.get_close_matches(key, by_key, n=1)
        return Fault(
            where=where,
            found=f"unknown parameter '{key}'",
            expected="a behaviour parameter",
            hint=f"did you mean behaviour.{near[0]}?" if near else "see 'explain'",
        )
    parameter = by_key[key]
    try:
        value = float(text)
    except ValueError:
        return Fault(where=where, found=repr(text), expected="a number")
    if not parameter.low <= value <= parameter.high:
        return Fault(
            where=where,
            found=text,
            expected=f"{parameter.low:g} to {parameter.high:g} {parameter.unit}",
        )
    return None


def _read_shipped() -> tuple[Parameter, ...]:
    text = (files("quasimarket.evidence") / "data" / "behaviour.csv").read_text("utf-8")
    return tuple(
        Parameter(
            key=row["key"],
            value=float(row["value"]),
            unit=row["unit"],
            low=float(row["low"]),
            high=float(row["high"]),
            evidence=row["evidence"],
            source=row["source"],
            reason=row["reason"],
            standard_error=(
                float(row["standard_error"]) if row.get("standard_error") else None
            ),
            identified_by=row.get("identified_by") or "",
        )
        for row in csv.DictReader(text.splitlines())
    )
