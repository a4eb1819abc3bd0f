"""`quasimarket begin`: a live programme, from a rulebook to its first two sign-ins."""

import argparse
import json
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from quasimarket.cli.database_options import (
    add_database_options,
    database,
    set_django_up,
)
from quasimarket.core.errors import Fault, InputFault
from quasimarket.rulebook import load_rulebook


NAME = "begin"
HELP = "begin a live programme: its contracts, its primes and its first two sign-ins"
PEOPLE = ("--first", "--second")
"""One person asks for further sign-ins of the commissioner's, another confirms them."""
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("programme", help="a shipped programme, or a folder")
    for option, who in zip(PEOPLE, ("one", "another"), strict=True):
        parser.add_argument(
            option,
            nargs=2,
            required=True,
            metavar=("NAME", "ADDRESS"),
            help=f"{who} contract manager of the commissioner's: the name, and the "
            "e-mail address to sign in with",
        )
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
    """Begin the programme, and show the first two passwords once."""
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
    for one in begun["people"]:
        console.print(f"{one['name']} signs in as {one['email']}")
        console.print(f"with the password {one['password']}")
    console.print("Each is shown this once, and changed at the first sign-in:")
    console.print("give each person their own, and nobody the other's.")
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
    faults += _faults_of_people(arguments)
    if faults:
        raise InputFault(faults)
    load_rulebook(
        arguments.programme, dict(one.split("=", 1) for one in arguments.settings)
    )
    folder = Path(arguments.programme)
    # the service may be started from another folder than this one
    return str(folder.resolve()) if folder.is_dir() else arguments.programme


def _people(arguments: argparse.Namespace) -> dict[str, tuple[str, str]]:
    """Give the name and the address of each person, by their option."""
    given = zip(PEOPLE, (arguments.first, arguments.second), strict=True)
    return {option: (name.strip(), email.lower()) for option, (name, email) in given}


def _faults_of_people(arguments: argparse.Namespace) -> list[Fault]:
    faults = []
    people = _people(arguments)
    for option, (name, email) in people.items():
        if not name:
            faults.append(Fault(where=option, found="nothing", expected="a name"))
        if _ADDRESS.fullmatch(email) is None:
            faults.append(
                Fault(
                    where=option,
                    found=email,
                    expected="an e-mail address, as in meera@department.example.org",
                )
            )
    (_, first), (_, second) = people.values()
    if first == second:
        faults.append(
            Fault(
                where="--second",
                found=f"{second}, who is the first",
                expected="another person",
                hint="what two people must decide is decided by two",
            )
        )
    return faults


def _begin(arguments: argparse.Namespace, source: str) -> Mapping[str, Any]:
    """Write the programme and its first two people, all or nothing."""
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
        made = []
        for name, email in _people(arguments).values():
            password = new_password()
            User.objects.create_user(
                email,
                password,
                name=name,
                organisation_id=COMMISSIONER,
                role=Role.CONTRACT_MANAGER,
                was_given_secret=True,
            )
            made.append({"name": name, "email": email, "password": password})
        return {
            "programme": programme.name,
            "contracts": Contract.objects.count(),
            "people": made,
        }
