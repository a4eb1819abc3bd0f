"""Who may see what of performance and the chain; a place's money is its own."""

from quasimarket.service.acting.machine import statements_of
from quasimarket.service.chain.machines import MACHINES
from quasimarket.service.database.policies import (
    CONTRACTS,
    IS_SYSTEM,
    ORGANISATION,
    POSITIONS,
    ROLE,
    SEES_ALL,
    function,
    in_chain,
    policy,
    roles,
    trigger,
)
from quasimarket.service.people.sign_in_guards import two_sign_ins


_MANAGER = f"{IS_SYSTEM} OR " + roles("contract-manager")
_ADDED_ONLY = "SELECT, INSERT"
_PLAN_ROWS = f"""
{SEES_ALL} OR contract_id = ANY ({CONTRACTS}::text[])
OR position_id = ANY ({POSITIONS}::text[]) OR {ROLE} = 'policy'
"""
STATEMENTS = (
    function(
        "scope_place_contracts()",
        "text[]",
        """
        BEGIN
            RETURN coalesce((SELECT array_agg(DISTINCT contract_id::text)
                FROM programme_position
                WHERE organisation_id = scope_organisation()), '{}');
        END
        """,
        volatility="STABLE",
    ),
    "DROP FUNCTION IF EXISTS chain_is_subcontractor(text)",
    # A prime adds one that it does not see yet: it must say the whole name.
    function(
        "chain_organisations_called(called text, of_kind text)",
        "text[]",
        r"""
        DECLARE
            wanted text := lower(regexp_replace(btrim(called), '\s+', ' ', 'g'));
        BEGIN
            IF scope_role() NOT IN ('prime-manager', 'contract-manager', 'system') THEN
                RETURN '{}';
            END IF;
            RETURN coalesce((SELECT array_agg(id::text ORDER BY id)
                FROM people_organisation
                WHERE kind = of_kind AND (id = called OR wanted =
                    lower(regexp_replace(btrim(name), '\s+', ' ', 'g')))), '{}');
        END
        """,
        volatility="STABLE",
    ),
    "DROP FUNCTION IF EXISTS chain_outcome_curve(text, text)",
    function(
        "chain_outcome_curve(outcome text, later text)",
        'TABLE ("group" text, months integer, exposed bigint, outcomes bigint, '
        "later_exposed bigint, later_reached bigint)",
        """
        RETURN QUERY
        WITH today AS (
            SELECT coalesce(p.today, current_date) AS day FROM programme_programme p
        ), firsts AS (
            SELECT p."group" AS g, p.attached, c.earned, p.id
            FROM participation_participation p
            LEFT JOIN claims_claim c ON c.participation_id = p.id
                AND c.milestone = outcome AND c.number = 1
                AND c.state IN ('raised', 'accepted', 'paid', 'disputed')
            WHERE p.attached IS NOT NULL
        ), steps AS (SELECT generate_series(0, 47) AS m), counted AS (
            SELECT f.g, s.m,
                count(*) FILTER (WHERE f.attached + (s.m + 1) * 30 <= t.day
                    AND (f.earned IS NULL OR f.earned >= f.attached + s.m * 30))
                    AS exposed,
                count(*) FILTER (WHERE f.attached + (s.m + 1) * 30 <= t.day
                    AND f.earned >= f.attached + s.m * 30
                    AND f.earned < f.attached + (s.m + 1) * 30) AS outcomes,
                count(*) FILTER (WHERE f.earned + (s.m + 1) * 30 <= t.day) AS old
            FROM firsts f CROSS JOIN steps s CROSS JOIN today t GROUP BY 1, 2
        ), after AS (
            SELECT f.g, (c.earned - f.earned) / 30 AS m, count(*) AS reached
            FROM firsts f JOIN claims_claim c ON c.participation_id = f.id
                AND c.milestone = later
                AND c.state IN ('raised', 'accepted', 'paid', 'disputed')
            CROSS JOIN today t
            WHERE f.earned IS NOT NULL
                AND f.earned + ((c.earned - f.earned) / 30 + 1) * 30 <= t.day
            GROUP BY 1, 2
        )
        SELECT c.g::text, c.m, c.exposed, c.outcomes, c.old,
            coalesce(a.reached, 0)
        FROM counted c LEFT JOIN after a ON a.g = c.g AND a.m = c.m
        WHERE c.exposed >= 5 OR c.old >= 5
        ORDER BY 1, 2
        """,
        volatility="STABLE",
    ),
    function(
        "chain_refuse_suspended()",
        "trigger",
        """
        BEGIN
            IF EXISTS (SELECT 1 FROM unnest(NEW.directives) named (reference)
                    LEFT JOIN fairness_directive d ON d.reference = named.reference
                    WHERE d.id IS NULL OR d.position_id <> NEW.position_id
                    OR d.state NOT IN ('accepted', 'stands')) THEN
                RAISE EXCEPTION 'a directive that is not in force counts in no review'
                    USING ERRCODE = '23514';
            END IF;
            RETURN NEW;
        END
        """,
        volatility="VOLATILE",
    ),
    function(
        "chain_refuse_gain()",
        "trigger",
        """
        BEGIN
            IF NEW.state = 'approved' AND OLD.state <> 'approved' AND EXISTS (
                    SELECT 1 FROM fairness_materialbreach b
                    WHERE b.contract_id = NEW.to_contract_id AND b.state = 'open') THEN
                RAISE EXCEPTION 'a contract in breach cannot gain market share'
                    USING ERRCODE = '23514';
            END IF;
            RETURN NEW;
        END
        """,
        volatility="VOLATILE",
    ),
    *policy(
        "chain_leaguerow",
        f"{SEES_ALL} OR shown_to = 'public' OR contract_id = ANY ({CONTRACTS}::text[]) "
        f"OR position_id = ANY ({POSITIONS}::text[]) "
        f"OR shown_to = 'primes' AND {ROLE} IN ('prime-manager', 'prime-adviser', "
        f"'prime-finance', 'policy') "
        "OR shown_to = 'chain' AND contract_id = ANY "
        "((SELECT scope_place_contracts())::text[])",
        check=_MANAGER,
        writes=_ADDED_ONLY,
    ),
    *policy(
        "chain_leaguechoice",
        "true",
        check=f"{IS_SYSTEM} OR contract_id = ANY ({CONTRACTS}::text[])",
        writes=_ADDED_ONLY,
    ),
    *policy("chain_improvementplan", _PLAN_ROWS),
    *policy(
        "chain_planstep",
        "EXISTS (SELECT 1 FROM chain_improvementplan x WHERE x.id = plan_id)",
        writes=_ADDED_ONLY,
    ),
    *policy("chain_review", in_chain(), writes=_ADDED_ONLY),
    *policy(
        "chain_shareproposal",
        f"{SEES_ALL} OR {ROLE} = 'policy' OR state = 'approved' "
        f"OR from_contract_id = ANY ({CONTRACTS}::text[]) "
        f"OR to_contract_id = ANY ({CONTRACTS}::text[])",
        check=_MANAGER,
    ),
    *policy("chain_chainchange", in_chain()),
    *policy("chain_prospect", f"organisation_id = {ORGANISATION}"),
    *trigger("chain_review", "suspended", "BEFORE INSERT", "chain_refuse_suspended()"),
    *trigger("chain_shareproposal", "bars", "BEFORE UPDATE", "chain_refuse_gain()"),
    *two_sign_ins("chain_shareproposal", "proposed_by", "decided_by"),
    *two_sign_ins("chain_chainchange", "asked_by", "decided_by"),
    *statements_of(MACHINES),
)
