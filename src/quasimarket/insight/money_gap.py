"""The money gap: what was spent on a person against what the bid planned.

Spending is that of the books of whoever delivers, shared out to payment groups by the
contacts that their people had at that position. What a bid planned for a group is in
the table `planned_spend` (contract, group, pence a person attached), which a run has
whose tender was held anew; else it is given, in pounds a person attached.
"""

from functools import partial

import numpy as np
import polars as pl

from quasimarket.insight.measure import Estimate, NotSeen
from quasimarket.insight.observed import Measured, Observed
from quasimarket.insight.people import at_position, column, people
from quasimarket.insight.viability import costs
from quasimarket.insight.weighted import Floats, divide, tally


PLANNED = "planned_spend"
PENCE = 100.0
GROUPS = tuple(str(number) for number in range(1, 10))


def _spending(observed: Observed) -> tuple[Floats, Floats, Floats, list[str]]:
    """Give pence spent, pence planned and people, by position and payment group."""
    rows = people(observed)
    place, use = at_position(rows), at_position(rows) >= 0
    names = sorted(rows["group"].drop_nulls().unique())
    code = rows["group"].replace_strict(
        names, list(range(len(names))), default=-1, return_dtype=pl.Int64
    )
    use &= code.to_numpy() >= 0
    cell = (place * len(names) + code.to_numpy())[use]

    def laid(name: str) -> Floats:
        amounts = column(rows, name)[use]
        summed = tally(cell, amounts, len(observed) * len(names))
        return summed.reshape(len(observed), len(names))

    contacts, number = laid("contacts"), laid("people")
    spent = np.where(np.isin(observed.positions["tier"].to_numpy(), (0, 1)), 1.0, 0.0)
    spent = spent * costs(observed).sum(axis=1)
    shared = np.nan_to_num(divide(contacts, contacts.sum(axis=1, keepdims=True)))
    planned = number * _planned(observed, names)
    known = np.isfinite(planned) & (number > 0)
    return (
        np.where(known, spent[:, None] * shared, 0.0),
        np.where(known, planned, 0.0),
        np.where(known, number, 0.0),
        names,
    )


def _planned(observed: Observed, names: list[str]) -> Floats:
    """Give planned pence a person attached, by position and group; else not known."""
    found = np.full((len(observed), len(names)), np.nan)
    if observed.planned_spend is not None:
        for place, name in enumerate(names):
            if name in observed.planned_spend:
                found[:, place] = observed.planned_spend[name] * PENCE
        return found
    try:
        table = observed.table(PLANNED, "contract", "group", "amount")
    except NotSeen:
        raise NotSeen(
            "nothing says what bids planned to spend a person of each group"
        ) from None
    contracts = observed.positions["contract"].to_list()
    rows = {
        (contract, group): float(amount)
        for contract, group, amount in table.select(
            pl.col("contract", "group").cast(pl.String), "amount"
        ).iter_rows()
    }
    for at, contract in enumerate(contracts):
        found[at] = [rows.get((contract, name), np.nan) for name in names]
    return found


def money_gap(observed: Observed, group: str | None) -> Estimate:
    """Give spending a person attached over that planned in the bid; 1 is as planned."""
    spent, planned, number, names = _spending(observed)
    if group is not None and group not in names:
        raise NotSeen(f"nobody of group {group} was attached")
    chosen = slice(None) if group is None else [names.index(group)]
    above, below = (one[:, chosen].sum(axis=1) for one in (spent, planned))
    units = number[:, chosen].sum(axis=1) > 0
    if not units.any():
        raise NotSeen("nothing says what bids planned to spend on that group")
    return observed.estimate(
        lambda weights: divide(weights @ above, weights @ below), units
    )


MEASURES: dict[str, Measured] = {
    "creaming.money_gap.pooled": partial(money_gap, group=None),
    **{
        f"creaming.money_gap.group_{group}": partial(money_gap, group=group)
        for group in GROUPS
    },
}
