"""Contracts are drawn by market share, and anybody can draw them again."""

from fractions import Fraction

import pytest
from django.db import ProgrammingError, transaction
from hypothesis import given
from hypothesis import strategies as st

from quasimarket.service.acting.performing import perform
from quasimarket.service.participation.drawing import chosen, draw, holds
from quasimarket.service.participation.draws import check_draws
from quasimarket.service.participation.importing.acts import ImportReferrals
from quasimarket.service.participation.models import Participation
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import AllocationSeed, Programme
from quasimarket.service.programme.seeds import commitment


SHARES = {"1": Fraction(1, 2), "2": Fraction(1, 5), "10": Fraction(3, 10)}


def test_each_contract_is_drawn_as_often_as_its_share_says():
    drawn = [draw("seed", number, SHARES)["contract"] for number in range(4_000)]

    # a fixed seed: the same counts each time, within 4 standard deviations of the share
    for contract, share in SHARES.items():
        spread = float(4_000 * share * (1 - share)) ** 0.5
        assert abs(drawn.count(contract) - 4_000 * share) < 4 * spread


@given(
    st.dictionaries(
        st.text("0123456789", min_size=1, max_size=3),
        st.fractions(min_value=Fraction(1, 100), max_value=1),
        min_size=1,
        max_size=6,
    ),
    st.floats(min_value=0, max_value=1, exclude_max=True),
)
def test_every_number_falls_on_a_contract(weights, drawn):
    assert chosen(weights, drawn) in weights


@pytest.mark.parametrize(
    "change",
    [
        {"contract": "2"},
        {"number": 8},
        {"weights": {"1": "1/9", "2": "4/9", "10": "4/9"}},
        {"drawn": "0.1"},
        {"seed": "other"},
    ],
)
def test_any_change_shows(change):
    record = draw("seed", 7, SHARES)

    assert holds(record, "seed")
    assert not holds(record | change, "seed")
    assert not holds(record, "another seed")


def test_all_draws_are_checked_together(world):
    rows = "".join(
        f"QQ{number:06d}A,Ann {number},1,1,2013-06-03\n" for number in range(1, 40)
    )
    content = "nino,name,area,group,referral date\n" + rows
    perform(
        ImportReferrals(file=content.encode()),
        world.at("commissioner/contract-manager"),
    )
    before = check_draws()
    with acting_as(SYSTEM):
        one = Participation.objects.order_by("id").first()
        other = "2" if one.contract_id == "1" else "1"
        Participation.objects.filter(pk=one.pk).update(contract_id=other)
        forged = Participation.objects.order_by("id").last()
        # shares that never stood, from which the draw would come out
        forged.allocation["weights"] = {forged.contract_id: "1"}
        forged.save(update_fields=["allocation"])

    after = check_draws()

    assert (before.drawn, before.wrong, before.repeated) == (39, (), ())
    assert after.wrong == tuple(sorted((one.reference, forged.reference)))


def test_the_seed_is_the_programmes_alone_and_stands_as_it_was_committed_to(world):
    for who, actor in world.actors.items():
        with acting_as(actor):
            assert not AllocationSeed.objects.exists(), who
            said = Programme.objects.get().allocation_commitment
            assert said == commitment("seed")
    assert check_draws().is_as_committed

    with acting_as(SYSTEM):
        Programme.objects.update(allocation_commitment=commitment("another"))

    assert not check_draws().is_as_committed


def test_a_seed_is_not_replaced(world):
    with (
        acting_as(SYSTEM),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
    ):
        AllocationSeed.objects.update(seed="another")
