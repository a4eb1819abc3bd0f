"""Run PostgreSQL's programs as a user that may run them.

PostgreSQL refuses to run as root. Where we are root, an operating-system user of our
own runs it, without a shell, a home or a password.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from quasimarket.core.errors import Fault, InputFault


USER_NAME = "quasimarket"
PLAIN_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatingUser:
    """The operating system's user that the server runs as."""

    name: str
    user_id: int
    group_id: int


def find_user() -> OperatingUser | None:
    """Give the user that the server is to run as, or None: as ourselves.

    Raises:
        InputFault: we are root, and no user could be made.
    """
    if os.geteuid() != 0:
        return None
    found = _look_up()
    if found is None:
        _add()
        found = _look_up()
    if found is None:
        raise InputFault(
            [
                Fault(
                    where="this machine",
                    found=f"root, and no user {USER_NAME!r}",
                    expected="a user that is not root to run PostgreSQL",
                    hint=f"add a user {USER_NAME!r}, or run as one who is not root",
                )
            ]
        )
    return found


def run_program(
    command: Sequence[str],
    user: OperatingUser | None,
    *,
    environment: Mapping[str, str] | None = None,
    seconds: float | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end as the user, with a plain environment."""
    return subprocess.run(
        command,
        user=user.user_id if user else None,
        group=user.group_id if user else None,
        extra_groups=[] if user else None,
        cwd="/",
        env={**PLAIN_ENVIRONMENT, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=seconds,
        check=False,
    )


def is_reachable(path: Path, user: OperatingUser | None) -> bool:
    """Say whether the user can enter the folder, or run the program."""
    if user is None:
        return os.access(path, os.X_OK)
    try:
        return run_program(["test", "-x", str(path)], user).returncode == 0
    except OSError:
        return False


def make_own_folder(folder: Path, user: OperatingUser | None) -> None:
    """Make the folder for its user alone; no folder above it is touched."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if user is not None:
        os.chown(folder, user.user_id, user.group_id)
    folder.chmod(0o700)


def _look_up() -> OperatingUser | None:
    try:
        entry = pwd.getpwnam(USER_NAME)
    except KeyError:
        return None
    return OperatingUser(name=USER_NAME, user_id=entry.pw_uid, group_id=entry.pw_gid)


def _add() -> None:
    # the first is Debian's, Red Hat's and SUSE's; the second is BusyBox's
    for program, *options in (
        (
            "useradd",
            *("--system", "--user-group", "--no-create-home"),
            *("--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"),
        ),
        ("adduser", "-S", "-D", "-H", "-s", "/sbin/nologin"),
    ):
        found = shutil.which(program, path="/usr/sbin:/sbin:/usr/bin:/bin")
        if found:
            run_program([found, *options, USER_NAME], None)
            return
