"""Two engines, one specification: they agree on any programme and any log."""

from hypothesis import given

from quasimarket.settlement.columnar import settle_events
from quasimarket.settlement.reference import settle
from tests.lib.strategies import Case, cases


@given(cases())
def test_engines_agree_on_any_log(case: Case) -> None:
    plain = settle(case.rulebook, case.log, case.settled_to)
    fast = settle_events(case.rulebook, case.log, case.settled_to)

    assert fast.lines == plain.lines
    assert fast.downstream == plain.downstream
    assert fast.unpaid == plain.unpaid
    assert fast.statements == plain.statements
    assert fast.ledger == plain.ledger
    assert fast == plain
