"""Lever L25: an appeal to a contract that promises the black box down the chain.

Where the subcontract has the clause BLACK_BOX, whoever answers a directive by appeal
stands on a text and not on what it brings to the table: that it needs the income counts
for nothing, and a prime that holds others firmly to clauses is held to this one. Such
an appeal may not be punished. Once one is upheld, the prime cannot prescribe that
part of practice to anyone with the same clause.

Claims: C105.
"""

import numpy as np
from numpy.typing import NDArray

from quasimarket.events.organisation_event import CLAUSES
from quasimarket.market.clauses import PRACTICE_OF, Clause


Floats = NDArray[np.float64]
BLACK_BOX = Clause(
    id="black-box",
    attribute="the prime",
    deontic="must not",
    aim="prescribe how a subcontractor delivers",
    condition="while its outcomes are as agreed",
    or_else="the directive falls",
)
"""Stands in a subcontract only where the programme says so, and is not negotiated."""
ON_PROCESS = np.array(
    [
        part >= 0 and clause != "sanctioning"
        for clause, part in zip(CLAUSES, PRACTICE_OF, strict=True)
    ]
)
"""Clauses that prescribe a process; to report a failure to take part is a duty."""


def standing(strength: Floats, need: Floats) -> Floats:
    """Give what those who can point at the clause bring to the table."""
    freed: Floats = strength + need
    return freed


def firmness(strictness: Floats) -> Floats:
    """Give a prime's firmness against an appeal to its own clause."""
    against: Floats = -strictness
    return against


def closed_by(
    upheld: NDArray[np.int64],
    part: NDArray[np.int64],
    contract: NDArray[np.int64],
    is_sub: NDArray[np.bool_],
    parts: int,
) -> NDArray[np.bool_]:
    """Say where directives end because an appeal was upheld in the chain.

    `upheld` and `part` are the positions and parts of practice of the month's upheld
    appeals; the result is by position and part.
    """
    closed = np.zeros((int(contract.max(initial=0)) + 1, parts), bool)
    closed[contract[upheld], part] = True
    found: NDArray[np.bool_] = closed[contract] & is_sub[:, None]
    return found
