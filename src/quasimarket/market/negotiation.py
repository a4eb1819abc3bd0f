"""Rule R2 before the first referral: an offer is answered clause by clause.

Each organisation weighs each clause by what it asks against what the organisation
stands for (conflict), how much it needs the income (dependence) and how much the prime
needs it (power), and answers in one of Oliver's five ways. A board decides this; the
staff's norms play no part yet. What is conceded stays conceded
(`market/concessions.py`); what is accepted begins to change practice before anybody is
referred.

Claims: C053-C061, C096-C098, C100, C102, C103.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quasimarket.chance import Purpose, uniforms
from quasimarket.events.organisation_event import (
    CLAUSES,
    PRACTICES,
    RESPONSES,
    OrganisationEventKind,
)
from quasimarket.evidence.behaviour import Behaviour
from quasimarket.market.appeal import ON_PROCESS, firmness, standing
from quasimarket.market.chain import Chain
from quasimarket.market.clauses import PRACTICE_OF
from quasimarket.market.event_book import EventBook
from quasimarket.market.organisations import Organisations, dependence, power
from quasimarket.market.shopping import AT_ISSUE
from quasimarket.market.stance import Stances
from quasimarket.rulebook.market_design import MarketDesign


Floats = NDArray[np.float64]
ACQUIESCE, COMPROMISE, AVOID, DEFY, MANIPULATE = range(len(RESPONSES))
ENDINGS = ("agreed", "conceded", "imposed")
SCRUTINY = ("information", "league-table", "non-disclosure")
ANSWERS = {
    False: (
        "acquiesce:comply",
        "compromise:bargain",
        "avoid:conceal",
        "defy:appeal-to-contract",
        "manipulate:play-off",
    ),
    True: (
        "acquiesce:comply",
        "compromise:tie",
        "avoid:conceal",
        "defy:block-scrutiny",
        "manipulate:ally",
    ),
}
"""Response and tactic by whether scrutiny is at issue, in the order of RESPONSES."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Negotiated:
    """What was agreed, by position."""

    response: NDArray[np.int64]
    """By position and clause."""
    conceded: NDArray[np.bool_]
    """By position and clause: the prime gave way."""
    refused: NDArray[np.bool_]
    """Positions whose organisation would not sign."""
    practice: Floats
    """By position and part, on the day of the first referral."""
    reported: Floats
    """What is reported of it."""
    free: NDArray[np.bool_]
    """By position and part of practice: not bound by the template."""


def choose_response(
    behaviour: Behaviour, conflict: Floats, need: Floats, strength: Floats, luck: Floats
) -> NDArray[np.int64]:
    """Choose one of the five responses by utility and luck.

    `luck` has the shape of `conflict` and a last axis of five. Without conflict there
    is nothing to resist.
    """
    need, strength = (np.broadcast_to(one, conflict.shape) for one in (need, strength))
    weigh = behaviour["response.conflict"] * conflict
    utility = np.stack(
        [
            behaviour["response.dependence"] * need - weigh,
            behaviour["response.power"] * 0.6 * strength + 0.3 * weigh - 0.1,
            0.4 * weigh + 0.3 * need - behaviour["response.duplicity"],
            behaviour["response.power"] * strength
            + 0.6 * weigh
            - behaviour["response.defiance"],
            behaviour["response.power"] * strength - behaviour["response.manipulation"],
        ],
        axis=-1,
    )
    gumbel = -np.log(-np.log(np.clip(luck, 1e-12, 1 - 1e-12)))
    chosen: NDArray[np.int64] = np.argmax(utility + 0.35 * gumbel, axis=-1)
    return np.where(conflict > AT_ISSUE, chosen, ACQUIESCE)


def chance_of_success(
    behaviour: Behaviour, strength: Floats, strictness: Floats, tolerance: Floats
) -> Floats:
    """Give the chance that a prime gives way to open resistance."""
    odds = 1.6 * strength + 1.2 * tolerance - 1.6 * strictness
    chance: Floats = 1 / (1 + np.exp(-(odds + behaviour["response.success"])))
    return chance


