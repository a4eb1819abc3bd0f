"""Everything that the documentation tells its reader to do works, and prints that."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.lib.documentation import steps_of


ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    page
    for page in [
        ROOT / "README.md",
        *(ROOT / "docs" / "tutorial").glob("*.md"),
        *(ROOT / "docs" / "how-to").glob("*.md"),
    ]
    if steps_of(page)
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_steps_of_page_work_in_an_empty_folder(page, tmp_path):
    for step in steps_of(page):
        if step.kind == "file":
            target = tmp_path / step.title
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(step.text, encoding="utf-8")
            continue

        ran = run(step, tmp_path)

        place = f"{page.name}, line {step.line}"
        assert ran.returncode == 0, f"{place} failed:\n{ran.stdout}"
        missing = missing_lines(step.printed, ran.stdout)
        assert missing == [], f"{place} printed:\n{ran.stdout}"


def run(step, folder):
    """Run a step as its reader would, with the installed command on the path."""
    program = {
        "console": ["bash", "-euo", "pipefail", "-c"],
        "python": [sys.executable, "-c"],
    }[step.kind]
    path = f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [*program, step.text],
        cwd=folder,
        env={
            **os.environ,
            "PATH": path,
            "COLUMNS": "120",
            "NO_COLOR": "1",
            "PYTHONIOENCODING": "utf-8",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )


def missing_lines(promised, printed):
    """List the promised lines that were not printed, or not in that order."""
    left = iter([line.strip() for line in printed.splitlines()])
    return [line for line in promised if line.strip() not in left]


def test_readme_shows_the_commands_that_a_newcomer_needs():
    shown = " ".join(step.text for step in steps_of(ROOT / "README.md"))

    for name in ("check", "explain", "simulate", "settle", "performance"):
        assert f"quasimarket {name} " in shown


def test_block_under_a_mark_is_not_run(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("<!-- not run: takes an hour -->\n```console\n$ false\n```\n")

    assert steps_of(page) == []


def test_promised_lines_must_come_in_order():
    assert missing_lines(("a", "b"), "a\nother\nb\n") == []
    assert missing_lines(("b", "a"), "a\nb\n") == ["a"]
