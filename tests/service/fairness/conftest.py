import pytest
from django.db import transaction

from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Programme
from tests.lib.fair_world import build_world
from tests.lib.postgresql import django_at


@pytest.fixture(scope="module")
def built_world(worker_database):
    """Make the world once a module, in a transaction that is rolled back."""
    with django_at(worker_database), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(built_world):
    """Give the world; what the test does to it is undone."""
    with transaction.atomic():
        people = built_world.people
        yield built_world
        built_world.people = people
        transaction.set_rollback(True)


@pytest.fixture
def protective_world(world):
    """Let the rules protect the black box, complaints and conscience."""
    with acting_as(SYSTEM):
        Programme.objects.update(
            content_hash="",
            settings=[
                "market.protects_black_box=yes",
                "market.protects_complaints=yes",
                "market.may_opt_out_of_sanctions=yes",
            ],
        )
    return world
