"""What no file of the repository may hold, and how large it may be."""

import re
import subprocess
from pathlib import Path

import pytest


ROOT = Path(__file__).resolve().parents[2]
LARGEST = 1_000_000
DATA = {".csv", ".parquet"}
INDEX_ADDRESS = re.compile(
    r"--(extra-)?index-url|--find-links|--trusted-host"
    r"|https?://[^\s\"']+/(simple|packages)/"
)
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(work|home|root|Users|opt)/\w")


def files():
    """List the files under version control, those about to be added included."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return [ROOT / name for name in listed.split("\0") if (ROOT / name).is_file()]


def texts():
    """Give each text file with its text; this file, which names what it seeks, not."""
    for path in files():
        if path == Path(__file__).resolve():
            continue
        try:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def test_no_file_holds_the_address_of_an_index():
    found = [name for name, text in texts() if INDEX_ADDRESS.search(text)]

    assert found == []


def test_no_file_holds_a_path_of_a_machine():
    found = [name for name, text in texts() if MACHINE_PATH.search(text)]

    assert found == []


@pytest.mark.parametrize("text", ["/home/ann/x", "see /work/main", "'/opt/wheels'"])
def test_path_of_a_machine_is_recognised(text):
    assert MACHINE_PATH.search(text)


@pytest.mark.parametrize("text", ["docs/how-to/work/x", "./home/x", "in/opt/out"])
def test_path_inside_the_repository_is_let_be(text):
    assert not MACHINE_PATH.search(text)


def test_requirements_are_the_only_lock():
    names = {path.name for path in files()}

    assert not names & {"uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock"}


def test_files_are_small_unless_they_are_data():
    large = [
        path.relative_to(ROOT).as_posix()
        for path in files()
        if path.stat().st_size > LARGEST and path.suffix not in DATA
    ]

    assert large == []


def test_files_end_in_one_newline_and_have_no_trailing_space():
    untidy = [
        name
        for name, text in texts()
        if not name.startswith("tests/golden/")  # kept as the program wrote them
        if text
        and (not text.endswith("\n") or re.search(r"[ \t]+$", text, re.MULTILINE))
    ]

    assert untidy == []


def test_nothing_is_left_for_later():
    marks = re.compile(r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError")
    found = [
        name for name, text in texts() if name.endswith(".py") and marks.search(text)
    ]

    assert found == []
