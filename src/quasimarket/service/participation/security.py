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
)
from quasimarket.service.participation.states import COURSE


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
        f"OR {IS_SYSTEM} OR {ROLE} = 'contract-manager')",
    ),
    *policy("participation_contact", of_participation("participation_contact")),
    *policy("participation_spell", of_participation("participation_spell")),
    *policy(
        "participation_calloff",
        f"{_CALL_OFF} AND ({ROLE} NOT IN ('sub-manager', 'sub-adviser', 'sub-finance') "
        f"OR position_id = ANY ({POSITIONS}::text[]) OR EXISTS (SELECT 1 FROM "
        "participation_participation p WHERE p.id = participation_id "
        f"AND p.position_id = ANY ({POSITIONS}::text[])))",
    ),
    *policy("participation_document", of_participation("participation_document")),
    *policy(
        "participation_import",
        f"organisation_id = {ORGANISATION} OR {IS_SYSTEM} "
        f"OR contract_id = ANY ({CONTRACTS}::text[]) "
        f"OR {ROLE} IN ('contract-manager', 'assurance', 'auditor')",
    ),
    *policy(
        "participation_referralversion",
        of_participation("participation_referralversion"),
    ),
    *statements_of([COURSE]),
)
