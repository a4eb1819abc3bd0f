"""A designer's levers in a run, one place for each part of a month that they reach.

Each lever is a module of its own, named for what it does; this one holds what they
remember and asks them in turn. A run in which no lever is pulled goes through here
unchanged. Levers of pressure, complaints and conduct act inside the institutions.
"""

import numpy as np
from numpy.typing import NDArray

from quasimarket.core.dates import Month
from quasimarket.evidence.behaviour import Behaviour
from quasimarket.market.chain import Chain
from quasimarket.market.minimum_service import least_hours, shown_openly, with_floor
from quasimarket.market.newcomers import are_reviewed
from quasimarket.market.pass_down import paid_up_front
from quasimarket.market.progress_pay import progress_grants, with_progress
from quasimarket.market.ring_fence import Fund
from quasimarket.market.risk_pooling import pooled
from quasimarket.market.standing import (
    attraction,
    ended,
    over_average,
    reviewed,
    shared_again,
)
from quasimarket.market.standing_pay import (
    beyond_by_now,
    excess_pay,
    service_fees,
)
from quasimarket.rulebook.market_design import MarketDesign
from quasimarket.rulebook.regime import AllocationMethod
from quasimarket.rulebook.rulebook import Rulebook


Floats = NDArray[np.float64]
Counted = NDArray[np.int64]


