"""Rule R2, who stands where: some choose another prime, some the smaller part.

Whoever minds a clause and can afford to shops among the primes of its area: it turns
the stricter one down and signs with the mildest, and somebody there who minds less
takes its place (C099). A large organisation that minds sanctioning takes a specialist's
place in the chain instead of an end-to-end one, which goes to somebody that minds less
(C101). Two organisations change places, so that chains stay as long as they were bid;
the terms are the place's and stay.

Claims: C099, C101, C112.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from quasimarket.chance import Purpose, uniforms
from quasimarket.events.organisation_event import CLAUSES, OrganisationEventKind
from quasimarket.market.chain import Chain
from quasimarket.market.event_book import EventBook
from quasimarket.market.organisations import Organisations, power
from quasimarket.market.stance import Stances


Floats = NDArray[np.float64]
Index = NDArray[np.int64]
MOST_WHO_SHOP = 0.6
"""Chance at most that a subcontractor looks for another prime (assumed)."""
SHOPPING = 4.0
"""How that chance rises with what is minded and what could be gained (assumed)."""
STEPPING_DOWN = 0.6
"""How the chance of the smaller part rises with mission above one half (assumed)."""
AT_ISSUE = 0.03
"""Conflict above which a clause is at issue."""
LUCK = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Who holds which place once everybody has chosen."""

    chain: Chain
    organisations: Organisations
    shopped: Index
    """Places whose holders turned a stricter prime down first."""
    minded: Index
    """The clause that each of them minded most."""
    stepped_down: Index
    """Places of specialists that were offered an end-to-end part first."""


def choose_places(
    chain: Chain,
    organisations: Organisations,
    stances: Stances,
    conflict: Floats,
    area: Index,
    *,
    seed: int,
) -> Placed:
    """Let organisations choose among primes, then between the tiers of a chain.

    `conflict` is by position and clause, as the places were named; `area` by contract.
    """
    moving = _Moving(chain, organisations)
    luck = uniforms(seed, Purpose.NEGOTIATION, np.arange(len(chain)), LUCK)
    minded = conflict.max(axis=1)
    may_move = chain.contracted & ~chain.holds_lot
    shopped, clause = [], []
    for place, milder in _shoppers(
        chain, organisations, stances, minded, may_move, area, luck
    ):
        pool = (chain.contract == milder) & (chain.tier == 1) & may_move
        taken = moving.change(place, pool & (minded < minded[place]), minded)
        if taken is not None:
            shopped.append(taken)
            clause.append(int(conflict[place].argmax()))
    sanctioning = conflict[:, CLAUSES.index("sanctioning")]
    stepped = []
    large = may_move & (chain.tier == 1) & (chain.size == 2)
    wish = np.clip(
        STEPPING_DOWN * (organisations.mission[organisations.holder] - 0.5), 0, 1
    )
    asked = large & (sanctioning > AT_ISSUE) & (1 - luck < wish)
    for place in np.flatnonzero(asked).tolist():
        # who stands at the second tier is asked for next to nothing: what it would
        # mind of the larger part is what its mission makes of it
        mission = organisations.mission[organisations.holder]
        pool = (chain.contract == chain.contract[place]) & (chain.tier == 2) & may_move
        taken = moving.change(place, pool & (mission < mission[place]), mission)
        if taken is not None:
            stepped.append(taken)
    order = moving.order
    return Placed(
        chain=replace(
            chain,
            organisation=tuple(chain.organisation[one] for one in order.tolist()),
            sector=chain.sector[order],
            size=chain.size[order],
            cash_months=chain.cash_months[order],
        ),
        organisations=replace(organisations, holder=organisations.holder[order]),
        shopped=np.array(shopped, np.int64),
        minded=np.array(clause, np.int64),
        stepped_down=np.array(stepped, np.int64),
    )


class _Moving:
    """Who stands where while places change hands; each place changes hands once."""

    def __init__(self, chain: Chain, organisations: Organisations) -> None:
        self.contract = chain.contract
        self.holder = organisations.holder
        self.order = np.arange(len(chain))
        """The place at which each place's holder was named."""
        self.stays = np.zeros(len(chain), bool)
        self.in_chain = set(
            zip(chain.contract.tolist(), self.holder.tolist(), strict=True)
        )

    def change(self, place: int, pool: NDArray[np.bool_], minds: Floats) -> int | None:
        """Change places with whoever of a pool minds least; give the place taken."""
        if self.stays[place]:
            return None
        found = np.flatnonzero(pool & ~self.stays)
        for other in found[np.argsort(minds[found], kind="stable")].tolist():
            if self._may(place, other):
                self.order[[place, other]] = self.order[[other, place]]
                self.stays[[place, other]] = True
                for at, who in ((place, other), (other, place)):
                    self.in_chain.discard((self.contract[at], self.holder[at]))
                    self.in_chain.add((self.contract[at], self.holder[who]))
                return int(other)
        return None

    def _may(self, place: int, other: int) -> bool:
        """Say whether nobody would stand in one chain twice."""
        here, there = self.contract[place], self.contract[other]
        if here == there:
            return True
        return (here, self.holder[other]) not in self.in_chain and (
            there,
            self.holder[place],
        ) not in self.in_chain


def _shoppers(
    chain: Chain,
    organisations: Organisations,
    stances: Stances,
    minded: Floats,
    may_move: NDArray[np.bool_],
    area: Index,
    luck: Floats,
) -> list[tuple[int, int]]:
    """List the places whose holders look for another prime, and the mildest near."""
    strictness = stances.strictness
    near = [np.flatnonzero(area == one) for one in area]
    mildest = np.array([int(one[strictness[one].argmin()]) for one in near])
    mildest = mildest[chain.contract]
    room = strictness[chain.contract] - strictness[mildest]
    strength = power(organisations)[organisations.holder]
    chance = SHOPPING * minded * (0.5 + strength) * room
    looks = may_move & (chain.tier == 1) & (luck < np.clip(chance, 0, MOST_WHO_SHOP))
    return [(int(one), int(mildest[one])) for one in np.flatnonzero(looks)]


def enter_choices(book: EventBook, placed: Placed) -> None:
    """Enter who first said no elsewhere, and who chose the smaller part."""
    kinds = OrganisationEventKind
    book.enter(
        kinds.REFUSED, -5, placed.shopped, source="own", codes=CLAUSES,
        code=placed.minded, counterpart=-4,
    )  # fmt: skip
    at = placed.stepped_down
    book.enter(kinds.OFFERED, -6, at, source="prime", codes=("tier-1",), code=0)
    book.enter(
        kinds.DIRECTIVE_ANSWERED, -5, at, source="own", codes=("avoid:change-tier",)
    )
