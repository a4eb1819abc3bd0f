"""Make the two roles, the database and its extension. Running it again changes nothing.

`quasimarket_owner` owns the tables; `quasimarket_app` is what the service signs in as.
Neither can pass row-level security, make roles or make databases.
"""

import psycopg
from psycopg import sql

from quasimarket.core.errors import Fault, InputFault
from quasimarket.service.database.connections import as_role, at_database
from quasimarket.service.database.policies import APP, OWNER, SECURING
from quasimarket.service.database.state import Credentials


EXTENSION = "btree_gist"
"""Lets a constraint refuse two overlapping periods of one person."""
PLAIN = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"
APP_SETTINGS = {
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
    "search_path": "public",
    "timezone": "UTC",
}
OWNER_SETTINGS = {"search_path": "public", "timezone": "UTC"}


def make_roles(admin: str, credentials: Credentials, *, set_passwords: bool) -> None:
    """Make both roles with their passwords and limits.

    Args:
        admin: a superuser's URL, or that of a role that may make roles.
        credentials: the passwords.
        set_passwords: give roles that are there these passwords too: the server is
            ours. Otherwise they must have them already.
    """
    with psycopg.connect(admin, autocommit=True) as connection:
        for role, password, settings in (
            (OWNER, credentials.owner, OWNER_SETTINGS),
            (APP, credentials.app, APP_SETTINGS),
        ):
            is_new = not _exists(connection, "pg_roles", "rolname", role)
            _execute(
                connection,
                "{verb} ROLE {role} {attributes}",
                verb=sql.SQL("CREATE" if is_new else "ALTER"),
                role=sql.Identifier(role),
                attributes=sql.SQL(PLAIN if is_new or set_passwords else "LOGIN"),
            )
            if is_new or set_passwords:
                # sent as SCRAM's verifier, so that no server log can show it
                verifier = connection.pgconn.encrypt_password(
                    password.encode(), role.encode(), b"scram-sha-256"
                )
                _execute(
                    connection,
                    "ALTER ROLE {role} PASSWORD {verifier}",
                    role=sql.Identifier(role),
                    verifier=sql.Literal(verifier.decode()),
                )
            elif not _can_sign_in(as_role(admin, role, password)):
                raise _unknown_password(role)
            for name, value in settings.items():
                _execute(
                    connection,
                    "ALTER ROLE {role} SET {name} = {value}",
                    role=sql.Identifier(role),
                    name=sql.Identifier(name),
                    value=sql.Literal(value),
                )


def make_database(admin: str, name: str) -> None:
    """Make the database, owned by the owner and closed to everybody but the two."""
    with psycopg.connect(at_database(admin, "postgres"), autocommit=True) as connection:
        if not _is_superuser(connection):
            # such a role gives away only to whom it is a member of
            _execute(
                connection, "GRANT {role} TO CURRENT_USER", role=sql.Identifier(OWNER)
            )
        statement = (
            "ALTER DATABASE {name} OWNER TO {owner}"
            if _exists(connection, "pg_database", "datname", name)
            else "CREATE DATABASE {name} OWNER {owner} TEMPLATE template0 "
            "ENCODING 'UTF8' LOCALE 'C'"
        )
        _execute(
            connection,
            statement,
            name=sql.Identifier(name),
            owner=sql.Identifier(OWNER),
        )
    close_database(at_database(admin, name), name)


def close_server(admin: str) -> None:
    """Keep everybody but the superuser out of the databases that came with it."""
    for name in ("postgres", "template1"):
        with psycopg.connect(at_database(admin, name), autocommit=True) as connection:
            _execute(
                connection,
                "REVOKE ALL ON DATABASE {name} FROM PUBLIC",
                name=sql.Identifier(name),
            )
            _make_extension(connection)


def close_database(admin: str, name: str) -> None:
    """Let the two roles connect, and nobody else; make the extension.

    It waits while another process migrates the database.
    """
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [SECURING])
        for statement in (
            "REVOKE ALL ON DATABASE {name} FROM PUBLIC",
            "REVOKE ALL ON DATABASE {name} FROM {app}",
            "ALTER DATABASE {name} CONNECTION LIMIT -1",
            "GRANT CONNECT ON DATABASE {name} TO {app}",
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        ):
            _execute(
                connection,
                statement,
                name=sql.Identifier(name),
                app=sql.Identifier(APP),
            )
        _make_extension(connection)


def _make_extension(connection: psycopg.Connection) -> None:
    _execute(
        connection,
        "CREATE EXTENSION IF NOT EXISTS {extension} SCHEMA public",
        extension=sql.Identifier(EXTENSION),
    )


def _execute(
    connection: psycopg.Connection, statement: str, **parts: sql.Composable
) -> None:
    # every statement is a literal of this module; names and values are quoted parts
    connection.execute(sql.SQL(statement).format(**parts))


def _exists(connection: psycopg.Connection, table: str, column: str, name: str) -> bool:
    query = sql.SQL("SELECT 1 FROM {} WHERE {} = %s").format(
        sql.Identifier(table), sql.Identifier(column)
    )
    return connection.execute(query, [name]).fetchone() is not None


def _is_superuser(connection: psycopg.Connection) -> bool:
    row = connection.execute(
        "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    return bool(row and row[0])


def _can_sign_in(url: str) -> bool:
    try:
        psycopg.connect(at_database(url, "postgres"), connect_timeout=10).close()
    except psycopg.OperationalError as error:
        # a role that is let in and then kept out of this database has signed in
        return "permission denied" in str(error)
    return True


def _unknown_password(role: str) -> InputFault:
    return InputFault(
        [
            Fault(
                where=f"role {role}",
                found="a role with a password that this state directory does not hold",
                expected="a server on which no other Quasimarket runs, or its state",
                hint="use the --state that made the role, or drop the role",
            )
        ]
    )
