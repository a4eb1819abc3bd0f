"""Tables that are missing, cut short or of another kind are told, all at once."""

from datetime import date

import polars as pl
import pytest

from quasimarket.cli.main import main
from quasimarket.cli.run_tables import read_tables
from quasimarket.core.errors import InputFault
from tests.lib.market_run import market_run


@pytest.fixture
def folder(tmp_path):
    for name, table in market_run().items():
        table.write_parquet(tmp_path / f"{name}.parquet")
    return tmp_path


def commands(folder):
    return (["insight", str(folder), "--only", "flow"], ["study-view", str(folder)])


@pytest.mark.parametrize("kept", [0, 3, 400, -8])
@pytest.mark.parametrize("command", [0, 1])
def test_truncated_table_is_told(folder, capsys, kept, command):
    path = folder / "positions.parquet"
    path.write_bytes(path.read_bytes()[:kept])

    status = main(commands(folder)[command])

    told = " ".join(capsys.readouterr().err.split())
    assert status == 2
    assert "positions.parquet: found a file that cannot be read as Parquet" in told
    assert "cut short" in told


@pytest.mark.parametrize("command", [0, 1])
def test_no_run_is_told(tmp_path, capsys, command):
    status = main(commands(tmp_path / "nothing")[command])

    assert status == 2
    assert "no such folder" in capsys.readouterr().err


def test_missing_tables_are_told_together(folder, capsys):
    (folder / "staff_moves.parquet").unlink()
    (folder / "organisation_events.parquet").unlink()

    status = main(["study-view", str(folder)])

    told = capsys.readouterr().err
    assert status == 2
    assert "staff_moves" in told
    assert "organisation_events" in told


def test_columns_are_missing_or_of_another_kind(folder):
    providers = pl.read_parquet(folder / "providers.parquet")
    other = providers.drop("requests").with_columns(
        month=pl.lit("June"), referrals=pl.lit("many")
    )
    other.write_parquet(folder / "providers.parquet")

    with pytest.raises(InputFault) as told:
        read_tables(folder, ["providers"], {"providers": ("requests",)})

    faults = {(one.where, one.found, one.expected) for one in told.value.faults}
    assert faults == {
        ("providers.parquet", "no column requests", "a column requests"),
        ("providers.parquet, column month", "'June'", "a month, as YYYY-MM"),
        ("providers.parquet, column referrals", "text", "numbers"),
    }


def test_names_may_be_numbers_and_days_have_a_time(tmp_path):
    pl.DataFrame(
        {"participant": ["A1"], "contract": [7], "referred": [date(2011, 6, 6)]}
    ).with_columns(pl.col("referred").cast(pl.Datetime)).write_parquet(
        tmp_path / "participants.parquet"
    )

    assert list(read_tables(tmp_path, ["participants"])) == ["participants"]
