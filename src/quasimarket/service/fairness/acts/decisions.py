"""The department decides a doubt; compliance ends an open stop."""

from datetime import date, timedelta

from quasimarket.events import EventKind
from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.fairness.machines import DOUBT
from quasimarket.service.fairness.models import Doubt
from quasimarket.service.fairness.penalties import COUNTS_FOR, penalty_for
from quasimarket.service.fairness.standing import must_be_another, not_after_today
from quasimarket.service.people.roles import DELIVERY, Role
from quasimarket.service.programme.rules import agreed_rulebook


class _Deciding(Act):
    decision: str = ask(
        "Why? The participant reads this", min_length=20, max_length=8000, long=True
    )

    def decide(self, doing: Doing, subject: Doubt, code: str) -> None:
        """Keep the decision of somebody who did not raise it."""
        must_be_another(doing, subject.raised_by, did="raised it")
        subject.decision = self.decision
        subject.decided_by = doing.actor.id
        subject.decided_on = doing.today
        subject.save()
        doing.record(
            EventKind.SANCTION_DECIDED,
            participation=subject.participation,
            code=code,
            number=subject.weeks,
            details={"doubt": subject.reference, "penalty": subject.penalty},
        )


@act(
    name="uphold-doubt",
    title="Uphold the doubt",
    on=Doubt,
    by=(Role.DECISION_MAKER,),
    machine=DOUBT,
    asks_again=True,
)
class UpholdDoubt(_Deciding):
    """Stop the benefit. For how long follows from the rulebook, not from choice."""

    def do(self, doing: Doing, subject: Doubt) -> None:
        """Find the penalty and its days."""
        earlier = Doubt.objects.filter(
            participation__person=subject.participation.person_id,
            state__in=("upheld", "complied"),
            failed_on__gte=subject.failed_on - COUNTS_FOR,
            failed_on__lt=subject.failed_on,
        ).exclude(pk=subject.pk)
        penalty = penalty_for(
            agreed_rulebook(),
            subject.participation.group,
            subject.failed_on,
            earlier.count(),
        )
        subject.first_day = doing.today
        if penalty is not None:
            subject.penalty = penalty.id
            subject.weeks = int(penalty.length)
            subject.last_day = doing.today + timedelta(weeks=subject.weeks, days=-1)
        self.decide(doing, subject, "upheld")


@act(
    name="dismiss-doubt",
    title="Dismiss the doubt",
    on=Doubt,
    by=(Role.DECISION_MAKER,),
    machine=DOUBT,
)
class DismissDoubt(_Deciding):
    """Nothing follows for the participant."""

    def do(self, doing: Doing, subject: Doubt) -> None:
        """Dismiss it."""
        self.decide(doing, subject, "not-upheld")


@act(
    name="record-compliance",
    title="Record that the condition is met",
    on=Doubt,
    by=(*DELIVERY, Role.DECISION_MAKER),
    machine=DOUBT,
)
class RecordCompliance(Act):
    """Tell the decision maker at once when the participant does what was required.

    A stop that lasts until compliance ends on the day before (R069).
    """

    met_on: date = ask("When was it met?")

    def do(self, doing: Doing, subject: Doubt) -> None:
        """End an open stop."""
        not_after_today(doing, self.met_on, "met_on")
        if self.met_on < subject.failed_on:
            raise refuse(
                "before-failure",
                f"The failure was on {subject.failed_on:%-d %B %Y}.",
                field="met_on",
            )
        subject.recomplied_on = self.met_on - timedelta(days=1)
        if subject.weeks is None:
            subject.last_day = subject.recomplied_on
        subject.save()
        doing.record(
            "recomplied",
            participation=subject.participation,
            happened=self.met_on,
            details={"doubt": subject.reference},
        )
