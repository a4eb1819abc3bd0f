"""`quasimarket`: one command for each job. Each module beside this one is a command."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version

from rich.console import Console

from quasimarket.core.errors import InputFault, QuasimarketError


COMMANDS: dict[str, str] = {
    "simulate": "play a programme from its first referral to its last payment",
    "check": "find every fault in a rulebook",
    "explain": "say a rulebook in plain English",
    "diff": "say how two rulebooks differ",
    "compare": "set designs side by side: paired differences with intervals",
    "settle": "turn a log of events into lines, statements and a ledger",
    "performance": "measure contracts: levels, cohorts, league tables, share shifts",
    "claims": "put what the studies claim to simulated runs, and print the board",
    "study-view": "show a run as a study of 14 subcontractors would have seen it",
    "insight": "measure a market: pressure, convergence, creaming and the rest",
    "fit": "estimate what people and providers do from published figures",
    "calibrate": "find what stylised facts leave of what institutions might do",
    "sensitivity": "screen which assumptions matter for which result",
    "begin": "begin a live programme: contracts, primes, the first two sign-ins",
    "people": "let somebody of the commissioner in, where no two are left who can",
    "serve": "run the live programme: its database, its pages, its interface",
    "worker": "do the live service's jobs, apart from its pages",
    "db": "the live service's database: up, down, status, migrate, backup, restore",
    "audit": "prove the live service's log: name each row changed or slipped in",
    "draws": "draw every referral's contract again, and name those that differ",
    "demo": "load the demonstration programme into the service's database",
    "warm": "compile the fast engines, so that a first run does not wait",
}
"""Command -> what it does. Its module is loaded only when it is asked for."""

BAD_INPUT = 2
FAULTS_SHOWN = 200


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and give its exit status; 2 means that the input has faults."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(
        prog="quasimarket",
        description="Design, simulate and settle payment-by-results programmes.",
    )
    parser.add_argument(
        "--version", action="version", version=f"quasimarket {version('quasimarket')}"
    )
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    asked = next((word for word in given if not word.startswith("-")), None)
    for name, purpose in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=purpose, description=purpose)
        if name == asked:
            module = import_module(f"quasimarket.cli.{name.replace('-', '_')}")
            module.add_arguments(subparser)
            subparser.set_defaults(run=module.run)
    parsed = parser.parse_args(given)
    try:
        status: int = parsed.run(parsed)
    except InputFault as fault:
        print_faults(fault)
        return BAD_INPUT
    except QuasimarketError as error:
        Console(stderr=True).print(f"[red]error:[/red] {error}", highlight=False)
        return BAD_INPUT
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        Console(stderr=True).print("Stopped. Nothing was left half-written.")
        return 130
    return status


def print_faults(fault: InputFault) -> None:
    """Print every fault of an input on standard error, a line each."""
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    count = fault.count
    console.print(f"{count} fault{'s' if count != 1 else ''}; nothing was written.")
    for one in fault.faults[:FAULTS_SHOWN]:
        console.print(f"  {one}")
    shown = min(FAULTS_SHOWN, len(fault.faults))
    if count > shown:
        console.print(f"  ... and {count - shown:,} more")


if __name__ == "__main__":
    raise SystemExit(main())
