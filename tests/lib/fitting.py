"""Targets made of simulated figures, whose true parameters are known."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from quasimarket.evidence.targets import Target, Use, load_targets
from quasimarket.experiments.fit import FLOW_MEASURES
from quasimarket.experiments.moments_run import figures
from quasimarket.simulation.simulate import Design


def fitted_targets() -> tuple[Target, ...]:
    """The shipped targets that parameters of people are fitted to."""
    return tuple(
        target
        for target in load_targets()
        if target.use is Use.FIT and target.measure not in FLOW_MEASURES
    )


def noise_of(
    design: Design, targets: Sequence[Target], seeds: Sequence[int]
) -> np.ndarray:
    """Standard deviation of each figure over luck."""
    runs = [figures(replace(design, seed=seed), {}, targets) for seed in seeds]
    return np.std(runs, axis=0, ddof=1)


def targets_of(
    design: Design, targets: Sequence[Target], noise: np.ndarray
) -> tuple[Target, ...]:
    """Put a design's own figures in place of the published ones.

    The tolerance is the noise of a difference between two runs.
    """
    found = figures(design, {}, targets)
    return tuple(
        replace(target, value=float(value), tolerance=float(error * np.sqrt(2)))
        for target, value, error in zip(targets, found, noise, strict=True)
    )
