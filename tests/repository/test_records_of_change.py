"""Decisions that are named are there; fragments say of which kind they are."""

import re
from pathlib import Path


ROOT = Path(__file__).resolve().parents[2]
DECISIONS = ROOT / "docs" / "decisions"
KINDS = {"feature", "fix", "payments", "results", "docs"}


def numbers_there():
    return {page.name[:4] for page in DECISIONS.glob("[0-9]*.md")}


def test_every_decision_named_is_there():
    named = {
        number
        for folder, ending in (("src", "*.py"), ("tests", "*.py"), ("docs", "*.md"))
        for path in (ROOT / folder).rglob(ending)
        for number in re.findall(r"\bADR[ -]?(\d{4})", path.read_text(encoding="utf-8"))
    }

    assert named - numbers_there() == set()


def test_decisions_are_numbered_in_line_and_listed():
    index = (DECISIONS / "index.md").read_text(encoding="utf-8")
    pages = sorted(page.name for page in DECISIONS.glob("[0-9]*.md"))

    assert [page[:4] for page in pages] == [f"{n:04}" for n in range(1, len(pages) + 1)]
    assert [page for page in pages if f"({page})" not in index] == []


def test_decisions_have_context_decision_and_consequences():
    lacking = [
        page.name
        for page in DECISIONS.glob("[0-9]*.md")
        if re.findall(r"^## (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
        != ["Context", "Decision", "Consequences"]
    ]

    assert lacking == []


def test_fragments_are_of_a_known_kind():
    strange = [
        path.name
        for path in (ROOT / "changelog.d").iterdir()
        if path.name != "README.md"
        if not re.fullmatch(rf"[a-z0-9-]+\.({'|'.join(sorted(KINDS))})\.md", path.name)
    ]

    assert strange == []


def test_every_kind_of_event_is_in_the_event_pages():
    from quasimarket.events import EventKind

    page = (ROOT / "docs" / "reference" / "events.md").read_text(encoding="utf-8")

    assert [kind for kind in EventKind if f"`{kind}`" not in page] == []


def test_glossary_has_each_word_once():
    glossary = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
    words = re.findall(r"^\*\*(.+?)\*\*$", glossary, re.MULTILINE)

    assert len(words) == len({word.lower() for word in words})
    assert len(words) == glossary.count("\n: ")
