"""A service of some areas pays the fees of its own contracts, and of no others."""

from django.db import transaction

from quasimarket.core.dates import Month
from quasimarket.service.payments.models import PaymentLine
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Contract
from quasimarket.service.programme.rules import rulebook_in_force
from tests.lib.fair_world import build_world
from tests.lib.paid_world import pay, worker


def test_a_fee_is_paid_for_the_contracts_that_run_here(db):
    with transaction.atomic():
        world = build_world(settings=("market.service_fee_share=30",))
        worker(world)
        pay(world, Month(2012, 1))
        with acting_as(SYSTEM):
            here = set(Contract.objects.values_list("pk", flat=True))
            paid = {
                line.contract_id
                for line in PaymentLine.objects.filter(participation_id=None)
            }
            ruled = {str(one.id) for one in rulebook_in_force().contracts}
        transaction.set_rollback(True)
    assert paid == here == ruled
