"""What an act has in hand while it is done: who, when, and the log."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from quasimarket.service.people.actor import Actor


AUDIENCES = ("chain", "own", "commissioner", "confidential")


@dataclass(slots=True, kw_only=True)
class Doing:
    """One act being done. Its log rows are written together at its end."""

    actor: Actor
    act: str
    now: datetime
    """On the programme's own clock."""
    reason: str = ""
    audience: str = "chain"
    entries: list[dict[str, Any]] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The day on the programme's own clock."""
        return self.now.date()

    def record(
        self,
        kind: str,
        *,
        happened: date | None = None,
        participation: Any = None,
        contract: str = "",
        position: str = "",
        organisation: str = "",
        audience: str = "",
        details: dict[str, Any] | None = None,
        **fields: Any,
    ) -> None:
        """Add one row to the log.

        Args:
            kind: an `EventKind`, an `OrganisationEventKind`, or the act's own name.
            happened: the day; today unless given.
            participation: the participation it is about; gives contract, position and
                group.
            contract: the contract, where no participation says it.
            position: the place, where no participation says it.
            organisation: the organisation it is about.
            audience: who may read it: chain, own, commissioner or confidential.
            details: what else a reader needs; no names, no addresses.
            fields: group, spell, milestone, number, code, amount, source, reason.
        """
        entry: dict[str, Any] = {
            "act": self.act,
            "kind": str(kind),
            "recorded_at": self.now.isoformat(),
            "happened": (happened or self.today).isoformat(),
            "known": self.today.isoformat(),
            "audience": audience or self.audience,
            "contract": contract,
            "position": position,
            "organisation": organisation,
            "reason": self.reason,
            "details": details or {},
            **fields,
        }
        if participation is not None:
            entry["participation"] = participation.pk
            entry["participant"] = participation.reference
            entry["contract"] = contract or participation.contract_id
            entry["position"] = position or participation.position_id or ""
            entry.setdefault("group", participation.group)
        self.entries.append(entry)

    def write(self) -> None:
        """Append what was recorded to the log."""
        if self.entries:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT log_append(%s::jsonb)", [json.dumps(self.entries)]
                )
            self.entries = []
