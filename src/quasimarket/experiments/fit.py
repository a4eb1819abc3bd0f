"""Fit behaviour to published figures by the method of simulated moments.

Residuals are (simulated - official) / tolerance, one a fitted target; the parameters
that make their squares smallest are found by Levenberg-Marquardt on the parameters'
logarithms (logits for shares), with derivatives by finite differences on shared luck.

Standard errors come from the derivatives at the end: (J'J)^-1, with the targets'
tolerances as the standard deviations of their errors, widened by the root mean square
of the residuals where the model fits worse than that.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from quasimarket.evidence.behaviour import Behaviour
from quasimarket.evidence.targets import Measure, Target, Use
from quasimarket.experiments.moments_run import figures
from quasimarket.simulation.simulate import Design


Floats = NDArray[np.float64]
FITTED = (
    *(f"hazard.{group}" for group in range(1, 10)),
    "loss.before",
    "loss.after",
    "employability.spread",
    "learning.start",
    "learning.months",
    "claim.rate",
)
"""Parameters that are estimated; all others keep their stated values. None is indexed
by calendar time but learning's (rule R9)."""
FLOW = ("specialist.slack", "flow.retained")
"""Parameters of flow in the chains, estimated after the others and at full scale, since
a thinned run has no flows."""
FLOW_MEASURES = frozenset(
    {Measure.ZERO_REFERRAL_SHARE, Measure.SECTOR_ATTACHMENT_SHARE}
)
STEP = 0.08
"""Finite difference, in logarithms."""
NOT_FELT = 1e-8
"""A parameter whose squared slopes sum to less moves no figure: it has no standard
error."""
SMALLEST_GAIN = 1e-3
"""Relative fall in the sum of squares below which the fit has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What a fit found."""

    behaviour: Behaviour
    """With the estimates in place, marked fitted, with their standard errors."""
    targets: tuple[Target, ...]
    figures: Floats
    """Each target's figure at the estimates."""
    sum_of_squares: float
    rounds: int
    names: tuple[str, ...]


Told = Callable[[int, int, float], None]
"""Told the runs done, the runs foreseen and the sum of squares so far."""


def fit(
    design: Design,
    targets: Sequence[Target],
    *,
    names: Sequence[str] = FITTED,
    rounds: int = 12,
    told: Told | None = None,
    command: str = "",
) -> Fit:
    """Estimate parameters from the targets whose use is to be fitted.

    Parameters of flow are fitted to figures of flow, all others to the rest.
    Deterministic in the design's seed. Raises ValueError where there are not more
    targets than parameters.
    """
    used = tuple(
        target
        for target in targets
        if target.use is Use.FIT
        and (target.measure in FLOW_MEASURES) == (tuple(names) == FLOW)
    )
    if len(used) <= len(names):
        raise ValueError(f"{len(names)} parameters need more than {len(used)} targets")
    tell = told or (lambda done, foreseen, squares: None)
    space = _Space(design.behaviour, names)
    done = 0
    foreseen = rounds * (len(names) + 2)

    def run(place: Floats) -> Floats:
        nonlocal done
        done += 1
        found = figures(design, space.values(place), used)
        residual = np.array(
            [
                target.tolerances_off(float(one))
                for target, one in zip(used, found, strict=True)
            ]
        )
        tell(done, max(foreseen, done), float(np.nansum(residual**2)))
        known: Floats = np.nan_to_num(residual)
        return known

    place = space.start
    residual = run(place)
    damping, round_number = 1e-2, 0
    slopes = _slopes(run, place, residual)
    while round_number < rounds:
        round_number += 1
        moved, new, damping = _step(run, space, place, residual, slopes, damping)
        before, after = float(residual @ residual), float(new @ new)
        place, residual = moved, new
        if before - after <= SMALLEST_GAIN * before:
            break
        slopes = _slopes(run, place, residual)
    slopes = _slopes(run, place, residual)
    estimate = space.estimated(place, slopes, residual, command)
    shipped = {name: estimate[name] for name in names}
    return Fit(
        behaviour=estimate,
        targets=tuple(targets),
        # of the values as they are written, which are rounded
        figures=figures(design, shipped, targets),
        sum_of_squares=float(residual @ residual),
        rounds=round_number,
        names=tuple(names),
    )


