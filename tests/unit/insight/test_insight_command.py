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
