"""Rule R7: each provider's books. Money in and out, month by month, in whole pence.

Receipts come from the programme's payments with their delays; costs are wages,
premises, administration, call-offs bought and interest on an overdraft. Margin, working
capital and cash come from here and from nowhere else.

Claims: C024, C028, C029, C032.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quasimarket.evidence.behaviour import Behaviour


Pence = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfBooks:
    """One month's entries, by position, in pence; costs are positive."""

    receipts: Pence
    wages: Pence
    premises: Pence
    specialist_costs: Pence
    administration: Pence
    interest: Pence
    contract_management: Pence
    """What a prime spends on managing its chain."""
    grants: Pence
    """Received besides payments by result; part of the receipts."""
    starting: Pence
    """What taking somebody on costs: assessment, travel, training, equipment."""
    surplus: Pence
    """Taken out by owners, or by a parent for its other work."""
    held_back: Pence
    """Of a prime's specialist fund, while it is not spent; less than nothing is let go
    again (L08)."""
    handed_over: Pence
    """Settled when a place changed hands: taken along by who left, or debts left unpaid
    where less than nothing."""
    cash: Pence
    """At the month's end; below zero is an overdraft."""


def keep_books(
    behaviour: Behaviour,
    cash: Pence,
    receipts: Pence,
    advisers: NDArray[np.float64],
    called_off: NDArray[np.float64],
    served: NDArray[np.float64],
    extra_wages: Pence,
    managing: Pence,
    grants: Pence,
    started: NDArray[np.float64],
    enough: NDArray[np.float64],
    held_back: Pence,
    handed_over: Pence,
) -> MonthOfBooks:
    """Enter a month: what came in, what was spent, what is left.

    `called_off` counts specialists bought, `served` people served as a specialist;
    `extra_wages` are for work that nobody's results pay for. `started` counts people
    taken on; cash beyond `enough` is in part taken out. What is `handed_over` goes on
    the month's first day, so that nobody pays interest on another's overdraft.
    """
    cash = cash - handed_over
    wages = _pence(advisers * 100 * behaviour["staffing.wage_month"])
    administration = _pence(wages * behaviour["staffing.administration"])
    wages = wages + extra_wages
    premises = _pence(advisers * 100 * behaviour["staffing.premises_month"])
    price = 100 * behaviour["specialist.price"]
    bought = _pence(called_off * price)
    income = receipts + _pence(served * price) + grants
    serving = _pence(served * price * behaviour["specialist.cost_share"])
    interest = _pence(np.maximum(-cash, 0) * behaviour["finance.overdraft_year"] / 12)
    starting = _pence(started * 100 * behaviour["service.start_cost"])
    spent = wages + administration + premises + bought + serving + interest + managing
    spent = spent + starting
    left = cash + income - spent - held_back
    taken = behaviour["finance.surplus_share"] * np.maximum(left - enough, 0.0)
    surplus = _pence(taken)
    return MonthOfBooks(
        receipts=income,
        wages=wages,
        premises=premises,
        specialist_costs=bought + serving,
        administration=administration,
        interest=interest,
        contract_management=managing,
        grants=grants,
        starting=starting,
        surplus=surplus,
        held_back=held_back,
        handed_over=handed_over,
        cash=left - surplus,
    )


def _pence(amount: NDArray[np.floating[Any]]) -> Pence:
    whole: Pence = np.rint(amount).astype(np.int64)
    return whole
