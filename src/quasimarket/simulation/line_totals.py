"""The settlement's lines added up: by contract, position, group, kind and month.

Millions of lines have few combinations of these, so each line's combination is numbered
and the numbers are counted, which needs neither sorting nor hashing.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quasimarket.settlement.columnar.layout import IssuedColumns


MOST_CELLS = 50_000_000
"""More combinations than this are sorted, since counting needs a place for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTotals:
    """One entry a combination that has lines, in order; -1 is none.

    Months are counted from January of the year 0.
    """

    contract: NDArray[np.int64]
    position: NDArray[np.int64]
    group: NDArray[np.int64]
    kind: NDArray[np.int64]
    month: NDArray[np.int64]
    count: NDArray[np.int64]
    """Lines less those that take a line back."""
    amount: NDArray[np.int64]


def add_up_lines(lines: IssuedColumns) -> LineTotals:
    """Add lines up."""
    columns = {
        name: getattr(lines, name)
        for name in ("contract", "position", "group", "kind", "statement")
    }
    first = {name: _least(column) for name, column in columns.items()}
    values = {
        name: int(column.max(initial=first[name])) - first[name] + 1
        for name, column in columns.items()
    }
    # A position is held under one contract: of all their pairs, few are there.
    pair = columns["contract"].astype(np.int32)
    pair -= first["contract"]
    pair *= values["position"]
    pair += columns["position"]
    pair -= first["position"]
    pairs = np.flatnonzero(np.bincount(pair))
    rest = ("group", "kind", "statement")
    cells = len(pairs) * math.prod(values[name] for name in rest)
    wide_enough = np.int64 if cells > MOST_CELLS else np.int32
    place = np.zeros(values["contract"] * values["position"], wide_enough)
    place[pairs] = np.arange(len(pairs))
    cell = place[pair]
    for name in rest:
        cell *= values[name]
        cell += columns[name]
        cell -= first[name]
    if cells > MOST_CELLS:
        numbered, cell = np.unique(cell, return_inverse=True)
    count = np.bincount(cell)
    found = np.flatnonzero(count)
    net = count[found]
    if lines.is_reversal.any():
        net -= 2 * np.bincount(cell[lines.is_reversal], minlength=len(count))[found]
    # Whole pence up to 2**53, 90 trillion pounds, are exact in these sums.
    pence = np.bincount(cell, weights=lines.amount)[found]
    if cells > MOST_CELLS:
        found = numbered
    left, codes = found, {}
    for name in reversed(rest):
        left, code = np.divmod(left, values[name])
        codes[name] = code + first[name]
    contract, position = np.divmod(pairs[left], values["position"])
    return LineTotals(
        contract=contract + first["contract"],
        position=position + first["position"],
        group=codes["group"],
        kind=codes["kind"],
        month=codes["statement"],
        count=net,
        amount=pence.astype(np.int64),
    )


def _least(column: NDArray[np.integer]) -> int:
    """Give the least code, 0 where there is none."""
    return int(column.min()) if len(column) else 0
