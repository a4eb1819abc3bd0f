"""Make, start and stop a PostgreSQL data directory of our own."""

import os
import re
import shutil
from pathlib import Path

from quasimarket.core.errors import Fault, InputFault
from quasimarket.service.database.binaries import Binaries
from quasimarket.service.database.ports import is_free
from quasimarket.service.database.postmaster import (
    clear_the_dead,
    postmaster_of,
    processes_in,
    wait_until_none_works_in,
)
from quasimarket.service.database.programs import (
    OperatingUser,
    make_own_folder,
    run_program,
)


ADMIN = "postgres"
SETTINGS_FILE = "quasimarket.conf"
STARTUP_LOG = "startup.log"
MAKING = ".making-"
LEAST_SPACE = 200 * 1024 * 1024
"""What an empty data directory and its first log files take, with some to spare."""
START_SECONDS = 600
"""Recovery after a crash can take minutes."""
LOG_SECONDS = 5.0

# Statements and row contents stay out of the log: they carry people's names.
SETTINGS = """\
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
max_connections = 100
shared_buffers = '256MB'
work_mem = '16MB'
maintenance_work_mem = '128MB'
max_wal_size = '2GB'
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_file_mode = 0600
log_rotation_age = '1d'
log_rotation_size = 0
log_truncate_on_rotation = on
log_line_prefix = '%m [%p] %u@%d '
log_connections = on
log_statement = 'none'
log_min_error_statement = 'panic'
log_error_verbosity = 'terse'
log_parameter_max_length_on_error = 0
{extra}"""
RULES = "host all all 127.0.0.1/32 scram-sha-256\n"

_FULL = re.compile(r"No space left on device|Disk quota exceeded", re.IGNORECASE)


class PortTaken(InputFault):
    """Another program listens on the server's port."""


def make_cluster(
    data: Path, binaries: Binaries, user: OperatingUser | None, password: str
) -> None:
    """Make a data directory, whole or not at all.

    Its folder belongs to the server's user alone.
    """
    _refuse_full_disk(data.parent.parent)
    make_own_folder(data.parent, user)
    _remove_half_made(data)
    # a name of its own: the initdb of somebody who was killed may still be at work
    making = data.with_name(f"{data.name}{MAKING}{os.urandom(4).hex()}")
    secret = making.with_suffix(".password")
    try:
        secret.touch(mode=0o600)
        secret.write_text(f"{password}\n", encoding="utf-8")
        if user is not None:
            shutil.chown(secret, user.user_id, user.group_id)
        ran = run_program(
            [
                binaries.program("initdb"),
                *("-D", str(making), "-U", ADMIN, "-A", "scram-sha-256"),
                *("--pwfile", str(secret), "--data-checksums"),
                *("--locale", "C", "--encoding", "UTF8"),
            ],
            user,
        )
    finally:
        secret.unlink(missing_ok=True)
    if ran.returncode != 0:
        shutil.rmtree(making, ignore_errors=True)
        raise _fault(data, "could not be made", ran.stderr)
    with (making / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(f"\ninclude = '{SETTINGS_FILE}'\n")
    (making / "pg_hba.conf").write_text(RULES, encoding="utf-8")
    making.rename(data)


def start_cluster(
    data: Path,
    binaries: Binaries,
    user: OperatingUser | None,
    port: int,
    extra_settings: str = "",
) -> None:
    """Start the server and wait until it takes connections.

    Raises:
        PortTaken: another program listens on the port.
        InputFault: it did not start, with the last lines of its log.
    """
    clear_the_dead(data)
    _remove_half_made(data)
    _own_file(
        data / SETTINGS_FILE,
        SETTINGS.format(port=port, extra=extra_settings),
        user,
    )
    log = data.parent / STARTUP_LOG
    _own_file(log, "", user)
    ran = run_program(
        [
            binaries.program("pg_ctl"),
            *("start", "-D", str(data), "-l", str(log)),
            *("-w", "-t", str(START_SECONDS), "-s"),
        ],
        user,
    )
    if ran.returncode == 0 and postmaster_of(data) is not None:
        return
    # the one that writes the log is the last to end
    wait_until_none_works_in(data, LOG_SECONDS)
    if not is_free(port):
        raise PortTaken(
            [
                Fault(
                    where=f"port {port} of 127.0.0.1",
                    found="another program listening there",
                    expected="a free port",
                    hint="choose another with --port",
                )
            ]
        )
    said = f"{_tail(log)}\n{_tail(_newest_log(data))}\n{ran.stderr}"
    raise _fault(data, "could not be started", said)


def major_of(data: Path) -> int | None:
    """Give the major version of a data directory; None where there is none."""
    try:
        return int((data / "PG_VERSION").read_text(encoding="ascii").strip())
    except (FileNotFoundError, NotADirectoryError):
        return None


def _remove_half_made(data: Path) -> None:
    for left in data.parent.glob(f"{data.name}{MAKING}*"):
        if left.is_file():
            left.unlink()
        elif not processes_in(left):
            shutil.rmtree(left, ignore_errors=True)


def _own_file(path: Path, text: str, user: OperatingUser | None) -> None:
    # replaced, never written through: a link that stood there is not followed
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600, exist_ok=False)
    unfinished.write_text(text, encoding="utf-8")
    if user is not None:
        shutil.chown(unfinished, user.user_id, user.group_id)
    unfinished.replace(path)


def _refuse_full_disk(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < LEAST_SPACE:
        raise InputFault(
            [
                Fault(
                    where=str(folder),
                    found=f"{free // 1024**2:,} MB free",
                    expected=f"{LEAST_SPACE // 1024**2:,} MB or more",
                    hint="make room, or choose another folder with --state",
                )
            ]
        )


def _fault(data: Path, what: str, said: str) -> InputFault:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    hint = (
        "make room on the disk, then run the command again"
        if _FULL.search(said)
        else f"the whole log is in {data / 'log'} and {data.parent / STARTUP_LOG}"
    )
    return InputFault(
        [
            Fault(
                where=str(data),
                found=f"a data directory that {what}: {' | '.join(lines[-4:])}",
                expected="a running server",
                hint=hint,
            )
        ]
    )


def _newest_log(data: Path) -> Path:
    logs = sorted((data / "log").glob("*.log"), key=lambda one: one.stat().st_mtime_ns)
    return logs[-1] if logs else data / "log" / "none"


def _tail(path: Path) -> str:
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-6:])
    except OSError:
        return ""
