"""The fixture that settles a case, once for each engine."""

import pytest

from quasimarket.settlement.reference import settle as settle_plainly
from tests.lib.cases import SettleCase, SettleEvents


ENGINES: dict[str, SettleEvents] = {"reference": settle_plainly}
try:
    from quasimarket.settlement.columnar import settle_events

    ENGINES["columnar"] = settle_events
except ImportError:
    pass


@pytest.fixture(params=sorted(ENGINES))
def settle(request: pytest.FixtureRequest) -> SettleCase:
    """Settle a case on an engine and compare the lines, to the penny."""
    return SettleCase(engine=ENGINES[request.param], oracle=settle_plainly)
