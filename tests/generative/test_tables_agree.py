"""A settlement's tables are the same from columns as from records."""

from hypothesis import given

from quasimarket.entitlement.read_columns import columns_from_events
from quasimarket.settlement.column_tables import tables_of_columns
from quasimarket.settlement.columnar import settle_columns
from quasimarket.settlement.reference import settle
from quasimarket.settlement.tables import schema_of, tables_of
from tests.lib.strategies import Case, cases


@given(cases())
def test_tables_agree_on_any_log(case: Case) -> None:
    columns = columns_from_events(case.rulebook, case.log)
    settlement = settle_columns(case.rulebook, columns, case.settled_to)

    fast = tables_of_columns(case.rulebook, columns, settlement)

    plain = tables_of(settle(case.rulebook, case.log, case.settled_to))
    assert list(fast) == list(plain)
    for name, table in plain.items():
        assert fast[name].schema == table.schema == schema_of(name)
        assert fast[name].to_pylist() == table.to_pylist()
