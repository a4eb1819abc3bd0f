"""The money counted while playing against the money settled from the events.

The kernel pays as it goes, since providers decide by their money; settlement settles
the spells that were written. They are two roads to the same pence, by position, kind of
payment and calendar month, and a run in which they differ is refused.
"""

import numpy as np
from numpy.typing import NDArray

from quasimarket.core.errors import QuasimarketError
from quasimarket.market.chain import Chain
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.simulation.clock import Clock
from quasimarket.simulation.course import Course
from quasimarket.simulation.event_log import position_names
from quasimarket.simulation.line_totals import LineTotals
from quasimarket.simulation.prices import KINDS, milestone_of


class MoneyDisagrees(QuasimarketError):
    """Simulation and settlement differ: a defect of ours, not an input's."""


def refuse_disagreement(
    rulebook: Rulebook,
    chain: Chain,
    clock: Clock,
    course: Course,
    to_primes: LineTotals,
    passed_down: LineTotals,
) -> None:
    """Raise MoneyDisagrees where played and settled pence differ."""
    paid = course.counts.paid_upstream
    passed = course.counts.paid_downstream
    last = len(clock.months)
    upstream = _settled(rulebook, chain, clock, to_primes, paid.shape, None)
    lag = chain.lag_months
    downstream = _settled(rulebook, chain, clock, passed_down, paid.shape, lag)
    for name, played, settled in (
        ("the commissioner's lines", paid, upstream),
        ("the primes' lines to subcontractors", passed, downstream),
    ):
        differs = np.argwhere(played[:, :, :last] != settled[:, :, :last])
        if len(differs):
            position, kind, month = differs[0]
            raise MoneyDisagrees(
                f"{name}: position {chain.id[position]}, {KINDS[kind]}, "
                f"{clock.months[month]}: played {played[position, kind, month]} pence, "
                f"settled {settled[position, kind, month]} pence"
            )


def _settled(
    rulebook: Rulebook,
    chain: Chain,
    clock: Clock,
    lines: LineTotals,
    shape: tuple[int, ...],
    lag: NDArray[np.int64] | None,
) -> NDArray[np.int64]:
    """Add settled lines up by delivering position, kind and month, without the lag."""
    _, code = position_names(chain)
    place_of_code = np.full(int((code >= 0).sum()), -1)
    place_of_code[code[code >= 0]] = np.flatnonzero(code >= 0)
    own_unit = np.flatnonzero(chain.tier == 0)
    own_of_contract = np.zeros(len(rulebook.contracts), np.int64)
    own_of_contract[chain.contract[own_unit]] = own_unit
    kind_of_milestone = np.full(len(rulebook.milestones) + 64, -1)
    for place, one in enumerate(rulebook.milestones):
        for kind, basis in enumerate(KINDS):
            if milestone_of(rulebook, basis) is one:
                kind_of_milestone[place] = kind
    kinds = kind_of_milestone[lines.kind]
    counted = kinds >= 0
    position = np.where(
        lines.position >= 0,
        place_of_code[lines.position],
        own_of_contract[lines.contract],
    )[counted]
    first = clock.months[0].year * 12 + clock.months[0].month - 1
    month = lines.month[counted] - first
    if lag is not None:
        month -= lag[position]
    flat = (position * shape[1] + kinds[counted]) * shape[2] + month
    inside = (month >= 0) & (month < shape[2])
    added = np.zeros(int(np.prod(shape)), np.int64)
    np.add.at(added, flat[inside], lines.amount[counted][inside])
    return added.reshape(shape)
