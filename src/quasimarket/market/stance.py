"""How each prime means to run its chain: its template, its strictness, its manner.

Organisations meet it in the negotiation (R2) and in delivery (R3). Most primes pass all
outcome risk down. A stance is drawn for each contract, not estimated: what a real prime
did is not known (C102). A simulated tender knows who won, and a bidder has one stance
wherever it won.

Claims: C005, C064, C066, C070, C102, C119.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from quasimarket.chance import Purpose, uniforms
from quasimarket.events.organisation_event import PRACTICES
from quasimarket.evidence.behaviour import Behaviour
from quasimarket.market.managing_agent import agents_apart, are_agents
from quasimarket.market.named_chain import WinningBidder
from quasimarket.rulebook.rulebook import Rulebook


Floats = NDArray[np.float64]

TEMPLATE = np.array([0.82, 0.15, 0.70, 0.85, 0.18, 0.80, 0.22])
"""The standard service that payment by results suggests, in the order of PRACTICES."""
TEMPLATE_SPREAD = 0.07


@dataclass(frozen=True, slots=True, kw_only=True)
class Stances:
    """One array entry a contract."""

    template: Floats
    """By contract and part of practice."""
    strictness: Floats
    """0 to 1: how firmly a clause is held to."""
    tolerance: Floats
    """0 to 1: how much difference it can live with."""
    management: Floats
    """Performance management when money is as planned (PM0 of rule R3)."""
    is_public: NDArray[np.bool_]
    """Reviews performance before the whole chain."""
    gags: NDArray[np.bool_]
    """Binds its chain to silence about results."""
    skill: Floats
    """How well it runs a contract, a standard normal draw."""
    is_agent: NDArray[np.bool_]
    """A managing agent, which delivers nothing itself."""
    passes_down: Floats
    """Of the outcome risk of a subcontract what is passed down; the rest is its own."""


def draw_stances(
    rulebook: Rulebook,
    behaviour: Behaviour,
    *,
    seed: int,
    bidders: Mapping[str, WinningBidder] | None = None,
) -> Stances:
    """Draw every contract's stance.

    Where a tender was held it is the winner's, and the same wherever it won.
    """
    known = bidders or {}
    number = np.array(
        [
            known[one.prime].number if one.prime in known else one.number
            for one in rulebook.contracts
        ],
        np.int64,
    )

    def luck(attribute: int) -> Floats:
        return np.clip(
            uniforms(seed, Purpose.STANCE, number, attribute), 1e-9, 1 - 1e-9
        )

    spread = behaviour["stance.strictness_spread"]
    is_agent = are_agents(rulebook.contracts)
    firm = behaviour["stance.strictness"] + agents_apart(
        is_agent, behaviour["agent.strictness"]
    )
    strictness = np.clip(firm + spread * ndtri(luck(0)), 0.02, 1.0)
    template = np.array(
        [TEMPLATE + TEMPLATE_SPREAD * np.zeros(len(PRACTICES)) for _ in number]
    )
    for part in range(len(PRACTICES)):
        template[:, part] += TEMPLATE_SPREAD * ndtri(luck(10 + part))
    return Stances(
        template=np.clip(template, 0.02, 0.98),
        strictness=strictness,
        tolerance=np.clip(0.9 - strictness + 0.12 * ndtri(luck(1)), 0.0, 1.0),
        management=np.clip(
            behaviour["stance.management"] + 0.08 * ndtri(luck(2)), 0.05, 1.0
        ),
        is_public=luck(3) < behaviour["stance.public_reviews"],
        gags=luck(4) < behaviour["stance.gags"],
        skill=ndtri(luck(5)),
        is_agent=is_agent,
        passes_down=np.where(
            luck(6) < behaviour["terms.shielding_primes"],
            behaviour["terms.shielded_pass_down"],
            1.0,
        ),
    )
