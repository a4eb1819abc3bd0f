from datetime import date, timedelta

import pytest
from django.urls import reverse

from quasimarket.service.chain.acts.plans import OpenPlacePlan
from quasimarket.service.chain.acts.prospects import NoteOwnMoney
from quasimarket.service.chain.acts.shifts import ProposeShareShifts
from quasimarket.service.chain.acts.terms import ProposeTerms
from quasimarket.service.chain.models import ShareProposal
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from tests.lib.fair_world import ROLES, TODAY
from tests.service.chain.test_chain_acts import TERMS, plan, published, results


PEOPLE = [f"{organisation}/{role}" for organisation, roles in ROLES.items()
          for role in roles]  # fmt: skip
LISTS = ("league", "levels", "register", "plans", "shifts")


@pytest.fixture
def busy_world(world):
    results(world)
    published(world, "chain")
    world.do("commissioner/contract-manager", ProposeShareShifts())
    return world


def test_every_page_answers_every_role(busy_world):
    world = busy_world
    with acting_as(SYSTEM):
        shift = ShareProposal.objects.get()
    things = [
        shift.get_absolute_url(),
        plan(world).get_absolute_url(),
        plan(world, "prime/prime-manager", OpenPlacePlan, "anchor-place")
        .get_absolute_url(),
        reverse("chain:place", args=["anchor-place"]),
        reverse(
            "chain:terms",
            args=[
                world.do(
                    "prime/prime-manager", ProposeTerms(**TERMS), "anchor-place"
                ).pk
            ],
        ),
    ]  # fmt: skip
    for who in PEOPLE:
        browser = world.browser(who)
        for name in LISTS:
            for query in ("", "?format=csv", "?window=month"):
                answer = browser.get(reverse(f"chain:{name}") + query)
                assert answer.status_code in (200, 403), (who, name)
        for address in things:
            assert browser.get(address).status_code in (200, 403, 404), (who, address)
    assert world.browser("beacon/sub-manager").get(things[2]).status_code == 404
    assert world.browser("beacon/sub-manager").get(things[3]).status_code == 404
    assert world.browser("beacon/sub-manager").get(things[4]).status_code == 404


def test_forecast_is_the_places_own_page(busy_world):
    world = busy_world
    for month in range(1, 7):
        for _ in range(3):
            world.participation(
                "anchor-place", referred=date(TODAY.year, TODAY.month - month % 5, 1)
            )
    world.do(
        "anchor/sub-manager",
        NoteOwnMoney(reserves=500_000, monthly_cost=100_000, cost_each=10_000),
        "anchor-place",
    )
    address = reverse("chain:forecast", args=["anchor-place"])

    own = world.browser("anchor/sub-finance").get(address)
    csv = world.browser("anchor/sub-finance").get(address + "?format=csv")

    assert own.status_code == 200
    page = own.content.decode()
    assert "Flow at which income covers costs" in page
    assert "Money at hand" in page
    assert len(b"".join(csv).decode().splitlines()) == 25
    assert world.browser("prime/prime-manager").get(address).status_code == 403
    assert world.browser("beacon/sub-manager").get(address).status_code == 404


def test_register_sets_promises_against_flow(world):
    for _ in range(6):
        world.participation("anchor-place", referred=TODAY - timedelta(days=50))

    page = world.browser("prime/prime-manager").get(
        reverse("chain:register") + "?format=csv"
    )
    lines = b"".join(page).decode().splitlines()

    (anchor,) = [line for line in lines if line.startswith("Anchor")]
    assert anchor.endswith("120,6,5.0")
    assert not any(line.startswith("Compass") for line in lines)
