"""A copy is whole or it is refused; what is put back is proved first."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from quasimarket.core.errors import InputFault
from quasimarket.service.database import Connections
from quasimarket.service.database.connections import database_of
from quasimarket.service.safekeeping.audit import verify
from quasimarket.service.safekeeping.backup import back_up, manifest_of
from quasimarket.service.safekeeping.heads import read_published
from quasimarket.service.safekeeping.restore import restore
from tests.lib.log_entries import append, events, tamper
from tests.lib.postgresql import close_django


NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


@pytest.fixture
def log(fresh_database):
    append(fresh_database, 3, 1, 4)
    close_django()
    return fresh_database


@pytest.fixture
def heads(tmp_path):
    return tmp_path / "published-heads.jsonl"


@pytest.fixture
def copy(log, tmp_path, heads):
    file = tmp_path / "monday.dump"
    back_up(log, file, NOW, heads)
    return file


@pytest.fixture
def put_aside(server, fresh_database):
    """Drop the databases that a replacing restore puts aside, and nobody else's."""
    before = server.databases()
    yield
    ours = database_of(fresh_database.owner)
    for name in server.databases() - before:
        if name.startswith(f"{ours}_until_"):
            server.drop(name)


def databases(connections):
    with psycopg.connect(connections.admin) as connection:
        rows = connection.execute("SELECT datname FROM pg_database").fetchall()
    return {name for (name,) in rows}


def test_copy_says_what_it_holds(log, tmp_path, heads):
    manifest = back_up(log, tmp_path / "monday.dump", NOW, heads)

    written = json.loads((tmp_path / "monday.dump.json").read_text())
    assert written["rows"]["log_logevent"] == manifest.rows["log_logevent"] == 8
    assert written["head"]["sequence"] == 3
    assert written["made_at"] == "2026-11-22T09:30:00Z"
    assert read_published(heads) == [manifest.head]
    assert oct((tmp_path / "monday.dump").stat().st_mode & 0o777) == "0o600"


@pytest.mark.usefixtures("put_aside")
def test_copy_may_be_named_from_the_folder_one_is_in(log, tmp_path, heads, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = Path("monday.dump")

    manifest = back_up(log, file, NOW, heads)
    restore(log, file, LATER, heads, replace=True)

    assert manifest.size_bytes == file.stat().st_size > 100_000
    assert len(events(log)) == 8


def test_signing_secret_leaves_with_no_copy(log, copy):
    assert log.signing_secret.encode() not in copy.read_bytes()
    assert "scope_secret" not in manifest_of(copy).read_text()


def test_copy_is_never_written_over(log, copy, heads):
    before = copy.read_bytes()

    with pytest.raises(InputFault, match="a copy is never written over"):
        back_up(log, copy, LATER, heads)

    assert copy.read_bytes() == before
    assert len(read_published(heads)) == 1


def test_copy_that_fails_leaves_nothing_behind(log, tmp_path, heads):
    with psycopg.connect(log.admin) as holder:
        holder.execute("LOCK TABLE log_logevent IN ACCESS EXCLUSIVE MODE")
        held = f"{log.admin}?options=-c%20lock_timeout%3D100ms"
        stuck = Connections(owner=log.owner, app=log.app, admin=held, signing_secret="")
        with pytest.raises((InputFault, psycopg.errors.LockNotAvailable)):
            back_up(stuck, tmp_path / "monday.dump", NOW, heads)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("put_aside")
def test_restored_copy_is_what_was_copied(log, copy, heads):
    before = events(log)
    tamper(log, "TRUNCATE log_logevent, log_logblock", "CREATE TABLE later (id int)")

    restored = restore(log, copy, LATER, heads, replace=True)

    assert events(log) == before
    assert restored.put_aside.endswith("_until_20261123_093000")
    assert restored.put_aside in databases(log)
    with psycopg.connect(log.admin, autocommit=True) as connection:
        assert verify(connection, read_published(heads)) == []
        later = connection.execute("SELECT to_regclass('later')").fetchone()
    assert later == (None,)


@pytest.mark.usefixtures("put_aside")
def test_restored_database_is_as_closed_as_before(log, copy, heads):
    asked = (
        "SELECT relname, relrowsecurity, relforcerowsecurity, "
        "ARRAY(SELECT one::text FROM unnest(coalesce(relacl, acldefault("
        "CASE relkind WHEN 'S' THEN 's'::\"char\" ELSE 'r' END, relowner))) one "
        "ORDER BY 1), "
        "(SELECT array_agg(polname ORDER BY polname) FROM pg_policy "
        "WHERE polrelid = c.oid), pg_get_userbyid(relowner) FROM pg_class c "
        "WHERE relnamespace = 'public'::regnamespace ORDER BY relname"
    )
    with psycopg.connect(log.admin) as connection:
        before = connection.execute(asked).fetchall()

    restore(log, copy, LATER, heads, replace=True)

    with psycopg.connect(log.admin) as connection:
        assert connection.execute(asked).fetchall() == before
    with (
        psycopg.connect(log.app) as service,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        service.execute("CREATE TEMPORARY TABLE mine (id int)")


def test_database_that_holds_something_is_not_lost(log, copy, heads):
    with pytest.raises(InputFault, match="found tables; expected an empty database"):
        restore(log, copy, LATER, heads)

    assert len(events(log)) == 8


def test_database_in_use_is_not_replaced(log, copy, heads):
    with (
        psycopg.connect(log.app),
        pytest.raises(InputFault, match="stop the service first"),
    ):
        restore(log, copy, LATER, heads, replace=True)


@pytest.mark.parametrize("place", [0, 20, -1])
def test_damaged_copy_is_refused(log, copy, heads, place):
    content = bytearray(copy.read_bytes())
    content[place] ^= 1
    copy.write_bytes(content)

    with pytest.raises(InputFault, match="the copy is damaged"):
        restore(log, copy, LATER, heads, replace=True)

    assert len(events(log)) == 8


def test_copy_cut_short_is_refused(log, copy, heads):
    copy.write_bytes(copy.read_bytes()[:-1_000])

    with pytest.raises(InputFault, match="the copy is damaged"):
        restore(log, copy, LATER, heads, replace=True)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:-20],
        lambda text: text.replace('"head"', '"tail"'),
        lambda text: "[]",
    ],
)
def test_damaged_manifest_is_refused(log, copy, heads, spoil):
    path = manifest_of(copy)
    path.write_text(spoil(path.read_text()))

    with pytest.raises(InputFault, match="a damaged manifest"):
        restore(log, copy, LATER, heads, replace=True)


