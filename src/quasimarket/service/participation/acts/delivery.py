"""Who helps the participant, and how: place, adviser, plan, contacts."""

from datetime import date
from enum import StrEnum
from typing import Any

from quasimarket.events import EventKind
from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.participation.guards import check_day, check_place
from quasimarket.service.participation.keeping import keeper_of
from quasimarket.service.participation.models import Contact, Participation
from quasimarket.service.participation.states import COURSE
from quasimarket.service.people.actor import Actor
from quasimarket.service.people.models import User
from quasimarket.service.people.roles import ADVISERS, DELIVERY, MANAGERS, Role
from quasimarket.service.programme.models import Position


IN_HOUSE = "in-house"


class AllocationReason(StrEnum):
    """Why a participant goes to one place rather than another."""

    LOCALITY = "locality"
    SPECIALISM = "specialism"
    CAPACITY = "capacity"
    CHOICE = "participant-choice"
    PROMISED_VOLUME = "promised-volume"
    PERFORMANCE = "performance"
    OTHER = "other"


def places_offered(
    contract: str, *, specialists: bool | None = None
) -> list[tuple[str, str]]:
    """List the places of a contract that can take participants, by name."""
    rows = Position.objects.filter(
        contract_id=contract,
        ended_on__isnull=True,
        status__in=("contracted", "active"),
    ).select_related("organisation")
    if specialists is not None:
        rows = rows.filter(tier=2) if specialists else rows.filter(tier=1)
    return [
        (one.id, f"{one.organisation.name} (tier {one.tier})")
        for one in rows.order_by("tier", "organisation__name")
    ]


@act(
    name="allocate",
    title="Choose who helps the participant",
    on=Participation,
    by=(Role.PRIME_MANAGER, Role.PRIME_ADVISER),
    machine=COURSE,
)
class Allocate(Act):
    """Say whether your own unit or a subcontractor holds the participant, and why.

    The place that holds them earns what they earn from that day on.
    """

    position: str = ask("Who will help them?")
    why: AllocationReason = ask("Why this place?")
    because: str = ask("What else decided it?", default="", long=True, max_length=500)
    allocated_on: date = ask("From which day?")

    @classmethod
    def offered(
        cls, subject: Participation, actor: Actor
    ) -> dict[str, list[tuple[str, str]]]:
        """Offer the contract's places."""
        own = [(IN_HOUSE, "Our own unit")]
        return {"position": own + places_offered(subject.contract_id)}

    def do(self, doing: Doing, subject: Participation) -> None:
        """Give the participant to the place."""
        keeper = keeper_of(doing)
        check_day(doing, self.allocated_on, "allocated_on", first=subject.referred)
        place = None
        if self.position != IN_HOUSE:
            place = check_place(keeper, subject, self.position, self.allocated_on)
        before = subject.position_id
        subject.position_id = place.id if place else None
        changed = ["position"]
        if before != subject.position_id and subject.adviser_id is not None:
            subject.adviser_id = None
            changed.append("adviser")
        keeper.change(subject, *changed)
        doing.record(
            EventKind.ALLOCATED,
            participation=subject,
            happened=self.allocated_on,
            code=str(self.why),
            reason=self.because or doing.reason,
            details={"from": before or IN_HOUSE},
        )


@act(
    name="assign-adviser",
    title="Choose the adviser",
    on=Participation,
    by=MANAGERS,
    machine=COURSE,
)
class AssignAdviser(Act):
    """Say which adviser the participant has. The case then stands in their caseload."""

    adviser: int = ask("Which adviser?")

    @classmethod
    def offered(
        cls, subject: Participation, actor: Actor
    ) -> dict[str, list[tuple[str, str]]]:
        """Offer the organisation's own advisers."""
        staff = User.objects.filter(
            organisation_id=actor.organisation, role__in=ADVISERS, is_active=True
        )
        return {"adviser": [(str(one.pk), one.name) for one in staff.order_by("name")]}

    def do(self, doing: Doing, subject: Participation) -> None:
        """Keep who it is."""
        found = User.objects.filter(
            pk=self.adviser, role__in=(*ADVISERS, *MANAGERS), is_active=True
        ).first()
        own = doing.actor.role is Role.SYSTEM or (
            found is not None and found.organisation_id == doing.actor.organisation
        )
        if found is None or not own:
            raise refuse(
                "not-your-adviser",
                "This is not an adviser of your organisation.",
                field="adviser",
                remedy="Choose one of your own staff.",
            )
        subject.adviser_id = found.pk
        keeper_of(doing).change(subject, "adviser")
        doing.record(
            "assign-adviser", participation=subject, details={"adviser": found.pk}
        )


@act(
    name="agree-action-plan",
    title="Record the action plan",
    on=Participation,
    by=DELIVERY,
    machine=COURSE,
)
class AgreeActionPlan(Act):
    """Record that you and the participant agreed a plan, or changed it together."""

    agreed_on: date = ask("When was it agreed?")

    def do(self, doing: Doing, subject: Participation) -> None:
        """Keep the day of the first plan."""
        check_day(
            doing,
            self.agreed_on,
            "agreed_on",
            first=subject.attached,
            first_is="the start on the programme",
        )
        if subject.action_plan is None:
            subject.action_plan = self.agreed_on
            keeper_of(doing).change(subject, "action_plan")
        doing.record(
            EventKind.ACTION_PLANNED, participation=subject, happened=self.agreed_on
        )


class Purpose(StrEnum):
    """What a contact is for."""

    SUPPORT = "support"
    TRACKING = "tracking"


class ContactKind(StrEnum):
    """How people were in touch."""

    FACE_TO_FACE = "face-to-face"
    TELEPHONE = "telephone"
    POST = "post"
    EMAIL = "e-mail"
    TEXT = "text-message"
    HOME_VISIT = "home-visit"
    GROUP = "group"


@act(
    name="record-contact",
    title="Record a contact",
    on=Participation,
    by=DELIVERY,
    machine=COURSE,
)
class RecordContact(Act):
    """Record that you were in touch, and what for.

    Support is help towards or in work. Tracking asks only whether a job is still held:
    the two are counted apart. The participant can read every contact, without the note.
    """

    on: date = ask("When were you in touch?")
    purpose: Purpose = ask("What was it for?")
    kind: ContactKind = ask("How were you in touch?")
    note: str = ask(
        "What should be remembered of it?",
        hint="Only what the next adviser needs. The participant can ask to read it.",
        default="",
        long=True,
        max_length=2000,
    )

    def do(self, doing: Doing, subject: Participation) -> None:
        """Keep the contact."""
        check_day(doing, self.on, "on", first=subject.referred)
        keeper = keeper_of(doing)
        keeper.add(
            Contact(
                participation=subject,
                position_id=subject.position_id,
                contract_id=subject.contract_id,
                on=self.on,
                purpose=self.purpose,
                kind=self.kind,
                note=self.note,
                by=doing.actor.id,
            )
        )
        changed: list[Any] = []
        if subject.first_contact is None or self.on < subject.first_contact:
            subject.first_contact = self.on
            changed.append("first_contact")
        if subject.last_contact is None or self.on > subject.last_contact:
            subject.last_contact = self.on
            changed.append("last_contact")
        if changed:
            keeper.change(subject, *changed)
        doing.record(
            EventKind.CONTACTED,
            participation=subject,
            happened=self.on,
            code=str(self.purpose),
            details={"kind": str(self.kind)},
        )
