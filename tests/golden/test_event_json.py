"""Every kind of event as one line of JSON."""

from pathlib import Path

from quasimarket.events.json_lines import to_json
from tests.lib.sample_events import one_of_each_kind


APPROVED = Path(__file__).parent / "events" / "one_of_each_kind.jsonl"


def test_event_of_each_kind_is_written_as_approved(approve):
    lines = "".join(f"{to_json(event)}\n" for event in one_of_each_kind())

    approve(lines, APPROVED)
