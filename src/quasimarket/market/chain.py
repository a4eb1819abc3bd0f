"""Supply chains as listed at the start: positions, who holds them, on what terms.

The shape is fixed by the published counts: positions listed, third sector among them,
its split by tier. Which organisation holds which place, and each chain's size, is
drawn: no real subcontractor is named. Sector is a label: it enters once, in the draw of
the cash an organisation starts with, whose gap between sectors can be set to zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtri

from quasimarket.chance import Purpose, uniforms
from quasimarket.evidence.behaviour import Behaviour
from quasimarket.evidence.people import NEEDS, locality_shares
from quasimarket.market.managing_agent import agents_apart, are_agents
from quasimarket.market.named_chain import (
    NamedChain,
    NamedPlaces,
    WinningBidder,
    lay_out,
)
from quasimarket.rulebook.rulebook import Rulebook


SECTORS = ("private", "third", "public")
PRIVATE, THIRD, PUBLIC = range(3)
SIZES = ("small", "medium", "large")
WORK_PROGRAMME_CONTRACTS = 40
"""Contracts over which the published counts of the chain were taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Specialist help for one need in one area, let past the primes (L21)."""

    contracts: tuple[int, ...]
    """The area's contracts, whose participants it is for."""
    need: int
    holders: tuple[int, ...]
    """Positions that share it evenly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Every position, ordered by contract, tier and rank; one array entry each.

    Positions that hold participants (tier 0, the prime's own unit, and tier 1) come
    first, `delivering` of them; tier 2 specialists follow.
    """

    id: tuple[str, ...]
    contract: NDArray[np.int64]
    tier: NDArray[np.int64]
    sector: NDArray[np.int64]
    size: NDArray[np.int64]
    organisation: tuple[str, ...]
    specialism: NDArray[np.int64]
    """Index into NEEDS for tier 2, else 0."""
    contracted: NDArray[np.bool_]
    management_fee: NDArray[np.float64]
    outcome_pass_down: NDArray[np.float64]
    lag_months: NDArray[np.int64]
    cash_months: NDArray[np.float64]
    """Cash at the start, in months of planned costs."""
    delivering: int
    allocation: NDArray[np.float64]
    """Share of a locality's attachments by contract, locality and slot; slot 0 is
    in-house, slot k the contract's k-th tier 1 position."""
    slot_position: NDArray[np.int64]
    """Position by contract and slot; -1 where there is none."""
    specialist_weight: NDArray[np.float64]
    """A tier 2 position's share of its contract's call-offs for its need."""
    lots: tuple[Lot, ...] = ()
    bidders: Mapping[str, WinningBidder] = field(default_factory=dict)
    """By organisation what is known of primes, where a tender was held."""

    @property
    def holds_lot(self) -> NDArray[np.bool_]:
        """Say by position whether it holds a lot of the department's own."""
        held = np.zeros(len(self), bool)
        held[[place for lot in self.lots for place in lot.holders]] = True
        return held

    @property
    def adviser_cost(self) -> NDArray[np.float64]:
        """Give what an adviser costs by delivering position, against the usual 1."""
        return np.array(
            [
                self.bidders[one].cost if one in self.bidders else 1.0
                for one in self.organisation[: self.delivering]
            ]
        )

    def __len__(self) -> int:
        """Count the positions."""
        return len(self.id)


