"""The board that the documentation shows is of the register as it is."""

import csv
from pathlib import Path

import pytest

from quasimarket.evidence.claims import ClaimKind, load_claims


KEPT = Path(__file__).parents[3] / "docs" / "explanation" / "claims-board.csv"
PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "claims.md"


@pytest.fixture(scope="module")
def board():
    return list(csv.DictReader(KEPT.read_text("utf-8").splitlines()))


@pytest.fixture(scope="module")
def measured():
    return [one for one in load_claims() if one.kind is ClaimKind.MEASURED]


def test_board_has_every_test_with_its_bounds(board, measured):
    tests = [(one.id, str(test)) for one in measured for test in one.tests]

    assert [(row["claim"], row["should_be"]) for row in board] == tests


def test_what_fails_and_only_that_says_why(board, measured):
    failed = {row["claim"] for row in board if row["verdict"] == "fails"}

    assert failed == {one.id for one in measured if one.why_it_fails}


def test_page_counts_what_the_board_shows(board):
    verdicts = {row["claim"]: row["verdict"] for row in board}
    origins = {row["claim"]: row["origin"] for row in board}
    count = list(verdicts.values()).count
    came = list(origins.values()).count

    told = (
        f"Of {len(verdicts)} claims measured {count('holds')} hold, "
        f"{count('fails')} fail and {count('cannot tell')} cannot be told; of those "
        f"that hold {came('emergent')} are emergent, {came('built in')} built in and "
        f"{came('fitted')} fitted."
    )
    assert told in PAGE.read_text("utf-8")
