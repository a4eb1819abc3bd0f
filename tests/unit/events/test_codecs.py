"""Events written and read again are the same events."""

import json
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from quasimarket.events import EventKind
from quasimarket.events.arrow import COLUMNS, SCHEMA, to_events, to_table, write_parquet
from quasimarket.events.json_lines import from_json, to_json
from tests.lib.sample_events import one_of_each_kind


EVENTS = one_of_each_kind()


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.kind)
def test_json_of_an_event_is_read_as_that_event(event):
    assert from_json(to_json(event)) == event


def test_json_leaves_out_what_is_not_there():
    attached = next(event for event in EVENTS if event.kind is EventKind.ATTACHED)

    assert list(json.loads(to_json(attached))) == [
        "id",
        "kind",
        "happened",
        "known",
        "participant",
        "source",
    ]


def test_json_leaves_out_the_day_known_where_it_is_the_day_it_happened():
    assert "known" not in json.loads(to_json(EVENTS[0]))
    assert from_json(to_json(EVENTS[0])).known == date(2012, 2, 28)


def test_table_of_events_is_read_as_those_events():
    table = to_table(EVENTS)

    assert table.schema == SCHEMA
    assert to_events(table) == EVENTS


def test_table_of_no_events_has_the_columns_of_a_log():
    assert to_table([]).column_names == list(COLUMNS)
    assert to_events(to_table([])) == []


def test_amount_of_nothing_is_not_a_missing_amount():
    paid = next(event for event in EVENTS if event.kind is EventKind.PAID)
    [read] = to_events(to_table([type(paid)(**_fields(paid) | {"amount": 0})]))

    assert read.amount == 0


def test_parquet_that_cannot_be_finished_leaves_nothing(tmp_path, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(pq, "write_table", fail)

    with pytest.raises(OSError, match="disk full"):
        write_parquet(EVENTS, tmp_path / "log.parquet")

    assert list(tmp_path.iterdir()) == []


def test_whole_number_ids_are_read_as_text():
    table = to_table(EVENTS[:1])
    numbered = table.set_column(0, "id", pa.array([7], pa.int64()))

    assert to_events(numbered)[0].id == "7"


def _fields(event: object) -> dict[str, object]:
    return {name: getattr(event, name) for name in COLUMNS}
