"""Many cases in memory, read together and written together: the keeper of bulk work.

What acts read is loaded for a whole batch at once; what they change is written at its
end with one statement for each kind of row. A state goes through every state between,
so that the database's own guard sees each move.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Model

from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.service.acting.act import Act
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import Refused
from quasimarket.service.participation.keeping import Keeper
from quasimarket.service.participation.models import (
    BenefitSpell,
    CallOff,
    Contact,
    LateDeadline,
    Participation,
    Person,
    ReferralVersion,
    Spell,
)
from quasimarket.service.programme.models import Contract, Position
from quasimarket.service.programme.rules import agreed_rulebook


ORDER: tuple[type[Model], ...] = (
    Person,
    Participation,
    Spell,
    BenefitSpell,
    CallOff,
    Contact,
    LateDeadline,
    ReferralVersion,
)
"""Kinds of row in the order in which they are written: what others point to first."""
MOVED = (Participation, CallOff)
ROWS = 5_000


class BatchDoing(Doing):
    """An act being done in a batch; acts find their keeper here."""

    keeper: "Batch"


class Batch(Keeper):
    """Keeps many cases until they are written together. The scope is the programme's.

    Contracts, places and the rulebook are read once, and must not change meanwhile.
    """

    def __init__(self) -> None:
        """Read what every case shares."""
        super().__init__()
        self._rulebook: Rulebook | None = agreed_rulebook()
        self._contracts = {one.id: one for one in Contract.objects.all()}
        self._places = {one.id: one for one in Position.objects.all()}
        self.log: list[dict[str, Any]] = []
        self._clear()

    def _clear(self) -> None:
        self.cases: dict[str, Participation] = {}
        self._people: dict[str, Person] = {}
        self._taking_part: set[int] = set()
        self._hanging: dict[type[Model], dict[int, list[Any]]] = {
            kind: defaultdict(list) for kind in (Spell, BenefitSpell, CallOff)
        }
        self._new: dict[type[Model], list[Model]] = {kind: [] for kind in ORDER}
        self._is_new: set[int] = set()
        self._changed: dict[type[Model], dict[int, tuple[Model, set[str]]]] = {
            kind: {} for kind in ORDER
        }
        self._paths: dict[type[Model], dict[int, tuple[Model, list[str]]]] = {
            kind: {} for kind in MOVED
        }
        self._numbers: dict[type[Model], Iterator[int]] = {}

    # what acts ask

    def place(self, position: str) -> Position | None:
        """Give a place."""
        return self._places.get(position)

    def person(self, number: str) -> Person | None:
        """Give a person that was loaded or added."""
        return self._people.get(number) if number else None

    def takes_part(self, person: Person) -> bool:
        """Say whether a person that was loaded or added takes part."""
        return person.pk in self._taking_part

    def add_person(self, person: Person) -> None:
        """Keep a new person."""
        self.add(person)

    def spells(self, participation: Participation) -> list[Spell]:
        """Give the spells in work."""
        return self._hanging[Spell][participation.pk]

    def benefit_spells(self, participation: Participation) -> list[BenefitSpell]:
        """Give the spells on benefit."""
        return self._hanging[BenefitSpell][participation.pk]

    def call_offs(self, participation: Participation) -> list[CallOff]:
        """Give the call-offs."""
        return self._hanging[CallOff][participation.pk]

    def as_programme(self, write: Callable[[], Any]) -> Any:
        """Write: a batch is the programme's own already."""
        return write()

    def add(self, row: Model) -> None:
        """Keep a new row; who is pointed to gets its number now."""
        kind = type(row)
        if isinstance(row, Person):
            row.pk = self._number(Person)
            self._people[row.national_insurance] = row
        elif isinstance(row, Participation):
            row.pk = self._number(Participation)
            self.cases[row.reference] = row
            self._taking_part.add(row.person_id or row.person.pk)
            self._reckon(row, ())
        elif kind in self._hanging:
            if kind in MOVED:
                row.pk = self._number(kind)
            self._hanging[kind][row.participation_id].append(row)
        self._new[kind].append(row)
        self._is_new.add(id(row))

    def change(self, row: Model, *fields: str) -> None:
        """Keep which columns of a row have changed."""
        if isinstance(row, Participation):
            fields = (*fields, *self._reckon(row, fields))
        if id(row) not in self._is_new:
            known = self._changed[type(row)].setdefault(row.pk, (row, set()))
            known[1].update(fields)

    # how acts are done

    def load(self, references: Iterable[str], numbers: Iterable[str] = ()) -> None:
        """Read the cases of the batch, what hangs from them, and people by number."""
        wanted = [one for one in set(references) if one not in self.cases]
        found = list(
            Participation.objects.filter(reference__in=wanted).select_related("person")
        )
        self.cases.update((one.reference, one) for one in found)
        keys = [one.pk for one in found]
        for kind, by_case in self._hanging.items():
            rows = kind._default_manager.filter(participation_id__in=keys)
            for row in rows.order_by("id"):
                if isinstance(row, CallOff):
                    row.participation = next(
                        one for one in found if one.pk == row.participation_id
                    )
                by_case[row.participation_id].append(row)
        people = Person.objects.filter(national_insurance__in=set(numbers) - {""})
        self._people.update((one.national_insurance, one) for one in people)
        self._taking_part.update(
            Participation.objects.filter(
                person_id__in=[one.pk for one in self._people.values()]
            )
            .exclude(state="cancelled")
            .values_list("person_id", flat=True)
        )

    def do(self, act: Act, doing: Doing, subject: Any = None) -> Any:
        """Do an act as `perform` does: its state guard, the act, its log rows.

        Raises:
            Refused: the rules stand against it; nothing of it is kept.
        """
        doing.keeper = self  # type: ignore[attr-defined]  # a BatchDoing
        machine = act.about.machine
        before = ""
        if machine is not None and subject is not None:
            before = getattr(subject, machine.column)
            setattr(subject, machine.column, machine.after(act.about.name, before))
        try:
            result = act.do(doing, subject)
        except Refused:
            if before and machine is not None:
                setattr(subject, machine.column, before)
            raise
        if machine is not None and subject is not None:
            self._note_move(subject, before, getattr(subject, machine.column))
        self.log += doing.entries
        doing.entries = []
        return result

    def _note_move(self, row: Model, before: str, after: str) -> None:
        if before != after:
            path = self._paths[type(row)].setdefault(row.pk or id(row), (row, [before]))
            path[1].append(after)

    def _number(self, kind: type[Model]) -> int:
        """Take the next id of a table, a thousand at a time from its sequence."""
        number = next(self._numbers.get(kind, iter(())), None)
        if number is None:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT nextval(pg_get_serial_sequence(%s, 'id')) "
                    "FROM generate_series(1, 1000)",
                    [kind._meta.db_table],
                )
                self._numbers[kind] = iter([row[0] for row in cursor.fetchall()])
            number = next(self._numbers[kind])
        return number

    # how it is all written

    def write(self) -> None:
        """Write what was kept, the log last; forget the cases."""
        self.write_rows()
        self._append_log()

    def write_rows(self) -> None:
        """Write all but the log, which the caller writes; forget the cases."""
        for kind in ORDER:
            self._insert(kind)
        for kind in ORDER:
            self._update(kind)
        for kind in MOVED:
            self._move(kind)
        numbers = self._numbers
        self._clear()
        self._numbers = numbers

    def _insert(self, kind: type[Model]) -> None:
        for row, path in self._paths.get(kind, {}).values():
            if id(row) in self._is_new:
                row.state = path[0]
        for start in range(0, len(self._new[kind]), ROWS):
            _add(kind, self._new[kind][start : start + ROWS])

    def _update(self, kind: type[Model]) -> None:
        groups: dict[frozenset[str], list[Model]] = defaultdict(list)
        for row, fields in self._changed[kind].values():
            groups[frozenset(fields)].append(row)
        for names, rows in groups.items():
            columns = sorted(kind._meta.get_field(name).attname for name in names)
            _set(kind, columns, rows)

    def _move(self, kind: type[Model]) -> None:
        """Take each state on its way, one step of all rows at a time."""
        paths = list(self._paths[kind].values())
        for row, path in paths:
            row.state = path[0]
        step = 1
        while moving := [(row, path) for row, path in paths if len(path) > step]:
            for row, path in moving:
                row.state = path[step]
            _set(kind, ["state"], [row for row, _ in moving])
            step += 1

    def _append_log(self) -> None:
        with connection.cursor() as cursor:
            for start in range(0, len(self.log), ROWS):
                rows = self.log[start : start + ROWS]
                cursor.execute("SELECT log_append(%s::jsonb)", [json.dumps(rows)])
        self.log = []


