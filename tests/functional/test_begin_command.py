"""`quasimarket begin`: a live programme of one's own, and its first sign-in."""

import json
import os
import subprocess
import sys

import pytest

from quasimarket.service.database import remove, status


pytestmark = pytest.mark.enable_socket
MEERA = ("--name", "Meera Patel", "--email", "Meera@department.example.org")


@pytest.fixture
def state(tmp_path):
    yield tmp_path / "state"
    if (tmp_path / "state").exists():
        remove(tmp_path / "state")


def begin(*words, state):
    return subprocess.run(
        [
            *(sys.executable, "-m", "quasimarket.cli.main", "begin"),
            *(*words, "--state", str(state)),
        ],
        capture_output=True,
        text=True,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "200"},
    )


def test_programme_is_begun_once_and_its_manager_has_a_password(state):
    first = begin("work-programme", *MEERA, "--areas", "1", "--json", state=state)
    again = begin("probation-pilot", *MEERA, state=state)

    assert first.returncode == 0, first.stderr
    said = json.loads(first.stdout)
    assert said["contracts"] == 2
    assert said["email"] == "meera@department.example.org"
    assert len(said["password"]) >= 20
    assert again.returncode == 2
    assert "a programme that has begun: " + said["programme"] in again.stderr
    assert not status(state).is_running


def test_faults_are_found_before_a_database_is_made(state):
    done = begin(
        *("work-programme", "--name", " ", "--email", "meera", "--set", "bridge_days"),
        state=state,
    )

    assert done.returncode == 2
    assert "--name" in done.stderr
    assert "--email" in done.stderr
    assert "--set" in done.stderr
    assert not state.exists()


def test_area_that_is_not_there_begins_nothing(state):
    wrong = begin("work-programme", *MEERA, "--areas", "Atlantis", state=state)
    right = begin("work-programme", *MEERA, "--areas", "1", state=state)

    assert wrong.returncode == 2
    assert "Atlantis" in wrong.stderr
    assert right.returncode == 0, right.stderr
