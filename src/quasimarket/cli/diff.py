"""`quasimarket diff`: say how two rulebooks differ."""

import argparse
import json
from dataclasses import asdict

from quasimarket.cli.check import add_json, read_setting
from quasimarket.core.errors import Fault, InputFault
from quasimarket.rulebook import Rulebook, load_rulebook
from quasimarket.rulebook.difference import difference, render_difference


NAME = "diff"
HELP = "say how two rulebooks differ"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("before", help="a shipped programme's name, or a folder")
    parser.add_argument(
        "after", nargs="?", help="another; the first itself if left out, with --set"
    )
    parser.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        type=read_setting,
        help="change a value of the second; may be repeated",
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the difference; faults of both are reported together."""
    loads: tuple[tuple[str, dict[str, str]], ...] = (
        (arguments.before, {}),
        (arguments.after or arguments.before, dict(arguments.settings)),
    )
    rulebooks: list[Rulebook] = []
    faults: list[Fault] = []
    for name, settings in loads:
        try:
            rulebooks.append(load_rulebook(name, settings))
        except InputFault as fault:
            faults += fault.faults
    if faults:
        raise InputFault(dict.fromkeys(faults))
    before, after = rulebooks
    if arguments.json:
        found = asdict(difference(before, after))
        print(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        print(render_difference(before, after), end="")
    return 0
