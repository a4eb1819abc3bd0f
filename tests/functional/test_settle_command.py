"""`quasimarket settle`, from a file to a folder, as a payment clerk uses it."""

import csv
import json
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from quasimarket.cli.main import main


HEADER = "id,kind,happened,known,participant,contract,position,group,spell"
ANN = """
1,referred,2011-06-06,,ann,1,,1,
2,attached,2011-06-20,,ann,,,,
3,allocated,2011-06-21,,ann,,1-03,,
4,job-started,2011-08-01,2011-08-08,ann,,,,bakery
5,job-ended,2012-04-20,2012-05-02,ann,,,,bakery
"""
LATE_NEWS = "6,job-ended,2012-02-10,2012-09-03,ann,,,,bakery\n"
TERMS = """contract,position,first_day,management_fee,lag_months,pass_job-outcome
,,2011-06-01,0.2,1,0.5
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "clerk.csv"
    path.write_text(HEADER + ANN)
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def settle(*arguments: object) -> int:
    return main(["settle", "work-programme", *(str(one) for one in arguments)])


@pytest.mark.parametrize("engine", ["columnar", "reference"])
def test_log_becomes_lines_statements_and_a_ledger(log, engine, capsys):
    assert settle(log, "--engine", engine) == 0

    out = Path("clerk-settlement")
    lines = rows_of(out / "lines.csv")
    assert [(line["kind"], line["amount"]) for line in lines] == [
        ("attachment", "40000"),
        ("job-outcome", "112800"),
        ("sustainment", "17000"),
        ("sustainment", "17000"),
    ]
    assert sum(int(row["amount"]) for row in rows_of(out / "ledger.csv")) == 0
    assert "settled to 2012-07-31" in capsys.readouterr().out


def test_summary_adds_up_the_tables(log, capsys):
    assert settle(log, "--json", "--to", "2012-03-31", "--out", "march") == 0

    summary = json.loads(capsys.readouterr().out)
    written = json.loads(Path("march/summary.json").read_text())
    assert summary.items() <= written.items()
    assert summary["settled_to"] == "2012-03-31"
    assert summary["to_primes_pence"] == 40000 + 112800 + 17000
    assert summary["by_kind"]["sustainment"] == {"lines": 1, "pence": 17000}
    assert summary["ledger_balance_pence"] == 0


def test_late_news_takes_money_back_on_a_later_statement(log):
    log.write_text(log.read_text() + LATE_NEWS)

    assert settle(log, "--out", "late") == 0

    reversals = [
        row for row in rows_of(Path("late/lines.csv")) if row["is_reversal"] == "true"
    ]
    assert [(row["statement"], row["amount"]) for row in reversals] == [
        ("2012-09", "-17000"),
        ("2012-09", "-17000"),
    ]


def test_terms_of_a_file_pass_money_down(log):
    Path("terms.csv").write_text(TERMS)

    assert settle(log, "--subcontracts", "terms.csv", "--out", "down") == 0

    outcomes = [
        row
        for row in rows_of(Path("down/downstream.csv"))
        if row["kind"] == "job-outcome"
    ]
    assert [(row["statement"], row["position"], row["amount"]) for row in outcomes] == [
        ("2012-02", "1-03", "45120")
    ]


def test_tables_may_be_parquet(log):
    assert settle(log, "--format", "parquet", "--out", "tables") == 0

    assert len(pq.read_table("tables/lines.parquet")) == 4


def test_story_is_told_and_nothing_written(log, tmp_path, capsys):
    assert settle(log, "--explain", "ann") == 0

    story = capsys.readouterr().out
    assert "£1,128.00" in story
    assert list(tmp_path.iterdir()) == [log]


def test_story_of_someone_unknown_is_refused(log, capsys):
    assert settle(log, "--explain", "bob") == 2

    assert "bob" in capsys.readouterr().err


def test_faults_are_listed_with_rows_and_nothing_is_written(log, tmp_path, capsys):
    log.write_text(
        log.read_text()
        + "7,jobstarted,2012-01-01,,ann,,,,shop\n"
        + "8,attached,2012-13-01,,bob,,,,\n"
    )

    assert settle(log) == 2

    error = capsys.readouterr().err
    assert "3 faults; nothing was written." in error
    assert re.search(r"row 7: found unknown kind 'jobstarted'.*job-started", error)
    assert re.search(r"row 8: found happened '2012-13-01'", error)
    assert re.search(r"row 8: found attached of unknown participant 'bob'", error)
    assert list(tmp_path.iterdir()) == [log]


def test_earlier_settlement_is_replaced_and_nothing_else_is(log, capsys):
    assert settle(log, "--out", "here") == 0
    assert settle(log, "--out", "here", "--to", "2011-06-30") == 0
    assert len(rows_of(Path("here/lines.csv"))) == 1

    Path("mine").mkdir()
    Path("mine/letter.txt").write_text("keep me")

    assert settle(log, "--out", "mine") == 2
    assert "not a settlement" in capsys.readouterr().err
    assert [path.name for path in Path("mine").iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--to", "2012-03-30"], "settle to 2012-03-31"),
        (["--to", "March"], "the last day of a month"),
        (["--subcontracts", "none.csv"], "none.csv"),
    ],
)
def test_argument_that_cannot_be_is_told(log, given, told, capsys):
    assert settle(log, *given) == 2

    assert told in capsys.readouterr().err


def test_faults_of_a_terms_file_are_listed_together(log, capsys):
    Path("terms.csv").write_text(TERMS + "99,,soon,1.2,-1,half\n")

    assert settle(log, "--subcontracts", "terms.csv") == 2

    error = capsys.readouterr().err
    for found in ("contract '99'", "'soon'", "'1.2'", "'-1'", "'half'"):
        assert found in error


def test_programme_that_is_not_there_is_told(log, capsys):
    assert main(["settle", "work-program", str(log)]) == 2

    assert "work-program" in capsys.readouterr().err
