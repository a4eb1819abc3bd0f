"""What a page of documentation tells its reader to write, to run, and to expect."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path


FENCE = re.compile(r"^```(\w*)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TITLE = re.compile(r'title="([^"]+)"')
NOT_RUN = re.compile(r"<!-- not run: \S.*? -->\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One block of a page that its reader acts on."""

    line: int
    kind: str
    """One of "console" (commands), "python" (a program), "file" (it has a title)."""
    text: str
    title: str = ""
    printed: tuple[str, ...] = ()
    """What the `text` block right after it says is printed, line by line."""


def steps_of(page: Path) -> list[Step]:
    """List what a page tells its reader to do, in order.

    A block right under a comment "not run: reason" is left out.
    """
    return list(_steps(page.read_text(encoding="utf-8"), page))


def _steps(text: str, page: Path) -> Iterator[Step]:
    fences = list(FENCE.finditer(text))
    for fence, following in zip_longest(fences, fences[1:]):
        title = TITLE.search(fence[2])
        kind = "file" if title else fence[1]
        if kind not in ("console", "python", "file"):
            continue
        if NOT_RUN.search(text[: fence.start()]):
            continue
        printed: tuple[str, ...] = ()
        if (
            following
            and following[1] == "text"
            and not text[fence.end() : following.start()].strip()
        ):
            printed = tuple(line for line in following[3].splitlines() if line)
        yield Step(
            line=text.count("\n", 0, fence.start()) + 1,
            kind=kind,
            text=commands_of(fence[3], page) if kind == "console" else fence[3],
            title=title[1] if title else "",
            printed=printed,
        )


def commands_of(block: str, page: Path) -> str:
    """Take the commands from a block, each on a line of its own after "$ "."""
    lines = block.splitlines()
    strange = [line for line in lines if not line.startswith("$ ")]
    if strange or not lines:
        raise ValueError(f"{page}: a console block holds commands only: {strange}")
    return "\n".join(line.removeprefix("$ ") for line in lines)
