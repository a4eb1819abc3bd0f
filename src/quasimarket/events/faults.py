"""Faults found in a file of events: every one counted, the first of each kind kept.

A log of twenty million rows can be wrong in twenty million places. A person mends a
kind of fault, not a row, so each kind keeps enough rows to show what is wrong.
"""

from collections.abc import Callable, Sequence

from quasimarket.core.errors import Fault, InputFault


SHOWN = 200
"""How many faults are kept; above that each kind has an equal share."""


class FaultList:
    """The faults of one file."""

    def __init__(self, file: str) -> None:
        """Begin with no faults in the file of that name."""
        self._file = file
        self._kinds: list[list[tuple[int, Fault]]] = []
        self.count = 0

    def add_file_fault(self, found: str, expected: str, hint: str = "") -> None:
        """Add a fault of the file as a whole; these come first."""
        fault = Fault(where=self._file, found=found, expected=expected, hint=hint)
        self._kinds.append([(0, fault)])
        self.count += 1

    def add_row_faults(
        self,
        rows: Sequence[int],
        expected: str,
        found: Callable[[int], str],
        hint: Callable[[int], str] = lambda _: "",
    ) -> None:
        """Add one kind of fault on many rows.

        `found` and `hint` are asked only for the rows that are kept; they are given
        the place in `rows`, not the row number.
        """
        if not rows:
            return
        self.count += len(rows)
        self._kinds.append(
            [
                (
                    rows[place],
                    Fault(
                        where=f"{self._file}, row {rows[place]}",
                        found=found(place),
                        expected=expected,
                        hint=hint(place),
                    ),
                )
                for place in range(min(len(rows), SHOWN))
            ]
        )

    def refuse(self) -> None:
        """Raise every fault found, in order of rows; do nothing if there is none."""
        if self.count == 0:
            return
        share = SHOWN
        if self.count > SHOWN:
            share = max(SHOWN // len(self._kinds), 1)
        kept = [fault for kind in self._kinds for fault in kind[:share]]
        kept.sort(key=lambda numbered: numbered[0])
        raise InputFault((fault for _, fault in kept), count=self.count)
