"""Many ask for the same at once: it is done once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connection, connections

from quasimarket.service.acting.performing import perform
from quasimarket.service.acting.refusals import Refusal
from quasimarket.service.log.models import LogEvent
from quasimarket.service.participation.acts.beginning import AcknowledgeReferral
from quasimarket.service.participation.acts.referral import Refer
from quasimarket.service.participation.models import Participation
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from tests.lib.course import REFERRED, participant
from tests.lib.fair_world import build_world


MANY = 50


@pytest.fixture
def world(fresh_database):
    return build_world()


def at_once(question):
    """Have many threads ask at the same moment; give what each was told."""
    gate = Barrier(MANY)

    def ask(number):
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            gate.wait(timeout=60)
            question(number)
        except Refusal as refusal:
            return refusal.unmet[0].code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(ask, range(MANY)))


def test_fifty_acknowledgements_are_one(world):
    made = participant("referred")
    actor = world.at("prime/prime-adviser")
    act = AcknowledgeReferral(acknowledged_on=REFERRED + timedelta(days=1))

    told = at_once(lambda _: perform(act, actor, made.reference))

    assert sorted(told) == ["done"] + ["wrong-state"] * (MANY - 1)
    with acting_as(SYSTEM):
        kinds = LogEvent.objects.filter(participation=made.pk, kind="acknowledged")
        assert kinds.count() == 1


def test_one_person_referred_fifty_times_takes_part_once(world):
    act = Refer(
        name="Jo Bloggs",
        national_insurance="QQ123456C",
        area="1",
        group="1",
        referred_on=date(2013, 6, 3),
    )

    told = at_once(lambda _: perform(act, world.at("commissioner/contract-manager")))

    assert told.count("done") == 1
    assert set(told) <= {
        "done",
        "referred-already",
        "constraint-one-person-a-number",
        "constraint-one-participation-a-person",
    }
    with acting_as(SYSTEM):
        assert Participation.objects.count() == 1
