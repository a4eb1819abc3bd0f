"""A server of our own moves to a newer PostgreSQL, or stays what it was."""

from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from quasimarket.core.errors import InputFault
from quasimarket.service.database import ensure_database, status, stop
from quasimarket.service.database.binaries import find_binaries
from quasimarket.service.migrating import migrate
from quasimarket.service.safekeeping.audit import verify
from quasimarket.service.safekeeping.upgrade import remove_older, upgrade
from tests.lib.log_entries import append, events
from tests.lib.own_servers import own_state
from tests.lib.postgresql import close_django, django_at


NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture
def versions():
    """The oldest and the newest PostgreSQL of this machine, if they differ."""
    found = sorted(find_binaries(), key=lambda one: one.major)
    if not found or found[0].major == found[-1].major:
        pytest.skip("one PostgreSQL alone here")
    return found[0], found[-1]


@pytest.fixture
def state(versions):
    with own_state() as folder:
        connections = ensure_database(folder, binaries=versions[0].folder)
        with django_at(connections):
            migrate()
            append(connections, 3, 1, 4)
            close_django()
            yield folder


@pytest.mark.long
def test_upgrade_keeps_every_row_port_and_password(state, versions):
    old, new = versions
    connections = ensure_database(state)
    before = events(connections)

    upgraded = upgrade(state, NOW)

    assert not status(state).is_running
    assert ensure_database(state) == connections
    assert status(state).version == new.version == upgraded.version
    assert events(connections) == before
    with psycopg.connect(connections.admin) as connection:
        assert verify(connection) == []
    append(connections, 2)
    assert len(events(connections)) == len(before) + 2
    older = Path(status(state).older_data[0])
    assert (older / "PG_VERSION").read_text().strip() == str(old.major)
    assert remove_older(state) == (str(older),)
    assert not older.exists()
    assert not (state / "upgrade.dump").exists()


@pytest.mark.long
def test_upgrade_of_a_database_in_use_is_refused_and_changes_nothing(state, versions):
    connections = ensure_database(state)
    with (
        psycopg.connect(connections.app),
        pytest.raises(InputFault, match="stop the service first"),
    ):
        upgrade(state, NOW)

    assert status(state).version == versions[0].version
    assert len(events(connections)) == 8
    psycopg.connect(connections.app).close()


@pytest.mark.long
def test_upgrade_that_finds_the_log_tampered_with_changes_nothing(state, versions):
    connections = ensure_database(state)
    with psycopg.connect(connections.admin) as connection:
        connection.execute("SET session_replication_role = 'replica'")
        connection.execute("UPDATE log_logevent SET amount = 1")

    with pytest.raises(InputFault, match="was changed"):
        upgrade(state, NOW)

    assert status(state).is_running
    assert status(state).version == versions[0].version
    assert {path.name for path in Path(status(state).data).parent.glob("data-*")} == {
        f"data-{versions[0].major}"
    }


def test_nothing_to_upgrade_to_is_a_fault():
    newest = max(find_binaries(), key=lambda one: one.major)
    with own_state() as folder:
        ensure_database(folder, binaries=newest.folder)
        with pytest.raises(InputFault, match="no PostgreSQL newer than"):
            upgrade(folder, NOW)

        assert status(folder).is_running


def test_given_server_is_not_ours_to_upgrade(tmp_path):
    with pytest.raises(InputFault, match="no server of our own"):
        upgrade(tmp_path, NOW)

    assert not stop(tmp_path / "nowhere")
