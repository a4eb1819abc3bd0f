"""Chains as bids name them, where a tender was held, and whose luck their members have.

Claims: C021, C022.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quasimarket.core.identifiers import OrganisationId


Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class WinningBidder:
    """What is known of the organisation that won, wherever it won."""

    id: OrganisationId
    number: int
    """Its own in the framework, and whose luck all that it is has."""
    turnover: int
    """Pence a year."""
    standing: float
    """With the commissioner: the share of bidders that stand lower."""
    cost: float
    """Of an adviser in its own units, against the mean bidder's 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedChain:
    """Everyone that a bid named, end-to-end subcontractors first; one entry each."""

    prime: WinningBidder
    prime_luck: int
    """The number that its draws have in this area."""
    luck: Ints
    """The number that each member's draws have."""
    tier: Ints
    sector: Ints
    organisation: Ints

    def __len__(self) -> int:
        """Count those named."""
        return len(self.tier)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPlaces:
    """The same by position of a run's chains, primes' own units included."""

    luck: Ints
    sector: Ints
    """Of primes' own units none: -1."""
    organisation: Ints
    """Of primes' own units their number in the framework."""
    holder: tuple[str, ...]


def lay_out(chains: Sequence[NamedChain], contract: Ints, tier: Ints) -> NamedPlaces:
    """Give each position, by contract and tier, whom the bid named for it."""
    luck, sector, organisation = (np.full(len(tier), -1, np.int64) for _ in range(3))
    holder = np.empty(len(tier), object)
    for index, chain in enumerate(chains):
        own = np.flatnonzero((contract == index) & (tier == 0))
        luck[own], organisation[own] = chain.prime_luck, chain.prime.number
        holder[own] = str(chain.prime.id)
        for level in (1, 2):
            places = np.flatnonzero((contract == index) & (tier == level))
            members = chain.tier == level
            luck[places] = chain.luck[members]
            sector[places] = chain.sector[members]
            organisation[places] = chain.organisation[members]
            holder[places] = [f"O{one:04d}" for one in chain.organisation[members]]
    return NamedPlaces(
        luck=luck,
        sector=sector,
        organisation=organisation,
        holder=tuple(holder.tolist()),
    )
