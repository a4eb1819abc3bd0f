"""One sound event of every kind."""

from datetime import date, timedelta

from quasimarket.events import REQUIRED_FIELDS, Event, EventKind


FIELDS: dict[str, object] = {
    "participant": "ann",
    "contract": "1",
    "position": "1-03",
    "group": "6",
    "spell": "bakery",
    "milestone": "job-outcome",
    "number": 1,
    "code": "health",
    "amount": 112850,
}


def one_of_each_kind() -> list[Event]:
    """Give an event of each kind with the fields that it must carry, a day apart."""
    first = date(2012, 2, 28)
    return [
        Event(
            id=f"e{place:02d}",
            kind=kind,
            happened=first + timedelta(days=place),
            # Every second one became known later.
            known=first + timedelta(days=place + place % 2 * 7),
            **{name: FIELDS[name] for name in needed_by(kind)},
            source="prime" if place % 3 == 0 else "",
        )
        for place, kind in enumerate(EventKind)
    ]


def needed_by(kind: EventKind) -> tuple[str, ...]:
    """Name the fields of a kind; a rejection must also say of what."""
    spell = ("spell",) if kind is EventKind.REJECTED else ()
    return (*REQUIRED_FIELDS[kind], *spell)