class _Space:
    """Parameters on a scale without ends: logarithms, or logits for shares."""

    def __init__(self, behaviour: Behaviour, names: Sequence[str]) -> None:
        self.behaviour = behaviour
        by_key = {one.key: one for one in behaviour.parameters}
        self.parameters = [by_key[name] for name in names]
        self.is_share = [one.unit == "share" for one in self.parameters]
        self.start = np.array(
            [
                math.log(one.value / (1 - one.value)) if share else math.log(one.value)
                for one, share in zip(self.parameters, self.is_share, strict=True)
            ]
        )

    def values(self, place: Floats) -> dict[str, float]:
        """Turn a place into values, kept inside each parameter's range."""
        values = {}
        for one, share, where in zip(
            self.parameters, self.is_share, place.tolist(), strict=True
        ):
            value = 1 / (1 + math.exp(-where)) if share else math.exp(where)
            values[one.key] = min(max(value, one.low), one.high)
        return values

    def inside(self, place: Floats) -> Floats:
        """Bring a place back inside the ranges."""
        values = self.values(place)
        return np.array(
            [
                math.log(values[one.key] / (1 - values[one.key]))
                if share
                else math.log(values[one.key])
                for one, share in zip(self.parameters, self.is_share, strict=True)
            ]
        )

    def estimated(
        self, place: Floats, slopes: Floats, residual: Floats, command: str
    ) -> Behaviour:
        """Give behaviour with the estimates, rounded to four figures."""
        spare = max(1, len(residual) - len(place))
        widened = max(1.0, float(residual @ residual) / spare)
        normal = slopes.T @ slopes
        curvature, directions = np.linalg.eigh(normal)
        felt = np.maximum(curvature, NOT_FELT * max(float(curvature.max()), 1.0))
        spread = np.sqrt((directions**2 / felt).sum(axis=1) * widened)
        spread = np.where(np.diag(normal) > NOT_FELT, spread, np.nan)
        values = self.values(place)
        changed = {}
        for one, share, error in zip(
            self.parameters, self.is_share, spread.tolist(), strict=True
        ):
            value = float(f"{values[one.key]:.4g}")
            slope = value * (1 - value) if share else value
            changed[one.key] = replace(
                one,
                value=value,
                evidence="fitted",
                source=command or one.source,
                standard_error=(
                    float(f"{error * slope:.2g}") if math.isfinite(error) else None
                ),
            )
        return Behaviour(
            tuple(changed.get(one.key, one) for one in self.behaviour.parameters)
        )


def _slopes(run: Callable[[Floats], Floats], place: Floats, residual: Floats) -> Floats:
    columns = []
    for number in range(len(place)):
        moved = place.copy()
        moved[number] += STEP
        columns.append((run(moved) - residual) / STEP)
    return np.array(columns).T


def _step(
    run: Callable[[Floats], Floats],
    space: _Space,
    place: Floats,
    residual: Floats,
    slopes: Floats,
    damping: float,
) -> tuple[Floats, Floats, float]:
    """Try damped steps until one does better; give up after a few."""
    normal = slopes.T @ slopes
    for _ in range(6):
        damped = normal + damping * np.diag(np.diag(normal) + 1e-9)
        step = np.linalg.solve(damped, -slopes.T @ residual)
        moved = space.inside(place + np.clip(step, -0.7, 0.7))
        new = run(moved)
        if new @ new < residual @ residual:
            return moved, new, damping / 4
        damping *= 5
    return place, residual, damping
