"""Rule R1, who may bid: the framework of organisations drawn for a run.

Sector is a label. It enters once, in the draw of turnover, whose gap between sectors
`sector.gap` can close; no rule reads it afterwards. An organisation's number is its
own whatever the bar, so that designs with another bar share its luck.

Claims: C002.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from quasimarket.chance import Purpose, uniforms
from quasimarket.core.errors import Fault, InputFault
from quasimarket.core.identifiers import OrganisationId
from quasimarket.core.money import format_pounds
from quasimarket.evidence.behaviour import Behaviour
from quasimarket.market.chain import PRIVATE, PUBLIC, SECTORS, THIRD
from quasimarket.rulebook.rulebook import Rulebook


Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """Eligible bidders, one array entry each, by number."""

    number: NDArray[np.int64]
    sector: NDArray[np.int64]
    turnover: NDArray[np.int64]
    """Pence a year."""
    optimism: Floats
    """How far it believes in more outcomes than the sober rate: 0.5 is half as many
    again."""
    cost: Floats
    """What it truly costs, against the mean bidder's 1."""
    quality: Floats
    """Standing with the commissioner, in standard deviations."""
    is_agent: NDArray[np.bool_]
    """It would deliver all through its chain."""

    def __len__(self) -> int:
        """Count the bidders."""
        return len(self.number)

    def id(self, index: int) -> OrganisationId:
        """Give a bidder's invented id."""
        return OrganisationId(f"B{self.number[index]:02d}")

    def name(self, index: int) -> str:
        """Give a bidder's invented name."""
        return f"Bidder {self.number[index]}"


def draw_framework(rulebook: Rulebook, behaviour: Behaviour, *, seed: int) -> Framework:
    """Draw candidates; the first so many of those above the bar may bid.

    Raises InputFault where nobody is above it.
    """
    places = rulebook.market.framework_bidders
    number = np.arange(1, places * int(behaviour["tender.candidates"]) + 1)

    def luck(attribute: int) -> Floats:
        return uniforms(seed, Purpose.BIDDER, number, attribute)

    private = behaviour["tender.private"]
    third = private + behaviour["tender.third"]
    label = luck(0)
    sector = np.select([label < private, label < third], [PRIVATE, THIRD], PUBLIC)
    gap = behaviour["sector.gap"] * np.array(
        [behaviour[f"sector.turnover_{name}"] for name in SECTORS]
    )
    turnover = np.rint(
        1e8
        * behaviour["tender.turnover"]
        * np.exp(behaviour["tender.turnover_spread"] * ndtri(luck(1)) + gap[sector])
    ).astype(np.int64)
    eligible = np.flatnonzero(turnover >= rulebook.market.turnover_bar)[:places]
    if not len(eligible):
        raise InputFault([_nobody(rulebook, len(number), int(turnover.max()))])
    optimism = behaviour["tender.optimism"] + behaviour[
        "tender.optimism_spread"
    ] * ndtri(luck(2))
    return Framework(
        number=number[eligible],
        sector=sector[eligible],
        turnover=turnover[eligible],
        optimism=np.maximum(optimism, -0.9)[eligible],
        cost=np.exp(behaviour["tender.cost_spread"] * ndtri(luck(3)))[eligible],
        quality=ndtri(luck(4))[eligible],
        is_agent=(luck(5) < behaviour["tender.managing_agents"])[eligible],
    )


def _nobody(rulebook: Rulebook, candidates: int, largest: int) -> Fault:
    bar = rulebook.market.turnover_bar
    return Fault(
        where=rulebook.place_of("market.turnover_bar"),
        found=f"no eligible bidder: of {candidates} organisations none has a turnover "
        f"of {format_pounds(bar)} a year",
        expected="a bar that somebody can pass",
        hint=f"the largest has {format_pounds(largest)}",
    )