def negotiate(
    behaviour: Behaviour,
    market: MarketDesign,
    chain: Chain,
    organisations: Organisations,
    stances: Stances,
    book: EventBook,
    *,
    seed: int,
) -> Negotiated:
    """Negotiate every position's clauses; enter what happens in the book."""
    holder, contract = organisations.holder, chain.contract
    places = np.arange(len(chain))
    start = organisations.practice[holder]
    strict = stances.strictness[contract]
    need = dependence(organisations)[holder]
    strength = power(organisations)[holder]
    conflict = conflict_of(market, chain, organisations, stances)
    luck = np.stack(
        [
            np.stack(
                [
                    uniforms(seed, Purpose.NEGOTIATION, places, 10 * clause + choice)
                    for choice in range(len(RESPONSES))
                ],
                axis=-1,
            )
            for clause in range(len(CLAUSES))
        ],
        axis=1,
    )
    on_clause = np.tile(strength[:, None], (1, len(CLAUSES)))
    firm = np.tile(strict[:, None], (1, len(CLAUSES)))
    protected = market.protects_black_box & ON_PROCESS
    on_clause[:, protected] = standing(strength, need)[:, None]
    response = choose_response(behaviour, conflict, need[:, None], on_clause, luck)
    appeals = protected & (response == DEFY)
    firm[appeals] = firmness(firm[appeals])
    on_clause = np.where(appeals, on_clause, strength[:, None])
    won = np.stack(
        [
            uniforms(seed, Purpose.NEGOTIATION, places, 200 + clause)
            for clause in range(len(CLAUSES))
        ],
        axis=1,
    ) < chance_of_success(
        behaviour, on_clause, firm, stances.tolerance[contract][:, None]
    )
    open_resistance = (response != ACQUIESCE) & (response != AVOID)
    conceded = open_resistance & won
    sub = chain.tier > 0
    conceded &= sub[:, None]
    lost = (response == DEFY) & ~won & sub[:, None]
    unwilling = (lost * conflict).max(axis=1) * organisations.outside[holder]
    refused = sub & (unwilling > behaviour["response.refusal"])
    clause = np.argmax(lost * conflict, axis=1)
    _enter_offers(book, chain, refused, clause)
    _enter_clauses(book, chain, conflict, response, conceded)
    practice, reported, free = _first_changes(
        behaviour, chain, organisations, stances, start, response, conceded
    )
    return Negotiated(
        response=response,
        conceded=conceded,
        refused=refused,
        practice=practice,
        reported=reported,
        free=free,
    )


def conflict_of(
    market: MarketDesign,
    chain: Chain,
    organisations: Organisations,
    stances: Stances,
) -> Floats:
    """Weigh what each clause asks against what each organisation stands for.

    By position and clause, 0 to 1.
    """
    holder, contract = organisations.holder, chain.contract
    mission = organisations.mission[holder]
    strict = stances.strictness[contract]
    distance = np.abs(stances.template[contract] - organisations.practice[holder])
    novice = 1 - 0.6 * organisations.experience[holder]
    end_to_end = np.where(chain.tier == 2, 0.15, 1.0)
    conflict = np.zeros((len(chain), len(CLAUSES)))
    for clause, part in enumerate(PRACTICE_OF):
        if part >= 0:
            conflict[:, clause] = mission * distance[:, part] * strict * end_to_end
    soft = 0.35 * strict * mission * novice
    for name in ("information", "league-table", "non-disclosure"):
        conflict[:, CLAUSES.index(name)] = soft
    for name in ("volume", "price", "risk"):
        thin = np.exp(-chain.cash_months / 4)
        conflict[:, CLAUSES.index(name)] = 0.35 * thin * strict
    if market.may_opt_out_of_sanctions:
        conflict[:, CLAUSES.index("sanctioning")] = 0.0
    return conflict * (chain.tier > 0)[:, None]


