"""The board of claims and the study's view, from the command line."""

import csv
import json

import pytest

from quasimarket.cli.main import main
from tests.lib.market_run import market_run


ASKED = ("--only", "C033", "--areas", "1", "--seeds", "3", "--processes", "1")


def test_board_is_made_and_then_made_again_from_what_is_kept(tmp_path, capsys):
    out = tmp_path / "board"

    assert main(["claims", *ASKED, "--out", str(out), "--json"]) == 0
    board = json.loads(capsys.readouterr().out)
    kept = {path: path.stat().st_mtime_ns for path in (out / "measured").iterdir()}
    assert main(["claims", *ASKED, "--out", str(out)]) == 0
    shown = capsys.readouterr().out

    assert board["counts"]["measured"] == 1
    assert board["claims"][0]["tests"][0]["seeds"] == 3
    assert len(kept) == 6  # three seeds here, three on the null market
    assert kept == {path: path.stat().st_mtime_ns for path in kept}
    assert "C033" in shown
    assert "Of those that hold" in shown
    assert json.loads((out / "claims.json").read_text("utf-8")) == board
    rows = list(csv.DictReader((out / "claims.csv").read_text("utf-8").splitlines()))
    assert [one["claim"] for one in rows] == ["C033"] * len(board["claims"][0]["tests"])
    assert rows[0]["seeds"] == "3"
    assert float(rows[0]["is"]) == pytest.approx(
        board["claims"][0]["tests"][0]["value"], rel=0.01
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--only", "C999"], "C001 to C148"),
        (["--seeds", "1"], "3 or more"),
        (["--posterior", "2"], "3 or more"),
        (["--posterior", "10000"], "the parameter sets that are shipped"),
        (["--posterior", "5", "--null-seeds", "6"], "5 or fewer"),
        (["--areas", "0"], "1 or more"),
        (["--areas", "19"], "1 to 18"),
        (["--programme", "no-such-programme"], "no-such-programme"),
    ],
)
def test_bad_input_to_claims_is_told(arguments, told, tmp_path, capsys):
    status = main(["claims", *arguments, "--out", str(tmp_path / "board")])

    assert status == 2
    assert told in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "board").exists()


def test_study_view_is_shown_and_given_as_json(tmp_path, capsys):
    for name, table in market_run().items():
        table.write_parquet(tmp_path / f"{name}.parquet")

    assert main(["study-view", str(tmp_path), "--studies", "20"]) == 0
    shown = capsys.readouterr().out
    assert main(["study-view", str(tmp_path), "--studies", "20", "--json"]) == 0
    given = json.loads(capsys.readouterr().out)

    assert "4 of 5 primes, 14 subcontractors" in " ".join(shown.split())
    assert len(given["cells"]) == 2 * 4 * 3


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(["--studies", "5"], "20 or more"), ([], "no table 'positions'")],
)
def test_bad_input_to_study_view_is_told(arguments, told, tmp_path, capsys):
    status = main(["study-view", str(tmp_path), *arguments])

    assert status == 2
    assert told in " ".join(capsys.readouterr().err.split())
