"""Counts that cross what a reader may see row by row: made by the database.

Each function answers only for the reader's own chain, and never about fewer people
than may be published.
"""

from quasimarket.service.database.policies import function
from quasimarket.service.fairness.operating import FEWEST


def _anew(signature: str, returns: str, body: str) -> tuple[str, str]:
    """Make a function again, whatever it gave before."""
    return (
        f"DROP FUNCTION IF EXISTS {signature}",
        function(signature, returns, body, volatility="STABLE"),
    )


STATEMENTS = (
    *_anew(
        "fairness_request_tally(as_of date)",
        "TABLE (asker text, asker_name text, month text, requests bigint, "
        "hours bigint, spent bigint, at_once bigint, short_notice bigint, "
        "overdue bigint, unreasonable bigint)",
        """
        RETURN QUERY
        SELECT r.asker_id::text, o.name::text, to_char(r.asked_on, 'YYYY-MM'),
            count(*), coalesce(sum(r.effort_hours) FILTER (
                WHERE r.answered_from NOT IN ('service', 'earlier')), 0)::bigint,
            coalesce(sum(r.spent_hours), 0)::bigint,
            count(*) FILTER (WHERE r.answered_from IN ('service', 'earlier')),
            count(*) FILTER (WHERE r.is_short_notice),
            count(*) FILTER (WHERE r.answered_on > r.due
                OR r.state IN ('asked', 'upheld') AND r.due < as_of),
            count(*) FILTER (WHERE r.state = 'unreasonable')
        FROM fairness_informationrequest r
        JOIN people_organisation o ON o.id = r.asker_id
        WHERE scope_sees_all() OR scope_role() IN ('policy', 'merlin-assessor')
            OR r.asker_id = ANY (scope_chain_organisations())
            OR r.asked_id = scope_organisation()
        GROUP BY 1, 2, 3
        """,
    ),
    *_anew(
        "fairness_survey_means(assessment bigint)",
        "TABLE (principle text, mean numeric, answers bigint)",
        f"""
        IF scope_role() <> 'merlin-assessor' AND NOT EXISTS (
                SELECT 1 FROM fairness_assessment a
                WHERE a.id = assessment AND a.state <> 'open') THEN
            RETURN;
        END IF;
        RETURN QUERY
        SELECT s.key::text, round(avg(s.value::numeric), 1), count(*) / 5 * 5
        FROM fairness_surveyanswer y, jsonb_each_text(y.scores) s
        WHERE y.assessment_id = assessment
        GROUP BY 1 HAVING count(*) >= {FEWEST.value}
        """,
    ),
    *_anew(
        "fairness_referral_flow(place text)",
        "TABLE (month text, to_place bigint, to_contract bigint)",
        """
        IF scope_role() NOT IN ('contract-manager', 'assurance', 'merlin-assessor',
                'auditor', 'system') THEN
            RETURN;
        END IF;
        RETURN QUERY
        SELECT to_char(p.referred, 'YYYY-MM'),
            count(*) FILTER (WHERE p.position_id = place), count(*)
        FROM participation_participation p
        WHERE p.contract_id = (SELECT q.contract_id FROM programme_position q
            WHERE q.id = place)
        AND p.state <> 'cancelled'
        GROUP BY 1 ORDER BY 1
        """,
    ),
)
