"""What upkeep alone may do: forget, for which it needs its owner's rights."""

from quasimarket.service.database.policies import function, policy
from quasimarket.service.upkeep.register import forgetting, register


_STEPS = ";\n".join(forgetting(one) for one in register() if one.then)
STATEMENTS = (
    # It holds which codes were used, and no more.
    *policy("upkeep_cache", "true", writes="SELECT, INSERT, UPDATE, DELETE"),
    function(
        "upkeep_forget(ended_before date, at_time timestamptz, "
        "INOUT participations integer, INOUT digests text[])",
        "record",
        f"""
        DECLARE ended bigint[]; persons bigint[]; users bigint[];
        BEGIN
            IF scope_role() <> 'system' THEN
                RAISE EXCEPTION 'only the programme itself forgets'
                    USING ERRCODE = '42501';
            END IF;
            IF ended_before > at_time::date - 365 THEN
                RAISE EXCEPTION 'a course that ended this year is not forgotten'
                    USING ERRCODE = '42501';
            END IF;
            SELECT array_agg(p.id), array_agg(p.person_id) INTO ended, persons
            FROM participation_participation p
            JOIN participation_person h ON h.id = p.person_id
            WHERE p.state IN ('completed', 'cancelled')
                AND greatest(p.completed, p.allotted_end) < ended_before
                AND h.name <> 'Removed'
                AND NOT EXISTS (SELECT 1 FROM participation_participation q
                    WHERE q.person_id = p.person_id AND (q.state NOT IN
                    ('completed', 'cancelled')
                    OR greatest(q.completed, q.allotted_end) >= ended_before));
            SELECT array_agg(h.user_id) INTO users FROM participation_person h
            WHERE h.id = ANY (persons) AND h.user_id IS NOT NULL;
            SELECT coalesce(array_agg(DISTINCT d.digest), '{{}}') INTO digests
            FROM participation_document d WHERE d.participation_id = ANY (ended);
            participations := coalesce(cardinality(ended), 0);
            {_STEPS};
            UPDATE people_user SET is_active = false WHERE id = ANY (users)
        ; END
        """,
        volatility="VOLATILE",
    ),
)
