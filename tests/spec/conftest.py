"""The fixtures that check a case; those of settlement on each engine."""

from pathlib import Path

import pytest

from quasimarket.settlement.columnar import settle_events
from quasimarket.settlement.reference import settle as settle_plainly
from tests.lib.cases import MeasureCase, RefuseCase, SettleCase, SettleEvents


ENGINES: dict[str, SettleEvents] = {
    "reference": settle_plainly,
    "columnar": settle_events,
}


@pytest.fixture(params=ENGINES)
def settle(request: pytest.FixtureRequest) -> SettleCase:
    """Settle a case on an engine and compare the lines, to the penny."""
    return SettleCase(engine=ENGINES[request.param], oracle=settle_plainly)


@pytest.fixture(name="measure")
def measure_case() -> MeasureCase:
    """Measure a case and compare the numbers."""
    return MeasureCase()


@pytest.fixture
def refuse(tmp_path: Path) -> RefuseCase:
    """Check a case that a file check refuses, and compare its faults."""
    return RefuseCase(folder=tmp_path)
