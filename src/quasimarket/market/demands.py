"""Rule R3, what pressure looks like: requests, reviews, directives and notices.

Each is counted and each costs somebody time. A request for information has hours of
notice; answering takes adviser hours, more of them from those who never worked so
before.

Claims: C062, C063, C065-C068, C070, C072.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quasimarket.evidence.behaviour import Behaviour


Floats = NDArray[np.float64]
HOURS_A_MONTH = 140.0
"""Working hours of an adviser in a month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """A month's demands, by position."""

    requests: NDArray[np.int64]
    notice: Floats
    """Hours of notice given."""
    hours: Floats
    """Adviser hours that the answers took."""
    late: NDArray[np.int64]
    directive: NDArray[np.bool_]
    part: NDArray[np.int64]
    """The part of practice that the directive prescribes."""
    noticed: NDArray[np.bool_]
    """Told that the work may be taken away."""


def make_demands(
    behaviour: Behaviour,
    pressed: Floats,
    strictness: Floats,
    gap: Floats,
    bound: NDArray[np.bool_],
    below: NDArray[np.bool_],
    advisers: Floats,
    experience: NDArray[np.bool_],
    luck: Floats,
) -> Demands:
    """Draw a month's demands on each position.

    `pressed` is the prime's management as it reaches the position, `gap` how far
    reported practice is from the template by part, `bound` where a directive may be
    given, `below` who is below its results; `luck` by position and use.
    """
    expected = behaviour["pressure.requests"] * pressed * (0.3 + 0.7 * strictness)
    requests = np.floor(expected + luck[:, 0]).astype(np.int64)
    notice = 48.0 * np.exp(-3.0 * pressed) * (0.5 + luck[:, 1])
    each = behaviour["pressure.request_hours"] * np.where(experience, 0.7, 1.3)
    most = behaviour["pressure.most_admin"] * HOURS_A_MONTH * np.maximum(advisers, 0.5)
    hours = np.minimum(requests * each, most)
    share_late = np.clip(
        0.04 + 0.5 * hours / most * np.where(experience, 0.5, 1.0), 0.0, 0.9
    )
    late = np.floor(requests * share_late + luck[:, 2]).astype(np.int64)
    weight = np.abs(gap) * bound
    part = weight.argmax(axis=1)
    worst = weight.max(axis=1)
    chance = np.clip(
        behaviour["pressure.directives"] * pressed * strictness * worst, 0.0, 1.0
    )
    return Demands(
        requests=requests,
        notice=notice,
        hours=hours,
        late=np.minimum(late, requests),
        directive=luck[:, 3] < chance,
        part=part,
        noticed=below & (luck[:, 4] < behaviour["pressure.notices"] * pressed),
    )
