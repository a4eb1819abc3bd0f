"""What is done from referral to completion."""

from datetime import date

from quasimarket.events import EventKind
from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.participation.models import Participation
from quasimarket.service.participation.states import COURSE
from quasimarket.service.people.roles import Role


@act(
    name="acknowledge-referral",
    title="Acknowledge the referral",
    on=Participation,
    by=(Role.PRIME_MANAGER, Role.PRIME_ADVISER),
    machine=COURSE,
)
class AcknowledgeReferral(Act):
    """Say that the referral has arrived. It is due within two working days of it."""

    acknowledged_on: date = ask("When did you acknowledge it?")

    def do(self, doing: Doing, subject: Participation) -> None:
        """Keep the day."""
        if not subject.referred <= self.acknowledged_on <= doing.today:
            raise refuse(
                "day-outside",
                f"The day must be from {subject.referred:%-d %B %Y} to today.",
                field="acknowledged_on",
                remedy="Give the day on which it was acknowledged.",
            )
        subject.acknowledged = self.acknowledged_on
        subject.save(update_fields=["acknowledged"])
        doing.record(
            EventKind.ACKNOWLEDGED,
            participation=subject,
            happened=self.acknowledged_on,
        )
