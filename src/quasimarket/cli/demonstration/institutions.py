"""What the run says that organisations asked, ordered and disputed, played as acts.

A run counts requests by place and month; each such count is played as one request of
its hours. Conduct that the run knows and nobody could see (a practice that is only
reported) is not played.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import polars as pl

from quasimarket.cli.demonstration.run import TODAY, PlayedRun
from quasimarket.cli.demonstration.staff import actor_of
from quasimarket.core.dates import Month, nth_working_day_after
from quasimarket.service.acting.act import ACTS
from quasimarket.service.acting.performing import perform
from quasimarket.service.acting.refusals import Refusal
from quasimarket.service.people.actor import Actor
from quasimarket.service.programme.models import Contract, Position


KINDS = (
    "information-requested",
    "directive-issued",
    "directive-answered",
    "directive-withdrawn",
    "complained",
    "complaint-resolved",
)
FAIR_NOTICE = 20
"""Working days that are enough for any request of the run."""
PURPOSE = "For the monthly review of the contract's results."
Row = Mapping[str, Any]


class Institutions:
    """Plays a month of the run's organisation events."""

    def __init__(self, run: PlayedRun, places: Mapping[str, Position]) -> None:
        """Keep the events of the places that the service has."""
        self.holidays = run.rulebook.holidays
        self.places = places
        self.primes = dict(Contract.objects.values_list("id", "prime_id"))
        events = run.organisation_events.with_columns(
            pl.col(
                "kind", "position", "code", "organisation", "contract", "counterpart"
            ).cast(pl.String)
        )
        self.events = events.filter(
            pl.col("kind").is_in(KINDS), pl.col("position").is_in(list(places))
        )
        returned = events.filter(pl.col("kind") == "information-returned")
        self.late = {
            (row["position"], row["happened"])
            for row in returned.filter(pl.col("code") == "late").iter_rows(named=True)
        }
        self.open: dict[str, Any] = {}
        self.complaints: dict[str, Any] = {}

    def play(self, month: Month, last: date) -> int:
        """Do the acts of a month; give how many rows were played."""
        rows = self.events.filter(
            pl.col("happened").is_between(month.first_day, last - timedelta(days=14))
        ).sort("event")
        play: Mapping[str, Callable[[Row], None]] = {
            "information-requested": self._request,
            "directive-issued": self._directive,
            "directive-answered": self._answer,
            "directive-withdrawn": self._withdraw,
            "complained": self._complain,
            "complaint-resolved": self._resolve,
        }
        for row in rows.iter_rows(named=True):
            play[row["kind"]](row)
        return rows.height

    def _do(
        self,
        name: str,
        actor: Actor,
        day: date,
        subject: Any = None,
        **answers: Any,
    ) -> Any:
        return perform(
            ACTS[name].kind.model_validate(answers),
            actor,
            subject,
            at=datetime.combine(day, time(12), UTC),
        )

    def _prime(self, place: Position) -> Actor:
        return actor_of("prime-manager", self.primes[place.contract_id])

    def _holder(self, place: Position) -> Actor:
        return actor_of("sub-manager", place.organisation_id)

    def _later(self, day: date, working_days: int) -> date:
        return nth_working_day_after(day, working_days, self.holidays)

    def _request(self, row: Row) -> None:
        place = self.places[row["position"]]
        asked = self._later(row["happened"], 2)
        hours = max(1, round(row["hours"]))
        due = self._later(asked, 6 + 10 * (hours // 15))
        try:
            request = self._ask(place, asked, due, row["number"], hours)
        except Refusal:  # too many at short notice before: fair notice it must be
            due = self._later(asked, FAIR_NOTICE)
            request = self._ask(place, asked, due, row["number"], hours)
        late = (row["position"], row["happened"]) in self.late
        answered = self._later(due, 3) if late else due
        if request.state == "asked" and answered <= TODAY:
            self._do(
                "answer-request",
                self._holder(place),
                answered,
                request,
                answer="The state of each case was sent.",
                spent_hours=hours,
            )

    def _ask(
        self, place: Position, asked: date, due: date, number: int, hours: int
    ) -> Any:
        return self._do(
            "ask-for-information",
            self._prime(place),
            asked,
            place,
            topic="quality",
            month=str(Month.of(asked).plus(-1)),
            question=f"{number} requests of the month together.",
            purpose=PURPOSE,
            effort_hours=hours,
            due=due,
        )

    def _directive(self, row: Row) -> None:
        place = self.places[row["position"]]
        issued = self._later(row["happened"], 3)
        practice = row["code"].replace("_", " ")
        self.open[row["position"]] = self._do(
            "issue-directive",
            self._prime(place),
            issued,
            place,
            practice=row["code"],
            text=f"Work as the chain's template says: {practice}.",
            why="Results are below what the contract needs.",
            holds_from=issued + timedelta(days=14),
        )

    def _answer(self, row: Row) -> None:
        directive = self.open.get(row["position"])
        if directive is None:
            return
        holder = self._holder(self.places[row["position"]])
        day = self._later(row["happened"], 6)
        response, _, tactic = row["code"].partition(":")
        if tactic in ("appeal-to-contract", "block-scrutiny"):
            self._do(
                "contest-directive",
                holder,
                day,
                directive,
                clause="Schedule 2, minimum prescription",
                argument="How to deliver was left to us by the contract.",
            )
        elif response == "compromise":
            self._do(
                "negotiate-directive",
                holder,
                day,
                directive,
                proposal="In part, and for those whom it would help.",
            )
        else:
            self._do("accept-directive", holder, day, directive)
        if response != "defy":
            del self.open[row["position"]]

    def _withdraw(self, row: Row) -> None:
        directive = self.open.pop(row["position"], None)
        if directive is not None:
            self._do(
                "withdraw-directive",
                self._prime(self.places[row["position"]]),
                self._later(row["happened"], 10),
                directive,
                why="The provider's own way was accepted.",
            )

    def _complain(self, row: Row) -> None:
        place = self.places[row["position"]]
        self.complaints[row["position"]] = self._do(
            "raise-complaint",
            self._holder(place),
            self._later(row["happened"], 4),
            contract=place.contract_id,
            principle="conduct",
            text="We are pressed into one way of working, and paid for none of it.",
            remedy="That our own methods are respected, and requests are fewer.",
        )

    def _resolve(self, row: Row) -> None:
        complaint = self.complaints.pop(row["position"], None)
        if complaint is None:
            return
        place = self.places[row["position"]]
        day = self._later(row["happened"], 8)
        self._do(
            "answer-complaint",
            self._prime(place),
            day,
            complaint,
            answer="The chain is treated alike.",
        )
        self._do(
            "refer-to-merlin",
            self._holder(place),
            day,
            complaint,
            why="The answer does not meet what was said.",
        )
        assessor = actor_of("merlin-assessor", "merlin")
        self._do("find-merlin-matter", assessor, day, complaint, principle="conduct")
        self._do(
            "decide-complaint",
            assessor,
            day,
            complaint,
            is_upheld=row["code"] == "upheld",
            finding="Decided on the papers.",
        )
