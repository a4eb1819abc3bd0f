"""`quasimarket compare`, as a person runs it."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from quasimarket.cli.main import main


DEEPER = "teaching-pilot,discounts.job-outcome.2.any.any.percent=50"


def compare(other, *arguments):
    """Compare the teaching pilot with another design, as JSON; give the status."""
    return main(["compare", "teaching-pilot", other, "--json", *map(str, arguments)])


def test_two_designs_are_compared(tmp_path, capsys):
    out = tmp_path / "compared"

    status = compare(DEEPER, "--seeds", "2", "--processes", "1", "--out", out)

    figures = json.loads(capsys.readouterr().out)
    assert status == 0
    assert figures == json.loads((out / "comparison.json").read_text())
    rows = {row["column"]: row for row in figures["rows"]}
    assert rows["paid"]["difference"] < 0
    assert rows["paid"]["seeds"] == 2
    page = (out / "comparison.html").read_text()
    assert "Paid by the commissioner" in page
    with (out / "runs.csv").open() as file:
        runs = list(csv.DictReader(file))
    assert [(run["design"], run["seed"]) for run in runs] == [
        ("teaching-pilot", "1"),
        ("teaching-pilot", "2"),
        (DEEPER, "1"),
        (DEEPER, "2"),
    ]


def test_the_same_design_differs_in_nothing(tmp_path, capsys):
    same = "teaching-pilot,bridge_days=0"

    compare(same, "--seeds", "1", "--processes", "1", "--out", tmp_path / "compared")

    rows = json.loads(capsys.readouterr().out)["rows"]
    assert rows
    assert {row["difference"] for row in rows} == {0}


def test_processes_change_nothing_but_time(tmp_path, capsys):
    found = []
    for processes in ("1", "2"):
        more = ("--processes", processes, "--out", tmp_path / processes)
        compare(DEEPER, "--seeds", "1", *more)
        found.append(json.loads(capsys.readouterr().out))

    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["teaching-pilot"], "2 to 5 designs"),
        (["teaching-pilot", "teaching-pilot"], "each once"),
        (["teaching-pilot", "teaching-pilot,market.stewardship=101"], "101%"),
        (["teaching-pilot", "teching-pilot"], "did you mean teaching-pilot?"),
        (["teaching-pilot", DEEPER, "--seeds", "0"], "--seeds"),
        (["teaching-pilot", DEEPER, "--set", "market"], "KEY=VALUE"),
        (["teaching-pilot", DEEPER, "--scale", "0"], "scale"),
    ],
)
def test_bad_input_is_told_and_nothing_is_written(tmp_path, capsys, arguments, said):
    out = tmp_path / "compared"

    status = main(["compare", *arguments, "--out", str(out)])

    assert status == 2
    assert said in capsys.readouterr().err
    assert not out.exists()


def test_a_folder_of_something_else_is_left_alone(tmp_path, capsys):
    (tmp_path / "thesis.txt").write_text("my only copy")

    status = main(["compare", "teaching-pilot", DEEPER, "--out", str(tmp_path)])

    assert status == 2
    assert "comparison" in capsys.readouterr().err
    assert (tmp_path / "thesis.txt").read_text() == "my only copy"


def test_ctrl_c_leaves_nothing_half_written_and_nobody_at_work(tmp_path):
    out = tmp_path / "compared"
    command = [sys.executable, "-m", "quasimarket.cli.main", "compare"]
    command += ["work-programme", "work-programme,bridge_days=0", "--out", str(out)]
    running = subprocess.Popen(
        command, start_new_session=True, stderr=subprocess.PIPE, text=True
    )
    assert _children(running.pid, of_at_least=2), "the runs never began"

    os.kill(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=60)

    assert running.returncode == 130
    assert "Nothing was left half-written" in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []
    assert not _group(running.pid)


def _children(parent: int, of_at_least: int) -> bool:
    """Wait until a process has so many children, for a minute at most."""
    listed = Path(f"/proc/{parent}/task/{parent}/children")
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if len(listed.read_text().split()) >= of_at_least:
            return True
        signal.sigtimedwait([], 0.05)
    return False


def _group(leader: int) -> bool:
    """Say whether any process of a session is still there, given some seconds to go."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            os.killpg(leader, 0)
        except ProcessLookupError:
            return False
        signal.sigtimedwait([], 0.05)
    return True
