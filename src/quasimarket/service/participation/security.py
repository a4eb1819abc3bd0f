"""Who may see a participant: their own chain, and restricted cases by name alone.

What hangs from a participation is seen where the participation is: the policies ask it,
so a restricted case is absent from every list, count, search and export alike.
"""

from quasimarket.service.acting.machine import statements_of
from quasimarket.service.database.policies import (
    CONTRACTS,
    IS_SYSTEM,
    ORGANISATION,
    POSITIONS,
    ROLE,
    USER,
    function,
    in_chain,
    policy,
    trigger,
)
from quasimarket.service.participation.states import MACHINES, SHOWN_CALL_OFF
from quasimarket.service.people.roles import SUB_ROLES


VISIBLE = f"""
(
    (restricted_to IS NULL OR {USER} = ANY (restricted_to) OR {IS_SYSTEM})
    AND ({in_chain()} OR also_positions && {POSITIONS}::text[]::varchar[])
)
OR {ROLE} = 'participant' AND person_id = (SELECT scope_person())
"""


def of_participation(table: str) -> str:
    """Give SQL for a row that is seen where its participation is."""
    return (
        "EXISTS (SELECT 1 FROM participation_participation p "
        f"WHERE p.id = {table}.participation_id)"
    )


_CALL_OFF = of_participation("participation_calloff")
_OWN_CALL_OFF = (
    f"position_id = ANY ({POSITIONS}::text[]) "
    "AND participation_is_open_to_me(participation_id)"
)
"""A specialist reads what was asked of it, and before it accepts nothing else."""
_SEES_PEOPLE = "(SELECT scope_sees_people())"
_SHOWN = ", ".join(f"'{state}'" for state in SHOWN_CALL_OFF)
_SUB_ROLES = ", ".join(f"'{role}'" for role in SUB_ROLES)
_FIRST = "lower(split_part(btrim(NEW.name), ' ', 1))"
_LAST = "lower(substring(btrim(NEW.name) from '[^ ]*$'))"
FUNCTIONS = (
    function(
        "participation_open_call_offs()",
        "trigger",
        f"""
        BEGIN
            UPDATE participation_participation p SET also_positions = (
                SELECT coalesce(array_agg(c.position_id ORDER BY c.id), '{{}}')
                FROM participation_calloff c
                WHERE c.participation_id = NEW.participation_id
                    AND c.state IN ({_SHOWN}))
            WHERE p.id = NEW.participation_id;
            RETURN NULL;
        END
        """,
        volatility="VOLATILE",
    ),
    *trigger(
        "participation_calloff",
        "open_to_specialists",
        "AFTER INSERT OR UPDATE OF state",
        "participation_open_call_offs()",
    ),
    function(
        "participation_note_place()",
        "trigger",
        """
        BEGIN
            IF TG_OP = 'INSERT' THEN
                INSERT INTO participation_searchname
                    (participation_id, contract, position, last, first)
                SELECT NEW.id, NEW.contract_id, coalesce(NEW.position_id, ''),
                    lower(substring(btrim(h.name) from '[^ ]*$')),
                    lower(split_part(btrim(h.name), ' ', 1))
                FROM participation_person h WHERE h.id = NEW.person_id;
            ELSE
                UPDATE participation_searchname SET contract = NEW.contract_id,
                    position = coalesce(NEW.position_id, '')
                WHERE participation_id = NEW.id;
            END IF;
            RETURN NULL;
        END
        """,
        volatility="VOLATILE",
    ),
    *trigger(
        "participation_participation",
        "note_place",
        "AFTER INSERT OR UPDATE OF contract_id, position_id",
        "participation_note_place()",
    ),
    function(
        "participation_note_name()",
        "trigger",
        f"""
        BEGIN
            UPDATE participation_searchname SET first = {_FIRST}, last = {_LAST}
            WHERE participation_id IN (SELECT p.id
                FROM participation_participation p WHERE p.person_id = NEW.id);
            RETURN NULL;
        END
        """,
        volatility="VOLATILE",
    ),
    *trigger(
        "participation_person",
        "note_name",
        "AFTER UPDATE OF name",
        "participation_note_name()",
    ),
)
"""What the database keeps by itself: which specialists see a case, and names to find.

It does so with its own rights, since whoever declines a case sees it no more.
"""

STATEMENTS = (
    function(
        "participation_is_open_to_me(asked bigint)",
        "boolean",
        """
        BEGIN
            RETURN (SELECT restricted_to IS NULL OR scope_user() = ANY (restricted_to)
                FROM participation_participation WHERE id = asked);
        END
        """,
        volatility="STABLE",
    ),
    function(
        "scope_person()",
        "bigint",
        """
        BEGIN
            RETURN (SELECT id FROM participation_person
                WHERE user_id = scope_user());
        END
        """,
        volatility="STABLE",
    ),
    *policy("participation_participation", VISIBLE),
    *policy(
        "participation_person",
        "(SELECT scope_sees_people()) AND (EXISTS (SELECT 1 FROM "
        "participation_participation p WHERE p.person_id = participation_person.id) "
        f"OR {IS_SYSTEM})",
    ),
    *policy("participation_contact", of_participation("participation_contact")),
    *policy("participation_spell", of_participation("participation_spell")),
    *policy(
        "participation_benefitspell", of_participation("participation_benefitspell")
    ),
    *policy(
        "participation_latedeadline", of_participation("participation_latedeadline")
    ),
    *policy(
        "participation_searchname",
        f"{_SEES_PEOPLE} AND " + of_participation("participation_searchname"),
        writes="SELECT",
    ),
    *policy(
        "participation_calloff",
        f"{_OWN_CALL_OFF} OR {_CALL_OFF} AND ({ROLE} NOT IN ({_SUB_ROLES}) "
        "OR EXISTS (SELECT 1 FROM participation_participation p WHERE "
        f"p.id = participation_id AND p.position_id = ANY ({POSITIONS}::text[])))",
    ),
    *policy(
        "participation_document",
        f"{_SEES_PEOPLE} AND " + of_participation("participation_document"),
    ),
    *policy(
        "participation_import",
        f"organisation_id = {ORGANISATION} OR {IS_SYSTEM} "
        f"OR contract_id = ANY ({CONTRACTS}::text[]) "
        f"OR {ROLE} IN ('contract-manager', 'assurance', 'auditor')",
    ),
    *policy(
        "participation_referralversion",
        f"{_SEES_PEOPLE} AND " + of_participation("participation_referralversion"),
    ),
    *FUNCTIONS,
    *statements_of(MACHINES),
)
