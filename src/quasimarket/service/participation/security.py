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
from quasimarket.service.participation.states import MACHINES, OPEN_CALL_OFF


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
_SEES_PEOPLE = "(SELECT scope_sees_people())"
_OPEN = ", ".join(f"'{state}'" for state in OPEN_CALL_OFF)
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
                    AND c.state IN ({_OPEN}))
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
        f"{_CALL_OFF} AND ({ROLE} NOT IN ('sub-manager', 'sub-adviser', 'sub-finance') "
        f"OR position_id = ANY ({POSITIONS}::text[]) OR EXISTS (SELECT 1 FROM "
        "participation_participation p WHERE p.id = participation_id "
        f"AND p.position_id = ANY ({POSITIONS}::text[])))",
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
