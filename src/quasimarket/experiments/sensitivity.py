"""Which assumptions matter for which result: Morris's screening over whole ranges.

Paths over a grid of the parameters' ranges move one parameter a step at a time; what a
step does to a result is an elementary effect. Their mean size tells how much a
parameter matters, their scatter how far that hangs on the others. All points of a path
share their luck, and paths do not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quasimarket.chance.resample import resamples
from quasimarket.chance.sample import trajectories
from quasimarket.core.errors import Fault, InputFault
from quasimarket.evidence.behaviour import Behaviour
from quasimarket.experiments.calibrate_prior import CALIBRATED, HELD, Prior
from quasimarket.experiments.calibrate_runs import Trial
from quasimarket.experiments.many_runs import Values


Floats = NDArray[np.float64]
LEVELS = 4
"""Levels of a parameter that are tried: both ends of its range among them."""
RESAMPLES = 500
FAR = 3.0
"""Widths of the middle half beyond it at which a figure is fenced in."""
NEEDS = "SALib"
HEADLINES: Mapping[str, str] = {
    "convergence.homogeneity.month13": "alikeness of practice, month 13",
    "convergence.distance_to_template.change": "approach to the template",
    "decoupling.gap": "reported less actual practice",
    "responses.resistance_rate": "demands resisted",
    "pressure.requests_a_week": "requests a week",
    "staff_norms.turnover": "staff turnover",
    "fates.sanctioned_share": "people sanctioned",
    "creaming.gradient.pooled": "creaming",
    "viability.exits.month12": "subcontracts ended, year 1",
    "viability.reserves_months.third": "third sector's reserves",
    "facts.first_year_outcomes": "job outcomes, year 1",
    "money.cost_per_outcome": "cost per outcome",
}
"""The results that are screened, and what they are called in a picture."""
BEYOND = (
    "effort.",
    "innovation.",
    "finance.",
    "specialist.",
    "practice.effect",
    "staffing.caseload",
    "staffing.speed",
    "management.cost",
    "sector.gap",
)
"""Beginnings of further names: assumed elsewhere, and liable to matter as much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a parameter does to a result over its range."""

    parameter: str
    measure: str
    size: float
    """Mean size of an elementary effect over its whole range, in the result's unit."""
    low: float
    high: float
    """95% interval of the size, over paths."""
    mean: float
    """The same with its sign: near the size where the direction is always one."""
    scatter: float
    """Standard deviation of the effects; above the size, it hangs on the others."""
    relative: float
    """The size over the standard deviation of the result in all runs."""


def screened_prior(behaviour: Behaviour) -> Prior:
    """Give the parameters that are screened, with their ranges."""
    return Prior(
        parameters=tuple(
            one
            for one in behaviour.parameters
            if one.key.startswith((*CALIBRATED, *BEYOND)) and one.key not in HELD
        )
    )


def trials_of(prior: Prior, paths: int, seed: int) -> tuple[Floats, list[Trial]]:
    """Give the grid points of the paths, and each as a trial."""
    points = trajectories(seed, paths, len(prior), LEVELS)
    trials = [
        Trial(
            values=tuple(prior.values(point).items()),
            seed=seed * 1000 + 1 + number // (len(prior) + 1),
        )
        for number, point in enumerate(points)
    ]
    return points, trials


def refuse_without_salib() -> None:
    """Raise InputFault where the library that analyses the effects is missing."""
    try:
        import SALib  # noqa: F401  # asked for here, used below
    except ImportError as error:
        raise InputFault(
            [
                Fault(
                    where="quasimarket sensitivity",
                    found=f"no {NEEDS}",
                    expected=f"{NEEDS} beside quasimarket",
                    hint=f"pip install {NEEDS}; it is in requirements/dev.txt",
                )
            ]
        ) from error


def effects(
    prior: Prior,
    points: Floats,
    shown: Sequence[Values],
    measures: Sequence[str],
    *,
    seed: int,
) -> list[Effect]:
    """Work out what each parameter does to each measure.

    A path with a run that does not show a measure is left out for it; a measure shown
    by fewer than two whole paths has no effects.
    """
    found = []
    for measure in measures:
        figures = np.array(
            [
                np.nan if (one := values.get(measure)) is None else one
                for values in shown
            ]
        )
        found += _of_measure(prior, points, figures, measure, seed)
    return found


def _of_measure(
    prior: Prior, points: Floats, figures: Floats, measure: str, seed: int
) -> list[Effect]:
    from SALib.analyze import morris

    size = len(prior) + 1
    whole = np.isfinite(figures).reshape(-1, size).all(axis=1)
    if whole.sum() < 2:
        return []
    kept = np.repeat(whole, size)
    points, figures = points[kept], fenced(figures[kept])
    problem = {
        "num_vars": len(prior),
        "names": list(prior.names),
        "bounds": [[0.0, 1.0]] * len(prior),
    }
    analysed = morris.analyze(
        problem, points, figures, num_resamples=2, num_levels=LEVELS, seed=seed
    )
    spread = float(figures.std())
    low, high = _interval(points, figures, size, seed)
    return [
        Effect(
            parameter=name,
            measure=measure,
            size=float(analysed["mu_star"][number]),
            low=float(low[number]),
            high=float(high[number]),
            mean=float(analysed["mu"][number]),
            scatter=float(analysed["sigma"][number]),
            relative=float(analysed["mu_star"][number]) / spread if spread else 0.0,
        )
        for number, name in enumerate(prior.names)
    ]


def fenced(figures: Floats) -> Floats:
    """Bring figures far beyond the others back to a fence.

    At the ends of ranges a market may break down, and a ratio with almost nothing below
    the line would speak for the whole screening.
    """
    low, high = np.quantile(figures, (0.25, 0.75))
    wide = FAR * (high - low)
    found: Floats = figures.clip(low - wide, high + wide)
    return found if wide > 0 else figures


def elementary(points: Floats, figures: Floats, size: int) -> Floats:
    """Give the elementary effects, a row for each path and a column a parameter."""
    rows = []
    for first in range(0, len(points), size):
        steps = np.diff(points[first : first + size], axis=0)
        which = np.abs(steps).argmax(axis=1)
        row = np.empty(size - 1)
        row[which] = (
            np.diff(figures[first : first + size]) / steps[np.arange(size - 1), which]
        )
        rows.append(row)
    return np.array(rows)


def _interval(
    points: Floats, figures: Floats, size: int, seed: int
) -> tuple[Floats, Floats]:
    found = np.abs(elementary(points, figures, size))
    counts = resamples(seed, len(found), RESAMPLES)
    means = counts @ found / len(found)
    low, high = np.quantile(means, (0.025, 0.975), axis=0)
    return low, high


def ranked(found: Sequence[Effect], most: int) -> list[str]:
    """Give the parameters that matter most, by the largest relative effect of each."""
    largest: dict[str, float] = {}
    for one in found:
        largest[one.parameter] = max(largest.get(one.parameter, 0.0), one.relative)
    return sorted(largest, key=lambda name: (-largest[name], name))[:most]


def as_rows(found: Sequence[Effect]) -> list[dict[str, object]]:
    """Give effects as plain values."""
    return [
        {
            "parameter": one.parameter,
            "measure": one.measure,
            "size": _figures(one.size),
            "low": _figures(one.low),
            "high": _figures(one.high),
            "mean": _figures(one.mean),
            "scatter": _figures(one.scatter),
            "relative": round(one.relative, 3),
        }
        for one in found
    ]


def _figures(value: float) -> float:
    return float(f"{value:.4g}")
