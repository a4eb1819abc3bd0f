"""Referrals and outcomes are the same from columns as from the plain engine."""

from hypothesis import given
from polars.testing import assert_frame_equal

from quasimarket.cli.performance import referrals_in
from quasimarket.events.arrow import to_table
from tests.lib.plain_performance import plain_referrals
from tests.lib.strategies import Case, cases


@given(cases())
def test_referrals_agree_on_any_log(case: Case) -> None:
    fast = referrals_in(case.rulebook, to_table(case.log), case.settled_to)

    plain = plain_referrals(case.rulebook, case.log, case.settled_to)
    assert_frame_equal(fast.frame, plain.frame, check_row_order=False)
