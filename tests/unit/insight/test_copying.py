"""Copying that was recorded is counted, in acts a year of a delivering position."""

from datetime import date

import polars as pl
import pytest

from quasimarket.insight import measure_all
from tests.lib.made_market import Made, make_tables


COPIED = "pressure.copied_a_year"


def counted(*acts: tuple[str, str, date]) -> dict[str, float | None]:
    """Measure a made market of 26 months in which so much was copied."""
    tables = make_tables(Made(primes=3, chain=4, specialists=1, people=600))
    events = tables["organisation_events"]
    first = tables["positions"].filter(pl.col("tier") == 1)["position"][0]
    copied = pl.concat(
        [
            events.head(1).with_columns(
                position=pl.lit(first),
                kind=pl.lit(kind),
                source=pl.lit(source),
                happened=pl.lit(happened),
            )
            for kind, source, happened in acts
        ]
        or [events.clear()]
    ).cast(dict(events.schema))
    more = {**tables, "organisation_events": pl.concat([events, copied])}
    return {one.id: one.value for one in measure_all(more, prefix=COPIED, times=0)}


def test_what_was_taken_over_is_counted_in_its_stage():
    found = counted(
        ("practice-copied", "peer", date(2013, 1, 15)),
        ("practice-copied", "peer", date(2013, 2, 15)),
        ("practice-tried", "own", date(2013, 2, 15)),
    )

    assert found[f"{COPIED}.implementation"] == 0
    # two acts of twelve positions in the thirteen months that are left
    assert found[f"{COPIED}.later"] == pytest.approx(2 / (12 * 13 / 12))


def test_a_log_that_tells_of_no_copying_is_not_counted_as_nought():
    assert set(counted().values()) == {None}
