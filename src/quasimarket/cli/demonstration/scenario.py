"""What a run has not, from `scenario.yaml`: notices, disputes, directives, a complaint.

Each entry is one act, done by somebody of the right organisation, on its day, through
the same door as every other.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps

from quasimarket.cli.demonstration.staff import actor_of
from quasimarket.core.dates import Month
from quasimarket.service.acting.act import ACTS
from quasimarket.service.acting.performing import perform, reference_field
from quasimarket.service.acting.refusals import Refusal
from quasimarket.service.chain.models import ShareProposal
from quasimarket.service.claims.models import Claim
from quasimarket.service.participation.models import Participation
from quasimarket.service.people.actor import SYSTEM, Actor
from quasimarket.service.people.models import User
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Contract, Position


FILE = Path(__file__).with_name("scenario.yaml")
SETTLED_IN = timedelta(weeks=6)
"""How long somebody has been attached when the scenario first tells of them."""


class Scenario:
    """The scenario while it is played; what its acts made is kept by name."""

    def __init__(self, file: Path = FILE) -> None:
        """Read the file."""
        told = yaml.safe_load(file.read_text())
        self.cast: Mapping[str, Mapping[str, Any]] = told["cast"]
        self.entries: list[Mapping[str, Any]] = told["acts"]
        self.found: dict[str, Any] = {}
        self._day = date.min

    def kept(self) -> dict[str, list[str]]:
        """Say what was found and made, by name, so that a later loading knows it."""
        return {
            name: [thing._meta.label, str(thing.pk)]
            for name, thing in self.found.items()
            if thing is not None and not isinstance(thing, dict)
        }

    def recall(self, kept: Mapping[str, list[str]]) -> None:
        """Find again what was kept."""
        with acting_as(SYSTEM):
            for name, (label, key) in kept.items():
                self.found[name] = apps.get_model(label).objects.get(pk=key)

    def play(self, month: Month) -> int:
        """Do the acts of a month; give how many."""
        own = [entry for entry in self.entries if Month.of(entry["day"]) == month]
        for entry in own:
            self._do(entry)
        return len(own)

    def _do(self, entry: Mapping[str, Any]) -> None:
        self._day = entry["day"]
        try:
            self._perform(entry)
        except Refusal as refusal:
            # in a small demonstration there may be nothing to do it to
            if {one.code for one in refusal.unmet} != {entry.get("unless")}:
                raise

    def _perform(self, entry: Mapping[str, Any]) -> None:
        if "to" in entry and self._thing(entry["to"]) is None:
            return
        kind = ACTS[entry["act"]].kind
        answers = {
            name: self._named(answer)
            for name, answer in entry.get("answers", {}).items()
        }
        made = perform(
            kind.model_validate(answers),
            self._actor(entry["by"]),
            self._reference(entry["to"]) if "to" in entry else None,
            at=datetime.combine(entry["day"], time(12), UTC),
        )
        if "keep" in entry:
            self.found[entry["keep"]] = made

    def _named(self, answer: Any) -> Any:
        if isinstance(answer, str) and answer.startswith("@"):
            return str(self._thing(answer[1:]).pk)
        return answer

    def _actor(self, by: str) -> Actor:
        role, _, name = by.partition(" of ")
        role, _, turn = role.partition(" ")
        if not name:
            with acting_as(SYSTEM):
                people = User.objects.filter(role=role).order_by("id")
                return Actor.of_user(people[int(turn or 1) - 1])
        thing = self._thing(name)
        holder = (
            thing.prime_id if isinstance(thing, Contract) else thing.organisation_id
        )
        return actor_of(role, holder)

    def _reference(self, name: str) -> str:
        thing = self._thing(name)
        return str(getattr(thing, reference_field(type(thing))))

    def _thing(self, name: str) -> Any:
        if name not in self.found:
            with acting_as(SYSTEM):
                self.found[name] = self._find(self.cast[name])
        return self.found[name]

    def _find(self, asked: Mapping[str, Any]) -> Any:
        place = asked["rank"] - 1
        match asked["thing"]:
            case "contract":
                return sorted(Contract.objects.all(), key=lambda one: int(one.id))[
                    place
                ]
            case "place":
                contract = self._thing(asked["contract"])
                own = Position.objects.filter(contract=contract, tier=asked["tier"])
                return own.order_by("-promised_yearly", "id")[place]
            case "case":
                # the whole month is played already: nobody has a past before they came
                cases = Participation.objects.filter(
                    state="attached",
                    person__is_vulnerable=False,
                    attached__lte=self._day - SETTLED_IN,
                )
                if "place" in asked:
                    cases = cases.filter(position=self._thing(asked["place"]))
                else:
                    cases = cases.filter(contract=self._thing(asked["contract"]))
                return cases.order_by("-referred", "-id")[place]
            case "claim":
                claims = Claim.objects.filter(
                    contract=self._thing(asked["contract"]),
                    milestone=asked["milestone"],
                    state="paid",
                )
                return claims.order_by("id")[place]
            case "share shift":
                return ShareProposal.objects.order_by("id")[place:].first()
            case other:
                raise ValueError(f"scenario: no such thing as {other!r}")
