"""Who may see a claim: who held the participant when it was earned, or holds them now.

A claim names no amount: what a prime is paid is not for its subcontractors.
"""

from quasimarket.service.acting.machine import statements_of
from quasimarket.service.claims.states import CLAIM
from quasimarket.service.database.policies import (
    IS_SYSTEM,
    SEES_ALL,
    function,
    in_chain,
    policy,
    roles,
    trigger,
)
from quasimarket.service.participation.security import of_participation


NOT_HIDDEN = "<> ALL ((SELECT scope_hidden_participations())::bigint[])"
"""Completes SQL for a participation that is no restricted case of somebody else."""
_HOLDS_NOW = (
    "(SELECT true FROM participation_participation p "
    "WHERE p.id = claims_claim.participation_id)"
)
"""Not EXISTS: that is asked of everybody at once, which reads the whole programme to
show a page."""
_OVERSIGHT = roles("payment", "contract-manager", "assurance", "auditor", "system")
_PROVIDERS = roles("prime-manager", "prime-finance", "sub-manager", "sub-finance")
STATEMENTS = (
    function(
        "scope_hidden_participations()",
        "bigint[]",
        """
        BEGIN
            IF scope_role() = 'system' THEN RETURN '{}'; END IF;
            RETURN coalesce((SELECT array_agg(id) FROM participation_participation
                WHERE restricted_to IS NOT NULL
                AND scope_user() <> ALL (restricted_to)), '{}');
        END
        """,
        volatility="STABLE",
    ),
    *policy(
        "claims_claim",
        f"({in_chain()} OR {_HOLDS_NOW}) AND participation_id {NOT_HIDDEN}",
    ),
    function(
        "claims_note_holder()",
        "trigger",
        """
        BEGIN
            UPDATE claims_claim
            SET held_contract = nullif(NEW.contract_id, contract_id),
                held_position = nullif(NEW.position_id, position_id)
            WHERE participation_id = NEW.id;
            RETURN NULL;
        END
        """,
        volatility="VOLATILE",
    ),
    *trigger(
        "participation_participation",
        "note_holder",
        "AFTER UPDATE OF contract_id, position_id",
        "claims_note_holder()",
    ),
    *policy(
        "claims_feedimport", _OVERSIGHT, check=f"{IS_SYSTEM} OR " + roles("payment")
    ),
    *policy(
        "claims_benefitrecord",
        f"{_OVERSIGHT} AND participation_id {NOT_HIDDEN}",
        check=f"{IS_SYSTEM} OR " + roles("payment"),
    ),
    *policy(
        "claims_employmentrecord",
        f"({SEES_ALL} OR {_PROVIDERS} AND "
        f"{of_participation('claims_employmentrecord')}) "
        f"AND participation_id {NOT_HIDDEN}",
        check=f"{IS_SYSTEM} OR " + roles("payment"),
    ),
    *statements_of([CLAIM]),
)
