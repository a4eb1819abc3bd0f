"""Each organisation's own keys, answers and webhooks, and nobody else's.

The function of the published statistics is in `statistics_sql`.
"""

from quasimarket.service.database.policies import (
    IS_SYSTEM,
    ORGANISATION,
    function,
    policy,
    roles,
)
from quasimarket.service.interface import statistics_sql


KEEPING = roles(
    "prime-manager", "sub-manager", "contract-manager", "assurance", "system"
)
STATEMENTS = (
    function(
        "scope_key()",
        "bigint",
        """
        DECLARE parts text[] := scope_parts();
        BEGIN
            RETURN CASE parts[1] WHEN 'key' THEN -parts[2]::bigint ELSE 0 END;
        END
        """,
        volatility="STABLE",
    ),
    *policy("interface_answered", f"key_id = (SELECT scope_key()) OR {IS_SYSTEM}"),
    *policy(
        "interface_webhook",
        f"(organisation_id = {ORGANISATION} OR {IS_SYSTEM}) AND {KEEPING}",
    ),
    *policy("interface_call", "false", writes=""),
    # What a call inserts is seen by others when it commits: calls at the same moment
    # may pass the limit by as many as there are workers, and none waits for another.
    function(
        "interface_count_call(most integer, seconds integer)",
        "integer",
        """
        DECLARE
            caller bigint := scope_key();
            since timestamptz := clock_timestamp() - make_interval(secs => seconds);
            made integer;
            oldest timestamptz;
        BEGIN
            DELETE FROM interface_call WHERE id IN (SELECT id FROM interface_call
                WHERE key_id = caller AND at < since FOR UPDATE SKIP LOCKED);
            SELECT count(*), min(at) INTO made, oldest FROM interface_call
            WHERE key_id = caller AND at >= since;
            IF made >= most THEN
                RETURN greatest(1, ceil(extract(epoch FROM oldest - since)));
            END IF;
            INSERT INTO interface_call (key_id, at) VALUES (caller, clock_timestamp());
            RETURN 0;
        END
        """,
        volatility="VOLATILE",
    ),
    # A function that is to give another column cannot be replaced.
    "DROP FUNCTION IF EXISTS interface_blocks_after(bigint, timestamptz)",
    # Ids are drawn before a transaction commits, so a reader that keeps the last id
    # would miss what commits late. Blocks are numbered in the order of commits.
    function(
        "interface_blocks_after(after bigint, since timestamptz)",
        "TABLE (block bigint, sequence bigint, first_event bigint, last_event bigint)",
        """
        BEGIN
            -- blocks are sealed in their order: the first since then begins them all
            IF since IS NOT NULL THEN
                after := greatest(after, (SELECT l.sequence FROM log_logblock l
                    WHERE l.sealed_at >= since
                    ORDER BY l.sealed_at, l.sequence LIMIT 1));
            END IF;
            RETURN QUERY SELECT s.id, s.sequence, s.first_event, s.last_event FROM (
                SELECT b.id, b.sequence, b.first_event, b.last_event,
                    sum(b.rows) OVER (ORDER BY b.sequence) - b.rows AS before
                FROM (SELECT * FROM log_logblock l WHERE l.sequence >= after
                    AND (since IS NULL OR l.sealed_at >= since)
                    ORDER BY l.sequence LIMIT 1000) b) s
            WHERE s.before < 5000 ORDER BY s.sequence;
        END
        """,
        volatility="STABLE",
    ),
    function(
        "interface_head()",
        "text",
        """
        BEGIN
            RETURN coalesce((SELECT l.sequence || '.' || l.last_event
                FROM log_logblock l ORDER BY l.sequence DESC LIMIT 1), '0.0');
        END
        """,
        volatility="STABLE",
    ),
    # Lets `updated_since` find the newest rows of a long log without reading it all.
    "CREATE INDEX IF NOT EXISTS log_written_at ON log_logevent USING brin (written_at)",
    *statistics_sql.STATEMENTS,
)