def build_chain(
    rulebook: Rulebook,
    behaviour: Behaviour,
    *,
    seed: int,
    named: Mapping[str, NamedChain] | None = None,
) -> Chain:
    """Draw the supply chains of a programme's contracts.

    `named` gives the subcontractors that each contract's bid named, where bids are
    known; otherwise they are drawn for the contract.
    """
    contracts = len(rulebook.contracts)
    bids = [named[one.id] for one in rulebook.contracts] if named else []
    sizes = (
        np.array([len(one) for one in bids])
        if bids
        else _chain_sizes(behaviour, contracts, seed)
    )
    tier_1 = tier_1_counts(behaviour, sizes)
    in_house = np.arange(contracts)
    contract = np.concatenate(
        [in_house, np.repeat(in_house, tier_1), np.repeat(in_house, sizes - tier_1)]
    )
    tier = np.repeat([0, 1, 2], [contracts, tier_1.sum(), (sizes - tier_1).sum()])
    order = np.lexsort((np.arange(len(contract)), contract, tier == 2))
    contract, tier = contract[order], tier[order]
    delivering = int((tier < 2).sum())
    places = lay_out(bids, contract, tier) if bids else None
    number = np.arange(len(contract), dtype=np.int64) if places is None else places.luck

    def luck(purpose: Purpose, spell: int = 0) -> NDArray[np.float64]:
        return uniforms(seed, purpose, number, spell)

    sector = _sectors(rulebook, behaviour, contract, tier, luck(Purpose.CHAIN_MEMBER))
    if places is None:
        holder = _holders(behaviour, contract, tier, sector, contracts, seed)
        of_size = luck(Purpose.ORGANISATION, 1)
    else:
        sector = np.where(tier == 0, sector, places.sector)
        holder = list(places.holder)
        of_size = uniforms(seed, Purpose.ORGANISATION, places.organisation, 1)
    size = organisation_sizes(holder, tier, of_size)
    agreed = luck(Purpose.CHAIN_MEMBER, 1)
    contracted = np.where(
        tier == 2,
        agreed < behaviour["chain.contracted_tier_2"],
        agreed < behaviour["chain.contracted_tier_1"],
    ) | (tier == 0)
    cash_months = reserves(behaviour, sector, luck(Purpose.RESERVES))
    # where promises bind, whoever was named in a bid is used (L12)
    market = rulebook.market.in_force(rulebook.first_day)
    is_owed = market.enforces_promises
    contracted |= is_owed
    # licences are a panel open to all: whoever can afford to be accredited is on it,
    # whether or not a prime would have had it (L19)
    if market.licence_months is not None:
        contracted |= cash_months >= behaviour["lever.accreditation"]
    specialism = np.where(
        tier == 2, 1 + (luck(Purpose.CHAIN_MEMBER, 2) * (len(NEEDS) - 1)).astype(int), 0
    )
    own = in_house if places is None else number[tier == 0]
    by_contract = uniforms(seed, Purpose.TERMS, own)
    fee = behaviour["terms.management_fee"] + behaviour[
        "terms.management_fee_spread"
    ] * ndtri(by_contract)
    fee = fee + agents_apart(are_agents(rulebook.contracts), behaviour["agent.fee"])
    allocation, slots = _allocation(
        rulebook, behaviour, contract, tier, contracted, seed, places
    )
    return Chain(
        id=_position_ids(rulebook, contract),
        contract=contract,
        tier=tier,
        sector=sector,
        size=size,
        organisation=tuple(holder),
        specialism=specialism,
        contracted=contracted,
        management_fee=np.round(np.clip(fee, 0.02, 0.40), 3)[contract],
        outcome_pass_down=np.full(len(tier), behaviour["terms.outcome_pass_down"]),
        lag_months=np.full(len(tier), int(behaviour["terms.lag_months"])),
        cash_months=cash_months,
        delivering=delivering,
        allocation=allocation,
        slot_position=slots,
        specialist_weight=_specialist_weights(
            contract,
            specialism,
            contracted,
            behaviour,
            luck(Purpose.SPECIALIST_CHOICE),
            is_even=is_owed,
        ),
        bidders={str(one.prime.id): one.prime for one in bids},
    )


def _chain_sizes(behaviour: Behaviour, contracts: int, seed: int) -> NDArray[np.int64]:
    """Draw right-skewed chain sizes with the published mean and range."""
    mean = behaviour["chain.listed"] / WORK_PROGRAMME_CONTRACTS
    low, high = behaviour["chain.smallest"], behaviour["chain.largest"]
    luck = uniforms(seed, Purpose.CHAIN_SIZE, np.arange(contracts, dtype=np.int64))
    shape = np.exp(behaviour["chain.spread"] * ndtri(luck))
    total = round(mean * contracts)
    sizes = np.clip(shape / shape.mean() * mean, low, high)
    for _ in range(20):
        sizes = np.clip(sizes * total / sizes.sum(), low, high)
    whole: NDArray[np.int64] = np.floor(sizes).astype(np.int64)
    short = total - int(whole.sum())
    room = np.argsort(-(sizes - whole), kind="stable")
    whole[room[: max(0, short)]] += 1
    return whole


