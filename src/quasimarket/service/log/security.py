"""The chain: rows hashed as they are written, sealed once a transaction.

`log_append` is the only way in for the service's role: it takes the actor from the
scope, so that nobody writes in another's name. A row's hash covers all its columns. At
commit, one deferred trigger adds one block, whose hash covers the rows' hashes and the
block before: changing, adding or taking away a row breaks the chain, and
`database.audit` names it.
"""

from quasimarket.service.database.policies import (
    CONTRACTS,
    IS_SYSTEM,
    ORGANISATION,
    POSITIONS,
    ROLE,
    SEES_ALL,
    USER,
    function,
    policy,
    roles,
    trigger,
)


HASHED = (
    "id", "block", "written_at", "recorded_at", "actor_kind", "actor",
    "actor_organisation", "act", "kind", "audience", "participation", "participant",
    "organisation", "contract", "position", "group", "spell", "milestone", "number",
    "code", "amount", "happened", "known", "source", "reason", "details",
)  # fmt: skip
"""The columns under a row's hash, in order."""
TIMES = ("written_at", "recorded_at")


def row_hash(row: str) -> str:
    """Give SQL for a row's hash; times are said in UTC whatever the session's zone."""
    parts = ", ".join(
        f"""to_char({row}.{name} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')"""
        if name in TIMES
        else f'{row}."{name}"'
        for name in HASHED
    )
    # json, not jsonb: the text is the same, and is made in two thirds of the time
    return f"sha256(convert_to(json_build_array({parts})::text, 'UTF8'))"


ROWS_HASH = "sha256(string_agg(row_hash, ''::bytea ORDER BY id))"
"""SQL for the hash of a block's rows together."""
BLOCK_HASH = (
    "sha256(previous_hash || rows_hash || convert_to("
    "sequence::text || '|' || first_event::text || '|' || last_event::text || '|' "
    "|| rows::text, 'UTF8'))"
)
"""SQL for a block's hash, over its own columns."""
_TEXTS = (
    "participant", "organisation", "contract", "position", "group", "spell",
    "milestone", "code", "source", "reason",
)  # fmt: skip
_TEXT_COLUMNS = ", ".join(f'"{name}"' for name in _TEXTS)
_TEXT_VALUES = ", ".join(f'coalesce(r."{name}", \'\') AS "{name}"' for name in _TEXTS)


def inserted(rows: str) -> str:
    """Give SQL that inserts rows with their hashes, all in one statement.

    Args:
        rows: a query that gives the columns under the hash, by their names.
    """
    columns = ", ".join(f'"{name}"' for name in HASHED)
    # OFFSET 0 has each row made once: what is hashed is what is written
    return (
        f"INSERT INTO log_logevent ({columns}, row_hash) OVERRIDING SYSTEM VALUE "
        f"SELECT {columns}, {row_hash('e')} FROM ({rows} OFFSET 0) e"
    )


