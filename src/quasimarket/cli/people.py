"""`quasimarket people`: what the operator does where the programme's people cannot."""

import argparse
import json
from typing import Any

from rich.console import Console

from quasimarket.cli.database_options import (
    add_database_options,
    database,
    set_django_up,
)
from quasimarket.core.errors import Fault, InputFault


NAME = "people"
HELP = "let somebody of the commissioner in, where no two are left who can"
ACTIONS = {
    "let-in": "give one person of the commissioner a new password, shown once",
    "make-manager": "make a contract manager in place of one who has left for good",
}
LOST = ("password", "authenticator-app")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    actions = parser.add_subparsers(
        dest="action",
        metavar="ACTION",
        required=True,
        help="; ".join(f"{name}: {purpose}" for name, purpose in ACTIONS.items()),
    )
    each = {
        name: actions.add_parser(name, help=purpose, description=purpose)
        for name, purpose in ACTIONS.items()
    }
    each["let-in"].add_argument(
        "address", metavar="ADDRESS", help="with which they sign in"
    )
    each["let-in"].add_argument(
        "--lost",
        choices=LOST,
        required=True,
        help="what they have lost; the password is made anew in either case",
    )
    each["make-manager"].add_argument(
        "name", metavar="NAME", help="what they are called"
    )
    each["make-manager"].add_argument(
        "address", metavar="ADDRESS", help="the e-mail address to sign in with"
    )
    for one in each.values():
        one.add_argument(
            "--also-absent",
            nargs="+",
            default=[],
            metavar="ADDRESS",
            help="others of the commissioner who cannot sign in",
        )
        one.add_argument(
            "--why", required=True, metavar="WORDS", help="what the log says of it"
        )
        add_database_options(one)


def run(arguments: argparse.Namespace) -> int:
    """Do it, say what it did, and show the password once."""
    if not arguments.why.strip():
        raise InputFault(
            [
                Fault(
                    where="--why",
                    found="nothing",
                    expected="why it is done, without names",
                )
            ]
        )
    with database(arguments) as connections:
        set_django_up(connections, arguments.state)
        done = _done(arguments)
    if arguments.json:
        print(json.dumps(done, indent=2))
        return 0
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(f"{done['name']} signs in as {done['email']}")
    console.print(f"with the password {done['password']}")
    console.print("It is shown this once, and changed at the sign-in: give it to them.")
    if arguments.action == "let-in":
        console.print("What they were signed in with has ended.")
    if done.get("suspension_ended"):
        console.print("The sign-in was suspended, and is no longer.")
    if done.get("app_taken_away"):
        console.print("The authenticator app is taken away: they set up another.")
    console.print("The log has it as the operator's act.")
    return 0


def _done(arguments: argparse.Namespace) -> dict[str, Any]:
    from quasimarket.service.pages.sign_in_by_operator import let_in, make_manager
    from quasimarket.service.pages.sign_in_keeping import Lost

    about = {"also_absent": arguments.also_absent, "why": arguments.why.strip()}
    if arguments.action == "make-manager":
        return make_manager(arguments.name, arguments.address, **about)
    return let_in(arguments.address, Lost(arguments.lost), **about)
