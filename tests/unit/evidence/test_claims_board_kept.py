"""The board that the documentation shows is of the register as it is."""

import csv
from pathlib import Path

import pytest

from quasimarket.evidence.claims import ClaimKind, load_claims


EXPLANATION = Path(__file__).parents[3] / "docs" / "explanation"
KEPT = EXPLANATION / "claims-board.csv"
OVER_THE_POSTERIOR = EXPLANATION / "claims-board-posterior.csv"
PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "claims.md"


def rows_of(file):
    return list(csv.DictReader(file.read_text("utf-8").splitlines()))


@pytest.fixture(scope="module")
def board():
    return rows_of(KEPT)


@pytest.fixture(scope="module")
def measured():
    return [one for one in load_claims() if one.kind is ClaimKind.MEASURED]


@pytest.mark.parametrize("file", [KEPT, OVER_THE_POSTERIOR])
def test_board_has_every_test_with_its_bounds(file, measured):
    tests = [(one.id, str(test)) for one in measured for test in one.tests]

    assert [(row["claim"], row["should_be"]) for row in rows_of(file)] == tests


def test_what_fails_and_only_that_says_why(board, measured):
    failed = {row["claim"] for row in board if row["verdict"] == "fails"}

    assert failed == {one.id for one in measured if one.why_it_fails}


@pytest.mark.parametrize("file", [KEPT, OVER_THE_POSTERIOR])
def test_page_counts_what_the_board_shows(file):
    board = rows_of(file)
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
