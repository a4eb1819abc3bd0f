"""What is believed of a parameter before any fact: its range, and where its middle is.

A parameter lies below its stated value with probability one half, evenly down to the
low end of its range, and above it likewise. Points of a unit cube stand for parameter
sets; a place in the cube is the prior's quantile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quasimarket.core.errors import Fault, InputFault
from quasimarket.evidence.behaviour import Behaviour, Parameter


Floats = NDArray[np.float64]
CALIBRATED = (
    "stance.",
    "institution.",
    "pressure.",
    "response.",
    "staff.",
    "exit.",
    "complaint.",
    "sanction.",
)
"""Beginnings of the names of what is calibrated."""
HELD: Mapping[str, str] = {
    "institution.coercion": "a switch: it multiplies all that makes a prime press",
    "institution.normative": "a switch: it multiplies pressure.normative_rate",
    "institution.mimicry": "a switch: it multiplies pressure.mimetic_rate",
    "institution.mobility": "a switch: it multiplies staff.quit and staff.quit_values",
    "exit.relet": "off: fitted figures and measures take the first holder for the only",
    "pressure.most_admin": "read in a source, which gives it as a ceiling",
}
"""Parameters of those families that keep their value, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """Parameters that are not known, and what is believed of each."""

    parameters: tuple[Parameter, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters' names, in the order of a point's places."""
        return tuple(one.key for one in self.parameters)

    def __len__(self) -> int:
        """Count the parameters."""
        return len(self.parameters)

    def values(self, point: Sequence[float] | Floats) -> dict[str, float]:
        """Give the parameter set that a point of the unit cube stands for."""
        return {
            one.key: value_at(one, float(place))
            for one, place in zip(self.parameters, point, strict=True)
        }

    def features(self, points: Floats) -> Floats:
        """Give what an emulator looks at: every place, then every value.

        Both go from -1 to 1. A run feels values; its luck and ours are spread evenly
        over places.
        """
        low, middle, high = (
            np.array([getattr(one, name) for one in self.parameters])
            for name in ("low", "value", "high")
        )
        below = low + 2 * points * (middle - low)
        above = middle + (2 * points - 1) * (high - middle)
        values = np.where(points < 0.5, below, above)
        return np.hstack([2 * points - 1, 2 * (values - low) / (high - low) - 1])

    def point(self, values: Mapping[str, float]) -> Floats:
        """Give the point of a parameter set."""
        return np.array([place_of(one, values[one.key]) for one in self.parameters])


def value_at(parameter: Parameter, place: float) -> float:
    """Give a quantile of the prior, to six figures."""
    low, middle, high = parameter.low, parameter.value, parameter.high
    if place < 0.5:
        value = low + 2 * place * (middle - low)
    else:
        value = middle + (2 * place - 1) * (high - middle)
    return min(max(float(f"{value:.6g}"), low), high)


def place_of(parameter: Parameter, value: float) -> float:
    """Give the quantile that a value is of."""
    low, middle, high = parameter.low, parameter.value, parameter.high
    if value < middle:
        return 0.5 * (value - low) / (middle - low)
    return 0.5 + (0.5 * (value - middle) / (high - middle) if high > middle else 0.0)


def calibrated_prior(behaviour: Behaviour, names: Sequence[str] = ()) -> Prior:
    """Give the prior of what is calibrated, or only of some parameters.

    Raises InputFault for a name that behaviour does not have.
    """
    by_key = {one.key: one for one in behaviour.parameters}
    faults = [
        Fault(
            where="--only",
            found=name,
            expected="a parameter of behaviour, as stance.strictness",
        )
        for name in names
        if name not in by_key
    ]
    if faults:
        raise InputFault(faults)
    chosen = names or [
        one.key
        for one in behaviour.parameters
        if one.key.startswith(CALIBRATED) and one.key not in HELD
    ]
    return Prior(parameters=tuple(by_key[name] for name in chosen))
