"""`quasimarket simulate`, from a programme's name to a folder."""

import hashlib
import json
import resource
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from quasimarket.cli.main import main
from quasimarket.runs.folder import new_run_folder
from quasimarket.runs.summary_schema import SCHEMA_VERSION, read_summary
from quasimarket.runs.tables import TABLES
from tests.lib.rulebook_folders import change, copy_of
from tests.lib.threads import threads


SMALL = ("work-programme", "--areas", "1", "--scale", "0.01")
PILOT = ("teaching-pilot",)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with threads(1):
        yield


def simulate(*arguments: object) -> int:
    return main(["simulate", *(str(one) for one in arguments)])


def parquet_of(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("*.parquet"))
    }


def listed(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_run_writes_its_folder_whole(tmp_path, capsys):
    out = tmp_path / "runs" / "one"

    assert simulate(*SMALL, "--out", out) == 0

    names = listed(out)
    assert {"report.html", "summary.json", "manifest.json"} <= names
    tables = {*TABLES, "events", "lines"}
    assert {f"{name}.parquet" for name in tables} <= names
    assert listed(tmp_path / "runs") == {"one"}
    for name in TABLES:
        pl.read_parquet(out / f"{name}.parquet")
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["seed"] == 1
    assert manifest["scale"] == 0.01
    assert manifest["tables"]["participants"] == len(
        pl.read_parquet(out / "participants.parquet")
    )
    assert read_summary(out / "summary.json").schema_version == SCHEMA_VERSION
    printed = capsys.readouterr().out
    assert "report.html" in printed
    assert "Total" in printed


def test_thinned_national_run_is_told_as_thinned(tmp_path, capsys):
    arguments = ("work-programme", "--scale", "0.01", "--without", "report")

    assert simulate(*arguments, "--out", tmp_path / "thin", "--json") == 0

    summary = json.loads(capsys.readouterr().out)
    assert summary["scale"] == 0.01
    assert summary["referrals"] == pytest.approx(1.95e6, rel=0.1)
    assert len(summary["by_contract"]) == 40
    assert not summary["flow"]["zero_referral_share"]
    assert {row["use"] for row in summary["fit"]} >= {"fit", "check"}


def test_json_prints_the_summary_and_nothing_else(tmp_path, capsys):
    out = tmp_path / "one"

    assert simulate(*PILOT, "--out", out, "--json") == 0

    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((out / "summary.json").read_text())
    assert printed["paid_gbp"]["total"] > 0


def test_running_twice_gives_the_same_bytes_in_every_table(tmp_path):
    for name in ("one", "two"):
        arguments = (*SMALL, "--seed", 5, "--without", "report")
        assert simulate(*arguments, "--out", tmp_path / name) == 0

    one, two = parquet_of(tmp_path / "one"), parquet_of(tmp_path / "two")
    assert one == two
    assert len(one) > 10


def test_another_seed_gives_other_bytes(tmp_path):
    for seed in (1, 2):
        arguments = (*PILOT, "--seed", seed, "--without", "report")
        assert simulate(*arguments, "--out", tmp_path / str(seed)) == 0

    one, two = parquet_of(tmp_path / "1"), parquet_of(tmp_path / "2")
    assert one["outcomes.parquet"] != two["outcomes.parquet"]


def test_run_replaces_an_earlier_run_and_leaves_nothing_beside_it(tmp_path):
    out = tmp_path / "one"
    assert simulate(*PILOT, "--out", out) == 0
    (out / "notes.txt").write_text("of the earlier run")

    assert simulate(*PILOT, "--out", out, "--without", "lines") == 0

    assert "notes.txt" not in listed(out)
    assert "lines.parquet" not in listed(out)
    assert listed(tmp_path) == {"one"}


def test_folder_of_something_else_is_refused_and_kept(tmp_path, capsys):
    out = tmp_path / "thesis"
    out.mkdir()
    (out / "chapter-1.txt").write_text("years of work")

    assert simulate(*PILOT, "--out", out) == 2

    assert "something that is not a run" in capsys.readouterr().err
    assert listed(tmp_path) == {"thesis"}
    assert (out / "chapter-1.txt").read_text() == "years of work"


def test_file_in_the_place_of_the_folder_is_refused_and_kept(tmp_path, capsys):
    out = tmp_path / "one"
    out.write_text("a letter")

    assert simulate(*PILOT, "--out", out) == 2

    assert "1 fault" in capsys.readouterr().err
    assert out.read_text() == "a letter"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["work-programm"], ["did you mean work-programme?"]),
        ([*PILOT, "--scale", "0"], ["--scale: found 0"]),
        ([*PILOT, "--scale", "nan"], ["--scale: found nan"]),
        ([*PILOT, "--areas", "2"], ["--areas: found 2; expected 1"]),
        ([*PILOT, "--areas", "7", "--scale", "3"], ["--areas", "--scale"]),
        ([*PILOT, "--set", "behaviour.hazard.2"], ["expected KEY=VALUE"]),
        (
            [
                *PILOT,
                "--set",
                "behaviour.hazrd.2=0.01",
                "--set",
                "behaviour.claim.rate=7",
                "--set",
                "behaviour.learning.months=soon",
            ],
            [
                "3 faults",
                "did you mean behaviour.hazard.",
                "expected 0.5 to 1",
                "expected a number",
            ],
        ),
        (["probation-pilot"], ["days-in-work", "days-without"]),
    ],
)
def test_wrong_arguments_are_all_told_and_nothing_is_written(
    arguments, told, tmp_path, capsys
):
    assert simulate(*arguments, "--out", tmp_path / "one") == 2

    error = capsys.readouterr().err
    for words in told:
        assert words in error
    assert "Traceback" not in error
    assert listed(tmp_path) == set()


