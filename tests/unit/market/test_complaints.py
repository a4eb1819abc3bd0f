"""Rule R8: grievances, and what keeps them from being told."""

import numpy as np

from quasimarket.market.complaints import complain
from quasimarket.rulebook.market_design import MarketDesign
from tests.lib.small_programme import behaviour


MANY = 20_000
LUCK = np.random.default_rng(4).random((MANY, 3))
PROTECTED = MarketDesign(protects_complaints=True)


def complaints(market=None, anonymous=False, grievance=0.8, at_stake=0.1, **changed):
    return complain(
        behaviour(**({"complaint__rate": 1.0} | changed)),
        market or MarketDesign(),
        anonymous,
        np.full(MANY, grievance),
        np.full(MANY, at_stake),
        LUCK,
    )


def test_without_grievance_nobody_complains():
    assert not complaints(grievance=0.0).complained.any()


def test_whoever_has_much_to_lose_keeps_silent():
    assert complaints(at_stake=0.0).complained.any()
    assert not complaints(at_stake=1.0).complained.any()


def test_anonymity_and_protection_let_them_speak():
    silent = complaints(at_stake=0.5).complained.sum()
    anonymous = complaints(at_stake=0.5, anonymous=True).complained.sum()
    protected = complaints(PROTECTED, at_stake=0.5).complained.sum()

    assert silent < anonymous < protected


def test_only_complaints_are_upheld_or_punished():
    found = complaints()

    assert found.upheld.any()
    assert found.punished.any()
    assert not (found.upheld & ~found.complained).any()
    assert not (found.punished & ~found.complained).any()


def test_protection_all_but_ends_retaliation():
    def share(found):
        return found.punished.sum() / found.complained.sum()

    assert share(complaints()) > 0.3
    assert share(complaints(PROTECTED)) < 0.02


def test_without_retaliation_nobody_is_punished():
    assert not complaints(complaint__retaliation=0.0).punished.any()
