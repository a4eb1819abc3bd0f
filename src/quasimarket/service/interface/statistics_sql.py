"""The one function that counts people for publication, made so that nobody shows.

A month is published once its own end and one more month are over, from what was known
by then: a later release says the same of it, so that two releases subtract to nothing.
In a month every count under 5 is suppressed, with as many more as it takes that no line
of the table has only one; the rest is rounded to the nearest 5. Restricted cases as
they stood at the time are left out. Whoever calls gets cells and never a person.
"""

from quasimarket.service.database.policies import function


LEAST = 5
"""Smaller counts are not published; the others are rounded to a multiple of it."""
_COUNTED = """
    WITH referral AS (
        SELECT DISTINCT ON (e.participation) e.participation, e."group", e.contract
        FROM log_logevent e
        WHERE e.kind = 'referred' AND e.participation IS NOT NULL
        ORDER BY e.participation, e.id
    ), fact AS (
        SELECT CASE e.kind WHEN 'referred' THEN 'referrals'
                WHEN 'attached' THEN 'attachments' ELSE e.milestone END AS measure,
            date_trunc('month', e.happened)::date AS month,
            coalesce(nullif(e.contract, ''), r.contract, 'unknown') AS contract,
            coalesce(nullif(e."group", ''), r."group", 'unknown') AS grp,
            e.participation, e.known,
            (date_trunc('month', e.happened) + interval '2 months')::date AS closes
        FROM log_logevent e LEFT JOIN referral r USING (participation)
        WHERE (e.kind IN ('referred', 'attached')
                OR e.kind = 'validated' AND e.number = 1
                    AND e.milestone <> 'attachment')
            AND e.participation IS NOT NULL
            AND to_char(e.happened, 'YYYY-MM') BETWEEN first_month AND last_month
    ), shut AS (
        SELECT e.participation, e.kind = 'restrict-case' AS hides, e.known, e.id
        FROM log_logevent e WHERE e.kind IN ('restrict-case', 'lift-restriction')
    ), hidden AS (
        SELECT p.id FROM participation_participation p
        WHERE p.restricted_to IS NOT NULL
            AND p.id NOT IN (SELECT s.participation FROM shut s)
    )
    SELECT f.measure, f.month,
        CASE WHEN grouping(f.contract) = 1 THEN '' ELSE f.contract END AS contract,
        CASE WHEN grouping(f.grp) = 1 THEN '' ELSE f.grp END AS grp,
        count(DISTINCT f.participation)::integer AS n
    FROM fact f
    WHERE f.known < f.closes AND f.closes <= today
        AND f.participation NOT IN (SELECT h.id FROM hidden h)
        AND NOT coalesce((SELECT s.hides FROM shut s
            WHERE s.participation = f.participation AND s.known < f.closes
            ORDER BY s.known DESC, s.id DESC LIMIT 1), false)
    GROUP BY f.measure, f.month, CUBE (f.contract, f.grp)
"""
_NEXT_TO_HIDE = """
    WITH cell AS (
        SELECT i, m.contracts[i] AS contract, m.groups[i] AS grp, m.counts[i] AS n,
            hide[i] AS is_hidden
        FROM generate_subscripts(m.counts, 1) i
    ), met AS (
        SELECT c.*,
            count(*) FILTER (WHERE c.is_hidden) OVER (PARTITION BY c.contract) AS along,
            count(*) FILTER (WHERE c.is_hidden) OVER (PARTITION BY c.grp) AS down
        FROM cell c
    )
    SELECT c.i INTO pick FROM met c
    WHERE NOT c.is_hidden AND (c.along = 1 OR c.down = 1)
    ORDER BY c.along = 0 OR c.down = 0, c.n, c.i LIMIT 1
"""
"""Of the lines that hide one figure: first a cell that mends two, then the smallest."""
STATEMENTS = (
    function(
        "published_statistics(first_month text, last_month text)",
        "TABLE (its_measure text, its_month text, its_contract text, its_group text, "
        "figure integer)",
        f"""
        DECLARE today date; m record; hide boolean[]; pick integer;
        BEGIN
            IF scope_role() IN ('sign-in', 'participant', 'nobody') THEN
                RAISE EXCEPTION 'statistics are for those who sign in'
                    USING ERRCODE = '42501';
            END IF;
            SELECT coalesce(p.today, current_date) INTO today
            FROM programme_programme p;
            FOR m IN SELECT t.measure, t.month, array_agg(t.contract ORDER BY
                    t.contract, t.grp) AS contracts, array_agg(t.grp ORDER BY
                    t.contract, t.grp) AS groups, array_agg(t.n ORDER BY
                    t.contract, t.grp) AS counts
                FROM ({_COUNTED}) t GROUP BY t.measure, t.month
                ORDER BY t.measure, t.month
            LOOP
                hide := ARRAY(SELECT m.counts[i] < {LEAST}
                    FROM generate_subscripts(m.counts, 1) i ORDER BY i);
                LOOP
                    pick := NULL;
                    {_NEXT_TO_HIDE};
                    EXIT WHEN pick IS NULL;
                    hide[pick] := true;
                END LOOP;
                RETURN QUERY SELECT m.measure::text, to_char(m.month, 'YYYY-MM'),
                    m.contracts[i]::text, m.groups[i]::text, CASE WHEN hide[i]
                        THEN NULL ELSE (round(m.counts[i] / {LEAST}.0) * {LEAST})::int
                        END
                FROM generate_subscripts(m.counts, 1) i ORDER BY i;
            END LOOP;
        END
        """,
        volatility="STABLE",
    ),
)
