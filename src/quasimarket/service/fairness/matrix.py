"""Who may see what of whom: worked out from the database's own policies.

Each policy is asked about made-up rows, once for each role: a row of the reader's own
place, of another place of the same contract, of another contract, and so on. Nothing is
written down twice: if a policy changes, so does the published matrix.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from django.db import connection

from quasimarket.service.people.roles import (
    PRIME_ROLES,
    SEES_ALL,
    SEES_PEOPLE,
    SUB_ROLES,
    Role,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Whose row it is, as seen by a reader who stands in a chain."""

    name: str
    for_prime: Mapping[str, str]
    """The row's contract, place and organisation, to a reader at a prime."""
    for_place: Mapping[str, str]
    """The same, to a reader at a place in its chain."""


COURSE = "participation_participation"
Answers: TypeAlias = dict[tuple[Role, str], bool]
"""Whether a role sees the row of a relation."""


def _whose(contract: str, place: str, organisation: str) -> dict[str, str]:
    return {"contract": contract, "position": place, "organisation": organisation}


RELATIONS = (
    Relation(
        name="own",
        for_prime=_whose("mine", "", "me"),
        for_place=_whose("mine", "my-place", "me"),
    ),
    Relation(
        name="my chain's places (of a place: its prime)",
        for_prime=_whose("mine", "chain-place", "chain"),
        for_place=_whose("mine", "", "prime"),
    ),
    Relation(
        name="another place of the same contract",
        for_prime=_whose("mine", "chain-place", "chain"),
        for_place=_whose("mine", "sister-place", "sister"),
    ),
    Relation(
        name="another contract",
        for_prime=_whose("other", "other-place", "other"),
        for_place=_whose("other", "other-place", "other"),
    ),
)
TABLES = {
    "participation_participation": "Participants' courses",
    "participation_person": "Names and addresses",
    "participation_contact": "Contacts",
    "fairness_notice": "Notices",
    "fairness_doubt": "Compliance doubts",
    "programme_position": "Places in a chain",
    "programme_terms": "Subcontract terms",
    "fairness_informationrequest": "Requests for information",
    "fairness_directive": "Directives",
    "fairness_complaint": "Complaints, open",
    "fairness_complaint/confidential": "Complaints in confidence",
    "fairness_disclosure": "Protected disclosures",
    "fairness_surveyanswer": "What was said in the survey",
    "fairness_materialbreach": "Material breaches",
    "fairness_auditreport": "Internal audit reports",
    "chain_leaguerow": "League table, rows shown to their own place",
    "chain_prospect": "Reserves and costs that a place typed in",
    "chain_improvementplan": "Improvement plans",
}
ROLES = tuple(role for role in Role if role not in (Role.SYSTEM, Role.PARTICIPANT))
_ORGANISATION_COLUMNS = (
    "organisation_id", "asked_id", "complainant_id", "about_organisation",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one role sees of one kind of row."""

    what: str
    role: Role
    seen: tuple[bool, ...]
    """For each relation, in order."""


def matrix() -> list[Cell]:
    """Work the whole matrix out; again only when a policy has changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename, qual FROM pg_policies "
            "WHERE policyname = 'scope' ORDER BY tablename"
        )
        policies = tuple(cursor.fetchall())
    return list(_worked_out(policies))


@lru_cache(maxsize=2)
def _worked_out(policies: tuple[tuple[str, str], ...]) -> tuple[Cell, ...]:
    texts = dict(policies)
    courses = _answers(texts, COURSE, {})
    cells = []
    for key, what in TABLES.items():
        if _table(key) not in texts:
            continue
        seen = _answers(texts, key, courses)
        cells += [
            Cell(
                what=what,
                role=role,
                seen=tuple(seen[role, one.name] for one in RELATIONS),
            )
            for role in ROLES
        ]
    return tuple(cells)


def _table(key: str) -> str:
    return key.split("/")[0]


def _answers(texts: dict[str, str], key: str, courses: Answers) -> Answers:
    """Ask one table's policy for every role and relation, in one statement."""
    table = _table(key)
    asked = [(role, one) for role in ROLES for one in RELATIONS]
    questions, rows = [], []
    for role, relation in asked:
        text = _asked_for(texts[table], role)
        while (inner := _participation_in(text)) is not None:
            course = courses[role, relation.name]
            text = text.replace(inner, str(course).lower(), 1)
        # The policy's own text, from the catalogue: nothing that anybody typed.
        questions.append(
            f"(SELECT coalesce(({text}), false) FROM "
            f"jsonb_populate_record(NULL::{table}, %s) AS {table})".replace(
                "%", "%%"
            ).replace("%%s", "%s")
        )
        rows.append(json.dumps(_row(key, role, relation)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(questions), rows)
        found = cursor.fetchone()
    return {
        (role, one.name): bool(seen)
        for (role, one), seen in zip(asked, found, strict=True)
    }


def _row(key: str, role: Role, relation: Relation) -> dict[str, object]:
    """Make a row up that stands so to the reader."""
    whose = relation.for_place if role in SUB_ROLES else relation.for_prime
    is_mine = whose["contract"] == "mine" and role in PRIME_ROLES
    row: dict[str, object] = {
        "id": 1,
        "contract_id": whose["contract"],
        "contract": whose["contract"],
        "position_id": whose["position"] or None,
        "prime_id": "me" if is_mine else "prime",
        "asker_id": "prime",
        "is_confidential": key.endswith("/confidential"),
        "state": "open",
        "shown_to": "place",
        "by": 2,
        "by_id": 2,
        "also_positions": [],
        **dict.fromkeys(_ORGANISATION_COLUMNS, whose["organisation"]),
    }
    if _table(key) == "programme_position":
        row["id"] = whose["position"] or "unit"
    return row


def _asked_for(text: str, role: Role) -> str:
    """Put a made-up reader in the place of the scope's functions."""
    at_prime, at_place = role in PRIME_ROLES, role in SUB_ROLES
    in_chain = at_prime or at_place
    chain = ["me", "chain"] if at_prime else ["me", "prime"]
    values = {
        "scope_sees_all": f"{role in SEES_ALL}".lower(),
        "scope_sees_people": f"{role in SEES_PEOPLE}".lower(),
        "scope_role": f"'{role}'::text",
        "scope_user": "1::bigint",
        "scope_person": "0::bigint",
        "scope_organisation": "'me'::text" if in_chain else "'commissioner'::text",
        "scope_contracts": _array(["mine"] if at_prime else []),
        "scope_positions": _array(["my-place"] if at_place else []),
        "scope_place_contracts": _array(["mine"] if at_place else []),
        "scope_hidden_participations": "'{}'::bigint[]",
        "scope_chain_organisations": _array(chain if in_chain else ["commissioner"]),
    }
    for name, value in values.items():
        text = re.sub(rf"\b{name}\(\)( AS {name})?", value, text)
    return text


def _array(names: list[str]) -> str:
    return "'{" + ",".join(names) + "}'::text[]"


def _participation_in(text: str) -> str | None:
    """Find a condition that a course, or what hangs from one, is itself seen."""
    start = text.find("EXISTS ( SELECT 1")
    if start < 0:
        return None
    depth = 0
    for place in range(text.index("(", start), len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return text[start : place + 1]
    return None
