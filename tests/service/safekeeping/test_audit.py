"""The log is proved: what was changed, taken away or slipped in is named."""

import psycopg
import pytest

from quasimarket.service.log.security import ROWS_HASH, row_hash
from quasimarket.service.safekeeping.audit import verify
from quasimarket.service.safekeeping.heads import NO_HEAD, read_head
from tests.lib.log_entries import append, events, tamper, writing


@pytest.fixture
def log(fresh_database):
    append(fresh_database, 3, 1, 4, 2)
    return fresh_database


def found(connections, published=(), role="admin"):
    with psycopg.connect(getattr(connections, role)) as connection:
        return verify(connection, published)


def named(connections, published=()):
    return [
        (one.what, one.event, one.sequence) for one in found(connections, published)
    ]


def head_of(connections):
    with psycopg.connect(connections.admin) as connection:
        return read_head(connection)


def in_block(connections, sequence):
    return [event for event, block in events(connections) if block == sequence]


def row_made_anew(event):
    return f"UPDATE log_logevent e SET row_hash = {row_hash('e')} WHERE e.id = {event}"


def copy_of(event, new_id, block="block"):
    columns = (
        "written_at, recorded_at, actor_kind, actor, actor_organisation, act, kind, "
        "audience, participation, participant, organisation, contract, position, "
        '"group", spell, milestone, number, code, amount, happened, known, source, '
        "reason, details, row_hash"
    )
    return (
        f"INSERT INTO log_logevent (id, block, {columns}) OVERRIDING SYSTEM VALUE "
        f"SELECT {new_id}, {block}, {columns} FROM log_logevent WHERE id = {event}"
    )


@pytest.mark.parametrize("role", ["admin", "owner"])
def test_untouched_log_is_whole(log, role):
    assert found(log, [head_of(log)], role) == []


def test_empty_log_is_whole(fresh_database):
    assert found(fresh_database, [NO_HEAD]) == []
    assert head_of(fresh_database) == NO_HEAD


@pytest.mark.parametrize(
    "change",
    [
        "amount = 100",
        "reason = reason || '.'",
        "happened = happened + 1",
        "recorded_at = recorded_at + interval '1 microsecond'",
        "actor = 12",
        "details = '{}'",
        "audience = 'confidential'",
        "row_hash = ''",
    ],
)
def test_changed_row_is_named(log, change):
    event = in_block(log, 3)[1]
    tamper(log, f"UPDATE log_logevent SET {change} WHERE id = {event}")

    assert ("changed", event, 3) in named(log)


def test_row_changed_together_with_its_hash_breaks_its_block(log):
    event = in_block(log, 2)[0]
    tamper(
        log,
        f"UPDATE log_logevent SET amount = 1 WHERE id = {event}",
        row_made_anew(event),
    )

    assert named(log) == [("block", event, 2)]


def test_row_moved_to_another_block_is_named(log):
    event = in_block(log, 1)[2]
    other = "(SELECT id FROM log_logblock WHERE sequence = 2)"
    tamper(
        log,
        f"UPDATE log_logevent SET block = {other} WHERE id = {event}",
        row_made_anew(event),
    )

    assert ("added", event, 2) in named(log)


@pytest.mark.parametrize("place", [0, 1, 3])
def test_row_taken_away_is_named(log, place):
    event = in_block(log, 3)[place]
    tamper(log, f"DELETE FROM log_logevent WHERE id = {event}")

    assert named(log) == [("missing", event, 3)]


def test_row_slipped_in_after_the_end_of_its_block_is_named(log):
    event = in_block(log, 3)[1]
    tamper(log, copy_of(event, 9_000), row_made_anew(9_000))

    assert named(log) == [("added", 9_000, 3)]


def test_row_slipped_into_a_gap_of_its_block_is_named(fresh_database):
    with psycopg.connect(fresh_database.admin) as connection:
        connection.execute(
            "ALTER TABLE log_logevent ALTER COLUMN id SET INCREMENT BY 2"
        )
    append(fresh_database, 4)
    first = events(fresh_database)[0][0]
    tamper(fresh_database, copy_of(first, first + 1), row_made_anew(first + 1))

    assert named(fresh_database) == [("added", first + 1, 1)]


def test_row_of_a_block_that_was_never_sealed_is_named(log):
    event = in_block(log, 3)[1]
    tamper(log, copy_of(event, 9_000, block="777"), row_made_anew(9_000))

    assert named(log) == [("unsealed", 9_000, None)]


def test_block_taken_away_with_its_rows_breaks_the_chain(log):
    tamper(
        log,
        "DELETE FROM log_logevent WHERE block = "
        "(SELECT id FROM log_logblock WHERE sequence = 2)",
        "DELETE FROM log_logblock WHERE sequence = 2",
    )

    assert [(one.what, one.message) for one in found(log)] == [
        ("chain", "blocks 2 to 2 were taken away")
    ]


def test_block_made_anew_with_its_rows_breaks_the_chain(log):
    event = in_block(log, 3)[0]
    tamper(
        log,
        f"UPDATE log_logevent SET amount = 5 WHERE id = {event}",
        row_made_anew(event),
        f"UPDATE log_logblock b SET rows_hash = (SELECT {ROWS_HASH} "
        "FROM log_logevent e WHERE e.block = b.id) WHERE sequence = 3",
    )

    assert named(log) == [("chain", None, 3)]


def test_end_cut_off_is_known_by_a_published_head(log):
    head = head_of(log)
    tamper(
        log,
        f"DELETE FROM log_logevent WHERE id = ANY (ARRAY{in_block(log, 4)})",
        "DELETE FROM log_logblock WHERE sequence = 4",
    )

    assert found(log) == []
    assert named(log, [head]) == [("published", None, 4)]


def test_log_of_another_history_is_known_by_a_published_head(log):
    published = head_of(log)
    tamper(log, "TRUNCATE log_logevent, log_logblock, log_logopen")
    append(log, 3, 1, 4, 2)

    assert found(log) == []
    assert named(log, [published]) == [("published", None, 4)]


def test_proving_the_log_does_not_wait_for_a_writer(log):
    with writing(log, 2):
        assert found(log) == []

    assert found(log) == []
    assert head_of(log).sequence == 5


@pytest.mark.long
def test_hundred_thousand_rows_are_proved_in_seconds(fresh_database):
    append(fresh_database, 50_000, *[500] * 100)
    event = in_block(fresh_database, 50)[77]
    tamper(fresh_database, f"UPDATE log_logevent SET code = 'x' WHERE id = {event}")

    assert named(fresh_database) == [("changed", event, 50)]
