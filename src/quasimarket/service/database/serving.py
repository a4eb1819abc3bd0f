"""Whoever serves a programme shares its database server; the last to go ends it.

Two commands may serve from one state directory, or one may begin while another is
ending: a server that one of them started must not end under the other.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from quasimarket.service.database.server import status, stop
from quasimarket.service.database.state import prepare_state, said_as_fault


SERVING = "serving"
"""Locked by all who serve; names the server's process if one of them started it."""


class Serving:
    """One who serves from a state directory."""

    def __init__(self, state: Path, file: TextIO) -> None:
        """Serve; the file is locked."""
        self.state = state
        self._file = file

    def started_server(self) -> None:
        """Remember that whoever serves last ends the server that runs now."""
        self._file.truncate(0)
        self._file.write(f"{status(self.state).process or ''}")
        self._file.flush()

    def leave(self) -> None:
        """End the server, if nobody else serves and one who served started it."""
        fcntl.flock(self._file, fcntl.LOCK_UN)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:  # somebody else serves, and ends it later
            return
        self._file.seek(0)
        started = self._file.read().strip()
        if started and started == str(status(self.state).process):
            stop(self.state)
        self._file.truncate(0)


@contextmanager
def serving(state: Path) -> Iterator[Serving]:
    """Serve from a state directory, after whoever is just ending its server.

    Raises:
        InputFault: the directory cannot be written to.
    """
    with said_as_fault(state):
        prepare_state(state)
        file = (state / SERVING).open("a+", encoding="ascii")
        (state / SERVING).chmod(0o600)
    with file:
        fcntl.flock(file, fcntl.LOCK_SH)
        one = Serving(state, file)
        try:
            yield one
        finally:
            one.leave()
