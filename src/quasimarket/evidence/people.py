"""What is assumed of who is referred: their needs, and where in an area they live."""

import csv
from collections.abc import Sequence
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray


NEEDS = ("none", "health", "disability", "housing", "offending", "language", "skills")
"""A participant's main barrier to work, one at most."""


def need_shares(groups: Sequence[str]) -> NDArray[np.float64]:
    """Give the share of each need in each payment group, summing to 1 in a group.

    A group that the table does not name has the shares of its row "*".
    """
    text = (files("quasimarket.evidence") / "data" / "needs.csv").read_text("utf-8")
    rows = {row["group"]: row for row in csv.DictReader(text.splitlines())}
    shares = []
    for group in groups:
        row = rows.get(group, rows["*"])
        needs = [float(row[need]) for need in NEEDS[1:]]
        shares.append([1.0 - sum(needs), *needs])
    return np.array(shares)


def locality_shares(count: int) -> NDArray[np.float64]:
    """Give the share of an area's people who live in each locality, largest first."""
    shares = 1.0 / np.sqrt(np.arange(1, count + 1))
    normalised: NDArray[np.float64] = shares / shares.sum()
    return normalised
