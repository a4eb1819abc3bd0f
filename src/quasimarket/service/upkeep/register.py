"""The register of columns: what each holds of whom, why, for how long, and what then.

It is data, in `data/columns.csv`. Retention and the answers to people about their own
data both follow it, and a test fails for a column that it does not name.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Some columns of one table that hold one kind of thing."""

    table: str
    columns: tuple[str, ...]
    holds: str
    """person, secret, staff-words, or code."""
    about: str
    """How a row hangs from a person: person, itself, participation, claim, user,
    user-row; `at:COLUMN` where its own time counts; blank where it is about nobody."""
    days: int | None
    """After the course, or after its own time; None while the programme lasts."""
    then: str
    """blank or delete."""
    why: str

    @property
    def time_column(self) -> str:
        """The column of its own time, if that counts."""
        return self.about.removeprefix("at:") if self.about.startswith("at:") else ""


@lru_cache
def register() -> tuple[Held, ...]:
    """Read the register, in the order in which things are deleted."""
    text = files("quasimarket.service.upkeep").joinpath("data/columns.csv")
    with text.open(encoding="utf-8") as file:
        return tuple(
            Held(
                table=row["table"],
                columns=tuple(row["columns"].split()),
                holds=row["holds"],
                about=row["about"],
                days=int(row["days"]) if row["days"] else None,
                then=row["then"],
                why=row["why"],
            )
            for row in csv.DictReader(file)
        )


AFTER_THE_COURSE = 2192
"""Six years in days: how long a debt can be sued for in England and Wales."""
OF_A_PERSON = {
    "person": "id = ANY (persons)",
    "itself": "id = ANY (ended)",
    "participation": "participation_id = ANY (ended)",
    "claim": "claim_id IN (SELECT c.id FROM claims_claim c "
    "WHERE c.participation_id = ANY (ended))",
    "user": "id = ANY (users)",
    "user-row": "user_id = ANY (users)",
}
"""SQL for the rows of some persons, by how they hang from them."""
EMPTY = {
    ("participation_person", "name"): "'Removed'",
    ("participation_person", "born"): "NULL",
    ("participation_person", "is_vulnerable"): "false",
    ("participation_import", "rejected"): "'[]'::jsonb",
    ("claims_feedimport", "rejected"): "'[]'::jsonb",
    ("people_user", "email"): "'removed-' || id || '@participants.invalid'",
    ("people_user", "name"): "'Removed'",
    ("people_user", "password"): "'!'",
    ("people_user", "role"): "role",
}
"""SQL for what stands in place of something removed, where it is not an empty text."""


def forgetting(held: Held) -> str:
    """Give the statement that removes what is held of persons, or is too old."""
    if held.time_column:
        where = f"{held.time_column} < at_time - make_interval(days => {held.days})"
    else:
        where = OF_A_PERSON[held.about]
    if held.then == "delete":
        return f"DELETE FROM {held.table} WHERE {where}"
    blanks = ", ".join(
        f'"{name}" = {EMPTY.get((held.table, name), repr(""))}' for name in held.columns
    )
    return f"UPDATE {held.table} SET {blanks} WHERE {where}"
