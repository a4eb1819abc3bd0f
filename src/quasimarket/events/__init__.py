"""The vocabulary of a programme: what can happen, as frozen records.

Simulation and service are two sources of the same events; nobody has private ones.
"""

from quasimarket.events.event import REQUIRED_FIELDS, Event, EventKind


__all__ = ["REQUIRED_FIELDS", "Event", "EventKind"]
