"""`quasimarket db` and `quasimarket audit`: each action, as a person types it."""

import json
import os
import subprocess
import sys

import pytest

from quasimarket.cli.main import main
from quasimarket.service.database import ensure_database
from tests.lib.log_entries import tamper
from tests.lib.own_servers import own_state


@pytest.fixture(scope="module")
def state():
    with own_state() as folder:
        yield folder


@pytest.fixture(scope="module")
def migrated(state):
    """The same, up and migrated."""
    ensure_database(state)
    ran = in_a_process("db", "migrate", "--state", str(state))
    assert ran.returncode == 0, ran.stderr
    assert "up to date" in ran.stdout
    return state


@pytest.fixture
def ask(state, capsys):
    """Run a command and give its JSON."""

    def run(*words):
        status = main([*words, "--state", str(state), "--json"])
        printed = capsys.readouterr()
        assert status == 0, printed.err
        return json.loads(printed.out)

    return run


def in_a_process(*words, environment=None):
    return subprocess.run(
        [sys.executable, "-m", "quasimarket.cli.main", *words],
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )


def test_nothing_there_is_said_and_is_no_fault(tmp_path, capsys):
    state = str(tmp_path / "nothing")

    assert main(["db", "status", "--state", state]) == 0
    assert "No database was made" in capsys.readouterr().out
    assert main(["db", "down", "--state", state]) == 0
    assert "No database was running" in capsys.readouterr().out
    assert not (tmp_path / "nothing").exists()


def test_up_down_and_status_agree(ask):
    up = ask("db", "up")

    assert up["is_running"]
    assert up == {"url": up["url"], **ask("db", "status")}
    assert ask("db", "down") == {"stopped": True}
    assert not ask("db", "status")["is_running"]
    assert ask("db", "down") == {"stopped": False}


def test_no_password_is_printed(ask, state, capsys):
    ask("db", "up")
    secrets = json.loads((state / "credentials.json").read_text()).values()

    for action in ("up", "status"):
        main(["db", action, "--state", str(state)])
        printed = capsys.readouterr().out
        assert not [secret for secret in secrets if secret in printed]


@pytest.mark.long
def test_stopped_server_is_left_stopped(ask, migrated):
    ask("db", "down")

    assert ask("audit", "verify")["findings"] == []
    assert not ask("db", "status")["is_running"]


def test_given_server_that_does_not_answer_is_a_fault(state):
    url = {"DATABASE_URL": "postgresql://nobody:secret@127.0.0.1:1/none"}

    ran = in_a_process("db", "up", "--state", str(state), environment=url)

    assert ran.returncode == 2
    assert "which refuses us" in ran.stderr
    assert "secret" not in ran.stderr
    assert "Traceback" not in ran.stderr


def test_copy_is_taken_proved_and_put_back(migrated, tmp_path, ask):
    ask("db", "up")
    file = str(tmp_path / "monday.dump")

    copied = ask("db", "backup", file)
    put_back = in_a_process(
        *("db", "restore", file, "--replace", "--json", "--state", str(migrated))
    )

    assert put_back.returncode == 0, put_back.stderr
    assert json.loads(put_back.stdout)["rows"] == copied["rows"]
    assert ask("audit", "verify")["findings"] == []


def test_tampering_is_named_with_a_status_of_its_own(migrated, capsys):
    connections = ensure_database(migrated)
    tamper(
        connections,
        "INSERT INTO log_logblock VALUES (7, 1, '', 3, 3, 1, '', now(), '')",
    )

    assert main(["audit", "verify", "--state", str(migrated)]) == 1
    said = capsys.readouterr().out
    tamper(connections, "DELETE FROM log_logblock")

    assert "row 3 was taken away from block 1" in said
    assert "block 1 was changed: its columns do not give its hash" in said
    assert main(["audit", "verify", "--state", str(migrated)]) == 0


def test_published_head_is_kept_outside_the_database(migrated, ask):
    ask("db", "up")

    first = ask("audit", "publish")
    second = ask("audit", "publish")

    lines = (migrated / "published-heads.jsonl").read_text().splitlines()
    assert first["head"] == second["head"]
    assert json.loads(lines[-1])["block_hash"] == first["head"]["block_hash"]


def test_removing_asks_first_and_then_leaves_nothing(capsys):
    with own_state() as folder:
        state = str(folder)
        ensure_database(folder)

        assert main(["db", "remove", "--state", state]) == 2
        assert "no --yes" in capsys.readouterr().err
        assert main(["db", "remove", "--state", state, "--yes"]) == 0

        assert {path.name for path in folder.iterdir()} == {"lock"}
        assert main(["db", "remove", "--state", state, "--yes"]) == 0
        assert "Nothing to remove" in capsys.readouterr().out
