"""The specification is whole: every case listed, every clause shown at work."""

import csv
import inspect
from importlib.resources import files
from pathlib import Path

from tests.lib.sections import SPECIFICATION, Section, listed_files, sections


def test_every_specification_file_is_in_the_contents() -> None:
    found = {path.name for path in SPECIFICATION.glob("test_*.py")}

    assert sorted(listed_files()) == sorted(found)


def test_every_clause_has_a_case() -> None:
    programme = files("quasimarket.programmes") / "work-programme" / "clauses.csv"
    rows = csv.DictReader(programme.read_text(encoding="utf-8").splitlines())
    clauses = {row["id"] for row in rows}

    exercised = {clause for section in sections() for clause in _clauses(section)}

    assert exercised - clauses == set(), "cases name clauses that no rulebook has"
    assert clauses - exercised == set(), "clauses that no case shows at work"


def test_every_case_says_its_sentence_and_its_clauses() -> None:
    silent = [
        f"{Path(inspect.getfile(case.function)).name}::{case.function.__name__}"
        for section in sections()
        for case in section.cases
        if not case.sentence or case.clauses is None
    ]

    assert silent == []


def _clauses(section: Section) -> set[str]:
    return {clause for case in section.cases for clause in case.clauses or ()}
