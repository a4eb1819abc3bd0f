"""One area's chain, what institutions make of it, and short runs, for tests."""

from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from quasimarket.market.chain import Chain, build_chain
from quasimarket.market.commissioning import commission
from quasimarket.market.institutions import Institutions
from quasimarket.market.month_records import Lived
from quasimarket.market.organisations import Organisations, draw_organisations
from quasimarket.rulebook.market_design import MarketDesign
from quasimarket.simulation.simulate import Stage, finish, set_up
from tests.lib.small_programme import (
    SEED,
    behaviour,
    small_design,
    work_programme,
)


Floats = NDArray[np.float64]


@cache
def chain(areas: int = 1) -> Chain:
    """The supply chains of the first areas."""
    return build_chain(work_programme(areas), behaviour(), seed=SEED)


def organisations(areas: int = 1, **changed: float) -> Organisations:
    """Those who hold them."""
    return draw_organisations(behaviour(**changed), chain(areas), seed=SEED)


def institutions(
    market: MarketDesign | None = None, areas: int = 1, **changed: float
) -> Institutions:
    """Institutions on the day before the first referral."""
    rulebook = replace(work_programme(areas), market=market or MarketDesign())
    known = behaviour(**changed)
    made = Institutions(
        rulebook,
        known,
        commission(rulebook, known, chain(areas), seed=SEED),
        seed=SEED,
    )
    made.promised = np.full(len(chain(areas)), 10.0)
    return made


def a_month(made: Institutions, **changed: float | Floats) -> Lived:
    """A month in which all who are open have work and money; `cash=0` changes cash."""
    places, contracts = len(made.chain), len(made.rulebook.contracts)
    usual = {
        "looking": 300.0,
        "working": 60.0,
        "referred": 10.0,
        "served": 0.0,
        "starts": 10.0,
        "outcomes": 4.0,
        "receipts": 1_000_000.0,
        "spent": 900_000.0,
        "cash": 10_000_000.0,
        "monthly_cost": 1_000_000.0,
        "credit": 5_000_000.0,
        "shortfall": 0.0,
        "advisers": 4.0,
        "hours": 1.0,
    } | changed
    lengths = {
        "shortfall": contracts,
        "advisers": made.chain.delivering,
        "hours": made.chain.delivering,
    }
    return Lived(
        **{
            name: np.zeros(lengths.get(name, places)) + value
            for name, value in usual.items()
        }
    )


@cache
def stage(
    months: int = 30,
    scale: float = 0.2,
    market: MarketDesign | None = None,
    seed: int = SEED,
    **changed: float,
) -> Stage:
    """The first months of one area, played; `innovation__rate=0` changes behaviour."""
    rulebook = replace(work_programme(1), market=market or MarketDesign())
    design = small_design(
        rulebook=rulebook, scale=scale, seed=seed, behaviour=behaviour(**changed)
    )
    return finish(set_up(design), months=months)


def tier_1(played: Stage) -> NDArray[np.bool_]:
    """End-to-end subcontracts that are still open at the end."""
    found: NDArray[np.bool_] = played.course.institutions.is_open & (
        played.chain.tier == 1
    )
    return found
