"""`quasimarket settle`: a log of events in; lines, statements and a ledger out."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from quasimarket.cli.database_options import add_database_options
from quasimarket.cli.engines import ENGINES, settle_to_tables, tell_story
from quasimarket.cli.log_file import (
    default_out,
    last_day_after,
    limits_of,
    parse_settled_to,
)
from quasimarket.cli.result_folder import (
    TableFormat,
    default_format,
    refuse_other_folder,
    write_folder,
)
from quasimarket.cli.settle_live import verify_live
from quasimarket.cli.terms_file import read_terms, with_terms
from quasimarket.core.errors import Fault, InputFault
from quasimarket.core.money import format_pounds
from quasimarket.events.read import read_event_table
from quasimarket.rulebook import load_rulebook
from quasimarket.settlement.summary import add_up


NAME = "settle"
HELP = "turn a log of events into lines, statements and a ledger"
RESULT = "settlement"
CONTRACTS_SHOWN = 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "programme", nargs="?", help="a shipped programme's name, or a folder"
    )
    parser.add_argument(
        "events",
        nargs="?",
        type=Path,
        help="a log: CSV, JSON lines, Parquet, or a run's folder",
    )
    parser.add_argument(
        "--verify",
        action="store_true",
        help="settle what the live service has paid again, by both engines, and name "
        "every difference",
    )
    parser.add_argument(
        "--programme",
        dest="programme_named",
        metavar="NAME",
        help="with --verify: the programme that the service must be running",
    )
    parser.add_argument(
        "--month",
        metavar="YYYY-MM",
        help="with --verify: up to this month's run (the latest)",
    )
    parser.add_argument(
        "--to",
        metavar="YYYY-MM-DD",
        help="the last day to settle, the last of a month (by default that of the "
        "second month after the latest event)",
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="where to write (LOG-settlement)"
    )
    parser.add_argument(
        "--format",
        choices=[str(one) for one in TableFormat],
        help="how to write tables (csv below a million rows, else parquet)",
    )
    parser.add_argument(
        "--explain",
        metavar="PARTICIPANT",
        help="tell one person's payment story and write nothing else",
    )
    parser.add_argument(
        "--subcontracts",
        type=Path,
        metavar="FILE",
        help="subcontract terms as CSV, beside those of the programme",
    )
    parser.add_argument("--engine", choices=ENGINES, default=ENGINES[0])
    add_database_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Settle the log and write the folder, or tell one person's story."""
    _refuse_mixture(arguments)
    if arguments.verify:
        return verify_live(arguments)
    rulebook = load_rulebook(arguments.programme)
    out = arguments.out or default_out(arguments.events, RESULT)
    if not arguments.explain:
        refuse_other_folder(out, RESULT)
    if arguments.subcontracts:
        rulebook = with_terms(rulebook, read_terms(arguments.subcontracts, rulebook))
    table = read_event_table(arguments.events, limits_of(rulebook))
    settled_to = (
        parse_settled_to(arguments.to) if arguments.to else last_day_after(table)
    )
    if arguments.explain:
        story = tell_story(rulebook, table, settled_to, arguments.explain)
        print(json.dumps({"story": story}) if arguments.json else story)
        return 0
    tables = settle_to_tables(rulebook, table, settled_to, arguments.engine)
    summary = {
        "programme": rulebook.id,
        "rulebook_hash": rulebook.content_hash,
        "settled_to": settled_to.isoformat(),
        "engine": arguments.engine,
        "events": len(table),
        **add_up(tables),
    }
    table_format = (
        TableFormat(arguments.format) if arguments.format else default_format(tables)
    )
    write_folder(out, RESULT, tables, summary, table_format)
    if arguments.json:
        print(json.dumps(summary, indent=2, ensure_ascii=False))
    else:
        _print(summary, out, was_chosen=not arguments.to)
    return 0


def _refuse_mixture(arguments: argparse.Namespace) -> None:
    """Refuse a log beside --verify, and neither of them.

    Raises:
        InputFault: what is given fits no use of the command.
    """
    if arguments.verify and arguments.programme:
        found, expected = arguments.programme, "no log: it reads the service's own"
        hint = "name the programme with --programme"
    elif not arguments.verify and not arguments.events:
        found, expected = "none", "a programme and a log, or --verify"
        hint = "quasimarket settle work-programme events.csv"
    else:
        return
    raise InputFault(
        [Fault(where="the log", found=found, expected=expected, hint=hint)]
    )


def _print(summary: Mapping[str, Any], out: Path, *, was_chosen: bool) -> None:
    console = Console(highlight=False)
    why = ", the second month after the latest event" if was_chosen else ""
    console.print(
        f"{summary['events']:,} events settled to {summary['settled_to']}{why}.\n"
    )
    _print_money(console, "To primes, by kind", summary["by_kind"])
    if len(summary["by_contract"]) <= CONTRACTS_SHOWN:
        _print_money(console, "To primes, by contract", summary["by_contract"])
    if summary["rows"]["downstream"]:
        passed = format_pounds(summary["to_subcontracts_pence"])
        console.print(f"Passed down to subcontracts: {passed}\n")
    if summary["unpaid"]:
        unpaid = Table("Not paid, because", "Milestones")
        unpaid.columns[1].justify = "right"
        for reason, count in sorted(summary["unpaid"].items()):
            unpaid.add_row(reason, f"{count:,}")
        console.print(unpaid)
    balance = format_pounds(summary["ledger_balance_pence"])
    console.print(f"The ledger balances to {balance}. Written to {out}/")


def _print_money(
    console: Console, title: str, totals: Mapping[str, Mapping[str, int]]
) -> None:
    table = Table(title)
    for heading in ("Lines", "Amount"):
        table.add_column(heading, justify="right")
    for name, total in totals.items():
        table.add_row(name, f"{total['lines']:,}", format_pounds(total["pence"]))
    whole = sum(total["pence"] for total in totals.values())
    count = sum(total["lines"] for total in totals.values())
    table.add_section()
    table.add_row("all", f"{count:,}", format_pounds(whole))
    console.print(table)
