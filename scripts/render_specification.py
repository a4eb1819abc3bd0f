"""Write docs/reference/specification from the specification cases in tests/spec.

Run `.venv/bin/python scripts/render_specification.py`; with `--check` it only says, by
its exit status, whether the pages are as the cases have them.
"""

import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path


ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # the cases lie outside the package

# The path must be set before the cases can be found.
from tests.lib.cases import NOTHING, Example, RecordCase  # noqa: E402
from tests.lib.programmes import GROUPS  # noqa: E402
from tests.lib.sections import Case, Section, sections  # noqa: E402
from tests.lib.tables import headings_of, rows_of  # noqa: E402


FOLDER = ROOT / "docs" / "reference" / "specification"
FIXTURES = {"settle", "measure", "refuse"}
INTRODUCTION = """\
# The specification, in cases

These pages are written by `scripts/render_specification.py` from the cases in
`tests/spec`; change those.
Each case is a sentence of the rules and an example of it: what a programme says, what
happened, and every line that must follow.
Both settlement engines are held to each of them, to the day and the penny.
What the engines do with a log, step by step, is told in
[How a log is settled](../../explanation/settlement.md).

The ids S1 to S85 are those of the Work Programme's clauses; every one has a case.

## The small programme

The cases are set in a small programme: three contracts, 1 and 2 in area A and 3 in
area B, and these payment groups.
It has no discount, incentive, service fee, level or subcontract terms but those a case
names.
A case also names what is paid for, where that is not everything; what is not paid for
makes no line.

"""
AFTER_GROUPS = """
Days are the days in work that a job outcome needs, and number is how many sustainments
there can be, one for each 28 days; amounts are in pounds.

In the tables of events a row "in work" is a job from its first to its last day, and
"on benefit" a time on an out-of-work benefit.
An event is known on the day it happened unless the table has a column *known*.
Where the table is silent a referral is to contract 1 and group 1.
"1 to 9" stands for nine people, one row each.

## The sections

"""
HEADINGS = {
    "lines": "What the commissioner pays the primes",
    "downstream": "What the primes pay their subcontracts",
    "unpaid": "What is not paid",
    "prime_statements": "The primes' statements",
    "subcontract_statements": "The subcontracts' statements",
    "ledger": "The ledger",
    "levels": "Minimum performance levels",
    "cohorts": "Cohorts",
    "league": "The league table",
    "share_shifts": "Share shifts proposed",
    "improvement": "What is flagged",
    "faults": "The faults of the file",
}


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or say whether they are as they should be."""
    written = pages()
    if "--check" in arguments:
        existing = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
        if existing == written:
            return 0
        sys.stderr.write(
            "docs/reference/specification is stale; "
            "run scripts/render_specification.py\n"
        )
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.md"):
        if old.name not in written:
            old.unlink()
    for name, text in written.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


def pages() -> dict[str, str]:
    """Render every page by its file name: the sections in order, and an index."""
    rendered = {
        f"{place:02d}-{section.name.replace('_', '-')}.md": section
        for place, section in enumerate(sections(), start=1)
    }
    links = [f"- [{section.title}]({name})" for name, section in rendered.items()]
    index = "\n".join([INTRODUCTION + _table(GROUPS) + AFTER_GROUPS + "\n".join(links)])
    return {
        "index.md": index + "\n",
        **{name: _page(section) for name, section in rendered.items()},
    }


def _page(section: Section) -> str:
    parts = [f"# {section.title}", *(_case(case) for case in section.cases)]
    return "\n\n".join(parts) + "\n"


def _case(case: Case) -> str:
    words = case.function.__name__.removeprefix("test_").replace("_", " ")
    title = words[:1].upper() + words[1:]
    parts = [f"## {title}", case.sentence]
    if case.clauses:
        parts.append(f"*{', '.join(case.clauses)}*")
    before = ""
    for example in _examples(case):
        parts += _example(example, is_same_log=example.events == before)
        before = example.events
    return "\n\n".join(parts)


def _examples(case: Case) -> list[Example]:
    """Run a case with a fixture that keeps what it is called with."""
    names = set(inspect.signature(case.function).parameters)
    if len(names) != 1 or not names <= FIXTURES:
        return []
    record = RecordCase()
    case.function(record)
    return record.examples


def _example(example: Example, *, is_same_log: bool) -> Iterator[str]:
    for saying in example.programme.says:
        yield _saying(saying)
    yield (
        "The same log."
        if is_same_log
        else f"What happened:\n\n{_table(example.events)}"
    )
    for name, table in example.expected.items():
        yield _expected(name, table, example.to, example.only)


def _saying(saying: str) -> str:
    """Write one difference of the programme; some are a heading and a table."""
    heading, _, table = saying.partition("\n")
    return f"{heading}\n\n{_table(table)}" if table else heading


def _expected(name: str, table: str, to: str, only: Mapping[str, str]) -> str:
    when = f", to {to}" if to else ""
    which = ", ".join(f"{key} {value or 'all'}" for key, value in only.items())
    rows = f" ({which})" if which else ""
    heading = f"**{HEADINGS[name]}{when}{rows}**"
    if table == NOTHING:
        return f"{heading}: nothing."
    return f"{heading}\n\n{_table(table)}"


def _table(table: str) -> str:
    """Turn a table in plain text into one in Markdown."""
    headings = headings_of(table)
    rows = [
        headings,
        ["---"] * len(headings),
        *(row.values() for row in rows_of(table)),
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
