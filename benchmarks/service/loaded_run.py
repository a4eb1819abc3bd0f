"""Load a simulated run's folder into the service's database, as a live log.

Organisations, places, terms, people and participations are made of the run's tables;
its events go in by the owner's bulk loader, which keeps the chain.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import connections, transaction
from django.db.models import NOT_PROVIDED

from quasimarket.service.log.bulk import load_events
from quasimarket.service.participation.models import Participation, Person
from quasimarket.service.people.actor import SYSTEM, Actor
from quasimarket.service.people.models import Organisation, User
from quasimarket.service.people.roles import Role
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Contract, Position, Terms
from quasimarket.service.programme.rules import agreed_rulebook
from quasimarket.service.programme.setting_up import set_up_programme


ROWS_AT_ONCE = 50_000


def load_run(
    folder: Path, programme: str = "work-programme", *, until=None, claims_until=None
) -> int:
    """Load a run up to a day, its claims up to another; give how many events.

    What is claimed later, the service raises by itself.
    """
    events = pq.read_table(folder / "events.parquet")
    if until is not None:
        events = events.filter(pc.less_equal(events["known"], pa.scalar(until)))
    if claims_until is not None:
        is_claim = pc.equal(events["kind"].cast(pa.string()), "claimed")
        is_old = pc.less_equal(events["known"], pa.scalar(claims_until))
        events = events.filter(pc.or_(pc.invert(is_claim), is_old))
    events = events.take(pc.sort_indices(events, [("known", "ascending")]))
    with acting_as(SYSTEM):
        set_up_programme(
            programme, today=until, is_demonstration=True, allocation_seed="0" * 64
        )
        _write_chain(pl.read_parquet(folder / "positions.parquet"))
        areas = dict(Contract.objects.values_list("id", "area"))
    with _indexes_made_afterwards():
        _write_people(events, areas)
        return load_events(events)


@contextmanager
def _indexes_made_afterwards() -> Iterator[None]:
    """Take away the indexes that no constraint needs, and make them anew at the end.

    All at once they take half the time that they take row by row.
    """
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT i.indexname, i.indexdef FROM pg_indexes i "
            "WHERE i.tablename = ANY (%s) AND i.indexdef NOT LIKE 'CREATE UNIQUE%%' "
            # sealing a block finds its rows by their block
            "AND i.indexdef NOT LIKE '%%(block)' AND NOT EXISTS "
            "(SELECT FROM pg_constraint c WHERE c.conname = i.indexname)",
            [["log_logevent", "participation_participation", "participation_person"]],
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'")
        for _, definition in indexes:
            cursor.execute(definition)
        cursor.execute("ANALYZE")


def _write_chain(positions: pl.DataFrame) -> None:
    places = positions.filter(pl.col("tier") > 0)
    rulebook = agreed_rulebook()
    known = set(Contract.objects.values_list("id", flat=True))
    places = places.filter(pl.col("contract").cast(pl.String).is_in(known))
    Organisation.objects.bulk_create(
        Organisation(id=one, name=one, kind="subcontractor")
        for one in sorted(set(places["organisation"].cast(pl.String)))
    )
    Position.objects.bulk_create(
        Position(
            id=row["position"],
            contract_id=row["contract"],
            organisation_id=row["organisation"],
            tier=row["tier"],
            status="active",
            since=rulebook.first_day,
        )
        for row in places.iter_rows(named=True)
    )
    Terms.objects.bulk_create(
        Terms(
            position_id=row["position"],
            contract_id=row["contract"],
            first_day=rulebook.first_day,
            management_fee=Decimal(str(round(row["management_fee"], 5))),
            passed_down={
                one.id: "1"
                if one.basis == "attachment"
                else str(round(row["outcome_pass_down"], 4))
                for one in rulebook.milestones
            },
            lag_months=row["lag_months"],
            proposed_by=0,
            agreed_by=-1,
        )
        for row in places.filter(pl.col("contracted")).iter_rows(named=True)
    )


def _write_people(events: pa.Table, areas: dict[str, str]) -> None:
    table = pl.from_arrow(events).with_columns(
        pl.col(name).cast(pl.String)
        for name in ("kind", "participant", "contract", "position", "group")
    )
    referred = table.filter(pl.col("kind") == "referred").unique(
        "participant", keep="first", maintain_order=True
    )
    attached = table.filter(pl.col("kind") == "attached").select(
        "participant", attached="happened"
    )
    held = (
        table.filter(pl.col("kind") == "allocated")
        .unique("participant", keep="last")
        .select("participant", held="position")
    )
    people = referred.join(attached, on="participant", how="left").join(
        held, on="participant", how="left"
    )
    names = people["participant"].to_list()
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT set_config('app.definer', 'on', true)")
        # what the triggers guard against cannot be in rows that begin their course
        cursor.execute("ALTER TABLE participation_participation DISABLE TRIGGER USER")
        _insert(cursor, Person, {"reference": names, "name": names})
        cursor.execute("SELECT reference, id FROM participation_person")
        keys = dict(cursor.fetchall())
        _insert(
            cursor,
            Participation,
            {
                "reference": names,
                "person_id": [keys[name] for name in names],
                "contract_id": people["contract"].to_list(),
                "position_id": people["held"].to_list(),
                "group": people["group"].to_list(),
                "area": [areas[one] for one in people["contract"]],
                "state": [
                    "attached" if one else "referred" for one in people["attached"]
                ],
                "referred": people["happened"].to_list(),
                "acknowledged": people["attached"].to_list(),
                "attached": people["attached"].to_list(),
                "allotted_end": [
                    one + timedelta(days=727) for one in people["happened"]
                ],
            },
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE participation_participation ENABLE TRIGGER USER")


def _insert(cursor, model, columns) -> None:
    """Insert columns as rows; fields without one get their default."""
    fields = [one for one in model._meta.concrete_fields if not one.primary_key]
    given = [one for one in fields if one.column in columns]
    fixed = [
        one
        for one in fields
        if one.column not in columns and not one.null and one.db_default is NOT_PROVIDED
    ]
    names = ", ".join(f'"{one.column}"' for one in [*given, *fixed])
    kinds = [one.db_type(connections["owner"]) for one in given]
    arrays = ", ".join(
        f"%s::{kind.replace('bigint identity', 'bigint')}[]" for kind in kinds
    )
    constants = "".join(", %s" for _ in fixed)
    statement = (
        f"INSERT INTO {model._meta.db_table} ({names}) "
        f"SELECT d.*{constants} FROM unnest({arrays}) AS d"
    )
    defaults = [
        one.get_db_prep_save(one.get_default(), connections["owner"]) for one in fixed
    ]
    count = len(columns[given[0].column])
    for first in range(0, count, ROWS_AT_ONCE):
        part = slice(first, first + ROWS_AT_ONCE)
        cursor.execute(
            statement, [*defaults, *(columns[one.column][part] for one in given)]
        )


def paying_people() -> tuple[Actor, Actor]:
    """Make the two people whom a payment run needs."""
    with acting_as(SYSTEM):
        return tuple(
            Actor.of_user(
                User.objects.create(
                    email=f"{name}@example.org",
                    name=name,
                    organisation_id="commissioner",
                    role=Role.PAYMENT,
                    password="!",
                )
            )
            for name in ("preparer", "approver")
        )
