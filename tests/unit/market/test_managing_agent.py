"""Primes that deliver nothing themselves differ from those that deliver too."""

import numpy as np
import pytest

from quasimarket.market.chain import build_chain
from quasimarket.market.managing_agent import agents_apart, are_agents
from quasimarket.market.stance import draw_stances
from tests.lib.small_programme import behaviour, work_programme


ALIKE = {"agent__fee": 0.0, "agent__strictness": 0.0}


def test_the_gap_leaves_the_mean_alone():
    apart = agents_apart(np.array([True, False, False, False]), 0.4)

    assert apart == pytest.approx([0.3, -0.1, -0.1, -0.1])
    assert agents_apart(np.zeros(3, bool), 0.4) == pytest.approx(np.zeros(3))


def test_five_of_forty_contracts_have_one():
    assert are_agents(work_programme().contracts).sum() == 5


def test_an_agent_delivers_nothing_while_its_chain_can():
    rulebook = work_programme()
    chain = build_chain(rulebook, behaviour(), seed=1)

    own = chain.allocation[:, :, 0]
    agents = are_agents(rulebook.contracts)
    assert own[agents].max() == 0
    assert own[~agents].min() > 0


def test_its_fee_is_larger_and_its_terms_stricter():
    rulebook = work_programme()
    agents = are_agents(rulebook.contracts)

    def fee(known):
        chain = build_chain(rulebook, known, seed=1)
        return chain.management_fee[chain.slot_position[:, 0]]

    def strictness(known):
        return draw_stances(rulebook, known, seed=1).strictness

    fees, firm = (
        [read(behaviour(**one))[agents].mean() for one in ({}, ALIKE)]
        for read in (fee, strictness)
    )

    assert fees[0] == pytest.approx(fees[1] + 0.05 * 35 / 40, abs=2e-3)
    assert firm[0] == pytest.approx(firm[1] + 0.1 * 35 / 40, abs=2e-2)
