"""Claims that arise by themselves: from what was reached, and from the log (S50).

Everything here is set-based: one statement for all claims, in the scope of the system.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection

from quasimarket.service.claims.log_columns import ClosedMonth
from quasimarket.service.claims.long_work import allow_long_work
from quasimarket.service.claims.reckoning import Reckoned, Standing, reckon
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.rules import rulebook_in_force


EVENTS_AT_ONCE = 20_000
"""Claims whose events are appended by one statement."""


def bring_claims_up_to_date(
    now: datetime, *, as_of: date | None = None, closed: Sequence[ClosedMonth] = ()
) -> dict[str, int]:
    """Raise what is due, accept what the checks bear out, reject what fell away.

    It is done in one transaction and changes nothing when done again.

    Args:
        now: the time on the programme's clock.
        as_of: the day to stand on; that of `now` unless given.
        closed: the months that were paid.

    Returns:
        How many claims were taken from the log, raised, accepted and rejected.
    """
    day = as_of or now.date()
    with acting_as(SYSTEM):
        allow_long_work()
        _one_at_a_time()
        taken = take_from_log(day)
        reckoned = reckon(rulebook_in_force(), day, closed=closed)
        raised = _raise(reckoned.due, now, day)
        moved = _keep_days(reckoned.awaiting)
        again = _raise_again(_keys(reckoned.again), now, day)
        accepted = _accept(
            [
                *_keys(reckoned.awaiting),
                *_keys(reckoned.due),
                *_keys(reckoned.again),
            ],
            now,
            day,
        )
        rejected = _reject(_keys(reckoned.unfounded), now, day)
        accepted += _accept_unpriced(reckoned, now, day)
    return {
        "taken": taken,
        "raised": raised,
        "again": again,
        "moved": moved,
        "accepted": accepted,
        "rejected": rejected,
    }


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(8246012)")


def take_from_log(day: date) -> int:
    """Make the rows of claims that the log holds and the table does not.

    A log that was loaded, from a simulated run or an older system, has claims already.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO claims_claim (reference, participation_id, contract_id,
                position_id, "group", milestone, number, state, raised_on, raised_by,
                times_raised, off_benefit, employment, rejection, paid_in)
            SELECT p.reference || '.' || e.milestone || '.' || e.number, p.id,
                p.contract_id, p.position_id, p."group", e.milestone, e.number,
                'raised', e.raised_on, 0, e.times, 'waiting', 'unmatched', '', ''
            FROM (
                SELECT participation, milestone, number, min(happened) AS raised_on,
                    count(*) AS times
                FROM log_logevent
                WHERE kind = 'claimed' AND participation IS NOT NULL AND known <= %s
                    AND details ->> 'claim' IS NULL
                GROUP BY participation, milestone, number
            ) e
            JOIN participation_participation p ON p.id = e.participation
            WHERE NOT EXISTS (SELECT 1 FROM claims_claim k
                WHERE k.participation_id = e.participation
                AND k.milestone = e.milestone AND k.number = e.number)
            ON CONFLICT (participation_id, milestone, number) DO NOTHING
            """,
            [day],
        )
        made = int(cursor.rowcount)
        if made:
            cursor.execute(
                """
                UPDATE claims_claim c
                SET state = CASE e.kind WHEN 'validated' THEN 'accepted'
                        ELSE 'rejected' END,
                    off_benefit = CASE e.kind WHEN 'validated' THEN 'passed'
                        ELSE 'failed' END,
                    rejection = CASE e.kind WHEN 'validated' THEN '' ELSE e.code END,
                    decided_on = e.happened
                FROM (
                    SELECT DISTINCT ON (participation, milestone, number)
                        participation, milestone, number, kind, code, happened
                    FROM log_logevent
                    WHERE kind IN ('validated', 'rejected')
                        AND participation IS NOT NULL AND milestone <> ''
                        AND known <= %s AND details ->> 'claim' IS NULL
                    ORDER BY participation, milestone, number, known DESC, id DESC
                ) e
                WHERE e.participation = c.participation_id
                    AND e.milestone = c.milestone AND e.number = c.number
                    AND c.state = 'raised' AND c.decided_on IS NULL
                    AND c.raised_by = 0 AND c.raised_on <= e.happened
                """,
                [day],
            )
    return made


_ARRAYS = (
    "unnest(%s::bigint[], %s::text[], %s::int[], %s::date[], %s::text[], %s::text[]) "
    "AS d(participation, milestone, number, earned, contract, position)"
)


def _arrays(standing: Standing) -> list[Any]:
    return [
        standing.participation.tolist(),
        standing.milestone,
        standing.number.tolist(),
        standing.earned,
        standing.contract,
        standing.position,
    ]


def _keys(standing: Standing) -> list[tuple[int, str, int]]:
    return list(
        zip(
            standing.participation.tolist(),
            standing.milestone,
            standing.number.tolist(),
            strict=True,
        )
    )


def _raise(due: Standing, now: datetime, day: date) -> int:
    if not len(due):
        return 0
    return _logged(
        f"""
            INSERT INTO claims_claim (reference, participation_id, contract_id,
                position_id, held_contract, held_position, "group", milestone, number,
                earned, state, raised_on, raised_by, times_raised, off_benefit,
                employment, rejection, paid_in)
            SELECT p.reference || '.' || d.milestone || '.' || d.number, p.id,
                d.contract, d.position, nullif(p.contract_id, d.contract),
                nullif(p.position_id, d.position), p."group", d.milestone, d.number,
                d.earned, 'raised', %s, 0, 1, 'waiting', 'unmatched', '', ''
            FROM {_ARRAYS}
            JOIN participation_participation p ON p.id = d.participation
            ORDER BY p.id, d.milestone, d.number
            ON CONFLICT (participation_id, milestone, number) DO NOTHING
        """,
        [day, *_arrays(due)],
        table="claims_claim",
        kind="claimed",
        act="raise-claim",
        now=now,
        day=day,
    )


def _raise_again(keys: list[tuple[int, str, int]], now: datetime, day: date) -> int:
    """Raise once more what was rejected for the log's sake, now that it is reached."""
    if not keys:
        return 0
    return _logged(
        """
        UPDATE claims_claim c
        SET state = 'raised', times_raised = times_raised + 1, rejection = '',
            off_benefit = 'waiting', decided_on = NULL
        WHERE c.id = ANY (SELECT k.id FROM claims_claim k
                JOIN unnest(%s::bigint[], %s::text[], %s::int[])
                    AS d(participation, milestone, number)
                ON k.participation_id = d.participation
                    AND k.milestone = d.milestone AND k.number = d.number)
            AND c.state = 'rejected' AND c.rejection IN ('on-benefit', 'not-reached')
        """,
        _columns(keys),
        table="c",
        kind="claimed",
        act="submit-claim-again",
        now=now,
        day=day,
    )


