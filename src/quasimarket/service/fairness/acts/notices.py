"""Tell a participant what is required, prove that it arrived, look after them first."""

from datetime import date
from typing import Any, Literal

from quasimarket.events import EventKind
from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.fairness.models import Notice, SafeguardingCheck
from quasimarket.service.fairness.standing import must_be_another, not_after_today
from quasimarket.service.participation.models import Participation
from quasimarket.service.people.roles import DELIVERY, MANAGERS


STEPS = {
    "telephoned": "Telephoned, at two times of day",
    "wrote": "Wrote in the language and form that the person reads",
    "met": "Met, or offered to meet, face to face",
    "home-visit": "Attempted a home visit, where no meeting was possible",
    "spoke-to-carer": "Spoke to a carer or support worker, where there is one",
    "asked-understanding": "Checked that the person understood what was required",
    "looked-for-reasons": "Looked for good reasons: health, care, travel, crisis",
}
OWED = ("telephoned", "wrote", "met", "asked-understanding", "looked-for-reasons")
"""Owed to everybody vulnerable; a home visit where no meeting took place (R068)."""
LIVE = ("acknowledged", "attached")


@act(name="issue-notice", title="Issue a notice", on=Participation, by=DELIVERY)
class IssueNotice(Act):
    """Tell a participant in writing what they must do, when, and what may follow.

    The words stand as issued. Without a notice that arrived nothing can follow from
    what a participant does not do.
    """

    text: str = ask(
        "What must they do?",
        hint="What, where and at what time, as the participant will read it.",
        min_length=20,
        max_length=8000,
        long=True,
    )
    must_do_on: date = ask("On which day?")
    consequence: str = ask(
        "What may follow if they do not?",
        default="If you do not do this without good reason, a decision maker of the "
        "department may stop your benefit for a time. Tell us why: reasons count.",
        min_length=20,
        max_length=2000,
        long=True,
    )
    sent_by: Literal["hand", "post", "e-mail"] = ask("How is it sent?")

    def do(self, doing: Doing, subject: Participation) -> Notice:
        """Issue it."""
        if subject.state not in LIVE:
            raise refuse(
                "not-on-programme",
                "Nothing can be required of somebody who is not on the programme.",
            )
        if self.must_do_on <= doing.today:
            raise refuse(
                "no-time",
                "The day must leave time for the notice to arrive.",
                field="must_do_on",
            )
        notice = Notice.objects.create(
            participation=subject,
            contract_id=subject.contract_id,
            position_id=subject.position_id,
            text=self.text,
            must_do_on=self.must_do_on,
            consequence=self.consequence,
            issued_on=doing.today,
            issued_by=doing.actor.id,
            sent_by=self.sent_by,
        )
        doing.record(
            "notice-issued",
            participation=subject,
            details={"notice": notice.reference},
        )
        return notice


@act(
    name="record-delivery",
    title="Record that the notice arrived",
    on=Notice,
    by=DELIVERY,
)
class RecordDelivery(Act):
    """Say when it arrived, and how you know."""

    delivered_on: date = ask("When did it arrive?")
    proof: str = ask(
        "How do you know?",
        hint="Signed for, postal proof, answered by the participant",
        min_length=5,
        max_length=200,
    )

    def do(self, doing: Doing, subject: Notice) -> None:
        """Keep the day and the proof."""
        if subject.delivered_on is not None:
            raise refuse("delivered-already", "Its delivery is recorded already.")
        not_after_today(doing, self.delivered_on, "delivered_on")
        if self.delivered_on < subject.issued_on:
            raise refuse(
                "before-issue",
                f"It was issued on {subject.issued_on:%-d %B %Y}.",
                field="delivered_on",
            )
        subject.delivered_on = self.delivered_on
        subject.delivery_proof = self.proof
        subject.save(update_fields=["delivered_on", "delivery_proof"])
        doing.record(
            EventKind.NOTICE_SERVED,
            participation=subject.participation,
            happened=self.delivered_on,
            code=subject.sent_by,
            details={"notice": subject.reference},
        )


@act(
    name="check-safeguarding",
    title="Record the safeguarding steps",
    on=Notice,
    by=DELIVERY,
)
class CheckSafeguarding(Act):
    """Record what was done for a vulnerable person before any doubt is raised.

    A manager who did not do the steps must sign for them.
    """

    steps: list[Literal[tuple(STEPS)]] = ask("Which steps were taken?", min_length=1)  # type: ignore[valid-type]  # the steps are a table
    note: str = ask("What was found?", min_length=20, max_length=8000, long=True)

    @classmethod
    def offered(cls, subject: Any, actor: Any) -> dict[str, list[tuple[str, str]]]:
        """Offer the steps in words."""
        return {"steps": list(STEPS.items())}

    def do(self, doing: Doing, subject: Notice) -> SafeguardingCheck:
        """Keep the steps, if none that is owed is missing."""
        if doing.today < subject.must_do_on:
            raise refuse(
                "too-early",
                f"The steps follow a failure: the day is {subject.must_do_on:%-d %B}.",
                remedy="Record them once the day has passed.",
            )
        owed = [*OWED] if "met" in self.steps else [*OWED, "home-visit"]
        missing = [STEPS[one] for one in owed if one not in self.steps]
        if "home-visit" in self.steps:
            missing = [one for one in missing if one != STEPS["met"]]
        if missing:
            raise refuse(
                "steps-missing",
                f"Not done: {'; '.join(missing)}.",
                field="steps",
                remedy="Take these steps first.",
            )
        if SafeguardingCheck.objects.filter(notice=subject).exists():
            raise refuse("checked-already", "The steps are recorded already.")
        check = SafeguardingCheck.objects.create(
            participation=subject.participation,
            notice=subject,
            steps=list(self.steps),
            note=self.note,
            done_on=doing.today,
            done_by=doing.actor.id,
        )
        doing.record(
            "safeguarding-checked",
            participation=subject.participation,
            details={"notice": subject.reference},
        )
        return check


@act(
    name="sign-safeguarding",
    title="Sign for the safeguarding steps",
    on=SafeguardingCheck,
    by=MANAGERS,
)
class SignSafeguarding(Act):
    """Say as manager that the steps were taken and that a doubt would be right."""

    def do(self, doing: Doing, subject: SafeguardingCheck) -> None:
        """Sign for what another did."""
        if subject.signed_by is not None:
            raise refuse("signed-already", "It is signed already.")
        must_be_another(doing, subject.done_by, did="took the steps")
        subject.signed_by = doing.actor.id
        subject.signed_on = doing.today
        subject.save(update_fields=["signed_by", "signed_on"])
        doing.record(
            "safeguarding-signed",
            participation=subject.participation,
            details={"notice": subject.notice.reference},
        )
