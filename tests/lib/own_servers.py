"""Servers of a test's own, in a folder that the server's user can pass through."""

import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from quasimarket.service.database import stop


@contextmanager
def own_state(copied_from=None):
    """Give an empty state directory, or a copy; what runs in it is stopped after."""
    folder = Path(tempfile.mkdtemp(prefix="quasimarket-own-"))
    folder.chmod(0o711)
    state = folder / "state"
    if copied_from is not None:
        # cp keeps each file's user, which is not ours
        subprocess.run(["cp", "-a", copied_from, state], check=True)
    try:
        yield state
    finally:
        stop(state)
        shutil.rmtree(folder)


def listening_addresses(port):
    """List the addresses on which this machine listens on the port, in hexadecimal."""
    addresses = []
    for table in ("tcp", "tcp6"):
        path = Path("/proc/net") / table
        for line in path.read_text().splitlines()[1:] if path.exists() else []:
            _, local, _, state = line.split()[:4]
            address, _, found = local.rpartition(":")
            if state == "0A" and int(found, 16) == port:
                addresses.append(address)
    return addresses


def mode_of(path):
    return oct(path.stat().st_mode & 0o777)
