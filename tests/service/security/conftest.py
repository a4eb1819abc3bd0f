"""The world whose every door is tried."""

import pytest
from django.conf import settings
from django.db import transaction

from tests.lib.postgresql import django_at
from tests.service.security.guarded_world import build_guarded


@pytest.fixture(scope="module")
def documents_folder(tmp_path_factory):
    before = settings.MEDIA_ROOT
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("documents")
    yield settings.MEDIA_ROOT
    settings.MEDIA_ROOT = before


@pytest.fixture(scope="module")
def built_guarded(worker_database, documents_folder):
    """Make the world once a module, in a transaction that is rolled back."""
    with django_at(worker_database), transaction.atomic():
        yield build_guarded()
        transaction.set_rollback(True)


@pytest.fixture
def guarded(built_guarded):
    """Give the world; what the test does to it is undone."""
    with transaction.atomic():
        yield built_guarded
        transaction.set_rollback(True)
