"""`quasimarket begin`: a live programme of one's own, and its first two sign-ins.

And `quasimarket people let-in`, for when one of the two is lost.
"""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from quasimarket.service.database import remove, status


pytestmark = pytest.mark.enable_socket
MEERA = ("--first", "Meera Patel", "Meera@department.example.org")
OWEN = ("--second", "Owen Rees", "owen@department.example.org")
BOTH = (*MEERA, *OWEN)
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "serve-to-others.md"
A_PASSWORD = re.compile(r"(?:[a-z2-9]{4}-){4}[a-z2-9]{4}")


@pytest.fixture
def state(tmp_path):
    yield tmp_path / "state"
    if (tmp_path / "state").exists():
        remove(tmp_path / "state")


def begin(*words, state):
    return command("begin", *words, state=state)


def command(*words, state):
    return subprocess.run(
        [
            *(sys.executable, "-m", "quasimarket.cli.main"),
            *(*words, "--state", str(state)),
        ],
        capture_output=True,
        text=True,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "200"},
    )


def test_programme_is_begun_once_and_two_managers_have_passwords(state):
    first = begin("work-programme", *BOTH, "--areas", "1", "--json", state=state)
    again = begin("probation-pilot", *BOTH, state=state)

    assert first.returncode == 0, first.stderr
    said = json.loads(first.stdout)
    assert said["contracts"] == 2
    assert [one["email"] for one in said["people"]] == [
        "meera@department.example.org",
        "owen@department.example.org",
    ]
    passwords = {one["password"] for one in said["people"]}
    assert len(passwords) == 2
    assert all(A_PASSWORD.fullmatch(one) for one in passwords)
    assert again.returncode == 2
    assert "a programme that has begun: " + said["programme"] in again.stderr
    assert not status(state).is_running


def test_faults_are_found_before_a_database_is_made(state):
    done = begin(
        *("work-programme", "--first", " ", "meera", "--set", "bridge_days"),
        *("--second", "Owen Rees", "MEERA"),
        state=state,
    )

    assert done.returncode == 2
    assert done.stderr.count("--first") == 2
    assert done.stderr.count("--second") == 2
    assert "another person" in done.stderr
    assert "--set" in done.stderr
    assert not state.exists()


def test_area_that_is_not_there_begins_nothing(state):
    wrong = begin("work-programme", *BOTH, "--areas", "Atlantis", state=state)
    right = begin("work-programme", *BOTH, "--areas", "1", state=state)

    assert wrong.returncode == 2
    assert "Atlantis" in wrong.stderr
    assert right.returncode == 0, right.stderr


def test_page_shows_what_is_printed(state):
    """But for the passwords and the folder, which are others each time.

    A programme begins, and then the operator lets in one of its two people.
    """
    for name in ("begin", "people"):
        (block,) = re.findall(
            rf"```console\n\$ quasimarket ({name} .*?)```",
            PAGE.read_text(encoding="utf-8"),
            re.DOTALL,
        )
        words, *shown = block.splitlines()

        done = command(*shlex.split(words), state=state)

        assert done.returncode == 0, done.stderr
        printed = done.stdout.replace(str(state), "runs/service")
        assert masked(printed).splitlines() == [masked(line) for line in shown]

    proved = command("audit", "verify", state=state)
    assert "The log is whole" in proved.stdout


def masked(text):
    return A_PASSWORD.sub("PASSWORD", text)
