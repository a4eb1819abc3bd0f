"""Bring a database up: one that was given, else one of our own.

`ensure_database` tells the story; running it again finds everything done.
"""

import hashlib
import shutil
import time
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from quasimarket.core.errors import Fault, InputFault
from quasimarket.service.database.binaries import (
    Binaries,
    choose_binaries,
    reachable_by,
)
from quasimarket.service.database.cluster import (
    ADMIN,
    PortTaken,
    major_of,
    make_cluster,
    start_cluster,
)
from quasimarket.service.database.connections import Connections, make_url
from quasimarket.service.database.given_server import use_given_server
from quasimarket.service.database.policies import APP, OWNER
from quasimarket.service.database.ports import free_port, usual_port
from quasimarket.service.database.postmaster import (
    PAUSE,
    port_of,
    postmaster_of,
    stop_postmaster,
)
from quasimarket.service.database.programs import (
    OperatingUser,
    find_user,
    is_reachable,
)
from quasimarket.service.database.roles import close_server, make_database, make_roles
from quasimarket.service.database.state import (
    Credentials,
    ServerRecord,
    forget,
    keep_credentials,
    locked,
    prepare_state,
    read_server,
    said_as_fault,
    write_server,
)


DATABASE = "quasimarket"
ELSEWHERE = Path("/var/lib/quasimarket")
"""Holds data directories for root, where the state directory is closed to others."""
OF_STATE = "of-state"
"""Names the state directory that the data beside it belong to."""
ANSWER_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What is known of a state directory's server."""

    is_running: bool
    process: int | None = None
    port: int | None = None
    version: str | None = None
    source: str | None = None
    data: str | None = None
    user: str | None = None
    database: str | None = None
    size_bytes: int | None = None
    older_data: tuple[str, ...] = ()


def ensure_database(
    state: Path,
    url: str | None = None,
    app_url: str | None = None,
    name: str = DATABASE,
    *,
    port: int | None = None,
    binaries: Path | None = None,
    set_passwords: bool = False,
    extra_settings: str = "",
) -> Connections:
    """Give connections to a database that is there and takes them.

    Args:
        state: keeps the secrets, and what is known of a server of our own.
        url: a server that was given, signed in to as its owner or superuser; without
            it a server of our own is made, or started, or found running.
        app_url: the same database, signed in to as the service.
        name: the database, where the URL names none.
        port: where a server of our own must listen.
        binaries: the programs of a server of our own, rather than those found.
        set_passwords: take the two roles of a given server over.
        extra_settings: lines of postgresql.conf for a server of our own.

    Raises:
        InputFault: what is missing or in the way.
    """
    state = state.resolve()
    with said_as_fault(state):
        prepare_state(state)
    with said_as_fault(state), locked(state):
        credentials = keep_credentials(state)
        if url is not None:
            return use_given_server(
                url, app_url, name, credentials, set_passwords=set_passwords
            )
        server = _ensure_running(
            state, credentials, name, port, binaries, extra_settings
        )
        connections = connections_of(server, credentials)
        admin = make_url(ADMIN, credentials.admin, server.port, "postgres")
        close_server(admin)
        make_roles(admin, credentials, set_passwords=True)
        make_database(admin, name)
        return connections


def status(state: Path) -> Status:
    """Say what is known of the state directory's own server."""
    state = state.resolve()
    server = read_server(state)
    if server is None:
        return Status(is_running=False)
    data = Path(server.data)
    known = Status(
        is_running=False,
        version=server.version,
        source=server.source,
        data=server.data,
        user=server.user,
        database=server.database,
        older_data=server.older_data,
    )
    process = postmaster_of(data)
    if process is None:
        return known
    return replace(
        known,
        is_running=True,
        process=process,
        port=port_of(data),
        size_bytes=_size(state, server),
    )


def stop(state: Path) -> bool:
    """End the state directory's own server; False where none ran.

    Whatever an upgrade that was killed left running beside it is ended too.
    """
    state = state.resolve()
    if not state.is_dir():
        return False
    with locked(state):
        server = read_server(state)
        if server is None:
            return False
        data = Path(server.data)
        for other in data.parent.glob("data-*"):
            if other != data:
                stop_postmaster(other)
        return stop_postmaster(data)


def remove(state: Path) -> tuple[str, ...]:
    """Remove the server with all its data and secrets; give what was removed.

    What else lies in the state directory (documents, published heads) stays.
    """
    state = state.resolve()
    stop(state)
    if not state.is_dir():
        return ()
    with said_as_fault(state), locked(state):
        server = read_server(state)
        if server is None:
            return ()
        place = Path(server.data).parent
        shutil.rmtree(place)
        if not place.is_relative_to(state):
            shutil.rmtree(place.parent)
        forget(state)
        return (str(place),)


def stop_the_forsaken() -> None:
    """End servers whose state directory is gone; their data stay where they are."""
    for named in ELSEWHERE.glob(f"*/{OF_STATE}"):
        if not Path(named.read_text(encoding="utf-8").strip()).exists():
            for data in named.parent.glob("postgresql/data-*"):
                stop_postmaster(data)


def connections_of(server: ServerRecord, credentials: Credentials) -> Connections:
    """Give the URLs of a server of our own."""
    return Connections(
        owner=make_url(OWNER, credentials.owner, server.port, server.database),
        app=make_url(APP, credentials.app, server.port, server.database),
        admin=make_url(ADMIN, credentials.admin, server.port, server.database),
        signing_secret=credentials.signing_secret,
    )


