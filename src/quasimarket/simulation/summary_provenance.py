"""On what the run rests: what was fitted, and what was recalled or assumed."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from quasimarket.evidence.behaviour import Behaviour
from quasimarket.rulebook.rulebook import Evidence, Rulebook
from quasimarket.runs.summary import EvidenceRow, ParameterRow, UncertainRow


NORMAL_95 = 1.959964
"""Standard errors to each side that hold 95% of a normal distribution."""
UNCERTAIN = (Evidence.RECALLED.value, Evidence.ASSUMED.value)
FEW = 3
"""How many different values or reasons of a family are written out."""
ANY = "*"
NAMELESS = "an organisation"
_ROW = re.compile(r"\d+|\d{4}-\d{2}-\d{2}|any")
"""A part of a key that says which row: a number, a day or every row."""
_WORDLESS_UNITS = ("", "number", "text", "date", "yes or no", "ratio", "weight")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedValue:
    """A value of either input with its mark."""

    key: str
    value: str
    unit: str
    evidence: str
    reason: str


def list_fitted(behaviour: Behaviour) -> tuple[ParameterRow, ...]:
    """List the fitted parameters with 95% intervals from their standard errors."""
    rows = []
    for one in behaviour.parameters:
        if one.evidence != Evidence.FITTED.value:
            continue
        error = one.standard_error
        reach = None if error is None else NORMAL_95 * error
        rows.append(
            ParameterRow(
                name=one.key,
                meaning=one.reason or one.key,
                unit=one.unit,
                value=one.value,
                standard_error=error,
                low=None if reach is None else one.value - reach,
                high=None if reach is None else one.value + reach,
            )
        )
    return tuple(rows)


def count_evidence(
    rulebook: Rulebook, behaviour: Behaviour
) -> tuple[EvidenceRow, EvidenceRow]:
    """Count the values of each input by mark."""
    return (
        _count_marks("rulebook", (one.evidence.value for one in rulebook.stated)),
        _count_marks("behaviour", (one.evidence for one in behaviour.parameters)),
    )


def list_uncertain(
    rulebook: Rulebook, behaviour: Behaviour
) -> tuple[UncertainRow, ...]:
    """List what was recalled or assumed; values that differ by row only share a line.

    The primes' names are left out.
    """
    decided = [
        MarkedValue(
            key=one.key,
            value=one.value,
            unit=one.unit,
            evidence=one.evidence.value,
            reason=one.reason or one.source,
        )
        for one in rulebook.stated
    ]
    assumed = [
        MarkedValue(
            key=one.key,
            value=f"{one.value:g}",
            unit=one.unit,
            evidence=one.evidence,
            reason=one.reason or one.source,
        )
        for one in behaviour.parameters
    ]
    primes = {str(prime.id) for prime in rulebook.primes}
    names = _names_to_hide(rulebook)
    return tuple(
        UncertainRow(
            input=source,
            key=key,
            value=_say_values(family, names),
            evidence=family[0].evidence,
            reason=_say_reasons(family, names),
        )
        for source, values in (("rulebook", decided), ("behaviour", assumed))
        for key, family in _families(values, primes)
    )


def _count_marks(source: str, marks: Iterable[str]) -> EvidenceRow:
    counted = Counter(marks)
    return EvidenceRow(input=source, **{mark.value: counted[mark] for mark in Evidence})


def _families(
    values: Iterable[MarkedValue], primes: set[str]
) -> list[tuple[str, list[MarkedValue]]]:
    """Gather uncertain values whose keys differ only in which row they are of."""
    families: dict[tuple[str, str], list[MarkedValue]] = {}
    for one in values:
        if one.evidence in UNCERTAIN:
            family = _without_rows(one.key, primes)
            families.setdefault((family, one.evidence), []).append(one)
    return [
        (_own_key(family, members, primes), members)
        for (family, _), members in families.items()
    ]


def _own_key(family: str, members: list[MarkedValue], primes: set[str]) -> str:
    """Give a lone value its full key, unless a prime stands in it."""
    own = members[0].key
    names_prime = not primes.isdisjoint(own.split("."))
    return family if len(members) > 1 or names_prime else own


def _without_rows(key: str, primes: set[str]) -> str:
    parts = (
        ANY if _ROW.fullmatch(part) or part in primes else part
        for part in key.split(".")
    )
    return ".".join(parts)


def _say_values(family: Sequence[MarkedValue], names: re.Pattern[str] | None) -> str:
    said = list(
        dict.fromkeys(_hide(_with_unit(one.value, one.unit), names) for one in family)
    )
    if len(said) <= FEW:
        return ", ".join(said)
    numbers = sorted(
        (float(one.value), _with_unit(one.value, one.unit))
        for one in family
        if re.fullmatch(r"-?\d+(\.\d+)?", one.value)
    )
    if len(numbers) == len(family):
        return f"{numbers[0][1]} to {numbers[-1][1]} ({len(family)} values)"
    return f"{len(family)} values"


def _say_reasons(family: Sequence[MarkedValue], names: re.Pattern[str] | None) -> str:
    said = list(dict.fromkeys(_hide(one.reason, names) for one in family if one.reason))
    if len(said) <= FEW:
        return "; ".join(said)
    return f"{'; '.join(said[:FEW])}; and {len(said) - FEW} more reasons"


def _with_unit(value: str, unit: str) -> str:
    if unit in _WORDLESS_UNITS:
        return value
    if unit == "GBP":
        return f"£{value}"
    if unit == "percent":
        return f"{value}%"
    return f"{value} {unit}"


def _names_to_hide(rulebook: Rulebook) -> re.Pattern[str] | None:
    """Match each prime's id and name, with and without what stands in brackets."""
    names = set()
    for prime in rulebook.primes:
        outside, _, inside = prime.name.partition(" (")
        names |= {str(prime.id), prime.name, outside, inside.rstrip(")")}
    longest_first = sorted(names - {""}, key=lambda name: (-len(name), name))
    if not longest_first:
        return None
    either = "|".join(re.escape(name) for name in longest_first)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)")


def _hide(text: str, names: re.Pattern[str] | None) -> str:
    return text if names is None else names.sub(NAMELESS, text)
