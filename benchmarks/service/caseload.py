"""Time the caseload at two million participants, as a prime, a place and an adviser.

PYTHONPATH=src python benchmarks/service/caseload.py --state /some/folder

It makes a database of its own in a server of its own, loads it by SQL (not through the
acts: `replay` is measured apart), and asks what the pages ask, under the same policies.
For each question it prints the median and the 95th percentile of the whole question,
and fails if a plan reads a table of participants from end to end.
"""

import argparse
import json
import os
import statistics
import sys
import time
from datetime import date
from pathlib import Path


YEAR = date(2012, 6, 1)
LIMIT_MS = 100
TABLES = {
    "participation_participation",
    "participation_person",
    "participation_searchname",
    "participation_calloff",
    "participation_latedeadline",
}
LOAD = (
    "SELECT set_config('app.definer', 'on', false)",
    "SET synchronous_commit = off",
    "ALTER TABLE participation_participation DISABLE TRIGGER USER",
    "ALTER TABLE participation_calloff DISABLE TRIGGER USER",
    """
    INSERT INTO people_organisation (id, name, kind, sector, identifier)
    SELECT 'sub' || n, 'Subcontractor ' || n, 'subcontractor', 'third', ''
    FROM generate_series(1, 600) n
    """,
    """
    INSERT INTO programme_position (id, contract_id, organisation_id, tier, status,
        specialism, promised_yearly, since, end_reason)
    SELECT 'place' || n, c.id, 'sub' || n, 1 + (n % 5 = 0)::int, 'active', '', 500,
        '2011-06-01', ''
    FROM generate_series(1, 600) n
    JOIN (SELECT id, row_number() OVER (ORDER BY id) AS at FROM programme_contract) c
        ON c.at = 1 + n % (SELECT count(*) FROM programme_contract)
    """,
    """
    INSERT INTO people_user (password, email, name, organisation_id, role, is_active)
    SELECT '!', 'adviser' || n || '@example.org', 'Adviser ' || n, 'sub' || 1 + n % 600,
        'sub-adviser', true FROM generate_series(1, 6000) n
    """,
    """
    INSERT INTO people_user (password, email, name, organisation_id, role, is_active)
    SELECT '!', 'manager' || id || '@example.org', 'Manager', id,
        CASE kind WHEN 'prime' THEN 'prime-manager' WHEN 'commissioner'
            THEN 'contract-manager' ELSE 'sub-manager' END, true
    FROM people_organisation WHERE kind IN ('prime', 'commissioner', 'subcontractor')
    """,
    """
    CREATE UNLOGGED TABLE made AS
    SELECT n, p.id AS place, p.contract_id AS contract, c.area, u.id AS adviser,
        date '2011-06-01' + (n * 7919::bigint % 2130)::int AS referred
    FROM generate_series(1, PEOPLE) n
    JOIN (SELECT *, row_number() OVER (ORDER BY id) AS at FROM programme_position) p
        ON p.at = 1 + n * 31::bigint % 600
    JOIN programme_contract c ON c.id = p.contract_id
    JOIN (SELECT id, organisation_id, row_number() OVER
            (PARTITION BY organisation_id ORDER BY id) AS at FROM people_user
            WHERE role = 'sub-adviser') u
        ON u.organisation_id = p.organisation_id AND u.at = 1 + (n / 600) % 10
    """,
    """
    INSERT INTO participation_person (id, reference, name, national_insurance, address,
        telephone, email, language, needs, is_vulnerable)
    OVERRIDING SYSTEM VALUE
    SELECT n, 'H-' || n, 'First' || n % 400 || ' Last' || n % 20011,
        'Q' || chr((65 + n / 1000000)::int) || lpad((n % 1000000)::text, 6, '0') || 'A',
        '', '', '', 'English', '', false FROM made
    """,
    """
    INSERT INTO participation_participation (id, reference, person_id, contract_id,
        position_id, also_positions, "group", area, state, referred, acknowledged,
        attached, allotted_end, completed, ended_because, adviser_id, query, choice,
        exit_exception, due_on, due_what, in_work, allocation)
    OVERRIDING SYSTEM VALUE
    SELECT n, 'P-' || lpad(to_hex(n), 16, '0'), n, contract,
        CASE WHEN n % 4 > 0 THEN place END,
        CASE WHEN n % 40 = 0 AND n % 7 > 0 THEN ARRAY[place] ELSE '{}' END,
        (1 + n % 9)::text, area,
        CASE WHEN referred < date '2015-06-01' AND n % 20 > 0 THEN 'completed'
            WHEN n % 25 = 0 THEN 'referred' WHEN n % 33 = 0 THEN 'acknowledged'
            WHEN n % 50 = 1 THEN 'cancelled' ELSE 'attached' END,
        referred, referred + 1, referred + 9, referred + 727, NULL, '', adviser, '', '',
        '', CASE WHEN referred >= date '2015-06-01' THEN referred + 20 + (n % 700)::int
            END, 'next-contact', n % 5 = 0, '{}'
    FROM made
    """,
    """
    INSERT INTO participation_searchname (participation_id, contract, position, last,
        first)
    SELECT n, contract, CASE WHEN n % 4 > 0 THEN place ELSE '' END,
        'last' || n % 20011, 'first' || n % 400 FROM made
    """,
    """
    INSERT INTO participation_calloff (reference, participation_id, participant,
        contract_id, position_id, asked, need, state, answer)
    SELECT 'C-' || n, n, 'P-' || lpad(to_hex(n), 16, '0'), contract, place,
        referred + 30, 'Housing',
        CASE WHEN n % 7 = 0 THEN 'finished' ELSE 'accepted' END, ''
    FROM made WHERE n % 40 = 0
    """,
    "ALTER TABLE participation_participation ENABLE TRIGGER USER",
    "ALTER TABLE participation_calloff ENABLE TRIGGER USER",
    "DROP TABLE made",
    "RESET ALL",
)


