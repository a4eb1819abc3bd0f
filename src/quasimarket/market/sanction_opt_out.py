"""Lever L24: subcontracts that leave doubts about participants to the public agency.

Those opt out who would rather not: their mission is stronger than the average one's.
"""

import numpy as np
from numpy.typing import NDArray

from quasimarket.events.organisation_event import PRACTICES


Floats = NDArray[np.float64]
SANCTIONING = PRACTICES.index("sanctioning")


def without_doubts(
    practice: Floats, mission: Floats, is_sub: NDArray[np.bool_]
) -> Floats:
    """Give practice with no doubts raised by those who opt out."""
    if not is_sub.any():
        return practice
    opts_out = is_sub & (mission >= mission[is_sub].mean())
    kept = practice.copy()
    kept[opts_out, SANCTIONING] = 0.0
    return kept
