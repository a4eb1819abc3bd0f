"""A real PostgreSQL for the service's tests, used as the role that the service uses.

QUASIMARKET_TEST_DATABASE_URL  a server to use, signed in to as a superuser
QUASIMARKET_TEST_STATE         a folder to keep the server in, for a quick next run
"""

import os
import secrets
from collections.abc import Iterator

import django
import pytest


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quasimarket.service.settings")
os.environ.setdefault("QUASIMARKET_SECRET_KEY", secrets.token_urlsafe(48))
django.setup()  # before the tests' own imports of models

from django.db import transaction  # noqa: E402  # needs Django set up
from django.test import Client  # noqa: E402  # likewise
from django.test.utils import (  # noqa: E402  # likewise
    setup_test_environment,
    teardown_test_environment,
)

from quasimarket.service.database import Connections  # noqa: E402  # likewise
from tests.lib.postgresql import (  # noqa: E402  # likewise
    MigratedServer,
    django_at,
    migrated_server,
)


@pytest.fixture(scope="session", autouse=True)
def django_environment(request: pytest.FixtureRequest) -> Iterator[None]:
    """Set Django up for tests, unless pytest-django has done so."""
    if request.config.pluginmanager.hasplugin("django"):
        request.getfixturevalue("django_db_blocker").unblock()
        yield
        return
    setup_test_environment(debug=False)
    yield
    teardown_test_environment()


@pytest.fixture(scope="session")
def server() -> Iterator[MigratedServer]:
    """Give the session's server with its migrated template."""
    with migrated_server(
        url=os.environ.get("QUASIMARKET_TEST_DATABASE_URL"),
        kept_state=os.environ.get("QUASIMARKET_TEST_STATE"),
        session=os.environ.get("PYTEST_XDIST_TESTRUNUID"),
    ) as found:
        yield found


@pytest.fixture(scope="session")
def worker_database(server: MigratedServer) -> Iterator[Connections]:
    """Give this worker's own copy, which no test commits to."""
    name = f"quasimarket_worker_{os.getpid()}"
    server.drop(name)
    yield server.copy(name)
    server.drop(name)


@pytest.fixture
def db(worker_database: Connections) -> Iterator[Connections]:
    """Run the test in a transaction, as the service's role; roll it back after."""
    with django_at(worker_database), transaction.atomic():
        yield worker_database
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def template(server: MigratedServer) -> str:
    """Name what a fresh database is copied from; a module may make something first."""
    return server.template


@pytest.fixture
def fresh_database(server: MigratedServer, template: str) -> Iterator[Connections]:
    """Give the test a database of its own, to commit to, kill and race in."""
    name = f"quasimarket_fresh_{os.getpid()}"
    server.drop(name)
    with django_at(server.copy(name, template)):
        yield server.connections.at(name)
    server.drop(name)


@pytest.fixture
def client() -> Client:
    """Give a browser without JavaScript."""
    return Client()
