"""Which process serves a data directory, if any.

A process id alone proves nothing: ids are used again. PostgreSQL's processes work in
their data directory, so we ask the kernel where a process works.
"""

import os
import signal
import time
from pathlib import Path

from quasimarket.core.errors import Fault, InputFault


PID_FILE = "postmaster.pid"
PROCESSES = Path("/proc")
STOP_SECONDS = 60.0
ORPHANS_SECONDS = 20.0
PAUSE = 0.05


def postmaster_of(data: Path) -> int | None:
    """Give the process that serves the data directory; None where none does."""
    recorded = _pid_file(data)
    if recorded is None or not recorded[0].lstrip("-").isdigit():
        return None
    process = abs(int(recorded[0]))
    return process if _works_in(process, data) else None


def port_of(data: Path) -> int | None:
    """Give the port that the running server listens on."""
    recorded = _pid_file(data)
    if recorded is None or len(recorded) < 4 or not recorded[3].isdigit():
        return None
    return int(recorded[3])


def stop_postmaster(data: Path) -> bool:
    """End the server in good order; False where none ran.

    Open transactions are rolled back; the data directory is left clean.

    Raises:
        InputFault: it did not end within a minute.
    """
    process = _settled(data)
    if process is None:
        return False
    os.kill(process, signal.SIGINT)  # PostgreSQL's "fast" shutdown
    if not wait_until_none_works_in(data, STOP_SECONDS):
        raise InputFault(
            [
                Fault(
                    where=f"process {process}",
                    found=f"still running after {STOP_SECONDS:.0f} seconds",
                    expected="the database server to end",
                    hint=f"see the log in {data / 'log'}, and try again",
                )
            ]
        )
    return True


def clear_the_dead(data: Path) -> None:
    """Make a data directory whose server was killed ready to start again.

    The killed server's children end by themselves within moments; until then a new
    server would refuse to start. A process id file that now names a stranger is
    removed, once nobody works in the directory.

    Raises:
        InputFault: a server runs after all, or processes of a killed one do not end.
    """
    process = _settled(data)
    at_work = [process] if process is not None else processes_in(data)
    if at_work:
        raise InputFault(
            [
                Fault(
                    where=str(data),
                    found=f"processes at work: {', '.join(map(str, at_work))}",
                    expected="none, before a server is started",
                    hint="wait for them to end, or end them",
                )
            ]
        )
    if PROCESSES.is_dir():
        (data / PID_FILE).unlink(missing_ok=True)


def processes_in(data: Path) -> list[int]:
    """List the processes that work in a directory."""
    if not PROCESSES.is_dir():
        process = postmaster_of(data)
        return [] if process is None else [process]
    return [
        int(entry.name)
        for entry in PROCESSES.iterdir()
        if entry.name.isdigit() and _works_in(int(entry.name), data)
    ]


def _settled(data: Path) -> int | None:
    """Give the server once it is known: one just started has not yet written its id.

    Whoever started it may have been killed meanwhile.
    """
    until = time.monotonic() + ORPHANS_SECONDS
    while (process := postmaster_of(data)) is None and processes_in(data):
        if time.monotonic() > until:
            return None
        time.sleep(PAUSE)
    return process


def _pid_file(data: Path) -> list[str] | None:
    try:
        return (data / PID_FILE).read_text(encoding="utf-8").splitlines() or None
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return None


def _works_in(process: int, data: Path) -> bool:
    if PROCESSES.is_dir():
        try:
            return (PROCESSES / str(process) / "cwd").readlink() == data.resolve()
        except OSError:  # it has ended, or is another user's
            return False
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True


def wait_until_none_works_in(data: Path, seconds: float) -> bool:
    """Wait until a server's processes have ended; False if some have not."""
    until = time.monotonic() + seconds
    while processes_in(data):
        if time.monotonic() > until:
            return False
        time.sleep(PAUSE)
    return True
