"""What the tender was set to give, and the winner's curse that it was not.

Each tender is a fixed seed; differences are taken seed by seed, so that all luck but
the lever's is shared.
"""

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from quasimarket.market.tender import Tender, hold_tender
from quasimarket.rulebook.market_design import TenderMode
from tests.lib.small_programme import behaviour, work_programme
from tests.lib.verdicts import ALPHA


SEEDS = range(1, 41)


@cache
def tenders(**market: Any) -> tuple[Tender, ...]:
    rulebook = work_programme()
    market = {"tender": TenderMode.SIMULATED, **market}
    rulebook = replace(rulebook, market=replace(rulebook.market, **market))
    return tuple(hold_tender(rulebook, behaviour(), seed=seed) for seed in SEEDS)


def curse(tender: Tender) -> float:
    """How much more optimistic the winning bids are than all bids."""
    optimism = tender.framework.optimism[tender.bids.bidder]
    return float(optimism[tender.won].mean() - optimism.mean())


def curses(**market: Any) -> NDArray[np.float64]:
    return np.array([curse(one) for one in tenders(**market)])


def assert_above_nothing(differences: NDArray[np.float64]) -> None:
    error = differences.std(ddof=1) / np.sqrt(len(differences))
    assert differences.mean() / error > stats.t.isf(ALPHA, len(differences) - 1)


def test_winners_hope_for_more_than_bidders():
    assert_above_nothing(curses())


def test_winners_err_lower_on_costs():
    errors = [one.bids.cost_error for one in tenders()]
    won = [one.won for one in tenders()]

    assert_above_nothing(
        np.array([np.mean(e) - np.mean(e[w]) for e, w in zip(errors, won, strict=True)])
    )


def test_curse_grows_with_bidders():
    assert_above_nothing(curses(framework_bidders=100) - curses(framework_bidders=12))


def test_curse_grows_with_the_weight_of_price():
    assert_above_nothing(
        curses(price_weight=Decimal("0.8")) - curses(price_weight=Decimal("0.2"))
    )


def test_price_floor_softens_the_curse():
    assert_above_nothing(curses() - curses(deepest_discount=Decimal("0.02")))


def test_contracts_are_let_at_about_six_per_cent_off():
    let = [one.bids.discount[one.won].mean() for one in tenders()]

    assert 0.055 < np.mean(let) < 0.065


def test_awards_are_about_as_concentrated_as_in_2011():
    shares = [
        np.array([*Counter(x.prime for x in one.rulebook.contracts).values()]) / 40
        for one in tenders()
    ]

    assert 16 < np.mean([len(one) for one in shares]) < 20  # 18 in 2011
    assert 0.07 < np.mean([(one**2).sum() for one in shares]) < 0.10  # 0.084
