"""The fixtures keep their word: the service's role, its own copy, rolled back."""

import psycopg
import pytest
from django.db import connection


def ask(question):
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()


def test_tests_run_as_the_role_of_the_service(db):
    assert ask("SELECT current_user") == ("quasimarket_app",)
    assert ask(
        "SELECT rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole "
        "FROM pg_roles WHERE rolname = current_user"
    ) == (False,)


def test_role_of_the_service_may_make_nothing(db):
    with pytest.raises(Exception, match="permission denied"):
        ask("CREATE TABLE mine (id int)")


def test_role_of_the_service_may_make_no_passing_table(db):
    with pytest.raises(Exception, match="permission denied"):
        ask("CREATE TEMPORARY TABLE mine (id int)")


def test_fresh_database_is_committed_to_and_seen_by_others(fresh_database):
    with psycopg.connect(fresh_database.owner) as owner:
        owner.execute("CREATE TABLE committed AS SELECT 7 AS number")
        owner.execute("GRANT SELECT ON committed TO quasimarket_app")

    assert ask("SELECT number FROM committed") == (7,)


def test_next_fresh_database_is_new(fresh_database):
    assert ask("SELECT to_regclass('committed')") == (None,)


def test_service_signs_in_to_no_other_database(fresh_database):
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(fresh_database.at("postgres").app)
