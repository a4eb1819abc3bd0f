"""`quasimarket serve` comes up from nothing, answers, and leaves nothing running."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from quasimarket.service.database import status


pytestmark = pytest.mark.enable_socket
PATIENCE_SECONDS = 180


@pytest.fixture
def port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def test_demonstration_is_served_and_its_end_leaves_nothing_running(tmp_path, port):
    state = tmp_path / "state"
    serving = subprocess.Popen(
        [
            *(sys.executable, "-m", "quasimarket.cli.main", "serve"),
            *("--state", str(state), "--port", str(port), "--workers", "1"),
            *("--demonstration", "--people", "20", "--to", "2011-06"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "80"},
    )
    try:
        page = first_page(port, serving)
        sign_ins = json.loads((state / "sign-ins.json").read_text())
        ready = status(state)
        killed = worker_of(serving)
        os.kill(killed, signal.SIGKILL)
        replaced = worker_of(serving, other_than=killed)
    finally:
        serving.send_signal(signal.SIGTERM)
        said, _ = serving.communicate(timeout=60)

    assert "Sign in" in page
    assert {"policy", "prime-manager", "auditor"} <= {one["role"] for one in sign_ins}
    assert (state / "sign-ins.json").stat().st_mode & 0o077 == 0
    assert ready.is_running
    assert not Path(f"/proc/{replaced}").exists()
    assert b"Traceback" not in said, said.decode()[-6000:]
    at_first = [one for one in sign_ins if not one["role"].startswith("sub-")]
    assert all(one["password"].encode() in said for one in at_first)
    assert all(one["totp_secret"].encode() in said for one in at_first)
    assert not status(state).is_running
    with pytest.raises(OSError, match="refused"):
        fetch(port)


def worker_of(serving, other_than=None):
    """Find the process that does the jobs; one that was killed is replaced."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and serving.poll() is None:
        children = Path(f"/proc/{serving.pid}/task/{serving.pid}/children")
        for one in children.read_text().split():
            words = Path(f"/proc/{one}/cmdline").read_bytes().split(b"\0")
            if b"worker" in words and int(one) != other_than:
                return int(one)
        time.sleep(0.2)
    raise AssertionError("no worker came")


def first_page(port, serving):
    """Ask until the first page comes."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and serving.poll() is None:
        try:
            return fetch(port)
        except OSError:  # not there yet
            time.sleep(0.2)
    raise AssertionError("no page came")


def fetch(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as answer:
        return answer.read().decode()
