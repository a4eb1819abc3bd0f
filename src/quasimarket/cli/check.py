"""`quasimarket check`: find every fault in a rulebook."""

import argparse
import json

from quasimarket.core.errors import InputFault
from quasimarket.rulebook import Rulebook, load_rulebook
from quasimarket.rulebook.plain_words import say_count


NAME = "check"
HELP = "find every fault in a rulebook"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_programme(parser, "programme")
    add_json(parser)


def add_programme(parser: argparse.ArgumentParser, *names: str) -> None:
    """Add programmes by name or path, and settings for them."""
    for name in names:
        parser.add_argument(name, help="a shipped programme's name, or a folder")
    parser.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        type=read_setting,
        help="change a value, by the key that explain --values lists; may be repeated",
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add the switch for output that a program reads."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def read_setting(text: str) -> tuple[str, str]:
    """Read "KEY=VALUE"."""
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return key.strip(), value.strip()


def run(arguments: argparse.Namespace) -> int:
    """Print a summary, or every fault."""
    settings = dict(arguments.settings)
    if not arguments.json:
        print(_summary(load_rulebook(arguments.programme, settings)))
        return 0
    try:
        rulebook = load_rulebook(arguments.programme, settings)
    except InputFault as fault:
        faults = [
            {
                "where": one.where,
                "found": one.found,
                "expected": one.expected,
                "hint": one.hint,
            }
            for one in fault.faults
        ]
        print(json.dumps({"ok": False, "faults": faults}, indent=2, ensure_ascii=False))
        return 2
    counts = {"ok": True, "id": rulebook.id, **_counts(rulebook), "faults": []}
    counts["content_hash"] = rulebook.content_hash
    print(json.dumps(counts, indent=2))
    return 0


def _counts(rulebook: Rulebook) -> dict[str, int]:
    return {
        "groups": len(rulebook.groups),
        "areas": len(rulebook.areas),
        "contracts": len(rulebook.contracts),
        "clauses": len(rulebook.clauses),
        "values": len(rulebook.stated),
        "referrals": sum(row.referrals for row in rulebook.intake),
    }


def _summary(rulebook: Rulebook) -> str:
    counts = ", ".join(
        say_count(count, name.removesuffix("s"))
        for name, count in _counts(rulebook).items()
    )
    return f"{rulebook.id}: no faults. {counts}.\nhash {rulebook.content_hash}"
