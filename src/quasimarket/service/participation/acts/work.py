"""Spells in work: a job starts, ends, and is put right; late news is a new event."""

from datetime import date
from decimal import Decimal
from typing import Literal

from quasimarket.events import EventKind
from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.participation.guards import check_day, words
from quasimarket.service.participation.keeping import Keeper, is_at_work, keeper_of
from quasimarket.service.participation.models import Participation, Spell
from quasimarket.service.participation.references import new_reference
from quasimarket.service.participation.states import COURSE
from quasimarket.service.people.actor import Actor
from quasimarket.service.people.roles import DELIVERY


def spells_offered(subject: Participation) -> list[tuple[str, str]]:
    """List a participant's spells as one chooses among them."""
    return [
        (
            one.reference,
            f"{one.employer or 'A job'} from {words(one.first_day)}"
            + (f" to {words(one.last_day)}" if one.last_day else ""),
        )
        for one in subject.spells.order_by("first_day")
    ]


def find_spell(keeper: Keeper, subject: Participation, reference: str) -> Spell:
    """Give one of the participant's spells, or refuse."""
    for one in keeper.spells(subject):
        if one.reference == reference:
            return one
    raise refuse(
        "unknown-spell",
        "The participant has no such job.",
        field="spell",
        remedy="Choose one of their jobs, or report that one started.",
    )


def refuse_overlap(
    keeper: Keeper,
    subject: Participation,
    spell: Spell,
    first: date,
    last: date | None,
) -> None:
    """Refuse the same job twice; two jobs at once with two employers are allowed."""
    if not spell.employer:
        return
    for one in keeper.spells(subject):
        if one.reference == spell.reference:
            continue
        if (
            one.employer.lower() == spell.employer.lower()
            and one.first_day <= (last or date.max)
            and first <= (one.last_day or date.max)
        ):
            raise refuse(
                "same-job-twice",
                f"A job with {one.employer} from {words(one.first_day)} is recorded "
                "already for these days.",
                field="first_day",
                remedy="Correct that job's days rather than recording it again.",
            )


def note_work(doing: Doing, keeper: Keeper, subject: Participation) -> None:
    """Keep whether the participant is in work today."""
    working = is_at_work(keeper.spells(subject), doing.today)
    if working != subject.in_work:
        subject.in_work = working
        keeper.change(subject, "in_work")


@act(
    name="start-job",
    title="Report a job",
    on=Participation,
    by=DELIVERY,
    machine=COURSE,
)
class StartJob(Act):
    """Report that the participant started, or will start, work of any kind.

    Days in work count from the day they joined the programme. Two jobs at once are two
    reports, and each day counts once. A job that the participant found alone counts
    too, and is said. After the allotted time only unbroken work goes on counting.
    """

    first_day: date = ask("What is the first day in work?")
    employer: str = ask(
        "Who is the employer?",
        hint="Leave it blank if the participant does not want it known.",
        default="",
        max_length=120,
    )
    hours: Decimal | None = ask(
        "How many hours a week?", default=None, ge=0, le=100, max_digits=4
    )
    found_by: Literal["provider", "participant"] = ask(
        "Who found the job?", default="provider"
    )
    reference: str = ask("Your own reference for this job", default="", max_length=60)

    def do(self, doing: Doing, subject: Participation) -> Spell:
        """Keep the spell."""
        keeper = keeper_of(doing)
        check_day(
            doing,
            self.first_day,
            "first_day",
            first=subject.referred,
            may_be_announced=True,
        )
        spell = Spell(
            reference=self.reference or new_reference("J"),
            participation=subject,
            first_day=self.first_day,
            employer=self.employer,
            hours=self.hours,
            found_by=self.found_by,
        )
        if self.reference and any(
            one.reference == self.reference for one in keeper.spells(subject)
        ):
            raise refuse(
                "reference-used",
                "A job of this participant has this reference already.",
                field="reference",
                remedy="Give another, or correct that job's days.",
            )
        refuse_overlap(keeper, subject, spell, self.first_day, None)
        keeper.add(spell)
        note_work(doing, keeper, subject)
        doing.record(
            EventKind.JOB_STARTED,
            participation=subject,
            happened=self.first_day,
            spell=spell.reference,
            details={"found_by": self.found_by},
        )
        return spell


