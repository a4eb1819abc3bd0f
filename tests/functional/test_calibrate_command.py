"""Calibration and screening from the command line, on one area."""

import csv
import json

import pytest

from quasimarket.cli.main import main


ASKED = (
    *("--areas", "1", "--points", "12", "--waves", "1", "--draws", "20"),
    *("--only", "sanction.referrals_month", "--only", "staff.quit"),
    *("--checks", "1", "--processes", "1"),
)


def test_calibration_is_made_and_then_taken_from_what_is_kept(tmp_path, capsys):
    out = tmp_path / "calibrated"

    assert main(["calibrate", *ASKED, "--out", str(out), "--json"]) == 0
    given = json.loads(capsys.readouterr().out)
    kept = {path: path.stat().st_mtime_ns for path in (out / "measured").iterdir()}
    sheets = [
        (out / name).read_bytes() for name in ("posterior.csv", "posterior_draws.csv")
    ]
    assert main(["calibrate", *ASKED, "--out", str(out)]) == 0
    shown = " ".join(capsys.readouterr().out.split())

    assert [one["key"] for one in given["posterior"]] == [
        "sanction.referrals_month",
        "staff.quit",
    ]
    assert given["posterior"][0]["identified"]
    assert len(kept) == 12 + 2  # a check is played short and long
    seen = {one["id"]: one for one in given["facts"] if one["tests"]}
    assert [key for key, one in seen.items() if one["before"] is not None] == [
        "F018",
        "F019",
        "F020",
    ]
    assert seen["F020"]["before"]["low"] <= seen["F020"]["before"]["high"]
    assert kept == {
        path: path.stat().st_mtime_ns for path in (out / "measured").iterdir()
    }
    assert sheets == [
        (out / name).read_bytes() for name in ("posterior.csv", "posterior_draws.csv")
    ]
    assert "no test of the model" in shown
    assert "Wave 1: 12 runs" in shown
    rows = list(csv.DictReader((out / "posterior.csv").read_text().splitlines()))
    assert "--points 12" in rows[0]["command"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["calibrate", "--points", "3"], "12 or more"),
        (["calibrate", "--waves", "0"], "1 or more"),
        (["calibrate", "--areas", "19"], "1 to 18"),
        (["calibrate", "--only", "staff.quits"], "a parameter of behaviour"),
        (["calibrate", "--draws", "20", "--checks", "30"], "20 or fewer"),
        (["sensitivity", "--programme", "no-such-programme"], "no-such-programme"),
        (["sensitivity", "--trajectories", "1"], "2 or more"),
        (["sensitivity", "--areas", "0"], "1 or more"),
    ],
)
def test_bad_input_is_told_and_nothing_written(arguments, told, tmp_path, capsys):
    status = main([*arguments, "--out", str(tmp_path / "out")])

    assert status == 2
    assert told in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "out").exists()


@pytest.mark.long
def test_screening_writes_table_and_picture(tmp_path, capsys):
    out = tmp_path / "screened"
    asked = ["sensitivity", "--areas", "1", "--trajectories", "2", "--out", str(out)]

    assert main(asked) == 0

    given = json.loads((out / "sensitivity.json").read_text("utf-8"))
    assert given["runs"] == len(list((out / "measured").iterdir()))
    assert (out / "sensitivity.svg").read_text("utf-8").startswith("<?xml")
    assert "What matters most" in capsys.readouterr().out
