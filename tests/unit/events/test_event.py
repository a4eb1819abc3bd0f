"""An event that lacks what its kind must carry cannot exist."""

from dataclasses import replace
from datetime import date

import pytest

from quasimarket.events import Event, EventKind
from tests.lib.sample_events import needed_by, one_of_each_kind


@pytest.mark.parametrize(
    ("event", "field"),
    [(event, name) for event in one_of_each_kind() for name in needed_by(event.kind)],
    ids=lambda value: value if isinstance(value, str) else value.kind,
)
def test_event_without_a_field_of_its_kind_is_refused(event, field):
    with pytest.raises(ValueError, match=f"lacks .*{field}|names no spell"):
        replace(event, **{field: None})


def test_event_known_before_it_happened_is_refused():
    with pytest.raises(ValueError, match="known before it happened"):
        Event(
            id="1",
            kind=EventKind.ATTACHED,
            happened=date(2012, 2, 2),
            known=date(2012, 2, 1),
            participant="ann",
        )


def test_job_may_be_announced():
    announced = Event(
        id="1",
        kind=EventKind.JOB_STARTED,
        happened=date(2012, 2, 2),
        known=date(2012, 2, 1),
        participant="ann",
        spell="bakery",
    )

    assert announced.known < announced.happened