@pytest.mark.parametrize(
    "setting", ["behaviour.claim.rate=nan", "behaviour.hazard.1=nan"]
)
def test_setting_that_is_no_number_is_refused(setting, tmp_path, capsys):
    assert simulate(*PILOT, "--set", setting, "--out", tmp_path / "one") == 2

    assert "nan" in capsys.readouterr().err


def test_unknown_option_is_refused_by_its_name(capsys):
    with pytest.raises(SystemExit) as stopped:
        simulate(*PILOT, "--speed", "9")

    assert stopped.value.code == 2
    assert "--speed" in capsys.readouterr().err


def test_settings_reach_the_rulebook_and_the_behaviour(tmp_path, capsys):
    plain = (*PILOT, "--without", "report", "--json")
    assert simulate(*plain, "--out", tmp_path / "plain") == 0
    before = json.loads(capsys.readouterr().out)

    changed = ("--set", "behaviour.claim.rate=0.5", "--set", "allotted_days=182")
    assert simulate(*plain, *changed, "--out", tmp_path / "changed") == 0

    after = json.loads(capsys.readouterr().out)
    assert after["rulebook_hash"] != before["rulebook_hash"]
    assert after["behaviour_hash"] != before["behaviour_hash"]
    assert after["job_outcomes"] < before["job_outcomes"]


def test_rulebook_of_ones_own_is_played(tmp_path, capsys):
    folder = copy_of("teaching-pilot", tmp_path)
    change(folder, "programme.yaml", "id: teaching-pilot", "id: my-pilot")

    assert simulate(folder, "--without", "report", "--json") == 0

    assert json.loads(capsys.readouterr().out)["programme"] == "my-pilot"
    assert (tmp_path / "runs" / "my-pilot" / "manifest.json").is_file()


def test_faulty_rulebook_is_told_with_every_fault(tmp_path, capsys):
    folder = copy_of("teaching-pilot", tmp_path)
    change(folder, "programme.yaml", "run_on: {value: no", "run_on: {value: perhaps")
    change(folder, "programme.yaml", "{value: 364", "{value: ninety")

    assert simulate(folder) == 2

    error = capsys.readouterr().err
    assert "2 faults" in error
    assert not (tmp_path / "runs").exists()


def start(folder: Path, name: str, **options) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "quasimarket.cli.main", "simulate", *SMALL]
    return subprocess.Popen(
        [*command, "--out", name],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def wait_until_it_writes(running: subprocess.Popen[str], unfinished: Path) -> None:
    while not unfinished.exists() and running.poll() is None:
        try:
            running.wait(timeout=0.01)
        except subprocess.TimeoutExpired:
            continue


def test_stopping_while_the_folder_is_written_leaves_nothing(tmp_path):
    running = start(tmp_path, "stopped")

    wait_until_it_writes(running, tmp_path / ".stopped.unfinished")
    running.send_signal(signal.SIGINT)
    _, error = running.communicate(timeout=60)

    assert running.returncode == 130
    assert "Stopped. Nothing was left half-written." in error
    assert "Traceback" not in error
    assert listed(tmp_path) == set()


def test_run_after_one_that_was_killed_clears_what_that_left(tmp_path):
    running = start(tmp_path, "killed")
    wait_until_it_writes(running, tmp_path / ".killed.unfinished")
    running.kill()
    running.communicate(timeout=60)
    assert listed(tmp_path) == {".killed.unfinished"}

    assert simulate(*PILOT, "--out", tmp_path / "killed") == 0

    assert listed(tmp_path) == {"killed"}


def test_second_run_into_a_folder_that_is_being_written_is_refused(tmp_path, capsys):
    out = tmp_path / "one"

    with new_run_folder(out) as folder:
        status = simulate(*PILOT, "--out", out)
        (folder / "manifest.json").write_text("of the first")

    assert status == 2
    assert "another run being written there" in capsys.readouterr().err
    assert (out / "manifest.json").read_text() == "of the first"
    assert listed(tmp_path) == {"one"}


def test_disk_that_takes_no_more_is_told_and_leaves_nothing(tmp_path):
    def take_little() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8_192, 8_192))

    running = start(tmp_path, "large", preexec_fn=take_little)
    _, error = running.communicate(timeout=60)

    assert running.returncode == 2
    assert "large: found a file larger than the system allows" in error
    assert "Traceback" not in error
    assert listed(tmp_path) == set()


def test_place_where_no_folder_can_be_made_is_told(tmp_path, capsys):
    (tmp_path / "letter").write_text("a letter")

    assert simulate(*PILOT, "--out", tmp_path / "letter" / "one") == 2

    assert "a file where a folder is needed" in capsys.readouterr().err


# an alarm that rings inside a clean-up of the interpreter is told there and lost
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_stopped_run_leaves_the_earlier_one_as_it_was(tmp_path):
    out = tmp_path / "one"
    assert simulate(*PILOT, "--out", out) == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def interrupt(number, frame):
        raise KeyboardInterrupt

    # the alarm rings while the next, larger run is played
    earlier = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.5, 0.25)
    try:
        status = simulate("work-programme", "--scale", "0.2", "--out", out)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, earlier)

    assert status == 130
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert listed(tmp_path) == {"one"}
