"""Rule R7, what money buys: advisers for the caseload, as far as it reaches.

They are not hired all at once.

Claims: C011, C024, C030.
"""

import numpy as np
from numpy.typing import NDArray

from quasimarket.evidence.behaviour import Behaviour


Floats = NDArray[np.float64]


def adviser_cost(behaviour: Behaviour) -> float:
    """Give the cost of an adviser for a month, in pence, all overheads in."""
    wage = behaviour["staffing.wage_month"]
    return 100 * (
        wage * (1 + behaviour["staffing.administration"])
        + behaviour["staffing.premises_month"]
    )


def hire(
    behaviour: Behaviour,
    advisers: Floats,
    caseload: Floats,
    cash: Floats,
    credit: Floats,
    income: Floats,
    caseload_cap: float | None = None,
    cost: Floats | float = 1.0,
) -> Floats:
    """Give next month's advisers by position.

    `caseload` is of people out of work; `cash` and `credit` in pence; `income` the
    month's receipts, smoothed; `cost` of an adviser against the usual. A provider wants
    one adviser for each full caseload, and affords what its income and six months'
    share of its cash and credit can pay.
    """
    wanted = caseload / behaviour["staffing.caseload"]
    means = np.maximum(income + (cash + credit) / 6, 0.0)
    affordable = means / (cost * adviser_cost(behaviour))
    aim = np.minimum(wanted, affordable)
    if caseload_cap is not None:  # what is prescribed is done, paid for or not
        aim = np.maximum(aim, caseload / caseload_cap)
    return advisers + behaviour["staffing.speed"] * (aim - advisers)


def hours_a_participant(
    behaviour: Behaviour, advisers: Floats, caseload: Floats
) -> Floats:
    """Give an average participant's share of adviser time, 1 at the full caseload."""
    full = advisers * behaviour["staffing.caseload"]
    share: Floats = np.clip(full / np.maximum(caseload, 1.0), 0.2, 3.0)
    return share
