"""Money at a glance: from the commissioner through each tier to what is left of it."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from quasimarket.insight.measure import NotSeen
from quasimarket.insight.observed import Observed
from quasimarket.insight.weighted import Floats


TIERS = (0, 1, 2)
USES = {
    "wages": ("wages",),
    "starting": ("starting",),
    "premises": ("premises", "administration"),
    "specialists": ("specialist_costs",),
    "managing": ("contract_management", "interest"),
    "surplus": ("surplus",),
}
"""What money was spent on -> the columns of `providers` that say so."""
INCENTIVE = "incentive"


@dataclass(frozen=True, slots=True, kw_only=True)
class TierMoney:
    """One tier's books over the run, in pence: opening + received - uses = closing."""

    tier: int
    opening: int
    """Cash before the first month."""
    received: int
    wages: int
    starting: int
    """Assessment, travel, training and equipment of people taken on."""
    premises: int
    """Premises and administration."""
    specialists: int
    """Specialists bought, or at tier 2 what the bought sessions cost to give."""
    managing: int
    """Managing contracts, and interest."""
    surplus: int
    """Taken out by owners, or by a parent."""
    closing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyFlow:
    """What the commissioner paid and where it went, over the run, in pence."""

    paid: int
    """By the commissioner, to the primes."""
    for_passed_on: int
    """Of that, for people whom a subcontractor had."""
    outside_books: int
    """Paid, but in nobody's monthly books: incentives settled after a year."""
    tiers: tuple[TierMoney, ...]

    @property
    def kept_back(self) -> int:
        """Give what primes kept of the money for people whom a subcontractor had."""
        return self.for_passed_on - self.tiers[1].received


def money_flow(observed: Observed) -> MoneyFlow:
    """Follow the money from the commissioner to each tier's reserves."""
    payments = observed.table("payments", "kind", "amount")
    if "position" not in payments.columns:
        raise NotSeen("the table 'payments' has no column 'position'")
    kind = pl.col("kind").cast(pl.String)
    tier = observed.positions["tier"].to_numpy()
    passed_on = observed.positions.filter(pl.col("tier") == 1)["position"].implode()
    paid, for_passed_on, incentive = payments.select(
        pl.col("amount").sum(),
        pl.col("amount")
        .filter(pl.col("position").cast(pl.String).is_in(passed_on))
        .sum()
        .alias("passed_on"),
        pl.col("amount").filter(kind == INCENTIVE).sum().alias("incentive"),
    ).row(0)
    received, cash = observed.monthly("receipts"), observed.monthly("cash")
    uses = {name: _added(observed, columns) for name, columns in USES.items()}
    left = np.nan_to_num(received) - sum(uses.values())
    has_row = np.isfinite(cash)
    if not has_row.any():
        raise NotSeen("nobody kept books")
    at = np.arange(len(cash))
    first = has_row.argmax(axis=1)
    last = has_row.shape[1] - 1 - has_row[:, ::-1].argmax(axis=1)
    opening = np.nan_to_num(cash[at, first] - left[at, first])
    closing = np.nan_to_num(cash[at, last])
    return MoneyFlow(
        paid=int(paid),
        for_passed_on=int(for_passed_on),
        outside_books=int(incentive),
        tiers=tuple(
            TierMoney(
                tier=one,
                opening=round(float(opening[tier == one].sum())),
                received=round(float(np.nansum(received[tier == one]))),
                closing=round(float(closing[tier == one].sum())),
                **{
                    name: round(float(amounts[tier == one].sum()))
                    for name, amounts in uses.items()
                },
            )
            for one in TIERS
        ),
    )


def _added(observed: Observed, columns: tuple[str, ...]) -> Floats:
    """Add columns up; one that a log does not keep adds nothing."""
    total = np.zeros((len(observed), observed.last_month + 1))
    for name in columns:
        try:
            total += np.nan_to_num(observed.monthly(name))
        except NotSeen:
            continue
    return total
