"""A logit fitted by Newton's method, to counts of successes among trials."""

import numpy as np

from quasimarket.insight.weighted import Floats


STEPS = 25
PENALTY = 1e-3
"""Keeps a level that always or never succeeds from running off."""


def logit_strengths(
    design: Floats, successes: Floats, trials: Floats, start: Floats | None = None
) -> Floats:
    """Give the strength of each column; the first column is the constant."""
    size = design.shape[1]
    strength = np.zeros(size) if start is None else start
    penalty = PENALTY * np.eye(size)
    penalty[0, 0] = 0.0
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(design @ strength, -30, 30)))
        slope = design.T @ (successes - trials * chance) - penalty @ strength
        bend = (design * (trials * chance * (1 - chance))[:, None]).T @ design + penalty
        step = np.linalg.solve(bend + 1e-9 * np.eye(size), slope)
        strength = strength + step
        if np.abs(step).max() < 1e-8:
            break
    return strength
