"""Rule R2 during delivery: some who were wronged look for other income.

Whoever depends less can resist more (Oliver's way out of dependence). It takes reserves
and costs money, and it takes from the need for the programme for good.

Claims: C095, C098, C112.
"""

import numpy as np
from numpy.typing import NDArray

from quasimarket.events.organisation_event import OrganisationEventKind
from quasimarket.evidence.behaviour import Behaviour
from quasimarket.market.event_book import EventBook


Floats = NDArray[np.float64]
Index = NDArray[np.int64]
EVERY, FIRST = 6, 5
"""Boards look at their income twice a year, from month 5."""
RESERVES = 3.0
"""Months of costs in reserve with which a search can be afforded without a doubt."""


def who_diversify(
    behaviour: Behaviour,
    is_open: NDArray[np.bool_],
    wronged: Floats,
    reserve_months: Floats,
    luck: Floats,
) -> Index:
    """List the open subcontracts whose holders look for other income this half-year.

    `wronged` is 0 to 1, `reserve_months` in months of costs; `luck` by position.
    """
    able = np.clip(reserve_months / RESERVES, 0.0, 1.0)
    chance = behaviour["response.diversify"] * np.clip(wronged, 0.0, 1.0) * able
    return np.flatnonzero(is_open & (luck < chance))


def other_income(behaviour: Behaviour, outside: Floats) -> Floats:
    """Give the share of income from elsewhere after a search for it."""
    found: Floats = outside + behaviour["response.diversify_step"] * (1 - outside)
    return found


def enter_searches(book: EventBook, month: int, position: Index) -> None:
    """Enter who looked for other income."""
    book.enter(
        OrganisationEventKind.DIRECTIVE_ANSWERED, month, position, source="own",
        codes=("avoid:diversify",), day=25,
    )  # fmt: skip