def test_copy_without_its_manifest_is_refused(log, copy, heads):
    manifest_of(copy).unlink()

    with pytest.raises(InputFault, match="a copy and its manifest travel together"):
        restore(log, copy, LATER, heads, replace=True)


@pytest.mark.parametrize(
    ("forge", "fault"),
    [
        (lambda one: one["rows"].update(log_logevent=9), "found 8 rows; expected 9"),
        (lambda one: one["head"].update(block_hash="00" * 32), "not the one that was"),
    ],
)
def test_copy_that_is_not_what_its_manifest_says_is_refused(
    log, copy, heads, forge, fault
):
    path = manifest_of(copy)
    found = json.loads(path.read_text())
    forge(found)
    path.write_text(json.dumps(found))
    before = databases(log)

    with pytest.raises(InputFault, match=fault):
        restore(log, copy, LATER, heads, replace=True)

    assert databases(log) == before


@pytest.mark.usefixtures("put_aside")
def test_copy_of_a_log_that_was_tampered_with_is_refused(log, tmp_path, heads):
    event = events(log)[4][0]
    tamper(log, f"UPDATE log_logevent SET amount = 1 WHERE id = {event}")
    file = tmp_path / "tampered.dump"
    back_up(log, file, NOW, heads)

    with pytest.raises(InputFault, match=f"row {event} was changed"):
        restore(log, file, LATER, heads, replace=True)


@pytest.mark.usefixtures("put_aside")
def test_old_copy_is_known_as_old(log, copy, heads, tmp_path):
    append(log, 2)
    back_up(log, tmp_path / "tuesday.dump", LATER, heads)

    with pytest.raises(InputFault, match=r"a copy up to block 3.*with block 4"):
        restore(log, copy, LATER, heads, replace=True)
    restore(log, copy, LATER, heads, replace=True, accept_older=True)

    with psycopg.connect(log.admin) as connection:
        findings = verify(connection, read_published(heads))
    assert [(one.what, one.sequence) for one in findings] == [("published", 4)]


def test_copy_of_another_log_is_refused(log, copy, heads, tmp_path):
    tamper(log, "TRUNCATE log_logevent, log_logblock, log_logopen")
    append(log, 3, 1, 4)
    other = tmp_path / "other.dump"
    back_up(log, other, LATER, tmp_path / "other-heads.jsonl")

    with pytest.raises(InputFault, match="this copy is of another log"):
        restore(log, other, LATER, heads, replace=True)


def test_copy_needs_a_role_that_sees_every_row(log, tmp_path, heads):
    bound = Connections(
        owner=log.owner, app=log.app, admin=None, signing_secret=log.signing_secret
    )

    with pytest.raises(InputFault, match="a role that row-level security binds"):
        back_up(bound, tmp_path / "monday.dump", NOW, heads)


def test_damaged_file_of_heads_is_refused(log, copy, heads):
    with heads.open("a") as file:
        file.write("{\n")

    with pytest.raises(InputFault, match=r"published-heads\.jsonl:2"):
        restore(log, copy, LATER, heads, replace=True)