def _add(kind: type[Model], rows: Sequence[Model]) -> None:
    """Write new rows of a table; those without an id are given one by the table."""
    names = [field.attname for field in kind._meta.concrete_fields]
    if rows[0].pk is None:
        names.remove(kind._meta.pk.attname)
    columns = ", ".join(f'"{name}"' for name in names)  # the model's own names
    _execute(
        f'INSERT INTO "{kind._meta.db_table}" ({columns}) SELECT {columns} '
        f'FROM jsonb_populate_recordset(NULL::"{kind._meta.db_table}", %s::jsonb)',
        names,
        rows,
    )


def _set(kind: type[Model], columns: Sequence[str], rows: Sequence[Model]) -> None:
    """Write some columns of many rows with one statement."""
    table = kind._meta.db_table
    # table and columns are the model's own names
    assigned = ", ".join(f'"{name}" = d."{name}"' for name in columns)
    _execute(
        f'UPDATE "{table}" t SET {assigned} '
        f'FROM jsonb_populate_recordset(NULL::"{table}", %s::jsonb) d '
        "WHERE t.id = d.id",
        ["id", *columns],
        rows,
    )


def _execute(statement: str, names: Sequence[str], rows: Sequence[Model]) -> None:
    values = [{name: _plain(getattr(row, name)) for name in names} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(values)])


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
