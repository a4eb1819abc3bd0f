"""`quasimarket begin`: a live programme, from a rulebook to its first sign-in."""

import argparse
import json
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from quasimarket.cli.database_options import (
    add_database_options,
    database,
    set_django_up,
)
from quasimarket.core.errors import Fault, InputFault
from quasimarket.rulebook import load_rulebook


NAME = "begin"
HELP = "begin a live programme: its contracts, its primes and its first sign-in"
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("programme", help="a shipped programme, or a folder")
    parser.add_argument(
        "--email",
        required=True,
        metavar="ADDRESS",
        help="with which the commissioner's contract manager signs in",
    )
    parser.add_argument("--name", required=True, help="the contract manager's name")
    parser.add_argument(
        "--areas", nargs="+", default=[], metavar="AREA", help="the areas to run (all)"
    )
    parser.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="change a value of the rulebook for good; may be repeated",
    )
    add_database_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Begin the programme, and show the first password once."""
    source = _refuse_impossible(arguments)
    with database(arguments) as connections:
        set_django_up(connections, arguments.state)
        from quasimarket.service.migrating import migrate

        migrate()
        begun = _begin(arguments, source)
    if arguments.json:
        print(json.dumps(begun, indent=2))
        return 0
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(f"{begun['programme']}: {begun['contracts']} contracts begun.")
    console.print(f"{begun['name']} signs in as {begun['email']}")
    console.print(f"with the password {begun['password']}")
    console.print("It is shown this once, and changed at the first sign-in.")
    console.print(f"Next: quasimarket serve --state {arguments.state}")
    return 0


def _refuse_impossible(arguments: argparse.Namespace) -> str:
    """Find every fault before a database is made; give where the rulebook is."""
    faults = [
        Fault(
            where="--set",
            found=one,
            expected="KEY=VALUE",
            hint="explain --values lists the keys",
        )
        for one in arguments.settings
        if "=" not in one
    ]
    if _ADDRESS.fullmatch(arguments.email) is None:
        faults.append(
            Fault(
                where="--email",
                found=arguments.email,
                expected="an e-mail address, as in meera@department.example.org",
            )
        )
    if not arguments.name.strip():
        faults.append(Fault(where="--name", found="nothing", expected="a name"))
    if faults:
        raise InputFault(faults)
    load_rulebook(
        arguments.programme, dict(one.split("=", 1) for one in arguments.settings)
    )
    folder = Path(arguments.programme)
    # the service may be started from another folder than this one
    return str(folder.resolve()) if folder.is_dir() else arguments.programme


def _begin(arguments: argparse.Namespace, source: str) -> Mapping[str, str | int]:
    """Write the programme and its first person, both or neither."""
    from quasimarket.service.acting.shown_once import new_password
    from quasimarket.service.people.actor import SYSTEM
    from quasimarket.service.people.models import User
    from quasimarket.service.people.roles import Role
    from quasimarket.service.people.scope import acting_as
    from quasimarket.service.programme.models import Contract, Programme
    from quasimarket.service.programme.setting_up import (
        COMMISSIONER,
        set_up_programme,
    )

    password = new_password()
    with acting_as(SYSTEM):
        there = Programme.objects.first()
        if there is not None:
            raise InputFault(
                [
                    Fault(
                        where=str(arguments.state),
                        found=f"a programme that has begun: {there.name}",
                        expected="a database without one",
                        hint="give another folder with --state",
                    )
                ]
            )
        programme = set_up_programme(
            source,
            settings=arguments.settings,
            areas=arguments.areas,
            allocation_seed=secrets.token_hex(32),
        )
        made = User.objects.create_user(
            arguments.email.lower(),
            password,
            name=arguments.name.strip(),
            organisation_id=COMMISSIONER,
            role=Role.CONTRACT_MANAGER,
            was_given_secret=True,
        )
        return {
            "programme": programme.name,
            "contracts": Contract.objects.count(),
            "name": made.name,
            "email": made.email,
            "password": password,
        }
