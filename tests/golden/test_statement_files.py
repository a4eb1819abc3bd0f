"""The files of a small settlement: one contract, and one subcontract."""

from datetime import date
from pathlib import Path

import pytest

from quasimarket.cli.result_folder import TableFormat, write_folder
from quasimarket.settlement.reference import settle
from quasimarket.settlement.summary import add_up
from quasimarket.settlement.tables import tables_of
from tests.lib.cases import events_in
from tests.lib.programmes import programme


APPROVED = Path(__file__).parent / "statements"
SMALL = programme(
    terms="""
    contract | position | from       | fee            | attachment | job-outcome | lag
    1        |          | 2011-06-01 | 0.15           |            | 0.8         | 1
    """
)
LOG = """
who | what      | on         | until      | known      | group | contract | position
A   | referred  | 2011-06-06 |            |            | 1     | 1        |
A   | attached  | 2011-06-20 |            |            |       |          |
A   | allocated | 2011-06-21 |            |            |       |          | 1-03
A   | in work   | 2011-08-01 | 2012-04-20 |            |       |          |
B   | referred  | 2011-06-13 |            |            | 6     | 1        |
B   | attached  | 2011-06-27 |            |            |       |          |
B   | in work   | 2011-09-05 | 2011-12-23 |            |       |          |
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    settlement = settle(SMALL.rulebook, events_in(LOG), date(2012, 7, 31))
    tables = tables_of(settlement)
    out = tmp_path_factory.mktemp("golden") / "settlement"
    write_folder(out, "settlement", tables, add_up(tables), TableFormat.CSV)
    return out


@pytest.mark.parametrize(
    "name",
    ["lines.csv", "downstream.csv", "statements.csv", "ledger.csv", "summary.json"],
)
def test_file_of_a_settlement_is_as_approved(folder, approve, name):
    approve((folder / name).read_text(encoding="utf-8"), APPROVED / name)
