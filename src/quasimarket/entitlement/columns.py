"""An event log in columns: whole days and codes in arrays, at national scale.

Codes are indices: kinds into `EVENT_KINDS`; contracts, groups and milestones into the
rulebook's own order; participants, positions, spells, reasons and event ids into the
names beside the columns, which are in `order_key` order for participants, positions
and events, so that codes compare as identifiers do. A missing value is -1.
Days are counted from 1 January 1970.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quasimarket.events import EventKind


EVENT_KINDS: tuple[EventKind, ...] = tuple(EventKind)
KIND_CODE: dict[EventKind, int] = {kind: code for code, kind in enumerate(EVENT_KINDS)}

Names = NDArray[Any]
"""Names by code: an array of text, or of integers whose digits are the names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventColumns:
    """One row an event, in any order; every array has one entry a row."""

    kind: NDArray[np.uint8]
    participant: NDArray[np.int32]
    happened: NDArray[np.int32]
    known: NDArray[np.int32]
    contract: NDArray[np.int16]
    position: NDArray[np.int32]
    group: NDArray[np.int8]
    spell: NDArray[np.int32]
    """Need only differ among the spells of one participant."""
    milestone: NDArray[np.int8]
    number: NDArray[np.int16]
    code: NDArray[np.int16]
    amount: NDArray[np.int64]
    event: NDArray[np.int32] | NDArray[np.int64]
    """The event id's code: its rank, or its own number where ids are numbers."""
    participants: Names
    positions: Names
    spells: Names
    codes: Names
    events: Names | None
    """None where `event` holds the ids themselves."""

    def __len__(self) -> int:
        """Count the events."""
        return len(self.kind)
