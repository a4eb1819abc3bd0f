"""Play a log of events into the service, through the acts that people use, quickly.

`replay` takes events in the order in which they became known and does for each the act
that would have recorded it: the same guards, the same log rows, at the day it was
known. Cases are held in memory for a batch and written together (`batch.Batch`).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from itertools import islice
from typing import Any

from pydantic import ValidationError

from quasimarket.events import Event, EventKind
from quasimarket.service.acting.act import Act
from quasimarket.service.acting.refusals import NotFound, Refused, refuse
from quasimarket.service.participation.acts.beginning import (
    AcknowledgeReferral,
    Attach,
)
from quasimarket.service.participation.acts.benefits import EndBenefit, StartBenefit
from quasimarket.service.participation.acts.circumstances import (
    ChangeCircumstances,
    CorrectGroup,
    RecordReconviction,
)
from quasimarket.service.participation.acts.delivery import (
    IN_HOUSE,
    AgreeActionPlan,
    Allocate,
    AllocationReason,
    ContactKind,
    Purpose,
    RecordContact,
)
from quasimarket.service.participation.acts.ending import Complete, Completion
from quasimarket.service.participation.acts.referral import (
    CancelReferral,
    ReceiveReferral,
    WrongReferral,
)
from quasimarket.service.participation.acts.specialists import (
    AcceptCallOff,
    CallOffSpecialist,
    DeclineCallOff,
    FinishCallOff,
    WithdrawCallOff,
)
from quasimarket.service.participation.acts.transfer import MoveContract, Transfer
from quasimarket.service.participation.acts.work import (
    CorrectSpell,
    EndJob,
    EvidenceEmployment,
    StartJob,
)
from quasimarket.service.participation.batch import Batch, BatchDoing
from quasimarket.service.participation.models import Participation
from quasimarket.service.participation.states import OPEN_CALL_OFF
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as


People = Callable[[str], Mapping[str, Any]]
Act_ = tuple[Act, Any]
REPLAYED = "Replayed from a log of events"


@dataclass(slots=True, kw_only=True)
class Replayed:
    """What became of the events."""

    played: Counter[EventKind] = field(default_factory=Counter)
    refused: list[tuple[Event, Exception]] = field(default_factory=list)
    """Events that an act refused, with why; nothing of them was written."""
    left: Counter[EventKind] = field(default_factory=Counter)
    """Events of kinds that other rooms play."""


def replay(
    events: Iterable[Event],
    people: People,
    *,
    size: int = 5_000,
    acknowledges: bool = True,
    others: Callable[[list[Event]], object] | None = None,
    progress: Callable[[int], object] | None = None,
) -> Replayed:
    """Play events through the acts of this room, a batch a transaction.

    Contracts, organisations and places must be there. Each batch is committed by
    itself, unless a transaction is open; a row of the log has the event's `known` as
    the day it was recorded (noon, on the programme's clock). Afterwards call
    `daily.pass_day` for the last day: it completes whose time is over, and settles who
    is in work.

    Args:
        events: in the order in which they became known. `position` is none for the
            prime's own unit. A second `job-started` or `job-ended` of a spell corrects
            it. `contacted` has as code its purpose, and after a colon its kind:
            "support:telephone". `specialist-answered` has accepted, declined, finished
            or withdrawn. `transferred` names the contract, also within it.
        people: gives who a participant is, by the id in the events: the fields of
            `Person`; name and national_insurance at the least, the number different
            for each.
        size: events in a batch.
        acknowledges: acknowledge a referral on the day of its attachment where the log
            has no event that did so before.
        others: is given the events of a batch that other rooms play (claims, notices),
            in the same transaction, in the programme's own scope, after this room's
            are written.
        progress: is called after each batch with how many events are done.
    """
    result = Replayed()
    source = iter(events)
    done = 0
    batch: Batch | None = None
    while taken := list(islice(source, size)):
        with acting_as(SYSTEM):
            batch = batch or Batch()
            _play_batch(batch, taken, people, acknowledges, result)
            left = [one for one in taken if one.kind not in PLAYS]
            result.left.update(one.kind for one in left)
            if others is not None and left:
                others(left)
        done += len(taken)
        if progress is not None:
            progress(done)
    return result


def _play_batch(
    batch: Batch,
    events: list[Event],
    people: People,
    acknowledges: bool,
    result: Replayed,
) -> None:
    who = {
        str(one.participant): people(str(one.participant))
        for one in events
        if one.kind is EventKind.REFERRED
    }
    batch.load(
        (str(one.participant) for one in events if one.participant),
        (str(one.get("national_insurance", "")) for one in who.values()),
    )
    for event in events:
        if event.kind not in PLAYS:
            continue
        try:
            _play(batch, event, who, acknowledges)
        except (Refused, ValidationError) as error:
            result.refused.append((event, error))
        else:
            result.played[event.kind] += 1
    batch.write()


def _play(
    batch: Batch, event: Event, who: Mapping[str, Mapping[str, Any]], acknowledges: bool
) -> None:
    if event.kind is EventKind.REFERRED:
        person = who[str(event.participant)]
        if str(event.participant) in batch.cases:
            raise refuse("referred-already", "This participant was referred already.")
        _do(batch, event, _receive(event, person))
        return
    case = batch.cases.get(str(event.participant))
    if case is None:
        raise NotFound(str(event.participant))
    if event.kind is EventKind.ATTACHED and case.state == "referred" and acknowledges:
        _do(batch, event, AcknowledgeReferral(acknowledged_on=event.happened), case)
    for act, subject in PLAYS[event.kind](event, case, batch):
        _do(batch, event, act, subject)


def _do(batch: Batch, event: Event, act: Act, subject: Any = None) -> None:
    doing = BatchDoing(
        actor=SYSTEM,
        act=act.about.name,
        now=datetime.combine(event.known, time(12), UTC),
    )
    batch.do(act, doing, subject)


def _receive(event: Event, person: Mapping[str, Any]) -> Act:
    return ReceiveReferral(
        reference=str(event.participant),
        contract=str(event.contract),
        group=str(event.group),
        referred_on=event.happened,
        person=dict(person),
    )


def _cancel(event: Event, case: Participation, batch: Batch) -> Iterator[Act_]:
    known = {str(one) for one in WrongReferral}
    code = event.code if event.code in known else WrongReferral.INELIGIBLE
    yield CancelReferral(code=WrongReferral(code), cancelled_on=event.happened), case


def _allocate(event: Event, case: Participation, batch: Batch) -> Iterator[Act_]:
    known = {str(one) for one in AllocationReason}
    why = event.code if event.code in known else AllocationReason.OTHER
    yield (
        Allocate(
            position=str(event.position or IN_HOUSE),
            why=AllocationReason(why),
            allocated_on=event.happened,
        ),
        case,
    )


def _contact(event: Event, case: Participation, batch: Batch) -> Iterator[Act_]:
    purpose, _, kind = str(event.code).partition(":")
    usual = (
        ContactKind.TELEPHONE
        if purpose == Purpose.TRACKING
        else ContactKind.FACE_TO_FACE
    )
    yield (
        RecordContact.model_validate(
            {"on": event.happened, "purpose": purpose, "kind": kind or usual}
        ),
        case,
    )


def _call_off(event: Event, case: Participation, batch: Batch) -> Iterator[Act_]:
    yield (
        CallOffSpecialist(
            position=str(event.position),
            need=event.code or "Specialist help",
            asked_on=event.happened,
        ),
        case,
    )


ANSWERS: dict[str, Callable[[Event], Act]] = {
    "accepted": lambda event: AcceptCallOff(answered_on=event.happened),
    "declined": lambda event: DeclineCallOff(
        answered_on=event.happened, answer=event.source or REPLAYED
    ),
    "finished": lambda event: FinishCallOff(
        finished_on=event.happened, answer=event.source or REPLAYED
    ),
    "withdrawn": lambda event: WithdrawCallOff(
        withdrawn_on=event.happened, why=event.source or REPLAYED
    ),
}


def _answer(event: Event, case: Participation, batch: Batch) -> Iterator[Act_]:
    make = ANSWERS.get(str(event.code))
    asked = [
        one
        for one in batch.call_offs(case)
        if one.position_id == event.position and one.state in OPEN_CALL_OFF
    ]
    if make is None or not asked:
        raise refuse("no-open-call-off", f"Nothing to answer with {event.code}.")
    yield make(event), asked[0]


def _start_job(event: Event, case: Participation, batch: Batch) -> Iterator[Act_]:
    spell = str(event.spell)
    if any(one.reference == spell for one in batch.spells(case)):
        yield CorrectSpell(spell=spell, first_day=event.happened, why=REPLAYED), case
    else:
        yield StartJob(first_day=event.happened, reference=spell), case


def _end_job(event: Event, case: Participation, batch: Batch) -> Iterator[Act_]:
    spell = str(event.spell)
    ended = any(
        one.reference == spell and one.last_day is not None
        for one in batch.spells(case)
    )
    if ended:
        yield CorrectSpell(spell=spell, last_day=event.happened, why=REPLAYED), case
    else:
        yield EndJob(spell=spell, last_day=event.happened), case


def _evidence(event: Event, case: Participation, batch: Batch) -> Iterator[Act_]:
    yield (
        EvidenceEmployment(
            spell=str(event.spell),
            got_on=event.happened,
            got_how=event.source or REPLAYED,
        ),
        case,
    )


def _correct_group(event: Event, case: Participation, batch: Batch) -> Iterator[Act_]:
    yield (
        CorrectGroup(
            group=str(event.group),
            corrected_on=event.happened,
            why=event.source or REPLAYED,
        ),
        case,
    )


def _transfer(event: Event, case: Participation, batch: Batch) -> Iterator[Act_]:
    why = event.source or REPLAYED
    if event.contract == case.contract_id:
        yield (
            Transfer(
                position=str(event.position or IN_HOUSE),
                has_consent=True,
                moved_on=event.happened,
                why=why,
            ),
            case,
        )
        return
    yield (
        MoveContract(
            contract=str(event.contract),
            has_consent=True,
            moved_on=event.happened,
            why=why,
        ),
        case,
    )
    if event.position is not None:
        yield next(_allocate(event, case, batch))


def _complete(event: Event, case: Participation, batch: Batch) -> Iterator[Act_]:
    early = event.happened < case.allotted_end
    because = Completion.ALL_PAYMENTS if early else Completion.ALLOTTED_TIME
    yield Complete(completed_on=event.happened, because=because), case


PLAYS: dict[EventKind, Callable[[Event, Participation, Batch], Iterator[Act_]]] = {
    EventKind.REFERRED: lambda event, case, batch: iter(()),  # made by `_receive`
    EventKind.REFERRAL_CANCELLED: _cancel,
    EventKind.ACKNOWLEDGED: lambda event, case, batch: iter(
        [(AcknowledgeReferral(acknowledged_on=event.happened), case)]
    ),
    EventKind.ATTACHED: lambda event, case, batch: iter(
        [(Attach(attached_on=event.happened), case)]
    ),
    EventKind.ALLOCATED: _allocate,
    EventKind.ACTION_PLANNED: lambda event, case, batch: iter(
        [(AgreeActionPlan(agreed_on=event.happened), case)]
    ),
    EventKind.CONTACTED: _contact,
    EventKind.SPECIALIST_REFERRED: _call_off,
    EventKind.SPECIALIST_ANSWERED: _answer,
    EventKind.JOB_STARTED: _start_job,
    EventKind.JOB_ENDED: _end_job,
    EventKind.EMPLOYMENT_EVIDENCED: _evidence,
    EventKind.BENEFIT_STARTED: lambda event, case, batch: iter(
        [(StartBenefit(first_day=event.happened, reference=str(event.spell)), case)]
    ),
    EventKind.BENEFIT_ENDED: lambda event, case, batch: iter(
        [(EndBenefit(spell=str(event.spell), last_day=event.happened), case)]
    ),
    EventKind.RECONVICTED: lambda event, case, batch: iter(
        [(RecordReconviction(convicted_on=event.happened), case)]
    ),
    EventKind.GROUP_CHANGED: lambda event, case, batch: iter(
        [
            (
                ChangeCircumstances(changed_on=event.happened, group=str(event.group)),
                case,
            )
        ]
    ),
    EventKind.GROUP_CORRECTED: _correct_group,
    EventKind.TRANSFERRED: _transfer,
    EventKind.COMPLETED: _complete,
}
"""The act, or acts, that record each kind of event; other kinds are other rooms'."""
