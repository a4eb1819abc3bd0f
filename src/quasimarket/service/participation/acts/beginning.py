"""The beginning: the prime acknowledges the referral, the participant starts."""

from datetime import date

from quasimarket.events import EventKind
from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.participation.guards import check_day
from quasimarket.service.participation.keeping import keeper_of
from quasimarket.service.participation.models import Participation
from quasimarket.service.participation.states import COURSE
from quasimarket.service.people.roles import DELIVERY, Role


@act(
    name="acknowledge-referral",
    title="Acknowledge the referral",
    on=Participation,
    by=(Role.PRIME_MANAGER, Role.PRIME_ADVISER),
    machine=COURSE,
)
class AcknowledgeReferral(Act):
    """Say that the referral has arrived. It is due within two working days of it.

    Nothing else can be recorded, and nothing is paid, before this is done.
    """

    acknowledged_on: date = ask("When did you acknowledge it?")

    def do(self, doing: Doing, subject: Participation) -> None:
        """Keep the day."""
        check_day(
            doing, self.acknowledged_on, "acknowledged_on", first=subject.referred
        )
        subject.acknowledged = self.acknowledged_on
        keeper_of(doing).change(subject, "acknowledged")
        doing.record(
            EventKind.ACKNOWLEDGED,
            participation=subject,
            happened=self.acknowledged_on,
        )


@act(
    name="attach",
    title="Start the participant on the programme",
    on=Participation,
    by=DELIVERY,
    machine=COURSE,
)
class Attach(Act):
    """Record the day on which the participant started, at a first meeting.

    The attachment fee, where there is one, follows from it, and days in work count
    from this day on.
    """

    attached_on: date = ask("When did they start?")

    def do(self, doing: Doing, subject: Participation) -> None:
        """Keep the day."""
        check_day(
            doing,
            self.attached_on,
            "attached_on",
            first=subject.referred,
            last=subject.allotted_end,
            last_is="the last day of the allotted time",
        )
        subject.attached = self.attached_on
        keeper_of(doing).change(subject, "attached")
        doing.record(
            EventKind.ATTACHED, participation=subject, happened=self.attached_on
        )
