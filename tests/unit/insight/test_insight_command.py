import json

import pytest

from quasimarket.cli.main import main
from tests.lib.made_market import Made, make_tables


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("run")
    small = Made(primes=3, chain=3, specialists=1, months=3, people=200)
    for name, table in make_tables(small).items():
        table.write_parquet(out / f"{name}.parquet")
    return out


def test_measures_are_printed_as_json(folder, capsys):
    status = main(["insight", str(folder), "--only", "flow.mean", "--json"])

    printed = json.loads(capsys.readouterr().out)
    assert status == 0
    assert [one["id"] for one in printed] == ["flow.mean.tier_1", "flow.mean.tier_2"]
    assert printed[0]["value"] > 0


def test_measures_are_printed_in_groups(folder, capsys):
    status = main(["insight", str(folder), "--only", "flow"])

    printed = capsys.readouterr().out
    assert status == 0
    assert "zero_share.tier_2" in printed
    assert "positions resampled" in printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--only", "nonsense"], "pressure"),
        (["--non-intervention", "1=two"], "GROUP=RATE"),
    ],
)
def test_bad_input_is_told(folder, capsys, arguments, said):
    status = main(["insight", str(folder), *arguments])

    assert status == 2
    assert said in capsys.readouterr().err


def test_folder_without_tables_is_told(tmp_path, capsys):
    status = main(["insight", str(tmp_path)])

    assert status == 2
    assert "simulate" in capsys.readouterr().err


LOG = [
    {"id": 1, "kind": "referred", "participant": "A", "happened": "2024-01-02"},
    {"id": 2, "kind": "attached", "participant": "A", "happened": "2024-01-03"},
    {"id": 3, "kind": "directive-issued", "position": "P1", "happened": "2024-02-03"},
    {"id": 4, "kind": "allocated", "participant": "A", "happened": "2024-01-03"},
    {"id": 4, "kind": "allocated", "participant": "A", "happened": "2024-01-03"},
]


def written(log, path):
    rows = [{**one, "contract": "C1", "group": "1"} for one in log]
    path.write_text("\n".join(json.dumps(one) for one in rows), encoding="utf-8")
    return path


def test_any_log_of_events_is_measured(tmp_path, capsys):
    log = written(LOG, tmp_path / "log.jsonl")

    status = main(["insight", str(log), "--only", "pressure", "--json"])

    found = {one["id"]: one for one in json.loads(capsys.readouterr().out)}
    assert status == 0
    assert found["pressure.requests_a_week"]["note"]
    assert found["pressure.notice_share"]["note"]


def test_log_in_a_folder_has_people_and_organisations_beside_it(tmp_path, capsys):
    written(LOG, tmp_path / "events.jsonl")
    people = tmp_path / "people.csv"
    people.write_text("participant,age_band\nA,25-34\n", encoding="utf-8")
    organisations = tmp_path / "organisations.csv"
    organisations.write_text("organisation,sector\nO1,third\n", encoding="utf-8")

    status = main(
        [
            *("insight", str(tmp_path), "--only", "creaming.group_quality"),
            *("--people", str(people), "--organisations", str(organisations)),
        ]
    )

    assert status == 0
    assert "same chance" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no events"),
        ('{"kind": "referred"', "line 1: found text that is not a JSON object"),
        ('{"kind": "wandered", "happened": "2024-01-01"}', "'wandered' in 1 events"),
        ('{"participant": "A"}', "no column kind"),
    ],
)
def test_log_at_fault_is_told(tmp_path, capsys, text, told):
    log = tmp_path / "log.jsonl"
    log.write_text(text, encoding="utf-8")

    status = main(["insight", str(log)])

    assert status == 2
    assert told in " ".join(capsys.readouterr().err.split())


def test_truncated_parquet_log_is_told(tmp_path, capsys):
    log = tmp_path / "events.parquet"
    log.write_bytes(b"PAR1 and no more")

    assert main(["insight", str(log)]) == 2
    assert "cannot be read as Parquet" in " ".join(capsys.readouterr().err.split())


def test_scales_of_a_run_are_printed(folder, capsys):
    (folder / "manifest.json").write_text("{}", encoding="utf-8")

    assert main(["insight", str(folder), "--only", "flow.mean"]) == 0

    printed = " ".join(capsys.readouterr().out.split())
    assert "scales of the behaviour defaults: work_first 0.000 to 1.000" in printed


def test_what_stands_for_a_log_alone_is_refused_beside_a_run(folder, capsys):
    assert main(["insight", str(folder), "--programme", "work-programme"]) == 2

    assert "a log of events" in capsys.readouterr().err


def test_eight_runs_give_shapley_values(folder, tmp_path, capsys):
    from quasimarket.insight.channels import SETS, set_name

    for one in SETS:
        (tmp_path / set_name(one)).mkdir()
        made = Made(
            primes=7,
            chain=3,
            specialists=1,
            months=13,
            people=50,
            coercive=0.1 if "coercive" in one else 0.0,
        )
        for name in ("positions", "providers"):
            table = make_tables(made)[name]
            table.write_parquet(tmp_path / set_name(one) / f"{name}.parquet")

    asked = ["insight", str(folder), "--only", "pressure.shapley", "--json"]
    status = main([*asked, "--channels", str(tmp_path)])

    found = {one["id"]: one["value"] for one in json.loads(capsys.readouterr().out)}
    assert status == 0
    assert found["pressure.shapley.mimetic"] == pytest.approx(0)
    assert found["pressure.shapley.coercive"] == pytest.approx(
        found["pressure.shapley.all"]
    )
