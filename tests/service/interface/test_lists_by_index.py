"""Lists that are opened daily read their rows along an index, whoever asks.

PostgreSQL counts the scans that a transaction begins of each table, whether a list's
own statement begins them, a policy or a function that a policy asks. With a few
thousand rows a scan of a whole table is already the dearer plan.
"""

import pytest
from django.db import connection, connections, transaction

from quasimarket.service.log.models import LogBlock
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from tests.lib.calling import Caller, make_key
from tests.lib.fair_world import build_world


PEOPLE = 12_000
LARGE = (
    "claims_claim",
    "log_logevent",
    "participation_participation",
    "participation_person",
)
FILL = (
    """
    INSERT INTO participation_person (reference, name, national_insurance, address,
        telephone, email, language, needs, is_vulnerable)
    SELECT 'many' || n, 'Person ' || n, 'ZZ' || lpad(n::text, 6, '0') || 'A', '', '',
        '', 'English', '', false FROM generate_series(1, %(people)s) n
    """,
    """
    INSERT INTO participation_participation (reference, person_id, contract_id,
        position_id, "group", area, state, referred, allotted_end, due_what,
        ended_because, query, choice, exit_exception, also_positions, allocation,
        in_work)
    SELECT h.reference, h.id, c.contract, c.position, '2', '1', 'referred',
        date '2012-06-01' + (h.id %% 300)::int, date '2014-06-01', '', '', '', '', '',
        '{}', '{}', false
    FROM participation_person h
    JOIN (VALUES (0, %(contract)s, NULL), (1, %(contract)s, 'anchor-place'),
        (2, %(contract)s, 'beacon-place'), (3, %(other)s, 'compass-place'),
        (4, %(other)s, NULL)) AS c(at, contract, position) ON c.at = h.id %% 5
    WHERE h.reference LIKE 'many%%'
    """,
    """
    INSERT INTO claims_claim (reference, participation_id, contract_id, position_id,
        "group", milestone, number, earned, state, raised_on, raised_by, times_raised,
        off_benefit, employment, rejection, paid_in)
    SELECT p.reference || '.' || n, p.id, p.contract_id, p.position_id, '2',
        'sustainment', n, p.referred, 'raised', p.referred, 0, 1, 'waiting',
        'unmatched', '', ''
    FROM participation_participation p, generate_series(1, 2) n
    WHERE p.reference LIKE 'many%%'
    """,
    """
    SELECT log_append(jsonb_agg(jsonb_build_object('act', 'load', 'kind', 'contacted',
        'participation', p.id, 'participant', p.reference, 'happened', p.referred,
        'known', p.referred, 'contract', p.contract_id, 'position',
        coalesce(p.position_id, ''), 'details', '{}'::jsonb)))
    FROM participation_participation p, generate_series(1, 2) n
    WHERE p.reference LIKE 'many%%'
    """,
)


@pytest.fixture
def world(fresh_database):
    """Give a world with many people, their claims and events, and its statistics."""
    world = build_world()
    given = {
        "people": PEOPLE,
        "contract": world.contract.pk,
        "other": world.other_contract.pk,
    }
    with acting_as(SYSTEM), connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement, given)
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute(FILL[-1], given)  # a second long block of the log
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    with transaction.atomic():
        yield world


@pytest.fixture
def call(world):
    """Give a caller for somebody's organisation, in their role."""
    return lambda who: Caller(make_key(world, who))


def scans():
    """Count the scans of whole tables that this transaction has begun."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, seq_scan FROM pg_stat_xact_user_tables "
            "WHERE relname = ANY (%s)",
            [list(LARGE)],
        )
        return dict(cursor.fetchall())


PAGES = (
    "/",
    "/cases/",
    "/claims/",
    "/claims/?state=raised",
    "/claims/?state=rejected",
    "/claims/?before=1000",
)
CALLS = (
    "/claims",
    "/claims?after=20000",
    "/events",
    "/events?updated_since=2100-01-01T00:00:00Z",
    "/participations",
    "/participations?after=5000",
    "/claims?updated_since=2100-01-01T00:00:00Z",
    "/participations?updated_since=2100-01-01T00:00:00Z",
)


def scanned_by(ask, address):
    before = scans()
    assert ask(address).status_code == 200, address
    after = scans()
    return {name for name in after if after[name] > before.get(name, 0)}


def test_no_list_reads_a_large_table_from_end_to_end(world, call):
    found: dict[tuple[str, str], set[str]] = {}
    for who in ("prime/prime-manager", "anchor/sub-manager", "commissioner/payment"):
        browser = world.browser(who)
        caller = call(who)
        found |= {(who, one): scanned_by(browser.get, one) for one in PAGES}
        found |= {(who, one): scanned_by(caller.get, one) for one in CALLS}

    assert {what: names for what, names in found.items() if names} == {}


def fetched():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT idx_tup_fetch FROM pg_stat_xact_user_tables "
            "WHERE relname = 'log_logevent'"
        )
        return cursor.fetchone()[0]


def test_a_new_block_is_read_from_its_own_first_event(world, call):
    with acting_as(SYSTEM):
        *_, long, _ = LogBlock.objects.order_by("sequence")
    before = fetched()
    page = call("prime/prime-manager").get(
        f"/events?after={long.sequence}.{long.last_event}&limit=50"
    )

    assert len(page.json()["items"]) == 50
    assert page.json()["items"][0]["id"] > long.last_event
    assert fetched() - before < 1_000
