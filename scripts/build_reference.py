"""Write the generated pages of docs/reference; with `--check`, say which is stale.

The pages of commands, tables, errors and words are made here. The larger ones have a
script of their own beside this one, which is run as well.
"""

import argparse
import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from quasimarket.cli.main import COMMANDS
from quasimarket.core import errors
from quasimarket.runs import tables


ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
OTHER_SCRIPTS = (
    "gather_phrases.py",
    "reference_odd.py",
    "render_specification.py",
    "write_claims_page.py",
    "write_levers_page.py",
    "write_measures_page.py",
    "write_summary_page.py",
    "write_targets_page.py",
)
MADE_BY = "<!-- Made by scripts/build_reference.py; change what it reads instead. -->\n"


def main(arguments: list[str]) -> int:
    """Write or check all pages; 1 if a page is stale."""
    checking = "--check" in arguments
    pages = {
        "commands.md": commands_page(),
        "tables.md": tables_page(),
        "errors.md": errors_page(),
        "glossary.md": glossary_page(),
    }
    stale = False
    for name, text in pages.items():
        page = REFERENCE / name
        if not checking:
            page.write_text(text, encoding="utf-8")
        elif not page.exists() or page.read_text(encoding="utf-8") != text:
            print(f"{page.relative_to(ROOT)} is stale: make docs-pages")
            stale = True
    for script in OTHER_SCRIPTS:
        run = subprocess.run(
            [sys.executable, str(ROOT / "scripts" / script), *arguments], check=False
        )
        if run.returncode:
            print(f"scripts/{script} finds a stale page: make docs-pages")
            stale = True
    return int(stale)


def commands_page() -> str:
    """Describe each command: how it is called, and what it takes."""
    return "\n".join(
        [
            "# Commands",
            "",
            MADE_BY,
            "Every command has `--help`.",
            "The exit status is 0 when all went well, 2 when an input has faults "
            "(each is listed and nothing is written), and 130 after Ctrl-C.",
            "",
            *(line for name in commands_there() for line in command_section(name)),
        ]
    )


def commands_there() -> list[str]:
    """List the commands whose module is there."""
    return [name for name in COMMANDS if find_spec(module_of(name))]


def module_of(command: str) -> str:
    """Name a command's module."""
    return f"quasimarket.cli.{command.replace('-', '_')}"


def command_section(name: str) -> Iterator[str]:
    """Describe one command from its own parser."""
    module = import_module(module_of(name))
    parser = argparse.ArgumentParser(prog=f"quasimarket {name}", add_help=False)
    module.add_arguments(parser)
    purpose = COMMANDS[name]
    yield from (f"## quasimarket {name}", "", f"{purpose[0].upper()}{purpose[1:]}.", "")
    # argparse offers no public list of what a parser takes, and its help text
    # differs between versions of Python
    actions = parser._actions
    if not actions:
        yield from ("It takes nothing.", "")
        return
    yield from ("| argument | what it is |", "|---|---|")
    for action in actions:
        yield f"| {argument_form(action)} | {in_cell(action_help(action))} |"
    yield ""


def argument_form(action: argparse.Action) -> str:
    """Write an argument as it is typed."""
    choices = "{" + ",".join(map(str, action.choices)) + "}" if action.choices else ""
    value = action.metavar or choices or action.dest.upper()
    if isinstance(value, tuple):
        value = " ".join(value)
    if not action.option_strings:
        shown = action.metavar or action.dest
        form = f"[{shown}]" if action.nargs in ("?", "*") else str(shown)
    elif action.nargs == 0:
        form = ", ".join(action.option_strings)
    else:
        form = f"{', '.join(action.option_strings)} {value}"
    return f"`{in_cell(form)}`"


def action_help(action: argparse.Action) -> str:
    """Give an argument's explanation with its default filled in."""
    return (action.help or "") % {"default": action.default, "dest": action.dest}


def in_cell(text: str) -> str:
    """Keep a text inside one cell of a table."""
    return text.replace("|", "\\|").replace("\n", " ")


def tables_page() -> str:
    """Describe each table of a run, column by column, from its schema and comments."""
    remarks = column_remarks(inspect.getsource(tables))
    lines = ["# Tables of a run", "", MADE_BY]
    lines += [inspect.getdoc(tables) or "", ""]
    for table, columns in tables.TABLES.items():
        lines += [f"## {table}", ""]
        if remark := remarks.get((table, "")):
            lines += [f"{remark[0].upper()}{remark[1:]}.", ""]
        lines += ["| column | type | meaning |", "|---|---|---|"]
        for column, kind in columns.items():
            meaning = in_cell(remarks.get((table, column), ""))
            lines.append(f"| `{column}` | {kind} | {meaning} |")
        lines.append("")
    return "\n".join(lines)


def column_remarks(source: str) -> dict[tuple[str, str], str]:
    """Read what the source says beside each column, and above each table."""
    lines = source.splitlines()
    remarks: dict[tuple[str, str], str] = {}
    for table, table_line, columns in schema_literals(ast.parse(source)):
        above = re.match(r"\s*# (.*)", lines[table_line - 2])
        if above:
            remarks[(table, "")] = above[1]
        for column, line in columns:
            beside = re.search(r",\s+# (.*)", lines[line - 1])
            if beside:
                remarks[(table, column)] = beside[1]
    return remarks


def schema_literals(
    module: ast.Module,
) -> Iterator[tuple[str, int, list[tuple[str, int]]]]:
    """Find each table and its columns in the source of TABLES, with their lines."""
    for node in module.body:
        if (
            isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and node.target.id == "TABLES"
            and isinstance(node.value, ast.Dict)
        ):
            for (table, line), columns in zip(
                text_keys(node.value), node.value.values, strict=True
            ):
                if isinstance(columns, ast.Dict):
                    yield table, line, text_keys(columns)


def text_keys(literal: ast.Dict) -> list[tuple[str, int]]:
    """List the keys of a dictionary in source that are text, with their lines."""
    return [
        (key.value, key.lineno)
        for key in literal.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    ]


def errors_page() -> str:
    """Describe the tree of errors and what each asks of the reader."""
    tree = (inspect.getdoc(errors) or "").partition("\n\n")[2]
    lines = ["# Errors", "", MADE_BY]
    lines += ["Every error raised on purpose is one of these.", ""]
    lines += ["```text", *tree.rstrip().splitlines(), "```", ""]
    for error in vars(errors).values():
        if isinstance(error, type) and issubclass(error, errors.QuasimarketError):
            lines += [f"## {error.__name__}", "", inspect.getdoc(error) or "", ""]
    lines += [
        "## How a fault reads",
        "",
        "A fault says where it is, what was found, what was expected and, "
        "where there is one, the next step:",
        "",
        "```text",
        "programme.yaml, line 12: found 'mileston'; expected a known key "
        "(did you mean 'milestone'?)",
        "```",
        "",
        "All faults of an input are listed together, and the exit status is 2.",
        "",
    ]
    return "\n".join(lines)


def glossary_page() -> str:
    """Give the glossary as a page."""
    words = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
    title, _, rest = words.partition("\n")
    return f"{title}\n\n{MADE_BY}{rest}"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
