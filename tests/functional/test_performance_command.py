"""`quasimarket performance`, from a file to tables."""

import json
from pathlib import Path

import polars as pl
import pytest

from quasimarket.cli.main import main


HEADER = "id,kind,happened,participant,contract,group,spell,milestone,number,code\n"


LEVEL = ("contract", "outcomes", "referrals", "excluded", "met")


def person(name: str, contract: str, referred: str, job: str = "") -> list[str]:
    rows = [f"{name}-r,referred,{referred},{name},{contract},1,,,,"]
    rows.append(f"{name}-a,attached,{referred},{name},,,,,,")
    if job:
        rows.append(f"{name}-j,job-started,{job},{name},,,job,,,")
    return rows


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    rows = [
        *person("ann", "1", "2011-06-06", job="2011-07-04"),
        *person("bob", "1", "2011-06-07"),
        *person("cat", "2", "2011-06-08", job="2012-03-01"),
        "dan-1,referred,2011-07-01,dan,2,1,,,,",
        "dan-2,referral-cancelled,2011-07-02,dan,2,,,,,",
        "ann-2,referred,2012-01-09,ann,2,1,,,,",
    ]
    path = tmp_path / "log.csv"
    path.write_text(HEADER + "\n".join(rows) + "\n")
    return path


def measured(log: Path, to: str, capsys: pytest.CaptureFixture[str]) -> dict[str, list]:
    assert main(["performance", "work-programme", str(log), "--to", to, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_numerator_denominator_and_exclusions_are_told(log, capsys):
    tables = measured(log, "2012-03-31", capsys)

    assert [
        (
            row["contract"],
            row["outcomes"],
            row["referrals"],
            row["excluded"],
            row["met"],
        )
        for row in tables["levels"]
    ] == [("1", 1.0, 2.0, 0.0, True), ("2", 0.0, 1.0, 2.0, False)]
    assert [(row["reason"], row["people"]) for row in tables["exclusions"]] == [
        ("cancelled", 1.0),
        ("repeat", 1.0),
    ]


def test_outcome_unclaimed_is_left_out(log, capsys):
    log.write_text(
        log.read_text() + "c,claimed,2012-02-01,bob,,,,job-outcome,1,\n",
        encoding="utf-8",
    )

    tables = measured(log, "2012-03-31", capsys)

    assert sum(row["outcomes"] for row in tables["levels"]) == 0
    assert {"unclaimed"} <= {row["reason"] for row in tables["exclusions"]}


def test_outcome_rejected_is_left_out(log, capsys):
    log.write_text(
        log.read_text() + "x,rejected,2012-02-01,ann,,,,job-outcome,1,not-in-work\n"
    )

    tables = measured(log, "2012-03-31", capsys)

    assert sum(row["outcomes"] for row in tables["levels"]) == 0
    assert {"rejected"} <= {row["reason"] for row in tables["exclusions"]}


def test_tables_are_written_and_printed(log, capsys):
    assert main(["performance", "work-programme", str(log)]) == 0

    printed = capsys.readouterr().out
    assert "data to 2012-03-31" in printed
    assert "too few" in printed
    cohorts = pl.read_csv("log-performance/cohorts.csv")
    assert cohorts.filter(pl.col("rate").is_not_null()).is_empty()


def test_faults_are_listed_and_nothing_is_written(log, tmp_path, capsys):
    log.write_text(log.read_text() + "z,attached,2011-06-06,zoe,,,,,,\n")

    assert main(["performance", "work-programme", str(log)]) == 2

    assert "unknown participant 'zoe'" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [log]


def test_day_that_is_none_is_told(log, capsys):
    assert main(["performance", "work-programme", str(log), "--to", "soon"]) == 2

    assert "--to: found soon" in capsys.readouterr().err
