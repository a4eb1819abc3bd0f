"""Payments changed past every guard are named by `settle --verify`."""

import json

import psycopg

from quasimarket.cli.settle_live import settle_again
from tests.lib.fair_world import build_world
from tests.lib.paid_world import pay_some


def change(database, statement):
    """Change what nobody may, past every guard."""
    with psycopg.connect(database.admin) as superuser:
        superuser.execute("SET session_replication_role = replica")
        assert superuser.execute(statement).rowcount == 1


def test_every_penny_that_was_changed_is_named(fresh_database, capsys):
    pay_some(build_world())
    change(
        fresh_database,
        "UPDATE payments_paymentline SET amount = amount + 1 "
        "WHERE month = '2012-08' AND kind = 'job-outcome' AND position_id IS NULL",
    )
    change(
        fresh_database,
        "UPDATE payments_statement SET payable = payable + 1, lines = lines + 1 "
        "WHERE month = '2012-10' AND position_id IS NULL AND contract_id = '1'",
    )

    status = settle_again(None, None, is_json=True)

    found = json.loads(capsys.readouterr().out)
    assert status == 1
    named = {(one["by"], one["month"]) for one in found["differences"]}
    assert named == {
        ("hash of the run", "2012-08"),
        ("the columnar engine", "2012-08"),
        ("the plain engine", "2012-08"),
        ("the columnar engine's statements", "2012-10"),
    }
    assert any("112801" in one["line"] for one in found["differences"])
