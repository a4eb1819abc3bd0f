"""Rule R3, what pressure does: practice is pulled, and anchored.

Four pulls, each a share of the distance a month (Friedkin and Johnsen, 1990, with three
sources): the prime's template by coercion, the staff's norms, a better peer's visible
practice, and what the organisation stands for. Somebody who conceals reports the
template and does something else; that costs. Steps towards a better peer are entered as
copying once they can be seen.

Claims: C070, C071, C076, C086-C094, C106-C108.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quasimarket.evidence.behaviour import Behaviour


Floats = NDArray[np.float64]
NOTICED = 0.05
"""Steps of practice, from 0 to 1, that whoever watches can see (assumed). It decides
what is entered, and nothing that happens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulls:
    """By position: how hard each source pulls this month, a share of the distance."""

    coercive: Floats
    normative: Floats
    mimetic: Floats
    anchor: Floats


def coercive_pull(
    behaviour: Behaviour, pressed: Floats, need: Floats, active: NDArray[np.bool_]
) -> Floats:
    """Give the pull of the template: harder on the dependent, none on the idle."""
    yields = 1 / (1 + np.exp(-8 * (need - 0.35)))
    pull: Floats = np.where(
        active, behaviour["pressure.coercive_rate"] * pressed * yields, 0.0
    )
    return pull


def confidence(behaviour: Behaviour, month: int) -> float:
    """Give how well peers' results can be read by now, 0 to 1: slow, then steep."""
    half = behaviour["pressure.mimetic_months"]
    return float(month**3 / (month**3 + half**3))


def mimetic_pull(
    behaviour: Behaviour,
    month: int,
    pressed: Floats,
    visible: Floats,
    falls_short: NDArray[np.bool_],
) -> Floats:
    """Give the pull of a better peer: when results can be seen, read and are needed.

    Attention that answers demands is not free to look around.
    """
    attention = np.maximum(0.0, 1 - behaviour["pressure.crowding"] * pressed)
    pull: Floats = (
        behaviour["institution.mimicry"]
        * behaviour["pressure.mimetic_rate"]
        * confidence(behaviour, month)
        * attention
        * np.minimum(visible / 5.0, 1.0)
        * falls_short
    )
    return pull


def taken_over(
    copied: Floats, step: Floats
) -> tuple[Floats, tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Add a month's steps towards a better peer to those nobody has noticed yet.

    Give what is still unnoticed, and the positions and parts of practice whose steps
    can now be seen.
    """
    after = copied + step
    seen = np.abs(after) >= NOTICED
    position, part = np.nonzero(seen)
    return np.where(seen, 0.0, after), (position, part)


def resistance(mission: Floats, strength: Floats, reserve_months: Floats) -> Floats:
    """Give how far an organisation can hold its own, 0 to 1: it takes money too."""
    wish = 1 / (1 + np.exp(-(5 * (mission - 0.55) + strength)))
    able = np.clip(reserve_months / 3.0, 0.0, 1.0)
    held: Floats = wish * able
    return held


def changed(
    practice: Floats,
    start: Floats,
    template: Floats,
    norms: Floats,
    best: Floats,
    pulls: Pulls,
    free: NDArray[np.bool_],
    held: Floats,
) -> Floats:
    """Give next month's practice, 0 to 1 by position and part."""
    bound = np.where(free, 0.0, 1.0) * (1 - held)[:, None]
    moved = (
        practice
        + pulls.coercive[:, None] * bound * (template - practice)
        + pulls.normative[:, None] * (norms - practice)
        + pulls.mimetic[:, None] * (best - practice)
        + pulls.anchor[:, None] * (start - practice)
    )
    clipped: Floats = np.clip(moved, 0.0, 1.0)
    return clipped