def _keep_days(awaiting: Standing) -> int:
    """Let claims that await their check say the day on which they are now earned."""
    if not len(awaiting):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE claims_claim c SET earned = d.earned, contract_id = d.contract,
                position_id = d.position, (held_contract, held_position) = (
                    SELECT nullif(p.contract_id, d.contract),
                        nullif(p.position_id, d.position)
                    FROM participation_participation p WHERE p.id = c.participation_id)
            FROM {_ARRAYS}
            WHERE c.participation_id = d.participation AND c.milestone = d.milestone
                AND c.number = d.number AND (c.earned, c.contract_id, c.position_id)
                IS DISTINCT FROM (d.earned, d.contract, d.position)
            """,
            _arrays(awaiting),
        )
        return int(cursor.rowcount)


def _accept(keys: list[tuple[int, str, int]], now: datetime, day: date) -> int:
    """Accept the claims that the benefit feed covers and the engine bears out."""
    if not keys:
        return 0
    return _logged(
        """
        UPDATE claims_claim c
        SET state = 'accepted', off_benefit = 'passed', checked_on = %s,
            decided_on = %s, rejection = ''
        WHERE c.id = ANY (SELECT k.id FROM claims_claim k
                JOIN unnest(%s::bigint[], %s::text[], %s::int[])
                    AS d(participation, milestone, number)
                ON k.participation_id = d.participation
                    AND k.milestone = d.milestone AND k.number = d.number)
            AND c.state = 'raised' AND c.earned <= (
                SELECT max(covers_to) FROM claims_feedimport WHERE feed = 'benefit')
        """,
        [day, day, *_columns(keys)],
        table="c",
        kind="validated",
        act="accept-claim",
        now=now,
        day=day,
    )


def _accept_unpriced(reckoned: Reckoned, now: datetime, day: date) -> int:
    """Accept what was claimed and reached and has no price: the engine lists it not.

    It makes no line (S38), but what follows it waits for it (S29).
    """
    return _logged(
        """
            UPDATE claims_claim c
            SET state = 'accepted', off_benefit = 'passed', checked_on = %s,
                decided_on = %s
            WHERE c.state = 'raised' AND c.earned IS NULL AND c.raised_on <= %s
                AND c.raised_on <= (
                    SELECT max(covers_to) FROM claims_feedimport
                    WHERE feed = 'benefit')
                AND NOT EXISTS (SELECT 1 FROM unnest(
                    %s::bigint[], %s::text[], %s::int[])
                    AS d(participation, milestone, number)
                    WHERE d.participation = c.participation_id
                    AND d.milestone = c.milestone AND d.number = c.number)
        """,
        [day, day, day, *_columns(_keys(reckoned.awaiting))],
        table="c",
        kind="validated",
        act="accept-claim",
        now=now,
        day=day,
    )


def _columns(keys: list[tuple[int, str, int]]) -> list[list[Any]]:
    return [list(one) for one in zip(*keys, strict=True)] or [[], [], []]


def _reject(keys: list[tuple[int, str, int]], now: datetime, day: date) -> int:
    """Reject the claims that have lost their ground, and say why."""
    if not keys:
        return 0
    return _logged(
        """
        UPDATE claims_claim c
        SET state = 'rejected', decided_on = %s, checked_on = %s,
            rejection = CASE WHEN b.overlaps THEN 'on-benefit' ELSE 'not-reached' END,
            off_benefit = CASE WHEN b.overlaps THEN 'failed' ELSE c.off_benefit END
        FROM (
            SELECT k.id, EXISTS (SELECT 1 FROM claims_benefitrecord r
                WHERE r.participation_id = k.participation_id
                AND k.earned IS NOT NULL AND r.first_day <= k.earned) AS overlaps
            FROM claims_claim k
            JOIN unnest(%s::bigint[], %s::text[], %s::int[])
                AS d(participation, milestone, number)
            ON k.participation_id = d.participation AND k.milestone = d.milestone
                AND k.number = d.number
        ) b
        WHERE b.id = c.id AND c.state IN ('raised', 'accepted')
        """,
        [day, day, *_columns(keys)],
        table="c",
        kind="rejected",
        act="reject-claim",
        now=now,
        day=day,
    )


_KEPT = (
    "id", "reference", "participation_id", "contract_id", "position_id", '"group"',
    "milestone", "number", "rejection",
)  # fmt: skip
_LOGGED = """
    WITH changed AS ({statement} RETURNING {kept}),
    told AS (
        SELECT (row_number() OVER (ORDER BY c.id) - 1) / {many} AS part, c.id,
            jsonb_build_object(
                'act', %s::text, 'kind', %s::text, 'recorded_at', %s::timestamptz,
                'happened', %s::date, 'known', %s::date, 'audience', 'chain',
                'participation', c.participation_id, 'participant', p.reference,
                'contract', c.contract_id, 'position', coalesce(c.position_id, ''),
                'group', c."group", 'milestone', c.milestone, 'number', c.number,
                'code', c.rejection, 'source', 'system', 'details',
                jsonb_build_object('claim', c.reference)) AS entry
        FROM changed c JOIN participation_participation p ON p.id = c.participation_id
    ),
    parts AS (
        SELECT part, jsonb_agg(entry ORDER BY id) AS entries FROM told GROUP BY part
    )
    SELECT coalesce(sum(log_append(entries)), 0)
    FROM (SELECT entries FROM parts ORDER BY part) in_order
"""


def _logged(
    statement: str,
    given: list[Any],
    *,
    table: str,
    kind: str,
    act: str,
    now: datetime,
    day: date,
) -> int:
    """Change claims and append an event for each to the log; give how many.

    It is one statement, since what was just written has no statistics by which it could
    be found again quickly.
    """
    kept = ", ".join(f"{table}.{name}" for name in _KEPT)
    query = _LOGGED.format(statement=statement, kept=kept, many=EVENTS_AT_ONCE)
    with connection.cursor() as cursor:
        cursor.execute(query, [*given, act, kind, now, day, day])
        return int(cursor.fetchone()[0])
