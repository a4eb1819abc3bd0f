"""Rows of the log, written as the service writes them, and tampered with."""

from contextlib import contextmanager

import psycopg
from psycopg.types.json import Jsonb

from quasimarket.service.people.scope import signed


def append(connections, *transactions):
    """Append rows as the system, a transaction for each number of rows."""
    for rows in transactions:
        with writing(connections, rows):
            pass


@contextmanager
def writing(connections, rows):
    """Append rows in a transaction that stays open."""
    with psycopg.connect(connections.app) as connection:
        connection.execute(
            "SELECT set_config('app.scope', %s, true)", [signed("system", 0)]
        )
        connection.execute("SELECT log_append(%s)", [Jsonb(entries(rows))])
        yield


def entries(count):
    return [
        {
            "act": "record",
            "kind": "attached",
            "happened": "2012-05-01",
            "known": "2012-05-02",
            "participant": f"person-{number}",
            "reason": 'Ünïcode, "quoted"; and a\nline',
            "details": {"number": number},
        }
        for number in range(count)
    ]


def tamper(connections, *statements):
    """Change the log as a superuser who has put every trigger out of the way."""
    with psycopg.connect(connections.admin) as connection:
        connection.execute("SET session_replication_role = 'replica'")
        for statement in statements:
            connection.execute(statement)


def events(connections):
    """List rows with their blocks, in order."""
    with psycopg.connect(connections.admin) as connection:
        return connection.execute(
            "SELECT e.id, b.sequence FROM log_logevent e "
            "JOIN log_logblock b ON b.id = e.block ORDER BY e.id"
        ).fetchall()