@act(
    name="end-job",
    title="Report the end of a job",
    on=Participation,
    by=DELIVERY,
    machine=COURSE,
)
class EndJob(Act):
    """Report the last day in work, which still counts as a day in work."""

    spell: str = ask("Which job?")
    last_day: date = ask("What was the last day in work?")

    @classmethod
    def offered(
        cls, subject: Participation, actor: Actor
    ) -> dict[str, list[tuple[str, str]]]:
        """Offer the participant's jobs."""
        return {"spell": spells_offered(subject)}

    def do(self, doing: Doing, subject: Participation) -> None:
        """Keep the last day."""
        keeper = keeper_of(doing)
        spell = find_spell(keeper, subject, self.spell)
        check_day(
            doing,
            self.last_day,
            "last_day",
            first=spell.first_day,
            first_is="the job's first day",
            may_be_announced=True,
        )
        if spell.last_day is not None:
            raise refuse(
                "ended-already",
                f"This job ended on {words(spell.last_day)}.",
                field="spell",
                remedy="Correct the job's days if that day is wrong.",
            )
        spell.last_day = self.last_day
        keeper.change(spell, "last_day")
        note_work(doing, keeper, subject)
        doing.record(
            EventKind.JOB_ENDED,
            participation=subject,
            happened=self.last_day,
            spell=spell.reference,
        )


@act(
    name="correct-spell",
    title="Correct a job's days",
    on=Participation,
    by=DELIVERY,
    machine=COURSE,
)
class CorrectSpell(Act):
    """Put right the first or last day of a job. What was known before is not lost.

    A correction is a new event: payments follow from what is known last, and what was
    paid wrongly is put right by correction lines.
    """

    spell: str = ask("Which job?")
    first_day: date | None = ask("Right first day", default=None)
    last_day: date | None = ask("Right last day", default=None)
    why: str = ask("How do you know?", max_length=300, min_length=1)

    @classmethod
    def offered(
        cls, subject: Participation, actor: Actor
    ) -> dict[str, list[tuple[str, str]]]:
        """Offer the participant's jobs."""
        return {"spell": spells_offered(subject)}

    def do(self, doing: Doing, subject: Participation) -> None:
        """Change the days and record each that changed."""
        keeper = keeper_of(doing)
        spell = find_spell(keeper, subject, self.spell)
        first = self.first_day or spell.first_day
        last = self.last_day or spell.last_day
        if (first, last) == (spell.first_day, spell.last_day):
            raise refuse(
                "nothing-corrected",
                "These days are recorded already.",
                field="first_day",
                remedy="Give the day that is to be put right.",
            )
        check_day(
            doing, first, "first_day", first=subject.referred, may_be_announced=True
        )
        if last is not None:
            check_day(
                doing,
                last,
                "last_day",
                first=first,
                first_is="the job's first day",
                may_be_announced=True,
            )
        refuse_overlap(keeper, subject, spell, first, last)
        before = (spell.first_day, spell.last_day)
        spell.first_day, spell.last_day = first, last
        keeper.change(spell, "first_day", "last_day")
        note_work(doing, keeper, subject)
        for kind, was, becomes in (
            (EventKind.JOB_STARTED, before[0], first),
            (EventKind.JOB_ENDED, before[1], last),
        ):
            if becomes is not None and was != becomes:
                doing.record(
                    kind,
                    participation=subject,
                    happened=becomes,
                    spell=spell.reference,
                    reason=self.why or doing.reason,
                    details={"corrects": was.isoformat() if was else None},
                )


@act(
    name="evidence-employment",
    title="Record evidence of a job",
    on=Participation,
    by=DELIVERY,
    machine=COURSE,
)
class EvidenceEmployment(Act):
    """Record that you have evidence of a job, and how you got it.

    The records are checked first: ask the participant for papers only if nothing else
    shows the job.
    """

    spell: str = ask("Which job?")
    got_on: date = ask("When did you get it?")
    got_how: str = ask("What is it, and how did you get it?", max_length=200)

    @classmethod
    def offered(
        cls, subject: Participation, actor: Actor
    ) -> dict[str, list[tuple[str, str]]]:
        """Offer the participant's jobs."""
        return {"spell": spells_offered(subject)}

    def do(self, doing: Doing, subject: Participation) -> None:
        """Keep when evidence was first got."""
        keeper = keeper_of(doing)
        spell = find_spell(keeper, subject, self.spell)
        evidenced(doing, keeper, subject, spell, self.got_on, self.got_how)


def evidenced(
    doing: Doing,
    keeper: Keeper,
    subject: Participation,
    spell: Spell,
    day: date,
    how: str,
) -> None:
    """Keep that a spell is evidenced from a day on."""
    check_day(
        doing, day, "got_on", first=spell.first_day, first_is="the job's first day"
    )
    if spell.evidenced is None:
        spell.evidenced = day
        keeper.change(spell, "evidenced")
    doing.record(
        EventKind.EMPLOYMENT_EVIDENCED,
        participation=subject,
        happened=day,
        spell=spell.reference,
        details={"how": how} if how else {},
    )
