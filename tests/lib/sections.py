"""The specification as a book: its sections in order, each with its cases in order."""

import importlib.util
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType


SPECIFICATION = Path(__file__).parent.parent / "spec"
CONTENTS = SPECIFICATION / "contents.txt"
"""The order of the sections, a file a line."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One sentence of the specification and the test that shows it."""

    function: Callable[..., None]
    sentence: str
    clauses: tuple[str, ...] | None
    """None where the case does not say which it shows."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """One file of cases."""

    name: str
    title: str
    cases: tuple[Case, ...]


def listed_files() -> list[str]:
    """Give the files of the specification in the order of the contents."""
    return CONTENTS.read_text(encoding="utf-8").split()


def sections() -> list[Section]:
    """Read the sections in the order of the contents."""
    return [_section(SPECIFICATION / name) for name in listed_files()]


def _section(path: Path) -> Section:
    module = _module(path)
    functions = [
        function
        for name, function in vars(module).items()
        if name.startswith("test_") and inspect.isfunction(function)
    ]
    return Section(
        name=path.stem.removeprefix("test_"),
        title=inspect.cleandoc(module.__doc__ or "").rstrip("."),
        cases=tuple(
            Case(
                function=function,
                sentence=" ".join((inspect.getdoc(function) or "").split()),
                clauses=vars(function).get("clauses"),
            )
            for function in functions
        ),
    )


def _module(path: Path) -> ModuleType:
    specification = importlib.util.spec_from_file_location(path.stem, path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module
