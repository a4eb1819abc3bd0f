"""The state directory: what we remember of a server of our own, and its secrets."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from quasimarket.core.errors import Fault, InputFault


SERVER = "server.json"
CREDENTIALS = "credentials.json"
LOCK = "lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerRecord:
    """Where a server of our own lives, and how it is run."""

    data: str
    port: int
    port_was_chosen: bool
    """Somebody asked for this port, so we do not move to another."""
    binaries: str
    version: str
    source: str
    user: str | None
    database: str
    older_data: tuple[str, ...] = ()
    """Data directories that an upgrade left, until they are removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The secrets of one state directory."""

    admin: str = field(repr=False)
    owner: str = field(repr=False)
    app: str = field(repr=False)
    signing_secret: str = field(repr=False)


def prepare_state(state: Path) -> None:
    """Make the state directory; one that is there keeps its mode.

    Where root runs, another user must pass through it to the data directory below, so
    it may be entered and not listed; what is secret in it is 0600.
    """
    if not state.is_dir():
        state.parent.mkdir(parents=True, exist_ok=True)
        state.mkdir(exist_ok=True)
        state.chmod(0o711 if os.geteuid() == 0 else 0o700)


@contextmanager
def locked(state: Path) -> Iterator[None]:
    """Hold the state directory's lock; the kernel frees it when a process dies."""
    with (state / LOCK).open("w") as file:
        (state / LOCK).chmod(0o600)
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def said_as_fault(state: Path) -> Iterator[None]:
    """Say what the operating system refuses (a full disk, no right) as a fault."""
    try:
        yield
    except OSError as error:
        raise InputFault(
            [
                Fault(
                    where=str(error.filename or state),
                    found=error.strerror or str(error),
                    expected="a folder that we may write to, with room",
                    hint="make room, or choose another folder with --state",
                )
            ]
        ) from error


def read_server(state: Path) -> ServerRecord | None:
    """Read what we remember of the server; None where there is none."""
    found = _read(state / SERVER)
    if found is None:
        return None
    found["data"] = str(state / found["data"])
    found["older_data"] = tuple(str(state / one) for one in found["older_data"])
    return ServerRecord(**found)


def write_server(state: Path, server: ServerRecord) -> None:
    """Remember the server; what lies in the state directory may move with it."""
    written = asdict(server)
    written["data"] = _within(state, server.data)
    written["older_data"] = [_within(state, one) for one in server.older_data]
    _write(state / SERVER, written)


def forget(state: Path) -> None:
    """Forget the server and its secrets."""
    (state / SERVER).unlink(missing_ok=True)
    (state / CREDENTIALS).unlink(missing_ok=True)


def keep_credentials(state: Path) -> Credentials:
    """Read the secrets, making them the first time."""
    found = _read(state / CREDENTIALS)
    if found is not None:
        return Credentials(**found)
    made = Credentials(
        admin=os.urandom(24).hex(),
        owner=os.urandom(24).hex(),
        app=os.urandom(24).hex(),
        signing_secret=os.urandom(32).hex(),
    )
    _write(state / CREDENTIALS, asdict(made))
    return made


def _within(state: Path, data: str) -> str:
    path = Path(data)
    return str(path.relative_to(state)) if path.is_relative_to(state) else data


def _read(path: Path) -> dict[str, Any] | None:  # JSON: the records check it
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise InputFault(
            [
                Fault(
                    where=str(path),
                    found="a file that we may not read",
                    expected="a state directory of our own",
                    hint="run as the user that made it, or choose another --state",
                )
            ]
        ) from error
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise InputFault(
            [
                Fault(
                    where=str(path),
                    found="a damaged file",
                    expected="JSON as `quasimarket db up` wrote it",
                    hint="put it back from a backup of the state directory",
                )
            ]
        )
    return found


def _write(path: Path, content: dict[str, Any]) -> None:
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
