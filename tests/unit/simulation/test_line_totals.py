"""Lines added up by contract, position, group, kind and month."""

from collections import Counter
from dataclasses import astuple, fields

import numpy as np
import pytest

from quasimarket.settlement.columnar.layout import IssuedColumns
from quasimarket.simulation import line_totals
from quasimarket.simulation.line_totals import add_up_lines


KEYS = ("contract", "position", "group", "kind", "statement")


def some_lines(rows: int) -> IssuedColumns:
    """Lines in no order: every key has a gap, and positions and groups may be none."""
    place = np.arange(rows)
    columns = {
        "contract": place * 7 % 5 * 2,
        "position": place * 11 % 4 * 3 - 1,
        "group": place % 3 - 1,
        "kind": place * 5 % 2 + 1,
        "statement": 24_137 + place * 13 % 6 * 2,
        "amount": place * 100 - 1_000,
        "is_reversal": place % 4 == 0,
    }
    return IssuedColumns(
        **{
            one.name: columns.get(one.name, np.zeros(rows)).astype(
                {"amount": np.int64, "is_reversal": np.bool_}.get(one.name, np.int32)
            )
            for one in fields(IssuedColumns)
        }
    )


def add_up_one_by_one(lines: IssuedColumns) -> list[tuple[int, ...]]:
    count, amount = Counter(), Counter()
    for row in range(len(lines)):
        key = tuple(int(getattr(lines, name)[row]) for name in KEYS)
        count[key] += -1 if lines.is_reversal[row] else 1
        amount[key] += int(lines.amount[row])
    return [(*key, count[key], amount[key]) for key in sorted(count)]


@pytest.mark.parametrize("rows", [0, 1, 500])
@pytest.mark.parametrize("most", [0, line_totals.MOST_CELLS])
def test_lines_add_up_as_they_do_one_by_one(rows, most, monkeypatch):
    monkeypatch.setattr(line_totals, "MOST_CELLS", most)
    lines = some_lines(rows)

    totals = add_up_lines(lines)

    found = list(zip(*(column.tolist() for column in astuple(totals)), strict=True))
    assert found == add_up_one_by_one(lines)
    assert len(found) == {0: 0, 1: 1, 500: 60}[rows]
