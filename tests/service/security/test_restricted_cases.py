"""T3: a restricted case is in no list, count, search or file but of who is named."""

import pytest
from django.db import connection

from quasimarket.service.people.scope import acting_as
from tests.service.security.guarded_world import READERS
from tests.service.security.matrix import ask, entered


NAMED = "prime/prime-manager"
OTHERS = [who for who in READERS if who != NAMED]


def rows_seen(guarded, who):
    """Count, as somebody, the rows that hang from the restricted case, by table."""
    case = guarded.things["restricted-case"].row
    seen = {}
    with acting_as(guarded.at(who)), connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname FROM pg_class c "
            "JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relkind = 'r' "
            "AND c.relnamespace = 'public'::regnamespace "
            "AND a.attname IN ('participation_id', 'participation') "
            "AND a.atttypid = 'bigint'::regtype "
            "AND has_table_privilege(c.oid, 'SELECT')"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM {table} WHERE "{column}" = %s', [case.pk]
            )
            if count := cursor.fetchone()[0]:
                seen[table] = count
        cursor.execute(
            "SELECT count(*) FROM participation_person WHERE id = %s", [case.person_id]
        )
        seen["participation_person"] = cursor.fetchone()[0]
    return {table: count for table, count in seen.items() if count}


def test_who_is_named_sees_it(guarded):
    assert set(rows_seen(guarded, NAMED)) >= {
        "participation_person", "participation_document", "claims_claim",
        "log_logevent", "participation_searchname",
    }  # fmt: skip


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_has_a_row_of_it(guarded, who):
    assert rows_seen(guarded, who) == {}


@pytest.mark.parametrize(
    "who",
    ["anchor/sub-adviser", "commissioner/contract-manager", "prime/prime-adviser"],
)
def test_nobody_else_finds_it(guarded, who):
    case = guarded.things["restricted-case"].row
    guarded.browser(who)
    browser = entered(guarded.at(who))
    for text in (case.reference, case.person.name, case.person.national_insurance):
        answer = ask(browser, "POST", "/cases/find/", data={"text": text})
        assert f"/cases/{case.reference}/" not in answer.text
    for address in ("/cases/", "/due/?all", "/late/", "/claims/", "/statements/"):
        for query in ("", "?format=csv"):
            text = ask(browser, "GET", address + query).text
            assert case.reference not in text.replace(f"{case.reference}0", "")


@pytest.mark.parametrize("who", ["anchor/sub-adviser", "commissioner/assurance"])
def test_counts_leave_it_out(guarded, who):
    with acting_as(guarded.at(who)), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE restricted_to IS NOT NULL) "
            "FROM participation_participation"
        )
        counted, restricted = cursor.fetchone()

    assert restricted == 0
    assert counted >= 1
