"""A server that was given by its URL: used as its role allows, or refused with why."""

import psycopg
import pytest

from quasimarket.core.errors import InputFault
from quasimarket.service.database import ensure_database, status
from quasimarket.service.database.connections import as_role, at_database
from tests.lib.own_servers import own_state


@pytest.fixture(scope="module")
def given():
    """Somebody's server, as its superuser."""
    with own_state() as folder:
        connections = ensure_database(folder, name="theirs")
        with psycopg.connect(connections.admin, autocommit=True) as admin:
            admin.execute("CREATE ROLE maker LOGIN CREATEDB CREATEROLE PASSWORD 'm'")
            admin.execute("CREATE ROLE plain LOGIN PASSWORD 'p'")
            admin.execute("GRANT CONNECT ON DATABASE postgres, theirs TO plain, maker")
            admin.execute("GRANT CONNECT ON DATABASE template1 TO maker")
        yield at_database(connections.admin, "postgres")


@pytest.fixture
def no_roles(given):
    """Take our roles away, as on a server that has never seen us."""
    with psycopg.connect(given, autocommit=True) as admin:
        names = admin.execute("SELECT datname FROM pg_database").fetchall()
        for (name,) in names:
            if name not in ("postgres", "template0", "template1"):
                admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        admin.execute("DROP ROLE IF EXISTS quasimarket_app, quasimarket_owner")


def ask(url, question):
    with psycopg.connect(url) as connection:
        return connection.execute(question).fetchone()


@pytest.mark.usefixtures("no_roles")
def test_superuser_gets_roles_and_a_database(given, tmp_path):
    connections = ensure_database(tmp_path, given, name="live")

    assert ask(connections.app, "SELECT current_user, current_database()") == (
        "quasimarket_app",
        "live",
    )
    assert connections.admin == at_database(given, "live")
    assert ensure_database(tmp_path, given, name="live") == connections
    assert not status(tmp_path).is_running  # it is not ours to stop


@pytest.mark.usefixtures("no_roles")
def test_database_that_the_url_names_is_the_one(given, tmp_path):
    with psycopg.connect(given, autocommit=True) as admin:
        admin.execute("CREATE DATABASE named")

    connections = ensure_database(tmp_path, at_database(given, "named"), name="live")

    with psycopg.connect(connections.owner) as owner:
        owner.execute("CREATE TABLE ours (id int)")
    assert ask(connections.owner, "SELECT current_database()") == ("named",)


@pytest.mark.usefixtures("no_roles")
def test_role_that_may_make_roles_and_databases_is_enough(given, tmp_path):
    maker = as_role(given, "maker", "m")

    connections = ensure_database(tmp_path, maker, name="live")

    assert ask(connections.app, "SELECT current_user") == ("quasimarket_app",)
    assert connections.admin is None


@pytest.mark.usefixtures("no_roles")
def test_owner_needs_the_role_of_the_service_beside_it(given, tmp_path):
    with pytest.raises(InputFault, match="DATABASE_APP_URL"):
        ensure_database(tmp_path, as_role(given, "plain", "p"))


@pytest.mark.usefixtures("no_roles")
def test_owner_and_service_given_are_used_as_they_are(given, tmp_path):
    made = ensure_database(tmp_path / "one", given, name="live")

    found = ensure_database(tmp_path / "two", made.owner, made.app)

    assert (found.owner, found.app, found.admin) == (made.owner, made.app, None)


@pytest.mark.usefixtures("no_roles")
def test_service_may_not_be_a_role_that_nothing_binds(given, tmp_path):
    with pytest.raises(InputFault, match="row-level security does not bind"):
        ensure_database(tmp_path, as_role(given, "plain", "p"), given)


@pytest.mark.usefixtures("no_roles")
def test_roles_of_another_installation_are_not_taken_over(given, tmp_path):
    first = ensure_database(tmp_path / "one", given, name="first")

    with pytest.raises(InputFault, match="drop the role"):
        ensure_database(tmp_path / "two", given, name="second")

    assert ask(first.app, "SELECT 1") == (1,)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://nobody:secret@127.0.0.1:1/none", "refused"),
        ("postgresql://nobody:secret@127.0.0.1:port/none", "invalid"),
        ("mysql://nobody:secret@127.0.0.1/none", "missing"),
    ],
)
def test_server_that_does_not_answer_is_a_fault_without_password(tmp_path, url, said):
    with pytest.raises(InputFault, match=said) as raised:
        ensure_database(tmp_path, url)

    assert "secret" not in str(raised.value)


def test_wrong_password_is_a_fault_without_password(given, tmp_path):
    with pytest.raises(InputFault, match="authentication failed") as raised:
        ensure_database(tmp_path, as_role(given, "plain", "mistyped"))

    assert "mistyped" not in str(raised.value)
