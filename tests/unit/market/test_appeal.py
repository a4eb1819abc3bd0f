"""Lever L25: what a clause that promises the black box does for an appeal."""

import numpy as np

from quasimarket.events.organisation_event import CLAUSES
from quasimarket.market.appeal import (
    BLACK_BOX,
    ON_PROCESS,
    closed_by,
    firmness,
    standing,
)
from quasimarket.market.negotiation import chance_of_success
from quasimarket.rulebook.market_design import MarketDesign
from tests.lib.institutions import institutions
from tests.lib.small_programme import behaviour


def test_clause_is_a_whole_statement_and_is_not_negotiated():
    assert "the prime must not" in str(BLACK_BOX)
    assert BLACK_BOX.id not in CLAUSES


def test_dependence_does_not_count_and_firmness_counts_for_the_appeal():
    need, strength = np.array([0.9, 0.1]), np.array([-0.6, 0.2])
    strict, tolerance = np.array([0.2, 0.8]), np.array([0.4, 0.4])

    plain = chance_of_success(behaviour(), strength, strict, tolerance)
    with_text = chance_of_success(
        behaviour(), standing(strength, need), firmness(strict), tolerance
    )

    assert (with_text > plain).all()
    same = np.array([0.3, 0.3])
    alike = chance_of_success(
        behaviour(), standing(np.array([-0.3, 0.2]), np.array([0.6, 0.1])), same, same
    )
    assert alike[0] == alike[1]


def test_an_upheld_appeal_binds_the_prime_towards_its_own_chain_only():
    contract = np.array([0, 1, 0, 0, 1])
    is_sub = np.array([False, False, True, True, True])

    closed = closed_by(np.array([2]), np.array([4]), contract, is_sub, 7)

    assert np.argwhere(closed).tolist() == [[2, 4], [3, 4]]


def test_clauses_on_process_are_won_more_often_and_duties_are_not():
    def conceded(market: MarketDesign | None) -> list[int]:
        made = institutions(market)
        ended = dict.fromkeys(CLAUSES, 0)
        for entry in made.book.entries:
            for code in entry.code:
                name, _, how = entry.codes[code].partition(":")
                if how == "conceded":
                    ended[name] += 1
        return [
            sum(count for name, count in ended.items() if (name in process) == asked)
            for asked in (True, False)
        ]

    process = {name for name, is_on in zip(CLAUSES, ON_PROCESS, strict=True) if is_on}

    plain = conceded(None)
    protected = conceded(MarketDesign(protects_black_box=True))

    assert process == {"reporting", "tracking"}
    assert protected[0] >= plain[0]
    assert protected[1] == plain[1]
