"""Whatever is killed, the server is found again and nothing committed is lost."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from quasimarket.core.errors import InputFault
from quasimarket.service.database import ensure_database, status, stop
from quasimarket.service.database.state import read_server, write_server
from tests.lib.own_servers import own_state


UP = (
    "import sys; from pathlib import Path; "
    "from quasimarket.service.database import ensure_database; "
    "connections = ensure_database(Path(sys.argv[1])); "
    "print(connections.app, flush=True); sys.stdin.read()"
)


@pytest.fixture(scope="module")
def made():
    """A server that was made once and stopped, to be copied."""
    with own_state() as folder:
        ensure_database(folder)
        stop(folder)
        yield folder


@pytest.fixture
def state(made):
    with own_state(made) as folder:
        yield folder


@pytest.fixture
def empty_state():
    with own_state() as folder:
        yield folder


def parent_of_a_server(state):
    return subprocess.Popen(
        [sys.executable, "-c", UP, str(state)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def end(parent, how):
    parent.send_signal(how)
    parent.wait()
    parent.stdin.close()
    parent.stdout.close()


def write_rows(connections, count):
    with psycopg.connect(connections.owner) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS written (number int)")
        owner.execute("INSERT INTO written SELECT generate_series(1, %s::int)", [count])


def rows_written(connections):
    with psycopg.connect(connections.owner) as owner:
        return owner.execute("SELECT count(*) FROM written").fetchone()[0]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_server_of_a_killed_parent_is_found_and_stopped(state, how):
    parent = parent_of_a_server(state)
    url = parent.stdout.readline().strip()
    end(parent, how)

    found = status(state)

    assert found.is_running
    assert ensure_database(state).app == url
    assert status(state).process == found.process
    assert stop(state)
    assert not status(state).is_running


def test_killed_server_comes_back_with_what_was_committed(state):
    connections = ensure_database(state)
    write_rows(connections, 11_401)
    killed = status(state).process
    os.kill(killed, signal.SIGKILL)

    again = ensure_database(state)

    assert again == connections
    assert rows_written(again) == 11_401
    assert status(state).process != killed


def test_server_killed_again_and_again_loses_nothing(state):
    for count in range(1, 4):
        connections = ensure_database(state)
        write_rows(connections, 100)
        os.kill(status(state).process, signal.SIGKILL)

        assert rows_written(ensure_database(state)) == 100 * count


def test_two_at_once_make_one_server(empty_state):
    parents = [parent_of_a_server(empty_state) for _ in range(3)]

    urls = {parent.stdout.readline().strip() for parent in parents}

    assert len(urls) == 1
    assert "quasimarket_app" in urls.pop()
    process = status(empty_state).process
    for parent in parents:
        end(parent, signal.SIGKILL)
    assert status(empty_state).process == process


def test_process_file_that_names_a_stranger_is_seen_through(state):
    connections = ensure_database(state)
    write_rows(connections, 3)
    data = Path(status(state).data)
    recorded = (data / "postmaster.pid").read_text().splitlines()
    stop(state)
    stranger = [str(os.getpid()), *recorded[1:]]
    (data / "postmaster.pid").write_text("\n".join(stranger) + "\n")

    assert not status(state).is_running
    assert not stop(state)
    assert rows_written(ensure_database(state)) == 3


def test_half_made_data_directory_is_made_anew(state):
    data = Path(status(state).data)
    half_made = data.with_name(f"{data.name}.making-0")
    data.rename(half_made)
    (state / "server.json").unlink()

    connections = ensure_database(state)

    write_rows(connections, 1)
    assert not half_made.exists()


def test_remembered_port_that_is_taken_is_left_for_the_next(state):
    ensure_database(state)
    port = status(state).port
    stop(state)
    with closing(socket.create_server(("127.0.0.1", port))):
        connections = ensure_database(state)

    assert status(state).port == port + 1
    assert f":{port + 1}/" in connections.app


def test_port_that_was_asked_for_and_is_taken_is_a_fault(state):
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        with pytest.raises(InputFault, match="another program listening there"):
            ensure_database(state, port=port)

    assert not status(state).is_running


def test_data_of_another_version_is_a_fault_that_says_how_to_go_on(state):
    data = Path(status(state).data)
    (data / "PG_VERSION").write_text("9\n")

    with pytest.raises(InputFault, match=r"PostgreSQL 9.*quasimarket db upgrade"):
        ensure_database(state)


def test_data_that_is_gone_is_a_fault_and_not_made_anew(state):
    server = read_server(state)
    write_server(state, replace(server, data=f"{server.data}-elsewhere"))

    with pytest.raises(InputFault, match="no data directory, where one was"):
        ensure_database(state)


def test_secrets_that_are_lost_are_a_fault(state):
    ensure_database(state)
    (state / "credentials.json").unlink()

    with pytest.raises(InputFault, match="a running server that refuses us"):
        ensure_database(state)


def test_damaged_secrets_are_a_fault(state):
    ensure_database(state)
    (state / "credentials.json").write_text("{")

    with pytest.raises(InputFault, match="a damaged file"):
        ensure_database(state)


def test_folder_without_programs_is_a_fault(empty_state, tmp_path):
    with pytest.raises(InputFault, match="no PostgreSQL server"):
        ensure_database(empty_state, binaries=tmp_path)

    assert not (empty_state / "postgresql").exists()
