"""How primes that deliver nothing themselves differ from those that deliver too.

A managing agent sends everybody to its chain. It lives by its fee, so the fee is
larger; it governs by contract alone, so it holds more firmly to clauses. Both are gaps
between the two models: the mean over a programme's contracts stays what is stated.

Claims: C004, C005.
"""

import numpy as np
from numpy.typing import NDArray

from quasimarket.rulebook.rulebook import Contract


AGENT = "managing-agent"


def are_agents(contracts: tuple[Contract, ...]) -> NDArray[np.bool_]:
    """Say which contracts' primes deliver nothing themselves."""
    return np.array([one.delivery_model == AGENT for one in contracts], bool)


def agents_apart(is_agent: NDArray[np.bool_], gap: float) -> NDArray[np.float64]:
    """Give what to add to an attribute so that agents stand apart by a gap.

    The mean over contracts is 0.
    """
    apart: NDArray[np.float64] = gap * (is_agent - is_agent.mean())
    return apart