_APPENDED = inserted(
    f"""
    SELECT nextval('log_logevent_id_seq') AS id, this_block AS block,
        clock_timestamp() AS written_at,
        coalesce(r.recorded_at, clock_timestamp()) AS recorded_at,
        parts[1] AS actor_kind, parts[2]::bigint AS actor,
        this_organisation AS actor_organisation, r.act, r.kind,
        coalesce(r.audience, 'chain') AS audience, r.participation, r.number,
        r.amount, r.happened, r.known, coalesce(r.details, '{{}}') AS details,
        {_TEXT_VALUES}
    FROM jsonb_populate_recordset(NULL::log_logevent, entries) r
    """
)
STATEMENTS = (
    "CREATE SEQUENCE IF NOT EXISTS log_block_number",
    function(
        "log_append(entries jsonb)",
        "bigint",
        f"""
        DECLARE
            parts text[] := scope_parts();
            this_tx bigint := pg_current_xact_id()::text::bigint;
            this_block bigint;
            this_organisation text := scope_organisation();
            appended bigint;
        BEGIN
            SELECT block INTO this_block FROM log_logopen WHERE tx = this_tx;
            IF this_block IS NULL THEN
                this_block := nextval('log_block_number');
                INSERT INTO log_logopen (tx, block) VALUES (this_tx, this_block);
            END IF;
            {_APPENDED};
            GET DIAGNOSTICS appended = ROW_COUNT;
            RETURN appended;
        END
        """,
        volatility="VOLATILE",
    ),
    # Ids are given out before they are committed: the latest that can be seen may have
    # an earlier one after it. Who closes a month waits for those who are writing.
    function(
        "log_head_when_still()",
        "bigint",
        """
        BEGIN
            LOCK TABLE log_logopen IN SHARE MODE;
            RETURN (SELECT coalesce(max(id), 0) FROM log_logevent);
        END
        """,
        volatility="VOLATILE",
    ),
    # Whether the open transaction has itself appended what is not sealed yet.
    function(
        "log_is_open()",
        "boolean",
        """
        RETURN EXISTS (SELECT FROM log_logopen
            WHERE tx = pg_current_xact_id_if_assigned()::text::bigint)
        """,
        volatility="STABLE",
    ),
    function(
        "log_hash_row()",
        "trigger",
        f"BEGIN NEW.row_hash := {row_hash('NEW')}; RETURN NEW; END",
        volatility="VOLATILE",
    ),
    # A row that comes by `inserted` has its hash already; any other gets it here. The
    # service's role may insert none itself, and a false hash is found by the audit.
    "DROP TRIGGER IF EXISTS hash_row ON log_logevent",
    "CREATE TRIGGER hash_row BEFORE INSERT ON log_logevent FOR EACH ROW "
    "WHEN (NEW.row_hash = ''::bytea) EXECUTE FUNCTION log_hash_row()",
    function(
        "log_refuse_change()",
        "trigger",
        "BEGIN RAISE EXCEPTION 'the log is never changed' USING ERRCODE = '42501'; END",
        volatility="VOLATILE",
    ),
    *trigger("log_logevent", "keep", "BEFORE UPDATE OR DELETE", "log_refuse_change()"),
    *trigger("log_logblock", "keep", "BEFORE UPDATE OR DELETE", "log_refuse_change()"),
    function(
        "log_seal()",
        "trigger",
        f"""
        DECLARE head log_logblock%ROWTYPE; made log_logblock%ROWTYPE;
        BEGIN
            PERFORM pg_advisory_xact_lock(8246011);
            SELECT * INTO head FROM log_logblock ORDER BY sequence DESC LIMIT 1;
            made.id := NEW.block;
            made.sequence := coalesce(head.sequence, 0) + 1;
            made.previous_hash := coalesce(head.block_hash, ''::bytea);
            SELECT min(id), max(id), count(*), {ROWS_HASH}
            INTO made.first_event, made.last_event, made.rows, made.rows_hash
            FROM log_logevent WHERE block = NEW.block;
            -- a clock that is put back does not make a later block older
            made.sealed_at := greatest(clock_timestamp(), head.sealed_at);
            INSERT INTO log_logblock SELECT made.id, made.sequence,
                made.previous_hash, made.first_event, made.last_event, made.rows,
                made.rows_hash, made.sealed_at, b.hash
            FROM (SELECT {
            BLOCK_HASH.replace("sequence", "made.sequence")
            .replace("previous_hash", "made.previous_hash")
            .replace("rows_hash", "made.rows_hash")
            .replace("first_event", "made.first_event")
            .replace("last_event", "made.last_event")
            .replace("rows::text", "made.rows::text")
        } AS hash) b;
            DELETE FROM log_logopen WHERE tx = NEW.tx;
            RETURN NULL;
        END
        """,
        volatility="VOLATILE",
    ),
    "DROP TRIGGER IF EXISTS seal ON log_logopen",
    "CREATE CONSTRAINT TRIGGER seal AFTER INSERT ON log_logopen "
    "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION log_seal()",
    *policy(
        "log_logevent",
        # the programme reads millions of rows: it is not asked of each
        f"""
        {IS_SYSTEM} OR CASE audience
            WHEN 'confidential' THEN actor_kind = 'user' AND actor = {USER}
                OR {ROLE} IN ('assurance', 'system')
                OR {ROLE} = 'merlin-assessor' AND kind NOT LIKE 'disclosure-%'
            WHEN 'commissioner' THEN {SEES_ALL} OR {ROLE} = 'policy'
            WHEN 'own' THEN {SEES_ALL} OR actor_organisation = {ORGANISATION}
            -- not EXISTS: that is asked of everybody at once, for one page of events
            ELSE CASE WHEN participation IS NOT NULL THEN coalesce((
                    SELECT true FROM participation_participation p
                    WHERE p.id = log_logevent.participation), false)
                ELSE {SEES_ALL} OR contract = ANY ({CONTRACTS}::text[])
                    OR position = ANY ({POSITIONS}::text[])
                    OR organisation = {ORGANISATION} END
        END
        """,
        writes="SELECT",
    ),
    # A block tells when somebody wrote something, and how much: not for providers.
    *policy("log_logblock", SEES_ALL, writes="SELECT"),
    *policy("log_logopen", "false", writes=""),
    *policy(
        "log_accessentry",
        f"organisation = {ORGANISATION} AND "
        + roles("prime-manager", "sub-manager")
        # Who disclosed something is not told to their own manager either.
        + " AND route || ' ' || subject !~ '(in-confidence|disclosure|survey)' "
        "AND route NOT LIKE 'do/%' OR " + roles("assurance", "auditor", "system"),
        check="true",
        writes="SELECT, INSERT",
    ),
)
