"""Lists of claims are read by keys: they hold what the policy shows, and no less."""

import pytest

from quasimarket.service.acting.performing import perform
from quasimarket.service.claims.acts import RaiseClaim
from quasimarket.service.claims.listing import (
    claims_after,
    count_up_to,
    every_claim,
    newest_claims,
)
from quasimarket.service.claims.models import Claim
from quasimarket.service.participation.acts.access import RestrictCase
from quasimarket.service.participation.acts.delivery import Allocate
from quasimarket.service.participation.acts.specialists import (
    AcceptCallOff,
    CallOffSpecialist,
)
from quasimarket.service.participation.acts.transfer import Transfer
from quasimarket.service.participation.models import CallOff
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Position
from tests.lib.fair_world import TODAY


READERS = (
    "prime/prime-manager",
    "other-prime/prime-manager",
    "anchor/sub-finance",
    "beacon/sub-manager",
    "compass/sub-manager",
    "commissioner/payment",
    "commissioner/policy",
)


def claim(case, number=1):
    return perform(
        RaiseClaim(milestone="sustainment", number=number), SYSTEM, case.reference
    )


@pytest.fixture
def claims(world):
    """Give claims in every way in which a reader can come to see one."""
    kept = world.participation("anchor-place")
    in_house = world.participation()
    moved = world.participation("anchor-place")
    elsewhere = world.participation("compass-place")
    hidden = world.participation("anchor-place")
    helped = world.participation("anchor-place")
    made = {
        "kept": claim(kept),
        "before it was allocated": claim(in_house),
        "before the move": claim(moved),
        "of another contract": claim(elsewhere),
        "restricted": claim(hidden),
        "helped": claim(helped),
    }
    perform(
        Allocate(position="anchor-place", why="locality", allocated_on=TODAY),
        SYSTEM,
        in_house.reference,
    )
    perform(
        Transfer(
            position="beacon-place", has_consent=True, moved_on=TODAY, why="Nearer"
        ),
        SYSTEM,
        moved.reference,
    )
    made["after the move"] = claim(moved, 2)
    with acting_as(SYSTEM):
        Position.objects.filter(pk="beacon-place").update(specialism="Housing")
    perform(
        CallOffSpecialist(position="beacon-place", need="Housing", asked_on=TODAY),
        SYSTEM,
        helped.reference,
    )
    with acting_as(SYSTEM):
        asked = CallOff.objects.get(participation=helped)
    world.do("beacon/sub-manager", AcceptCallOff(answered_on=TODAY), asked.reference)
    world.do(
        "commissioner/contract-manager",
        RestrictCase(people=[world.at("commissioner/assurance").id]),
        hidden.reference,
    )
    return made


def seen_by_policy(**wanted):
    return list(Claim.objects.filter(**wanted).order_by("-id"))


def test_a_list_holds_what_the_policy_shows(world, claims):
    for who in READERS:
        with acting_as(world.at(who)):
            seen = seen_by_policy()

            assert newest_claims(size=50) == seen, who
            assert list(every_claim()) == seen
            assert claims_after(0, 50) == seen[::-1]
            assert newest_claims("raised", size=50) == seen_by_policy(state="raised")
            assert newest_claims("paid", size=50) == []
            assert count_up_to(2, "raised") == min(2, len(seen))


def test_each_way_to_a_claim_is_seen(world, claims):
    def names(who):
        with acting_as(world.at(who)):
            ids = {one.pk for one in newest_claims(size=50)}
        return {name for name, one in claims.items() if one.pk in ids}

    assert names("anchor/sub-finance") == {
        "kept", "before it was allocated", "before the move", "helped"
    }  # fmt: skip
    assert names("beacon/sub-manager") == {
        "before the move", "after the move", "helped"
    }  # fmt: skip
    assert names("compass/sub-manager") == {"of another contract"}
    assert names("other-prime/prime-manager") == {"of another contract"}
    assert names("prime/prime-manager") == (
        set(claims) - {"of another contract", "restricted"}
    )
    assert names("commissioner/payment") == set(claims) - {"restricted"}


def test_pages_follow_one_another_without_a_gap(world, claims):
    for who in READERS:
        with acting_as(world.at(who)):
            seen = seen_by_policy()
            down, up = [], []
            while page := newest_claims(before=down[-1].pk if down else 0, size=2):
                down += page
            while page := claims_after(up[-1].pk if up else 0, 2):
                up += page

        assert down == seen, who
        assert up == seen[::-1], who


def test_some_peoples_claims_are_read_alone(world, claims):
    with acting_as(world.at("prime/prime-manager")):
        one = claims["kept"].participation_id
        assert claims_after(0, 50, people=[one]) == [claims["kept"]]
        assert claims_after(0, 50, people=[]) == []
