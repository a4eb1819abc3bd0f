"""`settle --verify` of more people than the plain engine has before it at a time."""

from datetime import date

from django.db import connections

from quasimarket.events import EventKind
from quasimarket.service.acting.doing import Doing
from quasimarket.service.payments.settling_everything import (
    issued_runs,
    settle_everything,
)
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Contract
from tests.lib.fair_world import build_world
from tests.lib.paid_world import lines, noon, pay_some


def test_what_follows_from_everybody_is_settled_by_both_engines(fresh_database):
    world = build_world()
    with acting_as(SYSTEM):
        recovered = Contract.objects.order_by("pk").first()
        doing = Doing(actor=SYSTEM, act="test", now=noon(date(2012, 8, 6)))
        doing.record(EventKind.CLAWED_BACK, contract=recovered.pk, amount=700_00)
        doing.write()
    pay_some(world)

    sound = settle_everything(issued_runs(None, None), at_once=1)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT set_config('app.definer', 'on', false)")
        cursor.execute("ALTER TABLE payments_paymentline DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE payments_paymentline SET amount = amount + 1 "
            "WHERE participation_id IS NULL AND month = '2012-08'"
        )
        cursor.execute("ALTER TABLE payments_paymentline ENABLE TRIGGER USER")
        cursor.execute("RESET ALL")
    changed = settle_everything(issued_runs(None, None), at_once=1)

    assert ("2012-08", "recovery", 1, -700_00) in [
        (month, kind, number, pence - 1) for month, kind, number, pence in lines()
    ]
    assert sound.differences == ()
    assert sound.people == 3
    assert {"the plain engine", "the columnar engine"} <= {
        one["by"] for one in changed.differences
    }