def remembered_programs(data: Path, known: ServerRecord) -> Binaries:
    """Give the programs that last ran the data directory, else others that can.

    Raises:
        InputFault: there are none.
    """
    folder = Path(known.binaries)
    if (folder / "pg_ctl").is_file():
        return replace(choose_binaries(major_of(data), folder), source=known.source)
    return choose_binaries(major_of(data))


def _ensure_running(
    state: Path,
    credentials: Credentials,
    name: str,
    port: int | None,
    binaries: Path | None,
    extra_settings: str,
) -> ServerRecord:
    known = read_server(state)
    if known is not None and not Path(known.data).exists():
        raise _data_gone(state, known)
    if known is not None and _answers(Path(known.data), credentials):
        return _already_running(replace(known, database=name), port)
    user = find_user()
    known = known or _plan(state, user, name, port, binaries)
    known = replace(known, database=name)
    if port is not None:
        known = replace(known, port=port, port_was_chosen=True)
    data = Path(known.data)
    programs = _programs_for(data, user, known, binaries)
    if major_of(data) is None:
        make_cluster(data, programs, user, credentials.admin)
    known = replace(
        known,
        binaries=str(programs.folder),
        version=programs.version,
        source=programs.source,
    )
    # remembered before it is started, so that whatever runs can be found
    write_server(state, known)
    started = _start(data, programs, user, known, credentials, extra_settings)
    write_server(state, started)
    return started


def _start(
    data: Path,
    programs: Binaries,
    user: OperatingUser | None,
    known: ServerRecord,
    credentials: Credentials,
    extra_settings: str,
) -> ServerRecord:
    """Start on the port that was asked for, else on the remembered or next free one."""
    port = known.port if known.port_was_chosen else free_port(known.port)
    try:
        start_cluster(data, programs, user, port, extra_settings)
    except InputFault as fault:
        # a start whose command was killed goes on by itself, and may have been quicker
        if _answers(data, credentials):
            return replace(known, port=port_of(data) or port)
        if known.port_was_chosen or not isinstance(fault, PortTaken):
            raise
        port = free_port(port + 1)
        start_cluster(data, programs, user, port, extra_settings)
    return replace(known, port=port)


def _answers(data: Path, credentials: Credentials) -> bool:
    """Wait until a server that is starting answers; False where there is none.

    One that was just killed, or is just ending, still looks alive for a moment.
    """
    until = time.monotonic() + ANSWER_SECONDS
    while (port := port_of(data)) and postmaster_of(data) is not None:
        url = make_url(ADMIN, credentials.admin, port, "postgres")
        try:
            psycopg.connect(url, connect_timeout=10).close()
        except psycopg.OperationalError as error:
            refused = "authentication failed" in str(error)
            if refused or time.monotonic() > until:
                raise _refuses_us(data, str(error)) from error
            time.sleep(PAUSE)
        else:
            return True
    return False


def _refuses_us(data: Path, said: str) -> InputFault:
    return InputFault(
        [
            Fault(
                where=str(data),
                found=f"a running server that refuses us: {said.strip()}",
                expected="the server that this state directory made",
                hint="put credentials.json back, or `quasimarket db down` and wait",
            )
        ]
    )


def _already_running(known: ServerRecord, port: int | None) -> ServerRecord:
    running = port_of(Path(known.data)) or known.port
    if port is not None and port != running:
        raise InputFault(
            [
                Fault(
                    where=known.data,
                    found=f"a server that runs on port {running}",
                    expected=f"port {port}",
                    hint="`quasimarket db down` first",
                )
            ]
        )
    return replace(known, port=running)


def _plan(
    state: Path,
    user: OperatingUser | None,
    name: str,
    port: int | None,
    binaries: Path | None,
) -> ServerRecord:
    chosen = choose_binaries(None, binaries)
    key = hashlib.sha256(str(state).encode()).hexdigest()
    return ServerRecord(
        data=str(_place(state, user, key) / f"data-{chosen.major}"),
        port=port or usual_port(int(key[:8], 16)),
        port_was_chosen=port is not None,
        binaries=str(chosen.folder),
        version=chosen.version,
        source=chosen.source,
        user=user.name if user else None,
        database=name,
    )


def _data_gone(state: Path, known: ServerRecord) -> InputFault:
    return InputFault(
        [
            Fault(
                where=known.data,
                found="no data directory, where one was",
                expected="the data of this state directory",
                hint=f"put it back; or, to start anew without it, remove {state}",
            )
        ]
    )


def _place(state: Path, user: OperatingUser | None, key: str) -> Path:
    if is_reachable(state, user):
        return state / "postgresql"
    stop_the_forsaken()
    place = ELSEWHERE / key[:16]
    place.mkdir(mode=0o755, parents=True, exist_ok=True)
    (place / OF_STATE).write_text(f"{state}\n", encoding="utf-8")
    return place / "postgresql"


def _programs_for(
    data: Path,
    user: OperatingUser | None,
    known: ServerRecord,
    binaries: Path | None,
) -> Binaries:
    if binaries is None:
        chosen = remembered_programs(data, known)
    else:
        chosen = choose_binaries(major_of(data), binaries)
    return reachable_by(chosen, user, data.parent.parent)


def _size(state: Path, server: ServerRecord) -> int | None:
    port = port_of(Path(server.data)) or server.port
    url = make_url(ADMIN, keep_credentials(state).admin, port, "postgres")
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            row = connection.execute(
                "SELECT pg_database_size(datname) FROM pg_database WHERE datname = %s",
                [server.database],
            ).fetchone()
    except psycopg.OperationalError:
        return None
    return int(row[0]) if row else None
