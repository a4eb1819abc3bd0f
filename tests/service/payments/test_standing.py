"""What a place has earned, claimed, awaits and was paid, as far as it may see."""

from quasimarket.service.payments.standing import standing
from quasimarket.service.people.scope import acting_as
from tests.lib.paid_world import AUGUST, pay, worker


def by_month(world, who, contract, position=None):
    with acting_as(world.at(who)):
        return {one.month: one for one in standing(contract, position)}


def test_a_place_sees_what_is_passed_to_it_and_what_it_waits_for(world):
    worker(world)
    pay(world, AUGUST)
    pay(world, AUGUST.plus(1))
    found = by_month(world, "anchor/sub-finance", world.contract.pk, "anchor-place")
    assert found["2012-08"].earned == 1
    assert found["2012-08"].claimed == 2
    assert (found["2012-09"].paid_lines, found["2012-09"].paid_pence) == (2, 129_880)
    assert found["2012-09"].payable_pence == 129_880


def test_another_place_sees_nothing_of_it(world):
    worker(world)
    pay(world, AUGUST.plus(1))
    assert not by_month(world, "beacon/sub-manager", world.contract.pk, "anchor-place")
    # a subcontractor is not shown what the prime is paid
    own = by_month(world, "anchor/sub-finance", world.contract.pk)
    assert sum(one.paid_pence for one in own.values()) == 0
