"""The world that programs call."""

import pytest
from django.db import transaction

from tests.lib.calling import Caller, make_key
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
def call(world):
    """Give a caller for somebody's organisation, in their role."""

    def make(who, **about):
        return Caller(make_key(world, who, **about))

    return make