def tier_1_counts(behaviour: Behaviour, sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Split each chain by tier so that the third sector shares of both tiers hold."""
    third_tier_1 = behaviour["chain.third_sector_listed"] * (
        1 - behaviour["chain.third_sector_tier_2"]
    )
    share = third_tier_1 / behaviour["chain.third_sector_tier_1"]
    share /= behaviour["chain.listed"]
    counts: NDArray[np.int64] = np.clip(np.rint(sizes * share), 2, sizes - 1).astype(
        np.int64
    )
    return counts


def _sectors(
    rulebook: Rulebook,
    behaviour: Behaviour,
    contract: NDArray[np.int64],
    tier: NDArray[np.int64],
    luck: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Label positions: primes as they are, tiers so that the published counts hold."""
    sector = np.full(len(tier), PRIVATE)
    prime_sector = {prime.id: prime.sector for prime in rulebook.primes}
    for index, one in enumerate(rulebook.contracts):
        sector[(tier == 0) & (contract == index)] = SECTORS.index(
            prime_sector[one.prime]
        )
    share = len(rulebook.contracts) / WORK_PROGRAMME_CONTRACTS
    third = behaviour["chain.third_sector_listed"] * share
    third_tier_2 = round(third * behaviour["chain.third_sector_tier_2"])
    for which, third_count in ((1, round(third) - third_tier_2), (2, third_tier_2)):
        places = np.flatnonzero(tier == which)
        drawn = places[np.argsort(luck[places], kind="stable")]
        public_count = round(len(places) * behaviour["chain.public_share"])
        sector[drawn[:third_count]] = THIRD
        sector[drawn[third_count : third_count + public_count]] = PUBLIC
    return sector


def _holders(
    behaviour: Behaviour,
    contract: NDArray[np.int64],
    tier: NDArray[np.int64],
    sector: NDArray[np.int64],
    contracts: int,
    seed: int,
) -> list[str]:
    """Give each position an organisation of its sector, no two in one chain.

    Every organisation holds at least one place; the rest go to a few large ones.
    """
    total = behaviour["chain.organisations"] * contracts / WORK_PROGRAMME_CONTRACTS
    holder = [
        f"P{one + 1:02d}" if t == 0 else ""
        for one, t in zip(contract, tier, strict=True)
    ]
    first = 1
    for which in range(len(SECTORS)):
        places = np.flatnonzero((tier > 0) & (sector == which))
        if not len(places):
            continue
        share = len(places) / max(1, int((tier > 0).sum()))
        count = min(len(places), max(1, round(total * share)))
        weight = organisation_weights(seed, first, count)
        in_chain: set[tuple[int, int]] = set()
        luck = uniforms(seed, Purpose.ORGANISATION, places.astype(np.int64), 3)
        shuffled = places[np.argsort(luck, kind="stable")]
        pick = uniforms(seed, Purpose.ORGANISATION, places.astype(np.int64), 4)
        cumulative = weight.cumsum() / weight.sum()
        for rank, place in enumerate(shuffled):
            member = (
                rank if rank < count else int(np.searchsorted(cumulative, pick[rank]))
            )
            for _ in range(count):
                if (int(contract[place]), member) not in in_chain:
                    break
                member = (member + 1) % count
            else:  # every organisation of the sector is in this chain: one more
                member = count
                count += 1
            in_chain.add((int(contract[place]), member))
            holder[place] = f"O{first + member:04d}"
        first += count
    return holder


def organisation_weights(seed: int, first: int, count: int) -> NDArray[np.float64]:
    """Say how likely each of some organisations is to stand in a chain."""
    numbers = np.arange(first, first + count)
    drawn = ndtri(uniforms(seed, Purpose.ORGANISATION, numbers, 2))
    weights: NDArray[np.float64] = np.exp(1.2 * drawn)
    return weights


def reserves(
    behaviour: Behaviour, sector: NDArray[np.int64], luck: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Give what organisations have at first, in months of planned costs."""
    gap = behaviour["sector.gap"] * np.array(
        [behaviour[f"sector.reserves_{name}"] for name in SECTORS]
    )
    months: NDArray[np.float64] = behaviour["finance.reserve_months"] * np.exp(
        behaviour["finance.reserve_spread"] * ndtri(luck) + gap[sector]
    )
    return months


def organisation_sizes(
    holder: list[str], tier: NDArray[np.int64], luck: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Call organisations large, medium or small by the places they hold and by draw."""
    held: dict[str, int] = {}
    chance: dict[str, float] = {}
    for place, one in enumerate(holder):
        held[one] = held.get(one, 0) + (2 if tier[place] < 2 else 1)
        chance.setdefault(one, float(luck[place]))
    points = np.array([held[one] / 2 + 2 * chance[one] for one in holder])
    return np.where(tier == 0, 2, np.digitize(points, [1.5, 3.0]))


def _position_ids(rulebook: Rulebook, contract: NDArray[np.int64]) -> tuple[str, ...]:
    """Name positions by contract and rank: "16-00" is contract 16's own unit."""
    seen: dict[int, int] = {}
    ids = []
    for index in contract.tolist():
        rank = seen.get(index, 0)
        seen[index] = rank + 1
        ids.append(f"{rulebook.contracts[index].id}-{rank:02d}")
    return tuple(ids)


def _allocation(
    rulebook: Rulebook,
    behaviour: Behaviour,
    contract: NDArray[np.int64],
    tier: NDArray[np.int64],
    contracted: NDArray[np.bool_],
    seed: int,
    named: NamedPlaces | None,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Give each locality to the prime's own unit and the tier 1s that hold the patch.

    A tier 1 position holds one patch, or several if it is drawn large. Where no tier 1
    holds a patch the prime's own unit serves it; a managing agent has none, so there
    every tier 1 position serves it.
    """
    contracts = len(rulebook.contracts)
    localities = int(behaviour["flow.localities"])
    places = [np.flatnonzero((tier == 1) & (contract == c)) for c in range(contracts)]
    slots = 1 + max((len(one) for one in places), default=0)
    allocation = np.zeros((contracts, localities, slots))
    slot_position = np.full((contracts, slots), -1)
    share = locality_shares(localities)
    for c in range(contracts):
        numbers = np.arange(c * 1000, c * 1000 + slots, dtype=np.int64)
        if named is not None:
            mine = np.flatnonzero((tier < 2) & (contract == c))
            numbers[: len(mine)] = named.luck[mine]
        luck = uniforms(seed, Purpose.PATCH, numbers)
        reach = uniforms(seed, Purpose.PATCH, numbers, 1)
        retained = behaviour["flow.retained"] + behaviour[
            "flow.retained_spread"
        ] * ndtri(luck[0])
        mixed = rulebook.contracts[c].delivery_model == "mixed"
        allocation[c, :, 0] = min(0.95, max(0.05, retained)) if mixed else 0.0
        slot_position[c, 0] = np.flatnonzero((tier == 0) & (contract == c))[0]
        patch = np.zeros((localities, slots))
        for rank, place in enumerate(places[c], start=1):
            slot_position[c, rank] = place
            if contracted[place]:
                home = int(np.searchsorted(share.cumsum(), luck[rank] * 0.999999))
                extent = 1 + int(3 * reach[rank] ** 2)
                for step in range(extent):
                    patch[(home + step * 5) % localities, rank] = 0.5 + reach[rank]
        everyone = patch.sum(axis=0)
        for locality in range(localities):
            held = patch[locality] if patch[locality].any() or mixed else everyone
            if held.any():
                allocation[c, locality] += (
                    (1 - allocation[c, locality, 0]) * held / held.sum()
                )
            else:
                allocation[c, locality, 0] = 1.0
    return allocation, slot_position


def _specialist_weights(
    contract: NDArray[np.int64],
    specialism: NDArray[np.int64],
    contracted: NDArray[np.bool_],
    behaviour: Behaviour,
    luck: NDArray[np.float64],
    *,
    is_even: bool,
) -> NDArray[np.float64]:
    """Share a contract's call-offs for a need unequally among its specialists.

    Where promises bind they are shared evenly, as they were promised.
    """
    drawn = gammaincinv(behaviour["specialist.concentration"], luck) + 1e-12
    if is_even:
        drawn = np.ones_like(drawn)
    drawn = np.where(contracted & (specialism > 0), drawn, 0.0)
    key = contract * len(NEEDS) + specialism
    total = np.bincount(key, weights=drawn, minlength=int(key.max()) + 1)[key]
    shares: NDArray[np.float64] = np.divide(
        drawn, total, out=np.zeros_like(drawn), where=total > 0
    )
    return shares
