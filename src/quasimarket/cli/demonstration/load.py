"""Play the chosen people's events and the scenario into the service, month by month.

The programme's clock moves with it, so every act meets the rules of its own day. A
month of events is one transaction, marked in the log: a loading that was stopped goes
on where it was.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from itertools import groupby
from pathlib import Path
from typing import Any

from django.db import transaction
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from quasimarket.cli.demonstration.course import Chosen, choose, events_of
from quasimarket.cli.demonstration.institutions import Institutions
from quasimarket.cli.demonstration.names import make_up
from quasimarket.cli.demonstration.organisations import (
    add_participant_sign_in,
    has_chains,
    make_sign_ins,
    sign_in_of,
    write_chains,
)
from quasimarket.cli.demonstration.run import TODAY, PlayedRun, play_areas
from quasimarket.cli.demonstration.scenario import Scenario
from quasimarket.core.dates import Month, months_from
from quasimarket.core.errors import QuasimarketError
from quasimarket.events import Event
from quasimarket.service.acting.doing import Doing
from quasimarket.service.log.models import LogEvent
from quasimarket.service.participation.acts.ending import Completion
from quasimarket.service.participation.daily import pass_day
from quasimarket.service.participation.models import Participation
from quasimarket.service.participation.replay import Replayed, replay
from quasimarket.service.payments.monthly import run_month
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Position, Programme


LOADED = "demonstration-month"
"""The kind of the log row that says that a month is loaded."""
AGE = {"18-24": 21, "25-34": 30, "35-49": 42, "50 and over": 56}
TOWN = {"3": "Westbourne", "11": "Exebridge"}
"""Towns that do not exist."""


def load(
    folder: Path, people: int, console: Console, last: Month | None = None
) -> None:
    """Load what is not loaded yet; the clock then stands at the demonstration's day.

    Args:
        folder: the service's state; the run is kept in it.
        people: participants.
        console: where progress is shown.
        last: stop after this month; that of the demonstration's day unless given.
    """
    with _progress(console) as progress:
        task = progress.add_task("Simulating two areas", total=None)
        run = play_areas(folder / "run")
        progress.update(task, description="Telling what becomes of each person")
        chosen = choose(run, people, TODAY)
        if not has_chains():
            share = len(chosen) / max(run.participants.height, 1)
            write_chains(run, share)
        make_sign_ins(folder, with_chains=True)
        final = Month.of(TODAY) if last is None else min(last, Month.of(TODAY))
        months = months_from(Month.of(run.rulebook.first_day), final)
        done, kept = _loaded_to()
        waiting = [one for one in months if done is None or one > done]
        if not waiting:
            console.print("The demonstration is loaded already.")
            return
        by_month = _by_month(events_of(run, chosen, TODAY))
        persons = _persons(chosen)
        scenario = Scenario()
        scenario.recall(kept)
        with acting_as(SYSTEM):
            institutions = Institutions(run, Position.objects.in_bulk())
        progress.update(task, total=len(months), completed=len(months) - len(waiting))
        for month in waiting:
            progress.update(task, description=f"Playing {month}")
            _play(month, by_month.get(month, []), persons, run, scenario, institutions)
            if "ada" in scenario.found:
                add_participant_sign_in(
                    folder, scenario.found["ada"], _noon(min(month.last_day, TODAY))
                )
            progress.advance(task)
    stands = min(final.last_day, TODAY)
    console.print(f"The demonstration stands at {stands:%-d %B %Y}.")


def _play(
    month: Month,
    events: list[Event],
    persons: Mapping[str, Mapping[str, Any]],
    run: PlayedRun,
    scenario: Scenario,
    institutions: Institutions,
) -> None:
    last = min(month.last_day, TODAY)
    _set_clock(last)
    previous = month.plus(-1)
    if previous.first_day >= run.rulebook.first_day:
        _pay(previous, last)
    with transaction.atomic():
        played = replay(events, lambda participant: persons[participant])
        _refuse_refused(played)
        pass_day(last)
        institutions.play(month, last)
        scenario.play(month)
        with acting_as(SYSTEM):
            doing = Doing(actor=SYSTEM, act="load", now=_noon(last))
            doing.record(
                LOADED,
                audience="commissioner",
                code=str(month),
                details=scenario.kept(),
            )
            doing.write()


def _refuse_refused(played: Replayed) -> None:
    """Stop if an act refused an event: the demonstration would be another one.

    A simulated run knows of no early completion: what it does with somebody of whom
    everything has been paid is left out.
    """
    named = {event.participant for event, _ in played.refused}
    with acting_as(SYSTEM):
        early = Participation.objects.filter(
            reference__in=named, ended_because=Completion.ALL_PAYMENTS
        )
        done = set(early.values_list("reference", flat=True))
    refused = [one for one in played.refused if one[0].participant not in done]
    if refused:
        event, error = refused[0]
        raise QuasimarketError(
            f"{len(refused)} events of the run were refused; the first: "
            f"{event.kind} of {event.participant} on {event.happened}: {error}"
        )


def _pay(month: Month, on: date) -> None:
    run_month(
        month,
        preparer=sign_in_of("payment", 1),
        approver=sign_in_of("payment", 2),
        now=_noon(on),
        sample_size=500,
        feeds_are_complete=True,
    )


def _set_clock(day: date) -> None:
    with acting_as(SYSTEM):
        Programme.objects.update(today=day)


def _loaded_to() -> tuple[Month | None, dict[str, list[str]]]:
    """Give the last month that is loaded, and what the scenario kept by then."""
    with acting_as(SYSTEM):
        mark = LogEvent.objects.filter(kind=LOADED).order_by("-code").first()
    return (None, {}) if mark is None else (Month.parse(mark.code), mark.details)


def _by_month(events: list[Event]) -> dict[Month, list[Event]]:
    return {
        month: list(found)
        for month, found in groupby(events, key=lambda event: Month.of(event.known))
    }


def _persons(chosen: list[Chosen]) -> dict[str, dict[str, Any]]:
    return {str(one.reference): _person(one) for one in chosen}


def _person(one: Chosen) -> dict[str, Any]:
    row = one.row
    born = row["referred"].year - AGE[row["age_band"]]
    made = make_up(one.order, born, TOWN[row["area"]])
    return {
        "name": made.name,
        "national_insurance": made.national_insurance,
        "born": made.born,
        "address": made.address,
        "telephone": made.telephone,
        "email": made.email,
        "needs": "" if row["need"] in (None, "none") else f"Help with {row['need']}",
        "is_vulnerable": row["need"] in ("health", "disability") and one.order % 7 == 0,
    }


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


@contextmanager
def _progress(console: Console) -> Iterator[Progress]:
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total} months"),
        TimeElapsedColumn(),
        console=console,
    ) as progress:
        yield progress
