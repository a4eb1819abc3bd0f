"""Set up the demonstration's programme, its chains, and one sign-in for each role."""

import hashlib
import json
import os
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from quasimarket.cli.demonstration.names import staff_name
from quasimarket.cli.demonstration.run import AREAS, PROGRAMME, TODAY, PlayedRun
from quasimarket.cli.demonstration.sign_in import SignIn
from quasimarket.core.errors import Fault, InputFault


PASSWORD_WORDS = [
    "amber",
    "birch",
    "cedar",
    "dune",
    "ember",
    "fern",
    "grove",
    "heron",
    "iris",
    "juniper",
]
SIGN_INS = "sign-ins.json"
SETTINGS = ("market.protects_complaints=yes",)
"""What the demonstration agrees beside the programme's rules: a complaint may be kept
from the prime, so that it can be shown."""


def set_up(seed: str) -> None:
    """Write the programme's row, commissioner, primes and contracts."""
    from quasimarket.service.people.actor import SYSTEM
    from quasimarket.service.people.scope import acting_as
    from quasimarket.service.programme.setting_up import set_up_programme

    with acting_as(SYSTEM):
        set_up_programme(
            PROGRAMME,
            settings=SETTINGS,
            areas=AREAS,
            today=TODAY,
            is_demonstration=True,
            allocation_seed=seed,
        )


def begin_demonstration(state: Path) -> list[SignIn]:
    """Set up what the first page needs, unless it is there; give the sign-ins.

    Raises:
        InputFault: the database holds a programme that is no demonstration.
    """
    if not is_set_up():
        set_up(os.urandom(16).hex())
    elif not _is_demonstration():
        raise InputFault(
            [
                Fault(
                    where=str(state),
                    found="the database of a live programme",
                    expected="an empty one, or a demonstration's",
                    hint="give another folder with --state",
                )
            ]
        )
    return make_sign_ins(state)


def _is_demonstration() -> bool:
    from quasimarket.service.people.actor import SYSTEM
    from quasimarket.service.people.scope import acting_as
    from quasimarket.service.programme.rules import programme

    with acting_as(SYSTEM):
        return bool(programme().is_demonstration)


def is_set_up() -> bool:
    """Say whether the database holds a programme already."""
    from quasimarket.service.people.actor import SYSTEM
    from quasimarket.service.people.scope import acting_as
    from quasimarket.service.programme.models import Programme

    with acting_as(SYSTEM):
        return Programme.objects.exists()


def has_chains() -> bool:
    """Say whether the chains are written already."""
    from quasimarket.service.people.actor import SYSTEM
    from quasimarket.service.people.scope import acting_as
    from quasimarket.service.programme.models import Position

    with acting_as(SYSTEM):
        return Position.objects.exists()


def sign_in_of(role: str, number: int = 1) -> Any:
    """Give the actor of a role: the first or second person who has it."""
    from quasimarket.service.people.actor import SYSTEM, Actor
    from quasimarket.service.people.models import User
    from quasimarket.service.people.scope import acting_as

    with acting_as(SYSTEM):
        found = User.objects.filter(role=role).order_by("id")[number - 1]
        return Actor.of_user(found)


def write_chains(run: PlayedRun, share: float) -> None:
    """Write the organisations and places of the chains, with their agreed terms.

    Args:
        run: the run.
        share: the share of the run's people who are in the demonstration; promises are
            scaled with it.
    """
    from quasimarket.service.people.actor import SYSTEM
    from quasimarket.service.people.models import Organisation
    from quasimarket.service.people.scope import acting_as
    from quasimarket.service.programme.models import Position, Terms

    places = run.positions.filter(pl.col("tier") > 0)
    sectors = dict(
        zip(run.organisations["organisation"], run.organisations["sector"], strict=True)
    )
    used = set(run.participants["position"].drop_nulls().cast(pl.String).unique())
    used |= set(run.participants["specialist"].drop_nulls().cast(pl.String).unique())
    names = sorted(set(places["organisation"]))
    blind = _non_disclosure(run)
    with acting_as(SYSTEM):
        Organisation.objects.bulk_create(
            Organisation(
                id=one,
                name=f"Provider {number:02d}",
                kind="subcontractor",
                sector=sectors.get(one, ""),
            )
            for number, one in enumerate(names, 1)
        )
        Position.objects.bulk_create(
            Position(
                id=row["position"],
                contract_id=row["contract"],
                organisation_id=row["organisation"],
                tier=row["tier"],
                status=_status(row, used),
                specialism=row["specialism"] or "",
                promised_yearly=round(row["promised_referrals"] * 12 * share),
                since=run.rulebook.first_day,
            )
            for row in places.iter_rows(named=True)
        )
        Terms.objects.bulk_create(
            Terms(
                position_id=row["position"],
                contract_id=row["contract"],
                first_day=run.rulebook.first_day,
                management_fee=Decimal(str(round(row["management_fee"], 5))),
                passed_down=_passed_down(run, row["outcome_pass_down"]),
                lag_months=row["lag_months"],
                has_non_disclosure=row["position"] in blind,
                proposed_by=0,
                agreed_by=-1,
            )
            for row in places.filter(pl.col("contracted")).iter_rows(named=True)
        )


def _passed_down(run: PlayedRun, outcome_share: float) -> dict[str, str]:
    share = str(Decimal(str(round(outcome_share, 4))))
    return {
        milestone.id: "1" if milestone.basis == "attachment" else share
        for milestone in run.rulebook.milestones
    }


def _status(row: Mapping[str, Any], used: set[str]) -> str:
    if row["position"] in used:
        return "active"
    return "contracted" if row["contracted"] else "listed"


