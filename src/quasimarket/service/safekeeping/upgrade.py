"""Move a server of our own to a newer PostgreSQL; the old data directory is kept."""

import shutil
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg import sql

from quasimarket.core.errors import Fault, InputFault
from quasimarket.service.database.binaries import (
    Binaries,
    find_binaries,
    reachable_by,
)
from quasimarket.service.database.cluster import ADMIN, make_cluster, start_cluster
from quasimarket.service.database.connections import at_database, make_url
from quasimarket.service.database.ports import free_port
from quasimarket.service.database.postmaster import postmaster_of, stop_postmaster
from quasimarket.service.database.programs import find_user
from quasimarket.service.database.roles import close_server, make_database, make_roles
from quasimarket.service.database.server import (
    connections_of,
    remembered_programs,
)
from quasimarket.service.database.state import (
    ServerRecord,
    keep_credentials,
    locked,
    read_server,
    write_server,
)
from quasimarket.service.safekeeping.backup import back_up, manifest_of
from quasimarket.service.safekeeping.dumping import load
from quasimarket.service.safekeeping.heads import PUBLISHED
from quasimarket.service.safekeeping.restore import prove, refuse_connected


COPY = "upgrade.dump"


def upgrade(state: Path, at: datetime, binaries: Path | None = None) -> ServerRecord:
    """Copy the database to a new data directory of the newest PostgreSQL found.

    The copy is proved before it takes the old one's place and port. Both servers are
    stopped afterwards.

    Raises:
        InputFault: why nothing was changed.
    """
    state = state.resolve()
    with locked(state):
        old = read_server(state)
        if old is None:
            raise _nothing_here(state)
        target = _newer_than(int(old.version.split(".")[0]), binaries)
        data = Path(old.data)
        credentials = keep_credentials(state)
        user = find_user()
        was_running = postmaster_of(data) is not None
        if not was_running:
            start_cluster(data, remembered_programs(data, old), user, old.port)
        new_data = data.with_name(f"data-{target.major}")
        target = reachable_by(target, user, data.parent.parent)
        copy = state / COPY
        server = make_url(ADMIN, credentials.admin, old.port, "postgres")
        _let_in(server, old.database, 0)  # the superuser's are not counted
        try:
            refuse_connected(server, old.database)
            _forget_copy(copy)
            manifest = back_up(
                connections_of(old, credentials),
                copy,
                at,
                state / PUBLISHED,
                target,
                with_secret=True,
            )
            stop_postmaster(new_data)  # of an upgrade that was killed
            shutil.rmtree(new_data, ignore_errors=True)
            make_cluster(new_data, target, user, credentials.admin)
            port = free_port(old.port)
            start_cluster(new_data, target, user, port)
            admin = make_url(ADMIN, credentials.admin, port, old.database)
            close_server(admin)
            make_roles(at_database(admin, "postgres"), credentials, set_passwords=True)
            make_database(admin, old.database)
            load(target, admin, copy)
            prove(admin, manifest, str(new_data))
        except BaseException:
            with suppress(InputFault):
                stop_postmaster(new_data)
            shutil.rmtree(new_data, ignore_errors=True)
            _let_in(server, old.database, -1)
            if not was_running:
                stop_postmaster(data)
            raise
        finally:
            _forget_copy(copy)
        stop_postmaster(new_data)
        new = replace(
            old,
            data=str(new_data),
            binaries=str(target.folder),
            version=target.version,
            source=target.source,
            older_data=(*old.older_data, old.data),
        )
        write_server(state, new)
        _let_in(server, old.database, -1)
        stop_postmaster(data)
        return new


def remove_older(state: Path) -> tuple[str, ...]:
    """Remove the data directories that upgrades left; give their names."""
    state = state.resolve()
    with locked(state):
        server = read_server(state)
        if server is None:
            raise _nothing_here(state)
        for data in server.older_data:
            stop_postmaster(Path(data))
            shutil.rmtree(data, ignore_errors=True)
        write_server(state, replace(server, older_data=()))
        return server.older_data


def _newer_than(major: int, chosen: Path | None) -> Binaries:
    newer = [one for one in find_binaries(chosen) if one.major > major]
    if newer:
        return max(newer, key=lambda one: one.major)
    raise InputFault(
        [
            Fault(
                where="this machine",
                found=f"no PostgreSQL newer than {major}",
                expected="one to upgrade to",
                hint="install it beside the present one, which is needed too",
            )
        ]
    )


def _let_in(server: str, database: str, connections: int) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            sql.SQL("ALTER DATABASE {} CONNECTION LIMIT {}").format(
                sql.Identifier(database), sql.Literal(connections)
            )
        )


def _forget_copy(copy: Path) -> None:
    copy.unlink(missing_ok=True)
    manifest_of(copy).unlink(missing_ok=True)


def _nothing_here(state: Path) -> InputFault:
    return InputFault(
        [
            Fault(
                where=str(state),
                found="no server of our own",
                expected="one that `quasimarket db up` made",
                hint="a server given by DATABASE_URL is upgraded by whoever runs it",
            )
        ]
    )
