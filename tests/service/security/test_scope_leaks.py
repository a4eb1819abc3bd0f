"""T8: a scope belongs to one transaction, whoever uses the connection next."""

import threading

import psycopg

from quasimarket.service.people.scope import signed


def as_scope(connection, scope):
    connection.execute("SELECT set_config('app.scope', %s, true)", [scope])


def test_scope_does_not_leak_between_threads_and_reused_connections(fresh_database):
    """T8: eight threads share four connections and read as two organisations."""
    users = people_of_two_organisations(fresh_database)
    free = [psycopg.connect(fresh_database.app) for _ in range(4)]
    lock = threading.Semaphore(4)
    wrong: list[str] = []

    def work(number):
        for turn in range(50):
            user, organisation = users[(number + turn) % len(users)]
            with lock:
                connection = free.pop()
                try:
                    as_scope(connection, signed("user", user))
                    (found,) = connection.execute(
                        "SELECT scope_organisation()"
                    ).fetchone()
                    if found != organisation:
                        wrong.append(f"{found} for {organisation}")
                    if turn % 7 == 0:
                        connection.rollback()
                    else:
                        connection.commit()
                    try:
                        connection.execute("SELECT scope_organisation()")
                        wrong.append("a scope outlived its transaction")
                    except psycopg.errors.InvalidAuthorizationSpecification:
                        connection.rollback()
                finally:
                    free.append(connection)

    threads = [threading.Thread(target=work, args=(one,)) for one in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    for connection in free:
        connection.close()

    assert wrong == []


def people_of_two_organisations(connections):
    with psycopg.connect(connections.app) as connection:
        as_scope(connection, signed("system", 0))
        made = []
        for number, name in enumerate(("north", "south")):
            connection.execute(
                "INSERT INTO people_organisation (id, name, kind, sector, identifier) "
                "VALUES (%s, %s, 'subcontractor', '', '')",
                [name, name],
            )
            (user,) = connection.execute(
                "INSERT INTO people_user (password, email, name, organisation_id, "
                "role, is_active) VALUES ('', %s, %s, %s, 'sub-manager', true) "
                "RETURNING id",
                [f"{number}@x.example", name, name],
            ).fetchone()
            made.append((user, name))
    return made
