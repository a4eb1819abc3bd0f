"""What a provider is seen to do: contacts by purpose, doubts raised, call-offs.

Practice, which rule R3 moves, shows in what is counted. A counted month is what
practice and hours make likely, with the noise of any count.

Claims: C027, C058, C061, C071.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from quasimarket.events.organisation_event import PRACTICES
from quasimarket.evidence.behaviour import Behaviour


Floats = NDArray[np.float64]
WORK_FIRST, SPECIALISM, SANCTIONING, MONITORING, IN_WORK, _, DISCRETION = range(
    len(PRACTICES)
)


FEW = 4.0
"""A count expected to be smaller is rounded by luck; a normal draw would bias it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A month's counts, by position."""

    job_search: Floats
    training: Floats
    specialist: Floats
    in_work: Floats
    tracking: Floats
    by_need: Floats
    doubts: Floats
    """Sanction referrals."""
    sanctions: Floats


def see(
    behaviour: Behaviour,
    practice: Floats,
    hours: Floats,
    looking: Floats,
    working: Floats,
    luck: Floats,
) -> Seen:
    """Count a month of contacts.

    `hours` is adviser time a participant, 1 the founding average; `looking` and
    `working` count participants; `luck` by position and count.
    """
    normal = ndtri(np.clip(luck, 1e-9, 1 - 1e-9))

    def counted(expected: Floats, which: int) -> Floats:
        noisy = expected + np.sqrt(np.maximum(expected, 0)) * normal[:, which]
        few = np.floor(expected + luck[:, which])  # right on average, however small
        whole: Floats = np.where(expected < FEW, few, np.rint(np.maximum(noisy, 0.0)))
        return whole

    support = behaviour["contact.support_month"] * hours * looking
    own = support * 0.5 * practice[:, SPECIALISM]
    general = support - own
    search = general * practice[:, WORK_FIRST]
    doubts = counted(
        behaviour["sanction.referrals_month"] * practice[:, SANCTIONING] * looking, 6
    )
    upheld = behaviour["sanction.upheld"]
    decided = doubts * upheld + np.sqrt(doubts * upheld * (1 - upheld)) * normal[:, 7]
    return Seen(
        job_search=counted(search, 0),
        training=counted(general - search, 1),
        specialist=counted(own, 2),
        in_work=counted(
            behaviour["contact.in_work_month"] * practice[:, IN_WORK] * working, 3
        ),
        tracking=counted(
            behaviour["contact.tracking_month"]
            * (0.3 + 0.7 * practice[:, MONITORING])
            * working,
            4,
        ),
        by_need=counted(support * practice[:, DISCRETION], 5),
        doubts=doubts,
        sanctions=np.clip(np.rint(decided), 0.0, doubts),
    )