def _non_disclosure(run: PlayedRun) -> set[str]:
    agreed = run.organisation_events.filter(
        pl.col("code")
        .cast(pl.String)
        .is_in(["non-disclosure:agreed", "non-disclosure:imposed"])
    )
    return set(agreed["position"].cast(pl.String))


def make_sign_ins(folder: Path, *, with_chains: bool = False) -> list[SignIn]:
    """Make one sign-in for each role, or read those made before; keep them in a file.

    The first call, before the chains are there, makes those of the commissioner,
    primes, assessor, auditor and researcher; the second those of subcontractors as
    well. A participant's comes with `add_participant_sign_in`.
    """
    from quasimarket.service.people.actor import SYSTEM
    from quasimarket.service.people.models import Organisation, User
    from quasimarket.service.people.scope import acting_as

    kept = folder / SIGN_INS
    made = (
        [SignIn(**one) for one in json.loads(kept.read_text())] if kept.exists() else []
    )
    known = {one.email for one in made}
    asked: set[str] = set()
    with acting_as(SYSTEM):
        for identity, name, kind in (
            ("merlin", "The Merlin assessors", "assessor"),
            ("audit", "The public auditor", "auditor"),
            ("university", "A university", "research"),
        ):
            Organisation.objects.get_or_create(
                id=identity, defaults={"name": name, "kind": kind}
            )
        for role, organisation in _roles(with_chains=with_chains):
            address = f"{role}@{_domain(organisation)}.example.org"
            email = f"second-{address}" if address in asked else address
            asked.add(email)
            if email in known:
                continue
            one = _sign_in(role, organisation, email)
            user = User.objects.create_user(
                email,
                one.password,
                name=one.name,
                organisation_id=organisation,
                role=role,
                accepted_conduct=None,
                acts_from=date(2013, 4, 1) if role == "auditor" else None,
                acts_until=date(2013, 9, 30) if role == "auditor" else None,
            )
            if one.totp_secret:
                _give_second_factor(user, one.totp_secret)
            made.append(one)
    _keep(kept, made)
    return made


def add_participant_sign_in(folder: Path, case: Any, at: datetime) -> None:
    """Let one participant read their own record, if nobody has given them that yet."""
    from quasimarket.cli.demonstration.staff import actor_of
    from quasimarket.service.acting.performing import perform
    from quasimarket.service.participation.acts.access import GiveSignIn
    from quasimarket.service.people.actor import SYSTEM
    from quasimarket.service.people.models import User
    from quasimarket.service.people.scope import acting_as

    kept = folder / SIGN_INS
    made = [SignIn(**one) for one in json.loads(kept.read_text())]
    if any(one.role == "participant" for one in made):
        return
    email = f"{case.reference}@participants.example.org".lower()
    with acting_as(SYSTEM):
        holder = case.position.organisation_id
    adviser = actor_of("sub-adviser", holder)
    shown = perform(GiveSignIn(email=email), adviser, case.reference, at=at)
    with acting_as(SYSTEM):
        # whoever looks round signs in with what the file says, more than once
        User.objects.filter(email=email).update(was_given_secret=False)
        name = User.objects.get(email=email).name
    made.append(
        SignIn(
            role="participant",
            organisation="participants",
            name=name,
            email=email,
            password=shown["Password"],
            totp_secret="",
        )
    )
    _keep(kept, made)


def _roles(*, with_chains: bool) -> list[tuple[str, str]]:
    from quasimarket.service.people.roles import COMMISSIONER_ROLES, PRIME_ROLES

    chosen = str(first_contract().prime_id)
    found = [(str(role), "commissioner") for role in COMMISSIONER_ROLES]
    # a payment run needs two people, and so does a shift of share
    found += [("payment", "commissioner"), ("contract-manager", "commissioner")]
    found += [(str(role), chosen) for role in PRIME_ROLES]
    found += [
        ("merlin-assessor", "merlin"),
        ("auditor", "audit"),
        ("researcher", "university"),
    ]
    if with_chains:
        found += _subcontractor_roles()
    return found


def first_contract() -> Any:
    """Give the contract in which the scenario plays, with the lowest number."""
    from quasimarket.service.programme.models import Contract

    return min(Contract.objects.all(), key=lambda one: int(one.id))


def _subcontractor_roles() -> list[tuple[str, str]]:
    """List those of the contract's largest place, and a specialist's manager."""
    from quasimarket.service.people.roles import SUB_ROLES
    from quasimarket.service.programme.models import Position

    own = Position.objects.filter(contract=first_contract())
    by_promise = own.order_by("-promised_yearly", "id")
    largest = by_promise.filter(tier=1)[0].organisation_id
    specialists = by_promise.filter(tier=2).exclude(organisation_id=largest)
    return [
        *((str(role), largest) for role in SUB_ROLES),
        ("sub-manager", specialists[0].organisation_id),
    ]


def _domain(organisation: str) -> str:
    from quasimarket.service.people.models import Organisation

    name = Organisation.objects.get(id=organisation).name
    return name.lower().replace("the ", "").replace(" ", "-")


def _sign_in(role: str, organisation: str, email: str) -> SignIn:
    digest = hashlib.sha256(os.urandom(32)).digest()
    words = [PASSWORD_WORDS[byte % len(PASSWORD_WORDS)] for byte in digest[:4]]
    return SignIn(
        role=role,
        organisation=organisation,
        name=staff_name(email),
        email=email,
        password="-".join(words) + f"-{int.from_bytes(digest[4:6], 'big') % 10000:04d}",
        totp_secret=b32encode(digest[6:26]).decode(),
    )


def _give_second_factor(user: Any, secret: str) -> None:
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(user, secret)


def _keep(path: Path, made: list[SignIn]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.touch(mode=0o600)
    beside.write_text(json.dumps([asdict(one) for one in made], indent=2))
    beside.replace(path)
