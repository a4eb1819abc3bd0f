"""Who may see what of fair treatment; the hardest guards stand here."""

from quasimarket.service.acting.machine import statements_of
from quasimarket.service.database.policies import (
    IS_SYSTEM,
    ORGANISATION,
    ROLE,
    SEES_ALL,
    USER,
    in_chain,
    policy,
    roles,
)
from quasimarket.service.fairness import doubt_guards, tallies
from quasimarket.service.fairness.machines import MACHINES
from quasimarket.service.participation.security import of_participation
from quasimarket.service.people.sign_in_guards import two_sign_ins


_ASSESSORS = roles("merlin-assessor")
_MY_CHAIN = "ANY ((SELECT scope_chain_organisations())::text[])"
_DECIDED = "state IN ('awarded', 'not-awarded')"
_ADDED_ONLY = "SELECT, INSERT"


def _seen_with(table: str, column: str, parent: str) -> str:
    """Give SQL for a row that is seen where its parent is."""
    return f"EXISTS (SELECT 1 FROM {parent} x WHERE x.id = {table}.{column})"


_OF_COMPLAINT = f"""
{IS_SYSTEM} OR {_ASSESSORS} OR {ROLE} = 'assurance'
OR {ROLE} = 'sub-manager' AND complainant_id = {ORGANISATION}
OR NOT is_confidential AND ({SEES_ALL}
    OR {ROLE} = 'prime-manager' AND prime_id = {ORGANISATION})
"""
_CASE = "(SELECT scope_sees_people()) AND "
STATEMENTS = (
    *policy(
        "fairness_informationrequest",
        f"{SEES_ALL} OR asker_id = {ORGANISATION} OR asked_id = {ORGANISATION} "
        f"OR {_ASSESSORS}",
        check=f"{IS_SYSTEM} OR asker_id = {ORGANISATION} OR asked_id = {ORGANISATION} "
        "OR " + roles("contract-manager", "assurance"),
    ),
    *policy("fairness_directive", f"{in_chain()} OR {_ASSESSORS}", check=in_chain()),
    *policy(
        "fairness_directivestep",
        _seen_with("fairness_directivestep", "directive_id", "fairness_directive"),
        writes=_ADDED_ONLY,
    ),
    *policy(
        "fairness_serviceoffer",
        "true",
        check=f"{IS_SYSTEM} OR {ROLE} IN ('policy', 'contract-manager') OR "
        f"{ROLE} = 'prime-manager' AND contract_id = ANY "
        "((SELECT scope_contracts())::text[])",
        writes=_ADDED_ONLY,
    ),
    *policy(
        "fairness_assessment",
        f"{_DECIDED} OR {SEES_ALL} OR {_ASSESSORS} OR {ROLE} = 'policy' "
        f"OR prime_id = {_MY_CHAIN}",
        check=f"{IS_SYSTEM} OR {_ASSESSORS}",
    ),
    *policy(
        "fairness_principlescore",
        f"{SEES_ALL} OR {_ASSESSORS} OR EXISTS (SELECT 1 FROM fairness_assessment a "
        f"WHERE a.id = assessment_id AND a.{_DECIDED})",
        check=f"{IS_SYSTEM} OR {_ASSESSORS}",
    ),
    *policy(
        "fairness_surveyanswer",
        f"{IS_SYSTEM} OR {_ASSESSORS} OR by_id = {USER}",
        writes=_ADDED_ONLY,
    ),
    *policy("fairness_complaint", _OF_COMPLAINT),
    *policy(
        "fairness_complaintstep",
        _seen_with("fairness_complaintstep", "complaint_id", "fairness_complaint"),
        writes=_ADDED_ONLY,
    ),
    *policy(
        "fairness_materialbreach",
        f"{SEES_ALL} OR {_ASSESSORS} OR {ROLE} = 'policy' OR "
        f"prime_id = {ORGANISATION} AND state NOT IN ('proposed', 'refused')",
        check=f"{IS_SYSTEM} OR " + roles("contract-manager", "assurance"),
    ),
    *policy(
        "fairness_auditreport",
        f"{SEES_ALL} OR organisation_id = {ORGANISATION}",
        check=f"{IS_SYSTEM} OR {ROLE} = 'assurance' OR "
        f"organisation_id = {ORGANISATION}",
    ),
    *policy(
        "fairness_disclosure",
        f"{IS_SYSTEM} OR {ROLE} = 'assurance' OR \"by\" = {USER}",
    ),
    *policy(
        "fairness_disclosurenote",
        _seen_with("fairness_disclosurenote", "disclosure_id", "fairness_disclosure"),
        writes=_ADDED_ONLY,
    ),
    *policy(
        "fairness_programmemeasure",
        f"{SEES_ALL} OR {_ASSESSORS} OR {ROLE} = 'policy'",
        check=f"{IS_SYSTEM} OR " + roles("contract-manager", "assurance"),
        writes=_ADDED_ONLY,
    ),
    *policy(
        "fairness_placemeasure",
        in_chain(),
        check=f"{IS_SYSTEM} OR " + roles("contract-manager", "assurance"),
        writes=_ADDED_ONLY,
    ),
    *policy("fairness_notice", _CASE + of_participation("fairness_notice")),
    *policy(
        "fairness_safeguardingcheck",
        f"{ROLE} <> 'participant' AND {_CASE}"
        + of_participation("fairness_safeguardingcheck"),
    ),
    *policy("fairness_doubt", _CASE + of_participation("fairness_doubt")),
    *two_sign_ins("fairness_materialbreach", "declared_by", "confirmed_by"),
    *two_sign_ins("fairness_doubt", "raised_by", "decided_by"),
    *doubt_guards.STATEMENTS,
    *tallies.STATEMENTS,
    *statements_of(MACHINES),
)