def _enter_offers(
    book: EventBook,
    chain: Chain,
    refused: NDArray[np.bool_],
    clause: NDArray[np.int64],
) -> None:
    kinds = OrganisationEventKind
    offered = chain.contracted & (chain.tier > 0)
    tiers = ("tier-1", "tier-2")
    for tier in (1, 2):
        asked = np.flatnonzero(offered & (chain.tier == tier))
        book.enter(kinds.OFFERED, -6, asked, source="prime", codes=tiers, code=tier - 1)
        signed = np.flatnonzero(offered & ~refused & (chain.tier == tier))
        book.enter(kinds.ACCEPTED, -1, signed, source="own", codes=tiers, code=tier - 1)
    turned_down = np.flatnonzero(offered & refused)
    book.enter(
        kinds.REFUSED, -3, turned_down, source="own", codes=CLAUSES,
        code=clause[turned_down],
    )  # fmt: skip


def _enter_clauses(
    book: EventBook,
    chain: Chain,
    conflict: Floats,
    response: NDArray[np.int64],
    conceded: NDArray[np.bool_],
) -> None:
    """Enter clauses that were at issue, with the answer and how each ended."""
    issue = (conflict > AT_ISSUE) & (chain.contracted & (chain.tier > 0))[:, None]
    codes = tuple(f"{name}:{ending}" for name in CLAUSES for ending in ENDINGS)
    for clause in range(len(CLAUSES)):
        at = np.flatnonzero(issue[:, clause])
        ending = np.where(
            conceded[at, clause], 1, np.where(response[at, clause] == ACQUIESCE, 0, 2)
        )
        month = -5 + clause % 3
        scrutiny = CLAUSES[clause] in SCRUTINY
        book.enter(
            OrganisationEventKind.DIRECTIVE_ANSWERED,
            month,
            at,
            source="own",
            codes=ANSWERS[scrutiny],
            code=response[at, clause],
        )
        source = "commissioner" if clause in (0, 6, 7, 8) else "prime"
        book.enter(
            OrganisationEventKind.NEGOTIATED, month, at, source=source,
            codes=codes, code=clause * len(ENDINGS) + ending,
        )  # fmt: skip


def _first_changes(
    behaviour: Behaviour,
    chain: Chain,
    organisations: Organisations,
    stances: Stances,
    start: Floats,
    response: NDArray[np.int64],
    conceded: NDArray[np.bool_],
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Give practice on the first day: what was agreed has begun to change it.

    A part of practice that no clause names moves with the wish to win an end-to-end
    contract, which asks for a generic service.
    """
    template = stances.template[chain.contract]
    need = dependence(organisations)[organisations.holder]
    eager = 1 / (1 + np.exp(-8 * (need - 0.35)))
    pull = (
        behaviour["institution.coercion"]
        * behaviour["pressure.first_change"]
        * eager
        * np.where(chain.tier == 1, 1.0, 0.1)
        * (0.5 + stances.strictness[chain.contract])
    )[:, None] * np.ones((1, len(PRACTICES)))
    free = np.zeros_like(pull, dtype=bool)
    hides = np.zeros_like(free)
    for clause, part in enumerate(PRACTICE_OF):
        if part >= 0:
            answer = response[:, clause]
            pull[:, part] *= np.choose(answer, [1.0, 0.5, 0.0, 0.3, 0.3])
            hides[:, part] = answer == AVOID
            free[:, part] = conceded[:, clause]
            pull[conceded[:, clause], part] = 0.0
    own_unit = chain.tier == 0
    pull = np.clip(pull, 0.0, 0.9)
    practice = start + pull * (template - start)
    practice[own_unit] = template[own_unit]
    reported = np.where(hides, start + 0.8 * (template - start), practice)
    return practice, reported, free
