"""Bring a database to the present shape: tables first, then who may see what."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction

from quasimarket.service.acting.machine import STATEMENTS as MACHINE
from quasimarket.service.database.policies import APP, SECURING
from quasimarket.service.room import Room


def migrate(verbosity: int = 0) -> None:
    """Migrate as owner, then put every room's security on, in one transaction.

    Django must be set up, with the connection `owner` beside `default`. Doing it again
    changes nothing.
    """
    call_command("migrate", database="owner", interactive=False, verbosity=verbosity)
    secure()


def secure() -> None:
    """Make functions, triggers, policies and grants as the rooms declare them."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SECURING])
        cursor.execute("SELECT set_config('app.definer', 'on', true)")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {APP}")
        cursor.execute(
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public "
            f"TO {APP}"
        )
        for statement in statements():
            cursor.execute(statement)
        cursor.execute("DELETE FROM scope_secret")
        cursor.execute(
            "INSERT INTO scope_secret (secret) VALUES (%s)", [settings.SIGNING_SECRET]
        )
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {APP}")
        cursor.execute(f"REVOKE ALL ON SEQUENCE log_block_number FROM {APP}")


def statements() -> tuple[str, ...]:
    """List the SQL of every room, people first: the others ask its functions."""
    found: list[str] = []
    rooms = [one for one in apps.get_app_configs() if isinstance(one, Room)]
    for room in sorted(rooms, key=lambda one: one.label != "people"):
        if find_spec(f"{room.name}.security"):
            found += import_module(f"{room.name}.security").STATEMENTS
        if room.label == "people":
            found += MACHINE
    return tuple(found)
