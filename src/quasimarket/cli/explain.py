"""`quasimarket explain`: say a rulebook in plain English."""

import argparse
import json
from dataclasses import asdict

from quasimarket.cli.check import add_json, add_programme
from quasimarket.core.errors import Fault, InputFault
from quasimarket.rulebook import Rulebook, load_rulebook
from quasimarket.rulebook.explain import explain_rulebook, render_explanation
from quasimarket.rulebook.explain_clause import render_clause
from quasimarket.rulebook.text_values import did_you_mean
from quasimarket.rulebook.values_table import render_values


NAME = "explain"
HELP = "say a rulebook in plain English"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_programme(parser, "programme")
    parser.add_argument(
        "--values", action="store_true", help="only the table of every value"
    )
    parser.add_argument("--clause", metavar="ID", help="only one clause, such as S25")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the explanation."""
    rulebook = load_rulebook(arguments.programme, dict(arguments.settings))
    if arguments.clause is not None:
        check_clause(rulebook, arguments.clause)
    if arguments.json:
        print(json.dumps(_as_json(rulebook, arguments), indent=2, ensure_ascii=False))
    elif arguments.clause is not None:
        print(render_clause(rulebook, arguments.clause), end="")
    elif arguments.values:
        print(render_values(rulebook.stated), end="")
    else:
        print(render_explanation(rulebook))
        print(render_values(rulebook.stated), end="")
    return 0


def check_clause(rulebook: Rulebook, identifier: str) -> None:
    """Refuse a clause that the rulebook does not have."""
    known = [clause.id for clause in rulebook.clauses]
    if identifier not in known:
        raise InputFault(
            [
                Fault(
                    where="--clause",
                    found=f"the unknown clause {identifier}",
                    expected=f"a clause of {rulebook.id}, {known[0]} to {known[-1]}",
                    hint=did_you_mean(identifier, known),
                )
            ]
        )


def _as_json(rulebook: Rulebook, arguments: argparse.Namespace) -> dict[str, object]:
    if arguments.clause is not None:
        clause = next(one for one in rulebook.clauses if one.id == arguments.clause)
        return asdict(clause)
    values = [
        asdict(value) | {"first_day": value.first_day and value.first_day.isoformat()}
        for value in rulebook.stated
    ]
    if arguments.values:
        return {"id": rulebook.id, "values": values}
    return {
        "id": rulebook.id,
        "name": rulebook.name,
        "content_hash": rulebook.content_hash,
        "sections": [asdict(section) for section in explain_rulebook(rulebook)],
        "clauses": [asdict(clause) for clause in rulebook.clauses],
        "values": values,
    }
