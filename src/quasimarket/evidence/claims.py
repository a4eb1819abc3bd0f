"""The register of claims: what the studies say, and how each is put to the test.

Directions and sizes stand in `claims.yaml`, beside this file, before any run is made.
Nothing that simulates may import this module: an import contract sees to it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Any

import yaml

from quasimarket.core.errors import Fault, InputFault


CLAIMS = "claims.yaml"
DEFAULT = "default"


class ClaimKind(StrEnum):
    """What becomes of a claim."""

    PREMISE = "premise"
    """A value of the rulebook or of behaviour carries it: it is assumed, not found."""
    MEASURED = "measured"
    """Tested on runs."""
    SERVICE = "service"
    """Something that the software does."""
    STUDY = "study"
    """How the research was done."""
    OUT_OF_REACH = "out-of-reach"
    """No run can speak to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTest:
    """One measure and where it must lie for the claim to hold."""

    measure: str
    less: str | None
    """Another measure, which is taken off the first in every run."""
    above: float | None
    below: float | None
    because: str
    """Why this measure, this direction and this size."""
    contrast: tuple[tuple[str, float], ...]
    """Designs and their weights: the value is the weighted sum, seed by seed."""
    whole: bool
    """Played to the last payment; else to an earlier month."""
    fitted: str | None
    """The published figure by which parameters were chosen, if any was."""

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that it needs."""
        return (self.measure,) if self.less is None else (self.measure, self.less)

    def __str__(self) -> str:
        """Write the bounds as a range."""
        if self.above is not None and self.below is not None:
            return f"{self.above:g} to {self.below:g}"
        if self.above is not None:
            return f"above {self.above:g}"
        return f"below {self.below:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim of a study."""

    id: str
    paper: str
    stage: str
    sector: str
    says: str
    kind: ClaimKind
    tests: tuple[ClaimTest, ...] = ()
    carried_by: tuple[str, ...] = ()
    why: str = ""
    why_it_fails: str = ""


_TEXTS = ("id", "paper", "stage", "sector", "says", "kind")
_CLAIM_KEYS = frozenset((*_TEXTS, "tests", "carried_by", "why", "why_it_fails"))
_TEST_KEYS = frozenset(
    ("measure", "less", "above", "below", "because", "contrast", "whole", "fitted")
)
_NEEDED = {
    ClaimKind.PREMISE: "carried_by",
    ClaimKind.MEASURED: "tests",
    ClaimKind.SERVICE: "carried_by",
    ClaimKind.STUDY: "carried_by",
    ClaimKind.OUT_OF_REACH: "why",
}
Cells = Mapping[str, Any]  # what YAML holds, before it is checked


def load_claims() -> tuple[Claim, ...]:
    """Load the shipped register, in the order of its ids."""
    text = (files("quasimarket.evidence") / CLAIMS).read_text("utf-8")
    return parse_claims(text, CLAIMS)


def parse_claims(text: str, name: str) -> tuple[Claim, ...]:
    """Read a register; raise InputFault with every fault in it."""
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InputFault(
            [Fault(where=name, found=str(error), expected="a YAML file")]
        ) from error
    rows = content.get("claims") if isinstance(content, dict) else None
    if not isinstance(rows, list):
        raise InputFault(
            [Fault(where=name, found="no claims", expected="a list named claims")]
        )
    faults: list[Fault] = []
    claims = [
        claim
        for number, row in enumerate(rows, 1)
        if (claim := _claim(row, f"{name}, claim {number}", faults)) is not None
    ]
    seen: set[str] = set()
    for claim in claims:
        if claim.id in seen:
            faults.append(_fault(f"{name}, {claim.id}", "the id twice", "it once"))
        seen.add(claim.id)
    if faults:
        raise InputFault(faults)
    return tuple(claims)


def _claim(row: object, where: str, faults: list[Fault]) -> Claim | None:
    if not isinstance(row, dict):
        faults.append(_fault(where, repr(row), "keys and values"))
        return None
    found: list[Fault] = []
    where = f"{where} {row.get('id', '')}".strip()
    found += _unknown(row, _CLAIM_KEYS, where)
    found += [
        _fault(f"{where}, {key}", repr(row.get(key)), "some text")
        for key in _TEXTS
        if not isinstance(row.get(key), str) or not row[key].strip()
    ]
    if re.fullmatch(r"C\d{3}", str(row.get("id"))) is None:
        found.append(_fault(f"{where}, id", repr(row.get("id")), "C and three digits"))
    kinds = [str(kind) for kind in ClaimKind]
    if row.get("kind") not in kinds:
        found.append(_fault(f"{where}, kind", repr(row.get("kind")), ", ".join(kinds)))
    elif not row.get(needed := _NEEDED[ClaimKind(row["kind"])]):
        found.append(_fault(f"{where}, {needed}", "nothing", f"it, for {row['kind']}"))
    tests = [
        _test(test, f"{where}, test {number}", found)
        for number, test in enumerate(row.get("tests") or [], 1)
    ]
    faults += found
    if found:
        return None
    return Claim(
        **{key: row[key].strip() for key in _TEXTS if key != "kind"},
        kind=ClaimKind(row["kind"]),
        tests=tuple(test for test in tests if test is not None),
        carried_by=tuple(map(str, row.get("carried_by") or ())),
        why=str(row.get("why") or "").strip(),
        why_it_fails=str(row.get("why_it_fails") or "").strip(),
    )


def _test(row: object, where: str, faults: list[Fault]) -> ClaimTest | None:
    if not isinstance(row, dict):
        faults.append(_fault(where, repr(row), "keys and values"))
        return None
    found = _unknown(row, _TEST_KEYS, where)
    for key in ("measure", "because"):
        if not isinstance(row.get(key), str) or not row[key].strip():
            found.append(_fault(f"{where}, {key}", repr(row.get(key)), "some text"))
    bounds = [row.get(key) for key in ("above", "below")]
    if bounds == [None, None]:
        found.append(_fault(where, "no bound", "above, below or both"))
    for key, bound in zip(("above", "below"), bounds, strict=True):
        if bound is not None and not _is_number(bound):
            found.append(_fault(f"{where}, {key}", repr(bound), "a number"))
    above, below = (one if _is_number(one) else None for one in bounds)
    if above is not None and below is not None and above >= below:
        found.append(_fault(where, f"above {above}", f"less than {below}"))
    contrast = row.get("contrast", {DEFAULT: 1})
    if (
        not isinstance(contrast, dict)
        or not contrast
        or not all(map(_is_number, contrast.values()))
    ):
        found.append(
            _fault(f"{where}, contrast", repr(contrast), "designs and their weights")
        )
    faults += found
    if found:
        return None
    return ClaimTest(
        measure=row["measure"],
        less=row.get("less"),
        above=None if above is None else float(above),
        below=None if below is None else float(below),
        because=row["because"].strip(),
        contrast=tuple((str(key), float(one)) for key, one in contrast.items()),
        whole=bool(row.get("whole", False)),
        fitted=row.get("fitted"),
    )


def _unknown(row: Cells, known: frozenset[str], where: str) -> list[Fault]:
    return [
        _fault(where, f"the key {key!r}", "one of " + ", ".join(sorted(known)))
        for key in row
        if key not in known
    ]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _fault(where: str, found: str, expected: str) -> Fault:
    return Fault(where=where, found=found, expected=expected)
