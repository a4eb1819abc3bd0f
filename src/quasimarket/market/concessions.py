"""Rule R2, what was conceded besides practice, and what that changes afterwards.

A clause on practice that is conceded frees that part of practice (rule R2). The others
change terms: a lower fee, less of the risk, no fewer people as a punishment, fewer
questions, results that are not shown, or leave to tell them. Fee and risk are the
place's; the rest is the organisation's that won it and goes with it.

Claims: C067, C096, C100, C111, C119.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from quasimarket.events.organisation_event import CLAUSES
from quasimarket.evidence.behaviour import Behaviour
from quasimarket.market.chain import Chain
from quasimarket.market.stance import Stances


Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Concessions:
    """By position: what the holder of a place was conceded."""

    asked: Floats
    """Of the questions that others are asked, the share that reaches it."""
    unshown: Flags
    """Its results are not shown to the chain."""
    tells: Flags
    """May tell its results, though the prime binds others to silence."""
    owed: Flags
    """Is not sent fewer people as a punishment."""

    def end(self, place: NDArray[np.int64]) -> None:
        """End them at places that others hold from now on."""
        self.asked[place] = 1.0
        for one in (self.unshown, self.tells, self.owed):
            one[place] = False


def concessions(behaviour: Behaviour, conceded: Flags) -> Concessions:
    """Read what was conceded by position and clause."""

    def of(clause: str) -> Flags:
        return conceded[:, CLAUSES.index(clause)].copy()

    return Concessions(
        asked=np.where(of("information"), 1 - behaviour["concession.requests"], 1.0),
        unshown=of("league-table"),
        tells=of("non-disclosure"),
        owed=of("volume"),
    )


def with_agreed_terms(
    behaviour: Behaviour, chain: Chain, stances: Stances, conceded: Flags
) -> Chain:
    """Give the chain with the fee and the risk that were agreed place by place.

    What a subcontract has less of the risk, its prime pays when a person is sent
    (`market/pass_down.py`).
    """
    fee, risk = (conceded[:, CLAUSES.index(name)] for name in ("price", "risk"))
    kept = 1.0 - behaviour["concession.fee"] * fee.astype(np.float64)
    borne = stances.passes_down[chain.contract] * (
        1 - behaviour["concession.risk"] * risk
    )
    return replace(
        chain,
        management_fee=np.round(chain.management_fee * kept, 3),
        outcome_pass_down=np.round(chain.outcome_pass_down * borne, 4),
    )