class Levers:
    """The levers of one run, and what they remember of it."""

    def __init__(
        self,
        rulebook: Rulebook,
        behaviour: Behaviour,
        chain: Chain,
        planned: Floats,
        contracts_of: NDArray[np.int64],
    ) -> None:
        """Take what levers read; `planned` is the caseload each position planned."""
        self.rulebook = rulebook
        self.behaviour = behaviour
        self.chain = chain
        self.planned = planned
        self.contracts_of = contracts_of
        self.market: MarketDesign = rulebook.market
        self.least_hours = least_hours(rulebook.minimum_service_offer, behaviour)
        self.agreed = np.full(len(chain), behaviour["terms.outcome_pass_down"])
        self.bears_for_chain = bool((chain.outcome_pass_down < self.agreed).any())
        """Some prime keeps outcome risk that it pays for."""
        self.drawn = np.ones(len(rulebook.contracts))
        self.kept = np.ones(len(rulebook.contracts))
        self.version = 0
        """Changes whenever shares of referrals do."""
        self.progress = np.zeros(len(chain))
        self.specialist_price = 100 * behaviour["specialist.price"]
        self.expected_by_contract = np.zeros(len(rulebook.contracts))
        self.fund = Fund(len(rulebook.contracts))

    def credit(self, credit: Floats, monthly_cost: Floats) -> Floats:
        """Lend subcontracts so many months of planned costs (L22)."""
        months = float(self.market.working_capital_months)
        lent: Floats = credit + np.where(self.chain.tier > 0, months, 0) * monthly_cost
        return lent

    def worth(
        self, value: Floats, year: int, referrals: Counted, outcomes: Counted
    ) -> Floats:
        """Add what an outcome brings beyond a level that is passed (L03, L29).

        `value` is by delivering position and group; `referrals` and `outcomes` by
        contract, group and contract year.
        """
        if not self.rulebook.excess_payments or year >= referrals.shape[2]:
            return value
        more = beyond_by_now(
            self.rulebook, year, referrals[:, :, year], outcomes[:, :, year]
        )
        raised = value.copy()
        raised[self.chain.slot_position[:, 0]] += more
        return raised

    def expected(self, expected: Floats) -> Floats:
        """Add what plans kept bring to those who serve the lowest band (L27)."""
        price = int(self.market.progress_payment)
        return with_progress(self.behaviour, expected, price) if price else expected

    def hours(self, hours: Floats, caseload: Floats) -> Floats:
        """Narrow hours where books are open, and put a floor under them (L10, L14)."""
        if self.market.has_open_books:
            hours = shown_openly(self.behaviour, hours, caseload)
        if self.least_hours:
            hours = with_floor(self.behaviour, hours, caseload, self.least_hours)
        price = int(self.market.progress_payment)
        self.progress[: len(hours)] = (
            progress_grants(self.behaviour, hours, caseload, price) if price else 0.0
        )
        return hours

    def due(self, due: Counted, is_open: NDArray[np.bool_]) -> Counted:
        """Pool what subcontracts are paid for results (L23)."""
        share = float(self.market.risk_pooling)
        return pooled(self.chain, due, self.planned, is_open, share) if share else due

    def held_back(self, month: Month, received: Counted, called_off: Floats) -> Counted:
        """Hold back what primes do not spend of their specialist funds (L08).

        `received` is what primes are paid this month, `called_off` counts specialists
        bought, both by position and weighted up.
        """
        held = np.zeros(len(self.chain), np.int64)
        share = float(self.market.specialist_ring_fence)
        if share:
            contracts = len(self.rulebook.contracts)
            bought = np.bincount(self.chain.contract, called_off, contracts)
            own = self.chain.slot_position[:, 0]
            held[own] = self.fund.hold_back(
                share,
                received[own],
                np.rint(bought * self.specialist_price).astype(np.int64),
                self.rulebook.contract_year(month.last_day),
            )
        return held

    def foresee(self, value: Floats, belief: Floats, groups: Floats) -> None:
        """Note what a person is expected to bring a contract's own unit (L13).

        `value` is by delivering position and group; `groups` the shares of groups.
        """
        own = self.chain.slot_position[:, 0]
        self.expected_by_contract = (value[own] * (belief * groups)).sum(axis=1)

    def beyond_levels(
        self, month: Month, referrals: Counted, outcomes: Counted, weight: float
    ) -> Counted:
        """Give what outcomes beyond a level earn the primes (L03, L29)."""
        if not self.rulebook.excess_payments:
            return np.zeros(len(self.chain), np.int64)
        excess = excess_pay(self.rulebook, self.chain, month, referrals, outcomes)
        return np.rint(excess * weight).astype(np.int64)

    def grants(
        self,
        month: Month,
        is_open: NDArray[np.bool_],
        sent: Floats,
        called_off: Floats,
        weight: float,
    ) -> Counted:
        """Give what positions get, or pay, besides payments by result.

        People `sent` and specialists `called_off` are by position, weighted up.
        """
        paid = self.progress.copy()
        if self.rulebook.service_fees:
            working = self.planned * is_open[: len(self.planned)]
            fees = service_fees(self.rulebook, self.chain, working, month)
            paid += fees * weight
        if self.market.specialist_lots:  # the commissioner buys, past the prime
            paid += called_off * self.specialist_price
        if self.bears_for_chain:
            paid += paid_up_front(
                self.chain, self.agreed, self.expected_by_contract, sent
            )
        return np.rint(paid).astype(np.int64)

    @property
    def lots(self) -> int:
        """Count the lots of specialist help let past the primes (L21)."""
        return len(self.chain.lots) if self.market.specialist_lots else 0

    def bought_directly(self, called_off: Floats) -> int:
        """Give the pence that the department pays for specialists itself (L21)."""
        if not self.market.specialist_lots:
            return 0
        return round(float(called_off.sum()) * self.specialist_price)

    def follow(
        self,
        month: int,
        referrals: Counted,
        outcomes: Counted,
        hours: Floats,
    ) -> None:
        """Note what referrals follow from now on (L16, L18, L19).

        `referrals` and `outcomes` are by contract; `hours` by delivering position.
        """
        behaviour = self.behaviour
        if month < behaviour["lever.known_after"]:
            return
        method = self.rulebook.allocation.method
        follows = (
            method is not AllocationMethod.RANDOM_BY_SHARE or self.market.star_ratings
        )
        rate = over_average(outcomes * 1.0, referrals * 1.0, self.contracts_of)
        if follows and month % int(behaviour["lever.published_every"]) == 0:
            inside = self.chain.contract[: self.chain.delivering]
            count = len(self.rulebook.contracts)
            given = np.bincount(inside, hours * self.planned, count)
            service = over_average(
                given, np.bincount(inside, self.planned, count), self.contracts_of
            )
            self.drawn = attraction(behaviour, method, self.market, rate, service)
            self.version += 1
        if are_reviewed(behaviour, self.market, month):
            lost = behaviour["lever.lost_at_review"]
            self.kept = reviewed(self.kept, rate, self.contracts_of, lost)
            self.version += 1

    def end_contracts(self, years: Counted) -> Counted:
        """End contracts that missed their levels for too many years; list them.

        `years` counts, by contract, the years missed one after the other until now.
        """
        after = self.market.ends_contract_after
        if after is None:
            return np.zeros(0, np.int64)
        gone = ended(years, self.kept, after, self.contracts_of)
        if len(gone):
            self.kept[gone] = 0.0
            self.version += 1
        return gone

    def shares(self, shares: Floats) -> Floats:
        """Give shares of referrals by contract and group as they now stand."""
        if not self.version:
            return shares
        return shared_again(shares, self.drawn * self.kept, self.contracts_of)
