"""The world in which payments are made."""

import pytest
from django.db import transaction

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
        yield built_world
        transaction.set_rollback(True)
