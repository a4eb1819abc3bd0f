"""Lever L21: lots of specialist help, let past the primes."""

from dataclasses import replace
from decimal import Decimal

from quasimarket.market.specialist_lots import with_specialist_lots
from quasimarket.rulebook.market_design import MarketDesign
from tests.lib.institutions import chain
from tests.lib.small_programme import SEED, behaviour, work_programme


def let(**changed: float):
    market = MarketDesign(specialist_lots=Decimal("0.3"))
    rulebook = replace(work_programme(1), market=market)
    return with_specialist_lots(rulebook, behaviour(**changed), chain(), seed=SEED)


def test_no_lots_leave_the_chain_alone():
    same = with_specialist_lots(work_programme(1), behaviour(), chain(), seed=SEED)

    assert same is chain()


def test_each_need_is_let_once_to_the_area_s_specialists_for_it():
    found = let()
    needs = set(found.specialism[found.tier == 2].tolist())

    assert sorted(lot.need for lot in found.lots) == sorted(needs)
    for lot in found.lots:
        assert lot.contracts == (0, 1)
        assert 1 <= len(lot.holders) <= 2
        assert all(found.specialism[place] == lot.need for place in lot.holders)
        assert found.contracted[list(lot.holders)].all()


def test_more_holders_share_a_lot_where_there_are_to_be_more():
    few, many = let(lever__lot_holders=1), let(lever__lot_holders=20)

    assert few.holds_lot.sum() == len(few.lots)
    assert many.holds_lot.sum() == (many.tier == 2).sum()