def main() -> int:
    """Load, ask, print; 1 if a question is slow or a plan reads everything."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--state", type=Path, required=True)
    options.add_argument("--people", type=int, default=2_000_000)
    options.add_argument("--times", type=int, default=20)
    options.add_argument("--json", type=Path)
    given = options.parse_args()
    start(given.state)
    load(given.people)
    results = [measured(*question, given.times) for question in questions()]
    for one in results:
        print(
            f"{one['who']:<10} {one['what']:<34} p50 {one['p50_ms']:>7.1f} ms"
            f"  p95 {one['p95_ms']:>7.1f} ms  database {one['database_ms']:>7.1f} ms"
            f"  rows {one['rows']:>3}  {one['plan']}"
        )
    if given.json:
        given.json.write_text(json.dumps(results, indent=2) + "\n")
    bad = [one for one in results if one["scans"] or one["p95_ms"] > LIMIT_MS]
    for one in bad:
        print(f"NOT WELL: {one['who']} {one['what']} {one['scans']}", file=sys.stderr)
    return 1 if bad else 0


def start(state: Path) -> None:
    """Start a server, migrate, and set a programme up."""
    from quasimarket.service.database.server import ensure_database

    found = ensure_database(state, None, None, "quasimarket_caseload")
    os.environ.update(
        QUASIMARKET_DATABASE_OWNER=found.owner,
        QUASIMARKET_DATABASE_APP=found.app,
        QUASIMARKET_SIGNING_SECRET=found.signing_secret,
        QUASIMARKET_SECRET_KEY="x" * 50,
        DJANGO_SETTINGS_MODULE="quasimarket.service.settings",
    )
    import django

    django.setup()
    from quasimarket.service.migrating import migrate

    migrate()


def load(people: int) -> None:
    """Load the participants, unless they are there."""
    from django.db import connections

    from quasimarket.service.participation.models import Participation
    from quasimarket.service.people.actor import SYSTEM
    from quasimarket.service.people.scope import acting_as
    from quasimarket.service.programme.models import Programme
    from quasimarket.service.programme.setting_up import set_up_programme

    with acting_as(SYSTEM):
        if Participation.objects.exists():
            return
        if not Programme.objects.exists():
            set_up_programme(
                "work-programme",
                today=date(2016, 6, 1),
                is_demonstration=True,
                allocation_seed="benchmark",
            )
    began = time.perf_counter()
    with connections["owner"].cursor() as cursor:
        indexes = plain_indexes(cursor)
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        for statement in LOAD:
            cursor.execute(statement.replace("PEOPLE", str(people)))
        for _, definition in indexes:
            cursor.execute(definition)
        cursor.execute("VACUUM ANALYZE")
    print(f"loaded {people:,} in {time.perf_counter() - began:.0f} s", flush=True)


def plain_indexes(cursor):
    """Give the indexes that no constraint needs: they are made faster afterwards."""
    cursor.execute(
        "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.tablename = ANY (%s) "
        "AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname) "
        "AND i.indexdef NOT LIKE 'CREATE UNIQUE%%'",
        [sorted(TABLES)],
    )
    return cursor.fetchall()


def questions():
    """Give who asks what: a name, what it is, and the question as a function."""
    from quasimarket.service.participation import caseload
    from quasimarket.service.people.actor import SYSTEM, Actor
    from quasimarket.service.people.models import User
    from quasimarket.service.people.scope import acting_as
    from quasimarket.service.programme.models import Contract

    day = date(2016, 6, 1)
    with acting_as(SYSTEM):
        largest = Contract.objects.order_by("id").first()
        who = {
            "manager": User.objects.get(role="contract-manager"),
            "prime": User.objects.get(
                role="prime-manager", organisation=largest.prime_id
            ),
            "sub": User.objects.get(organisation="sub77", role="sub-manager"),
            "adviser": User.objects.filter(
                organisation="sub77", role="sub-adviser"
            ).first(),
        }
    actors = {name: Actor.of_user(user) for name, user in who.items()}
    wanted = {
        "newest": caseload.Wanted(),
        "attached": caseload.Wanted(state="attached"),
        "acknowledged (rare)": caseload.Wanted(state="acknowledged"),
        "due": caseload.Wanted(is_due=True),
    }
    for name, actor in actors.items():
        mine = name == "adviser"
        for what, kind in wanted.items():
            kind = caseload.Wanted(state=kind.state, is_due=kind.is_due, is_mine=mine)
            yield (
                actor,
                name,
                what,
                lambda actor=actor, kind=kind: (
                    caseload.caseload(actor, kind, today=day).rows
                ),
            )
        yield (
            actor,
            name,
            "newest, far down",
            lambda actor=actor, mine=mine: (
                caseload.caseload(
                    actor,
                    caseload.Wanted(is_mine=mine),
                    today=day,
                    after="2011-09-01.900000",
                ).rows
            ),
        )
        for text in ("last77", "first1 last7", "nobody"):
            yield (
                actor,
                name,
                f"search {text!r}",
                lambda actor=actor, text=text: caseload.search(actor, text),
            )
    yield actors["sub"], "sub", "asked of us", lambda: caseload.asked_of(actors["sub"])


def measured(actor, who, what, question, times):
    """Ask often, each time in a transaction of its own, as a request does."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from quasimarket.service.people.scope import acting_as

    spent = []
    for _ in range(times):
        began = time.perf_counter()
        with acting_as(actor):
            rows = len(question())
        spent.append((time.perf_counter() - began) * 1000)
    with acting_as(actor):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            question()
        plans = [
            plan_of(connection, one["sql"])
            for one in asked.captured_queries
            if "participation_" in one["sql"]
        ]
    nodes = [node for plan, _ in plans for node in plan]
    scans = sorted(
        {
            f"Seq Scan on {table}"
            for kind, table, _ in nodes
            if kind == "Seq Scan" and table in TABLES
        }
    )
    spent.sort()
    return {
        "who": who,
        "what": what,
        "p50_ms": statistics.median(spent),
        "p95_ms": spent[int(len(spent) * 0.95) - 1],
        "database_ms": sum(took for _, took in plans),
        "rows": rows,
        "plan": ", ".join(sorted({index for *_, index in nodes if index})),
        "scans": scans,
    }


def plan_of(connection, sql):
    """Explain a statement as it runs; give its nodes and what it took."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sql)
        [plan] = cursor.fetchone()[0]
    return list(nodes_of(plan["Plan"])), plan["Execution Time"]


def nodes_of(plan):
    """Walk a plan."""
    yield (
        plan["Node Type"],
        plan.get("Relation Name", ""),
        plan.get("Index Name", ""),
    )
    for part in plan.get("Plans", ()):
        yield from nodes_of(part)


if __name__ == "__main__":
    sys.exit(main())
