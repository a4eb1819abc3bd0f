"""The end: the exit report, completion, the interview afterwards."""

from datetime import date
from enum import StrEnum

from quasimarket.events import EventKind
from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.participation.deadlines import EXIT_WINDOW
from quasimarket.service.participation.guards import check_day, words
from quasimarket.service.participation.keeping import keeper_of
from quasimarket.service.participation.models import Participation
from quasimarket.service.participation.states import COURSE
from quasimarket.service.people.roles import DELIVERY, Role


class ExitException(StrEnum):
    """Why no exit report is owed (R070)."""

    NONE = "none"
    MOVED_ABROAD = "moved-abroad"
    TERMINAL_ILLNESS = "terminal-illness"
    DEATH = "death"


@act(
    name="record-exit-report",
    title="Record the exit report",
    on=Participation,
    by=DELIVERY,
    machine=COURSE,
)
class RecordExitReport(Act):
    """Record that the exit report was written with the participant and signed by them.

    It is written in the last ten working days of the programme. None is owed if they
    moved abroad, are terminally ill or have died: say so instead.
    """

    written_on: date = ask("When was it written, or the reason known?")
    is_signed: bool = ask("The participant has signed it", default=False)
    exception: ExitException = ask(
        "Is there a reason why none is owed?", default=ExitException.NONE
    )

    def do(self, doing: Doing, subject: Participation) -> None:
        """Keep the report, or why there is none."""
        keeper = keeper_of(doing)
        check_day(doing, self.written_on, "written_on", first=subject.attached)
        if self.exception is not ExitException.NONE:
            subject.exit_exception = self.exception
            keeper.change(subject, "exit_exception")
        else:
            self._check(doing, subject)
            subject.exit_report = self.written_on
            keeper.change(subject, "exit_report")
        doing.record(
            "record-exit-report",
            participation=subject,
            happened=self.written_on,
            # why none is owed is health data: the case says it, the log does not
            code="written" if subject.exit_report else "none-owed",
        )

    def _check(self, doing: Doing, subject: Participation) -> None:
        if not self.is_signed:
            raise refuse(
                "not-signed",
                "The exit report must be signed by the participant.",
                field="is_signed",
                remedy="Write it together and let them sign it.",
            )
        days = keeper_of(doing).calendar(subject)
        if subject.completed is None and not days.is_open_for_exit(
            subject, self.written_on
        ):
            opens = days.before(subject.allotted_end, EXIT_WINDOW)
            raise refuse(
                "exit-not-open",
                f"The exit report is written from {words(opens)} on.",
                field="written_on",
                remedy="Write it in the last ten working days.",
            )


class Completion(StrEnum):
    """Why a participation is complete."""

    ALLOTTED_TIME = "allotted-time"
    ALL_PAYMENTS = "all-payments"


@act(
    name="complete",
    title="Complete the participation",
    on=Participation,
    by=(Role.CONTRACT_MANAGER,),
    machine=COURSE,
)
class Complete(Act):
    """End the participation: the allotted time is over, or everything has been earned.

    The programme does this by itself. Work that goes on unbroken across the end is
    still reported, and still counts.
    """

    completed_on: date = ask("When was it complete?")
    because: Completion = ask("Why?", default=Completion.ALLOTTED_TIME)

    def do(self, doing: Doing, subject: Participation) -> None:
        """Keep the day and the reason."""
        check_day(doing, self.completed_on, "completed_on", first=subject.referred)
        if (
            self.because is Completion.ALLOTTED_TIME
            and self.completed_on < subject.allotted_end
        ):
            raise refuse(
                "time-not-over",
                f"The allotted time lasts until {words(subject.allotted_end)}.",
                field="completed_on",
                remedy="It ends by itself; earlier only if every payment is earned.",
            )
        if self.because is Completion.ALL_PAYMENTS and subject.attached is None:
            raise refuse(
                "nothing-earned",
                "Somebody who never started has earned nothing.",
                field="because",
                remedy="Wait for the end of the allotted time.",
            )
        subject.completed = self.completed_on
        subject.ended_because = self.because
        keeper_of(doing).change(subject, "completed", "ended_because")
        doing.record(
            EventKind.COMPLETED,
            participation=subject,
            happened=self.completed_on,
            code=str(self.because),
        )


class Result(StrEnum):
    """What somebody left for, as the European Social Fund counts it."""

    EMPLOYED = "employed"
    SELF_EMPLOYED = "self-employed"
    TRAINING = "education-or-training"
    LOOKING = "looking-for-work"
    INACTIVE = "neither-working-nor-looking"
    UNKNOWN = "not-known"


@act(
    name="record-result",
    title="Record what the participant left for",
    on=Participation,
    by=DELIVERY,
    machine=COURSE,
)
class RecordResult(Act):
    """Record what the participant does after leaving, within 4 weeks of completion.

    It changes no payment: work that counts is reported as a job.
    """

    result: Result = ask("What did they leave for?")
    recorded_on: date = ask("When was this found out?")

    def do(self, doing: Doing, subject: Participation) -> None:
        """Keep the result and the day."""
        check_day(
            doing,
            self.recorded_on,
            "recorded_on",
            first=subject.completed,
            first_is="the completion",
        )
        subject.result, subject.result_recorded = self.result, self.recorded_on
        keeper_of(doing).change(subject, "result", "result_recorded")
        doing.record(
            "record-result",
            participation=subject,
            happened=self.recorded_on,
            code=str(self.result),
        )


@act(
    name="record-completer-interview",
    title="Record the interview after completion",
    on=Participation,
    by=(Role.CONTRACT_MANAGER, Role.DECISION_MAKER),
    machine=COURSE,
)
class RecordCompleterInterview(Act):
    """Record that the participant was seen within 15 days of completing."""

    held_on: date = ask("When was it held?")

    def do(self, doing: Doing, subject: Participation) -> None:
        """Keep the day."""
        check_day(
            doing,
            self.held_on,
            "held_on",
            first=subject.completed,
            first_is="the completion",
        )
        subject.interviewed = self.held_on
        keeper_of(doing).change(subject, "interviewed")
        doing.record(
            "record-completer-interview", participation=subject, happened=self.held_on
        )
