"""How acts read and write a case: at once, or gathered for many cases together.

An act asks its keeper for what hangs from a participation and gives it what changed.
`Keeper` goes to the database at once; `batch.Batch` holds many cases in memory and
writes them together. The act is the same.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db.models import Model

from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.service.acting.doing import Doing
from quasimarket.service.participation.deadlines import Calendar, calendar, clocks
from quasimarket.service.participation.models import (
    BenefitSpell,
    CallOff,
    LateDeadline,
    Participation,
    Person,
    Spell,
)
from quasimarket.service.participation.states import OPEN_CALL_OFF
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Contract, Position
from quasimarket.service.programme.rules import agreed_rulebook


DUE = ("due_on", "due_what")
CLOCKED = frozenset(one.done for one in clocks()) - {""}


class Keeper:
    """Reads and writes one case at once."""

    def __init__(self) -> None:
        """Begin knowing nothing."""
        self._rulebook: Rulebook | None = None
        self._contracts: dict[str, Contract | None] = {}

    @property
    def rulebook(self) -> Rulebook:
        """The rulebook as it was agreed."""
        if self._rulebook is None:
            self._rulebook = agreed_rulebook()
        return self._rulebook

    def contract(self, contract: str) -> Contract | None:
        """Give a contract, or None where there is none of that id."""
        if contract not in self._contracts:
            self._contracts[contract] = Contract.objects.filter(id=contract).first()
        return self._contracts[contract]

    def person(self, number: str) -> Person | None:
        """Give the person with a National Insurance number, if there is one."""
        if not number:
            return None
        return self.as_programme(
            lambda: Person.objects.filter(national_insurance=number).first()
        )

    def takes_part(self, person: Person) -> bool:
        """Say whether a person has a participation that was not cancelled."""
        rows = Participation.objects.filter(person=person)
        return bool(self.as_programme(lambda: rows.exclude(state="cancelled").exists()))

    def add_person(self, person: Person) -> None:
        """Write a new person, whom nobody may see before they take part."""
        self.as_programme(lambda: self.add(person))

    def place(self, position: str) -> Position | None:
        """Give a place, or None where none of that id may be seen."""
        return Position.objects.filter(id=position).first()

    def calendar(self, participation: Participation) -> Calendar:
        """Give the working days of the participation's contract."""
        contract = self.contract(participation.contract_id)
        return calendar(self.rulebook, contract.nation if contract else "")

    def spells(self, participation: Participation) -> list[Spell]:
        """Give the spells in work, in the order they were reported."""
        return list(Spell.objects.filter(participation=participation).order_by("id"))

    def benefit_spells(self, participation: Participation) -> list[BenefitSpell]:
        """Give the spells on benefit, in the order they were reported."""
        rows = BenefitSpell.objects.filter(participation=participation)
        return list(rows.order_by("id"))

    def call_offs(self, participation: Participation) -> list[CallOff]:
        """Give the call-offs, in the order they were made."""
        return list(CallOff.objects.filter(participation=participation).order_by("id"))

    def call_offs_open(self, participation: Participation) -> bool:
        """Say whether a specialist has been asked and is not done."""
        return any(one.state in OPEN_CALL_OFF for one in self.call_offs(participation))

    def add(self, row: Model) -> None:
        """Write a new row."""
        if isinstance(row, Participation):
            self._reckon(row, ())
        row.save(force_insert=True)

    def change(self, row: Model, *fields: str) -> None:
        """Write what has changed of a row; a case's next deadline follows."""
        if isinstance(row, Participation):
            fields = (*fields, *self._reckon(row, fields))
        row.save(update_fields=fields)

    def as_programme(self, write: Callable[[], Any]) -> Any:
        """Write, once the act's own right is checked, what its doer may not."""
        with acting_as(SYSTEM):
            return write()

    def _reckon(self, row: Participation, fields: tuple[str, ...]) -> tuple[str, ...]:
        """Set the case's next deadline; keep those that were met late."""
        days = self.calendar(row)
        for one in clocks():
            done = getattr(row, one.done) if one.done in fields else None
            due = days.due(one, row) if done is not None else None
            if done is not None and due is not None and done > due:
                self.add(
                    LateDeadline(
                        participation=row,
                        contract_id=row.contract_id,
                        position_id=row.position_id,
                        what=one.id,
                        due=due,
                        done=done,
                    )
                )
        row.due_on, row.due_what = days.next_due(row)
        return DUE


def keeper_of(doing: Doing) -> Keeper:
    """Give the keeper of an act being done: a batch's own, or one that writes now."""
    keeper: Keeper | None = getattr(doing, "keeper", None)
    return keeper or Keeper()


def is_at_work(spells: list[Spell], day: date) -> bool:
    """Say whether a day lies in one of the spells."""
    return any(
        one.first_day <= day and (one.last_day is None or one.last_day >= day)
        for one in spells
    )


def last_allotted_day(rulebook: Rulebook, referred: date) -> date:
    """Give the last day of the allotted time, the referral date being its first."""
    return referred + timedelta(days=rulebook.allotted_days - 1)
