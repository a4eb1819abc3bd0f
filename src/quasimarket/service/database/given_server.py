"""Use a PostgreSQL server that somebody else runs, by the URL that was given."""

import psycopg

from quasimarket.core.errors import Fault, InputFault
from quasimarket.service.database.connections import (
    Connections,
    as_role,
    at_database,
    database_of,
    without_password,
)
from quasimarket.service.database.policies import APP, OWNER
from quasimarket.service.database.roles import make_database, make_roles
from quasimarket.service.database.state import Credentials


OLDEST_VERSION = 150_000
MAINTENANCE = frozenset({"", "postgres", "template1"})
"""Databases that come with a server: a URL that names one asks for a new one."""


def use_given_server(
    url: str,
    app_url: str | None,
    name: str,
    credentials: Credentials,
    *,
    set_passwords: bool,
) -> Connections:
    """Give connections to a database of the given server.

    Signed in as a role that may make roles and databases, both are made where missing.
    Signed in as the owner of the tables, the service's own role must be given too.

    Raises:
        InputFault: the server cannot be used so, and what would mend it.
    """
    is_maker, passes_security = _look_at(url)
    if not is_maker:
        return _use_as_owner(url, app_url, credentials)
    asked = database_of(url)
    database = name if asked in MAINTENANCE else asked
    make_roles(at_database(url, "postgres"), credentials, set_passwords=set_passwords)
    make_database(url, database)
    here = at_database(url, database)
    return Connections(
        owner=as_role(here, OWNER, credentials.owner),
        app=as_role(here, APP, credentials.app),
        admin=here if passes_security else None,
        signing_secret=credentials.signing_secret,
    )


def _use_as_owner(
    url: str, app_url: str | None, credentials: Credentials
) -> Connections:
    if app_url is None:
        raise InputFault(
            [
                Fault(
                    where="DATABASE_URL",
                    found=f"{without_password(url)}, a role that may not make roles",
                    expected="the URL of the service's own role beside it",
                    hint=f"have a role {APP} made (LOGIN NOSUPERUSER NOBYPASSRLS) and "
                    "give its URL as DATABASE_APP_URL",
                )
            ]
        )
    _look_at(app_url, is_app=True)
    return Connections(
        owner=url,
        app=app_url,
        admin=None,
        signing_secret=credentials.signing_secret,
    )


def _look_at(url: str, *, is_app: bool = False) -> tuple[bool, bool]:
    """Say whether the role may make roles and databases, and pass row security."""
    where = "DATABASE_APP_URL" if is_app else "DATABASE_URL"
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version
            row = connection.execute(
                "SELECT rolsuper, rolcreaterole AND rolcreatedb, rolbypassrls "
                "FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except (psycopg.OperationalError, psycopg.ProgrammingError) as error:
        raise InputFault(
            [
                Fault(
                    where=where,
                    found=f"{without_password(url)}, which refuses us: "
                    # a URL that is none is quoted whole in what is said of it
                    + str(error).replace(url, "the URL").strip().splitlines()[0],
                    expected="a PostgreSQL server that takes the connection",
                    hint="see that it runs, and that role and password are right",
                )
            ]
        ) from error
    if row is None:
        raise AssertionError("a role that signed in is listed")
    is_super, makes, bypasses = (bool(one) for one in row)
    faults = []
    if version < OLDEST_VERSION:
        faults.append(
            Fault(
                where=where,
                found=f"PostgreSQL {version // 10_000}",
                expected="PostgreSQL 15 or later",
            )
        )
    if is_app and (is_super or bypasses):
        faults.append(
            Fault(
                where=where,
                found="a role that row-level security does not bind",
                expected="one that is NOSUPERUSER NOBYPASSRLS",
                hint=f"ALTER ROLE {APP} NOSUPERUSER NOBYPASSRLS",
            )
        )
    if faults:
        raise InputFault(faults)
    return is_super or makes, is_super or bypasses
