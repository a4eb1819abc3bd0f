"""What passes between delivery and institutions in a month, and what is kept of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quasimarket.market.contacts import Seen
from quasimarket.market.demands import Demands
from quasimarket.market.practice_change import Pulls
from quasimarket.market.staff import Moves


Floats = NDArray[np.float64]
Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What institutions make of a month's delivery; `D` positions deliver."""

    effect: Floats
    """Of practice on finding work, by delivering position; 1 at the founding."""
    effect_by_need: Floats
    """The same besides, by delivering position and need."""
    pace_of_losing: Floats
    hours_kept: Floats
    """Share of adviser time that demands leave for participants."""
    flow_weight: Floats
    """Of every position when people are sent on, 1 as usual, 0 closed."""
    wages: Index
    """Extra pay, in pence: support in work, trials."""
    managing: Index
    """Cost of managing the chain, in pence."""
    grants: Index
    """Received besides payments by result, in pence."""
    handed_over: Index
    """Settled at places that changed hands, in pence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """What was seen of a month, by position, people weighted up."""

    looking: Floats
    working: Floats
    advisers: Floats
    hours: Floats
    """Adviser time a participant, 1 the founding average."""
    referred: Floats
    served: Floats
    starts: Floats
    outcomes: Floats
    receipts: Floats
    spent: Floats
    cash: Floats
    monthly_cost: Floats
    """What a typical month costs, for reserves in months."""
    credit: Floats
    shortfall: Floats
    """By contract: how far below its level, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What institutions did in a month, by position."""

    seen: Seen
    demands: Demands
    reviews_public: Floats
    reviews_private: Floats
    visible: Floats
    staff: Index
    staff_left: Index
    staff_hired: Index
    hired_from_field: Index
    practice: NDArray[np.float32]
    reported: NDArray[np.float32]
    pulls: Pulls
    grants: Index
    managing: Index
    moves: Moves
    holder: Index
    """Each position's organisation."""
    intensity: Floats
    """By contract: how hard its prime manages."""
