"""The contracts' shares of referrals in a run: as stated, and as shifted since."""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from quasimarket.market.levers import Levers
from quasimarket.market.shares import (
    area_contracts,
    cumulative_by_area,
    yearly_counts,
)
from quasimarket.performance.share_shift import (
    ShareShiftProposal,
    first_day_of_shift,
    propose_share_shift,
    shares_in_force,
)
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.simulation.clock import EPOCH, LONGEST_MONTH, Clock
from quasimarket.simulation.state import Counts


Floats = NDArray[np.float64]


class MarketShares:
    """Shares by contract and group; every shift is decided as it is proposed."""

    def __init__(self, rulebook: Rulebook, clock: Clock) -> None:
        """Begin with the shares that the rulebook states."""
        self.rulebook = rulebook
        self.clock = clock
        self.contracts_of = area_contracts(rulebook)
        self.moves: list[ShareShiftProposal] = []
        self._place = {one.id: place for place, one in enumerate(rulebook.contracts)}
        self._stated_on = [row.first_day for row in rulebook.market_shares]
        self._known: dict[tuple[date, int, int], Floats] = {}

    def on(self, day: date) -> Floats:
        """Give shares by contract and group: as stated for the day, shifts made."""
        shares = np.zeros((len(self.rulebook.contracts), len(self.rulebook.groups)))
        for area in self.rulebook.areas:
            for g, group in enumerate(self.rulebook.groups):
                in_force = shares_in_force(
                    self.rulebook, area.id, group.id, day, self.moves
                )
                for contract, share in in_force.items():
                    shares[self._place[contract], g] = float(share)
        return shares

    def by_week(self, number: int, levers: Levers) -> Floats:
        """Give cumulative shares by week of a month, area, group and place."""
        clock = self.clock
        first, last = (int(clock.first_week[number + step]) for step in (0, 1))
        weeks = []
        for week in range(first, first + LONGEST_MONTH):
            day = EPOCH + timedelta(days=int(clock.monday[min(week, last - 1)]))
            since = max((one for one in self._stated_on if one <= day), default=day)
            key = (since, len(self.moves), levers.version)
            if key not in self._known:
                self._known[key] = cumulative_by_area(
                    levers.shares(self.on(day)), self.contracts_of
                )
            weeks.append(self._known[key])
        return np.array(weeks)

    def shift(self, number: int, counts: Counts) -> list[ShareShiftProposal]:
        """Make the shifts whose first referrals are those of the month after this."""
        rulebook, rule = self.rulebook, self.rulebook.performance.share_shift
        if rule is None or number + 1 >= len(self.clock.months):
            return []
        day = self.clock.months[number + 1].first_day
        year = rulebook.contract_year(day) - 1
        if (
            year < rule.first_contract_year
            or first_day_of_shift(rulebook, rule, year) != day
        ):
            return []
        of_year = yearly_counts(
            rulebook, counts.outcomes[:, :, year], counts.referrals[:, :, year], year
        )
        made = []
        for area in rulebook.areas:
            for group in rulebook.groups:
                if rulebook.performance.level_for(group.id, year) is None:
                    continue
                proposal = propose_share_shift(
                    rulebook, area.id, group.id, year, of_year, self.moves
                )
                if proposal is not None:
                    self.moves.append(proposal)
                    made.append(proposal)
        return made
