"""A rulebook saved and loaded is equal, whatever its values."""

import tempfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from quasimarket.core.money import Pence
from quasimarket.rulebook import (
    Rulebook,
    content_hash,
    load_rulebook,
    save_rulebook,
)
from quasimarket.rulebook.rulebook import BreakRule, Evidence


PLAIN = load_rulebook("teaching-pilot")
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), include_characters=" "),
    min_size=1,
).map(lambda text: " ".join(text.split()) or "-")
SHARES = st.decimals(0, 1, places=4)
FEES = st.integers(0, 10_000_000).map(Pence)
DAYS = st.integers(1, 1_000)


@st.composite
def rulebooks(draw) -> Rulebook:
    """Draw a sound rulebook: the teaching pilot with any values that it could have."""
    start, outcome, sustainment = PLAIN.milestones
    outcome = replace(
        outcome,
        days={group.id: draw(DAYS) for group in PLAIN.groups},
        unbroken=draw(st.booleans()),
        name=draw(WORDS),
    )
    sustainment = replace(
        sustainment,
        days={group.id: draw(DAYS) for group in PLAIN.groups},
        maximum={group.id: draw(st.integers(1, 99)) for group in PLAIN.groups},
        break_rule=draw(st.sampled_from(BreakRule)),
        claim_after_working_days=draw(st.integers(0, 30)),
    )
    split = draw(SHARES)
    one, other = PLAIN.market_shares
    evidence = draw(st.sampled_from(Evidence))
    rates = tuple(
        replace(
            rate,
            fee=draw(FEES),
            evidence=evidence,
            source=draw(WORDS),
            reason=draw(WORDS),
        )
        for rate in PLAIN.rates
    )
    discounts = tuple(
        replace(PLAIN.discounts[0], contract=contract.id, percent=draw(SHARES) * 100)
        for contract in PLAIN.contracts
    )
    (terms,) = PLAIN.subcontract_terms
    drawn = replace(
        PLAIN,
        name=draw(WORDS),
        summary=draw(WORDS),
        allotted_days=draw(DAYS),
        run_on=draw(st.booleans()),
        bridge_days=draw(st.integers(0, 6)),
        holidays=frozenset(
            draw(st.sets(st.dates(date(2024, 1, 1), date(2026, 12, 31)), max_size=9))
        ),
        milestones=(start, outcome, sustainment),
        market_shares=(replace(one, share=split), replace(other, share=1 - split)),
        rates=rates,
        discounts=draw(st.sampled_from([(), discounts])),
        subcontract_terms=(
            replace(
                terms,
                management_fee=draw(SHARES),
                passed_down=draw(
                    st.dictionaries(
                        st.sampled_from([one.id for one in PLAIN.milestones]), SHARES
                    )
                ),
                lag_months=draw(st.integers(0, 24)),
            ),
        ),
        performance=replace(
            PLAIN.performance,
            interval_z=draw(st.decimals(Decimal("0.1"), 9, places=3)),
            cohort_months=tuple(draw(st.lists(st.integers(1, 60), max_size=4))),
        ),
        stated=draw(st.sampled_from([(), PLAIN.stated])),
    )
    return replace(drawn, content_hash=content_hash(drawn))


@given(rulebooks())
def test_rulebook_saved_and_loaded_is_equal(rulebook):
    with tempfile.TemporaryDirectory() as place:
        save_rulebook(rulebook, Path(place) / "one")
        loaded = load_rulebook(Path(place) / "one")
        save_rulebook(loaded, Path(place) / "two")
        again = load_rulebook(Path(place) / "two")

    assert replace(loaded, stated=rulebook.stated) == rulebook
    assert again == loaded
