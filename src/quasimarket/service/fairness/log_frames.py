"""The live log as the tables that insight measures."""

import polars as pl
from django.db import connection

from quasimarket.events import EventKind
from quasimarket.events.organisation_event import OrganisationEventKind


PEOPLE = (
    "kind", "participant", "contract", "position", "group", "spell", "milestone",
    "number", "code", "amount", "happened",
)  # fmt: skip
ORGANISATIONS = (
    "kind", "organisation", "position", "contract", "source", "code", "number",
    "happened",
)  # fmt: skip
_TYPES: dict[str, type[pl.DataType]] = {
    "number": pl.Int64,
    "amount": pl.Int64,
    "happened": pl.Date,
}


def events_of_people() -> pl.DataFrame:
    """Read what happened to participants, as far as the scope may see it."""
    kinds = [str(kind) for kind in EventKind]
    return _read(PEOPLE, kinds, "participation IS NOT NULL")


def events_of_organisations() -> pl.DataFrame:
    """Read what happened to organisations, as far as the scope may see it."""
    kinds = [str(kind) for kind in OrganisationEventKind]
    return _read(ORGANISATIONS, kinds, "audience <> 'confidential'")


def sectors() -> pl.DataFrame:
    """Read each organisation's sector."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, sector FROM people_organisation WHERE sector <> ''")
        rows = cursor.fetchall()
    return pl.DataFrame(
        rows, schema={"organisation": pl.String, "sector": pl.String}, orient="row"
    )


def _read(columns: tuple[str, ...], kinds: list[str], which: str) -> pl.DataFrame:
    listed = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        # Columns and condition are the constants above.
        cursor.execute(
            f"SELECT {listed} FROM log_logevent "
            f"WHERE kind = ANY (%s) AND {which} ORDER BY id",
            [kinds],
        )
        rows = cursor.fetchall()
    return pl.DataFrame(
        rows,
        schema={name: _TYPES.get(name, pl.String) for name in columns},
        orient="row",
    )
