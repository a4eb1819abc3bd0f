"""The architecture file names every package, and the code keeps what it cannot say."""

import ast
import configparser
import os
import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import django
import pytest


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quasimarket.service.settings")
django.setup()  # the service's packages ask for it


ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "quasimarket"
SOURCES = sorted(PACKAGE.rglob("*.py"))
GENERATORS = {"random", "secrets", "numpy.random"}
KEEPS_SECRETS = (PACKAGE / "service", PACKAGE / "cli")
"""Here `secrets` makes keys and references that nobody may guess; it draws nothing."""


def contracts():
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    return parser


def imported_by(path):
    """List the names of the modules that a file imports, and what it takes of them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_layers_are_exactly_the_packages_that_are_there():
    layers = contracts()["importlinter:contract:direction"]["layers"]
    listed = set(re.findall(r"[a-z_]+", layers))
    there = {init.parent.name for init in PACKAGE.glob("*/__init__.py")}

    assert listed == there


def test_layers_are_exhaustive_and_none_is_optional():
    direction = contracts()["importlinter:contract:direction"]

    assert direction["exhaustive"] == "true"
    assert "(" not in direction["layers"]


def test_modules_named_in_contracts_are_there():
    named = {
        word
        for section in contracts().values()
        for key in ("source_modules", "forbidden_modules", "modules")
        for word in section.get(key, "").split()
        if word.startswith("quasimarket.")
    }

    assert [name for name in sorted(named) if find_spec(name) is None] == []


def generators_barred_from(path):
    """List the generators that a file may not import."""
    if any(folder in path.parents for folder in KEEPS_SECRETS):
        return GENERATORS - {"secrets"}
    return GENERATORS


def test_only_chance_draws():
    drawing = [
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        if path.parent != PACKAGE / "chance"
        if generators_barred_from(path) & set(imported_by(path))
        or re.search(r"\bnp\.random\b", path.read_text(encoding="utf-8"))
    ]

    assert drawing == []


@pytest.mark.parametrize("module", ["random", "numpy.random", "secrets"])
def test_import_of_a_generator_is_found(module, tmp_path):
    parent, _, name = module.rpartition(".")
    source = tmp_path / "source.py"
    source.write_text(f"from {parent} import {name}" if parent else f"import {name}")

    assert GENERATORS & set(imported_by(source))


def test_every_name_in_all_is_there_and_public():
    wrong = []
    for init in sorted(PACKAGE.rglob("__init__.py")):
        module = import_module(
            ".".join(["quasimarket", *init.parent.relative_to(PACKAGE).parts])
        )
        names = getattr(module, "__all__", [])
        wrong += [
            f"{module.__name__}.{name}"
            for name in names
            if not hasattr(module, name) or (name.startswith("_") and name[:2] != "__")
        ]
        if len(names) != len(set(names)):
            wrong.append(f"{module.__name__}.__all__ repeats a name")

    assert wrong == []


def test_every_package_says_in_its_docstring_what_it_is_for():
    silent = [
        init.relative_to(ROOT).as_posix()
        for init in sorted(PACKAGE.rglob("__init__.py"))
        if not ast.get_docstring(ast.parse(init.read_text(encoding="utf-8")))
    ]

    assert silent == []


def test_every_command_has_its_module():
    from quasimarket.cli.main import COMMANDS

    missing = [
        name
        for name in COMMANDS
        if not find_spec(f"quasimarket.cli.{name.replace('-', '_')}")
    ]

    assert missing == []


def test_every_escape_from_a_checker_says_why():
    escape = re.compile(r"#\s*(type:\s*ignore|noqa)(?P<rest>.*)$")
    unexplained = []
    for folder in ("src", "scripts", "tests"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            lines = path.read_text(encoding="utf-8").splitlines()
            unexplained += [
                f"{path.relative_to(ROOT).as_posix()}:{number + 1}"
                for number, line in enumerate(lines)
                if (found := escape.search(line))
                and not has_reason(found["rest"], lines[max(0, number - 5) : number])
            ]

    assert unexplained == []


def has_reason(rest, above):
    """Say whether an escape names its code, and has a reason beside it or above."""
    beside = re.search(r"#|\s-\s", rest)
    return bool(
        re.match(r"\[|:\s*[A-Z]", rest)
        and (beside or any(line.lstrip().startswith("#") for line in above))
    )


@pytest.mark.parametrize(
    ("rest", "above", "explained"),
    [
        ("[arg-type]  # ids are text", [], True),
        (": E402", ["# The path must be set first."], True),
        ("[arg-type]", ["x = 1"], False),
        ("", ["# any reason"], False),
    ],
)
def test_escape_needs_a_code_and_a_reason(rest, above, explained):
    assert has_reason(rest, above) == explained
