"""A log that is replayed stands as if each event had been done on its page."""

from datetime import date, timedelta

from django.db import transaction

from quasimarket.events import Event, EventKind
from quasimarket.service.log.models import LogEvent
from quasimarket.service.participation.models import (
    CallOff,
    Contact,
    LateDeadline,
    Participation,
    Person,
    Spell,
)
from quasimarket.service.participation.replay import replay
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as


START = date(2011, 6, 6)


def person(participant):
    return {"name": f"Sam {participant}", "national_insurance": f"QQ{participant}A"}


def course(participant, first):
    """Give one participant's events."""
    said = [
        (EventKind.REFERRED, 0, 0, {"contract": "1", "group": "2"}),
        (EventKind.ATTACHED, 3, 3, {}),
        (EventKind.ALLOCATED, 3, 3, {"position": "anchor-place"}),
        (EventKind.CONTACTED, 5, 6, {"code": "support:telephone"}),
        (EventKind.SPECIALIST_REFERRED, 6, 6, {"position": "beacon-place"}),
        (
            EventKind.SPECIALIST_ANSWERED,
            8,
            8,
            {"position": "beacon-place", "code": "accepted"},
        ),
        (EventKind.JOB_STARTED, 30, 29, {"spell": "1"}),
        (EventKind.JOB_ENDED, 60, 61, {"spell": "1"}),
        (EventKind.JOB_ENDED, 65, 90, {"spell": "1"}),
        (EventKind.TRANSFERRED, 95, 95, {"contract": "1", "position": "beacon-place"}),
        (EventKind.CLAIMED, 100, 100, {"milestone": "job-outcome", "number": 1}),
        (EventKind.COMPLETED, 727, 728, {}),
    ]
    return [
        Event(
            id=f"{first + place}",
            kind=kind,
            participant=participant,
            happened=START + timedelta(days=happened),
            known=START + timedelta(days=known),
            **fields,
        )
        for place, (kind, happened, known, fields) in enumerate(said)
    ]


def log_of(people):
    events = [
        one
        for place, name in enumerate(people)
        for one in course(name, place * 100 + 1)
    ]
    return sorted(events, key=lambda one: (one.known, int(one.id)))


def everything():
    """Give every row that a replay writes, without what is drawn at random."""
    with acting_as(SYSTEM):
        case_of = dict(Participation.objects.values_list("pk", "reference"))
        left_out = {"id", "person_id", "reference"}
        rows = {}
        for kind in (Participation, Spell, Contact, CallOff, LateDeadline):
            names = [
                one.attname
                for one in kind._meta.concrete_fields
                if one.attname not in left_out
            ]
            rows[kind.__name__] = sorted(
                str(
                    [
                        case_of[value] if name == "participation_id" else value
                        for name, value in zip(names, row, strict=True)
                    ]
                )
                for row in kind.objects.values_list(*names)
            )
        rows["log"] = [
            (
                one.participant,
                one.kind,
                one.happened,
                one.known,
                one.recorded_at.date(),
                one.position,
                one.spell,
                one.code,
            )
            for one in LogEvent.objects.order_by("id")
        ]
    return rows


def test_a_replay_plays_every_event_of_this_room(world):
    others = []

    result = replay(log_of(["100001", "100002"]), person, others=others.extend)

    assert result.refused == []
    assert sum(result.played.values()) == 22
    assert [one.kind for one in others] == [EventKind.CLAIMED] * 2
    with acting_as(SYSTEM):
        case = Participation.objects.get(reference="100001")
        spell = Spell.objects.get(participation=case)
        assert case.state == "completed"
        assert case.acknowledged == case.attached == START + timedelta(days=3)
        assert case.position_id == "beacon-place"
        assert case.also_positions == ["beacon-place"]
        assert spell.last_day == START + timedelta(days=65)


def test_batches_of_any_size_leave_the_same(world):
    found = []
    for size in (1, 7, 1000):
        with transaction.atomic():
            replay(log_of(["100001", "100002", "100003"]), person, size=size)
            found.append(everything())
            transaction.set_rollback(True)

    assert found[0] == found[1] == found[2]


def test_what_an_act_refuses_is_told_and_leaves_nothing(world):
    events = log_of(["100001"])
    early = Event(
        id="900",
        kind=EventKind.COMPLETED,
        participant="100001",
        happened=START + timedelta(days=1),
        known=START + timedelta(days=1),
    )
    unknown = Event(
        id="901",
        kind=EventKind.ATTACHED,
        participant="999999",
        happened=START + timedelta(days=2),
        known=START + timedelta(days=2),
    )

    result = replay([events[0], early, unknown, *events[1:]], person)

    assert [event.id for event, _ in result.refused] == ["900", "901"]
    with acting_as(SYSTEM):
        assert Participation.objects.count() == 1
        kinds = list(LogEvent.objects.values_list("kind", flat=True))
    assert kinds.count("completed") == 1


def test_one_number_cannot_be_two_people(world):
    first, second = log_of(["100001"])[0], course("100002", 500)[0]

    result = replay(
        [first, second],
        lambda one: {"name": f"Sam {one}", "national_insurance": "QQ123456A"},
    )

    assert [str(error) for _, error in result.refused] == [
        "This person has been referred to the programme already."
    ]
    with acting_as(SYSTEM):
        assert Person.objects.count() == 1
