"""What happened in a run, as events: the same vocabulary that a live service writes.

Everything is known on the day it happens. A milestone is claimed, if it ever is, on the
first day on which it may be; work that goes on when nothing more can be earned is left
without an end, since nobody follows it up.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quasimarket.entitlement.columns import KIND_CODE, EventColumns
from quasimarket.events import EventKind
from quasimarket.market.chain import Chain
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.simulation.clock import Clock
from quasimarket.simulation.course import Course
from quasimarket.simulation.prices import KINDS, milestone_of
from quasimarket.simulation.state import WORKING, Log, Rules


Int32 = NDArray[np.int32]
_FIELDS: dict[str, type[np.generic]] = {
    "kind": np.uint8,
    "participant": np.int32,
    "happened": np.int32,
    "contract": np.int16,
    "position": np.int32,
    "group": np.int8,
    "spell": np.int32,
    "milestone": np.int8,
    "number": np.int16,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spells:
    """Every job of a run; the end is -1 where nobody followed it up."""

    person: Int32
    start_week: Int32
    end_week: Int32


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestones:
    """Every outcome reached, and every following milestone that was claimed."""

    person: Int32
    week: Int32
    number: NDArray[np.uint8]
    """0 is the outcome; following milestones are numbered from 1."""


def spells_of(course: Course) -> Spells:
    """Gather the jobs that ended and those that are still open."""
    log, people = course.log, course.people
    person = _stretches(log, log.spell_person, log.spells_used)
    start = _stretches(log, log.spell_start, log.spells_used)
    end = _stretches(log, log.spell_end, log.spells_used)
    ended = np.bincount(person, minlength=len(people.number))
    open_ = np.flatnonzero(people.spells > ended).astype(np.int32)
    return Spells(
        person=np.concatenate([person, open_]).astype(np.int32),
        start_week=np.concatenate([start, people.started[open_]]).astype(np.int32),
        end_week=np.concatenate([end, np.full(len(open_), -1)]).astype(np.int32),
    )


def milestones_of(course: Course, rules: Rules) -> Milestones:
    """Gather the milestones that were earned, those of work that goes on included."""
    log, people = course.log, course.people
    person = _stretches(log, log.milestone_person, log.milestones_used).astype(np.int32)
    week = _stretches(log, log.milestone_week, log.milestones_used).astype(np.int32)
    number = _stretches(log, log.milestone_number, log.milestones_used)
    count = _stretches(log, log.milestone_count, log.milestones_used)
    cycle = rules.following_weeks[people.group]
    open_ = np.flatnonzero(
        (people.state == WORKING) & (people.reached > 0) & (people.claims == 1)
    )
    due = people.counted[open_] + cycle[open_] - people.carried[open_] - 1
    so_far = np.maximum((course.last_week - due) // cycle[open_] + 1, 0)
    person = np.concatenate([person, open_]).astype(np.int32)
    week = np.concatenate([week, due]).astype(np.int32)
    number = np.concatenate([number, people.reached[open_]])
    count = np.concatenate([count, so_far]).astype(np.int64)
    place = np.arange(count.sum()) - np.repeat(count.cumsum() - count, count)
    repeated = np.repeat(person, count)
    return Milestones(
        person=repeated,
        week=(np.repeat(week, count) + place * cycle[repeated]).astype(np.int32),
        number=(np.repeat(number, count) + place).astype(np.uint8),
    )


def write_events(
    rulebook: Rulebook,
    clock: Clock,
    chain: Chain,
    course: Course,
    spells: Spells,
    milestones: Milestones,
) -> EventColumns:
    """Turn a run into a log in columns, numbered from 1 in the order of kinds."""
    people = course.people
    monday = clock.monday
    sunday = clock.monday + np.int32(6)
    attached = np.flatnonzero(people.position >= 0).astype(np.int32)
    attachment_day = monday[people.attachment_week[attached]]
    names, code_of_place = position_names(chain)
    everyone = np.arange(len(people.number), dtype=np.int32)
    claimed = people.claims[milestones.person] == 1
    earned = Milestones(
        person=milestones.person[claimed],
        week=milestones.week[claimed],
        number=milestones.number[claimed],
    )
    served = np.flatnonzero(people.specialist >= 0).astype(np.int32)
    ended = spells.end_week >= 0
    parts = [
        _part(
            EventKind.REFERRED,
            everyone,
            monday[people.referral_week],
            contract=people.contract,
            group=people.group,
        ),
        _part(EventKind.ATTACHED, attached, attachment_day),
        _part(
            EventKind.ALLOCATED,
            attached,
            attachment_day,
            position=code_of_place[people.position[attached]],
        ),
        _part(
            EventKind.SPECIALIST_REFERRED,
            served,
            monday[people.attachment_week[served]],
            position=code_of_place[people.specialist[served]],
        ),
        _part(
            EventKind.JOB_STARTED,
            spells.person,
            monday[spells.start_week],
            spell=spells.start_week,
        ),
        _part(
            EventKind.JOB_ENDED,
            spells.person[ended],
            sunday[spells.end_week[ended]],
            spell=spells.start_week[ended],
        ),
        *_claims(rulebook, clock, attached, attachment_day, earned),
    ]
    count = sum(len(np.atleast_1d(part["participant"])) for part in parts)
    columns = {
        name: _gather(parts, name, kind, count) for name, kind in _FIELDS.items()
    }
    nothing = np.broadcast_to(np.int16(-1), count)  # one number, however many rows
    return EventColumns(
        **columns,  # type: ignore[arg-type]  # each field has its own type of number
        known=columns["happened"],  # type: ignore[arg-type]  # as above
        code=nothing,
        amount=np.zeros(count, np.int64),
        event=np.arange(1, count + 1, dtype=np.int32),
        participants=people.number,
        positions=names,
        spells=np.arange(clock.weeks + 1),
        codes=np.array([], dtype=object),
        events=None,
    )


def position_names(chain: Chain) -> tuple[NDArray[np.str_], Int32]:
    """Give subcontract positions in order of their names, and each place's code.

    The prime's own units have none: what they deliver carries no position.
    """
    places = np.flatnonzero(chain.tier > 0)
    ids = np.array(chain.id)[places]
    order = np.argsort(ids, kind="stable")
    code = np.full(len(chain), -1, np.int32)
    code[places[order]] = np.arange(len(places), dtype=np.int32)
    return ids[order], code


def _claims(
    rulebook: Rulebook,
    clock: Clock,
    attached: Int32,
    attachment_day: Int32,
    earned: Milestones,
) -> list[dict[str, NDArray[np.generic] | int]]:
    """Claim every attachment, and every outcome and what follows that is claimed."""
    parts = []
    places = {one.id: place for place, one in enumerate(rulebook.milestones)}
    attachment, outcome, following = (milestone_of(rulebook, basis) for basis in KINDS)
    if attachment:
        parts.append(
            _part(
                EventKind.CLAIMED,
                attached,
                attachment_day,
                milestone=places[attachment.id],
                number=1,
            )
        )
    for kind, milestone, chosen in (
        (1, outcome, earned.number == 0),
        (2, following, earned.number > 0),
    ):
        if milestone:
            parts.append(
                _part(
                    EventKind.CLAIMED,
                    earned.person[chosen],
                    clock.claimable_day[kind, earned.week[chosen]],
                    milestone=places[milestone.id],
                    number=np.maximum(earned.number[chosen], 1),
                )
            )
    return parts


def _part(
    kind: EventKind,
    participant: Int32,
    happened: Int32,
    **fields: NDArray[np.generic] | int,
) -> dict[str, NDArray[np.generic] | int]:
    return {
        "kind": KIND_CODE[kind],
        "participant": participant,
        "happened": happened,
        **fields,
    }


def _gather(
    parts: list[dict[str, NDArray[np.generic] | int]],
    name: str,
    kind: type[np.generic],
    count: int,
) -> NDArray[np.generic]:
    column = np.full(count, 0 if name == "kind" else -1, kind)
    at = 0
    for part in parts:
        size = len(np.atleast_1d(part["participant"]))
        if name in part:
            column[at : at + size] = part[name]
        at += size
    return column


def _stretches(
    log: Log, column: NDArray[np.integer[Any]], used: NDArray[np.int64]
) -> NDArray[np.int64]:
    stretches: NDArray[np.int64] = np.concatenate(
        [
            column[first : first + count]
            for first, count in zip(log.first[:-1], used, strict=True)
        ]
    ).astype(np.int64)
    return stretches
