"""Raise a doubt: only after a notice that arrived, never against a conscience.

A doubt is not a sanction: the department decides (R065).
"""

from datetime import date

from quasimarket.events import EventKind
from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import Refusal, Unmet, refuse
from quasimarket.service.fairness.conscience import leaves_doubts_to_agency
from quasimarket.service.fairness.models import Doubt, Notice
from quasimarket.service.fairness.standing import not_after_today
from quasimarket.service.people.roles import DELIVERY, Role


class _Raising(Act):
    failed_on: date = ask("On which day did they not do it?")
    what_happened: str = ask(
        "What happened?", min_length=20, max_length=8000, long=True
    )
    reasons_given: str = ask(
        "What did the participant say?",
        hint="In their own words; the participant will read this.",
        default="",
        max_length=8000,
        long=True,
    )

    def raise_doubt(self, doing: Doing, notice: Notice, source: str) -> Doubt:
        """Raise it, if everything that must come first did."""
        not_after_today(doing, self.failed_on, "failed_on")
        unmet = list(self.unmet(notice))
        if unmet:
            raise Refusal(*unmet)
        doubt = Doubt.objects.create(
            participation=notice.participation,
            contract_id=notice.contract_id,
            position_id=notice.position_id,
            notice=notice,
            raised_on=doing.today,
            raised_by=doing.actor.id,
            raised_for=source,
            **self.model_dump(),
        )
        doing.record(
            EventKind.SANCTION_REFERRED,
            participation=notice.participation,
            happened=self.failed_on,
            source=source,
            details={"doubt": doubt.reference, "notice": notice.reference},
        )
        return doubt

    def unmet(self, notice: Notice) -> list[Unmet]:
        """List what stands against a doubt; the database refuses the same."""
        found = []
        if notice.delivered_on is None:
            found.append(
                Unmet(
                    code="not-delivered",
                    message="The notice is not known to have arrived.",
                    remedy="Record its delivery, with the proof.",
                )
            )
        elif not notice.delivered_on <= notice.must_do_on <= self.failed_on:
            found.append(
                Unmet(
                    code="out-of-order",
                    message="The notice must arrive before the day that it names, and "
                    "a failure cannot lie before that day.",
                    field="failed_on",
                    remedy="Issue a new notice.",
                )
            )
        if hasattr(notice, "doubt"):
            found.append(
                Unmet(
                    code="doubt-already", message="This notice has carried its doubt."
                )
            )
        check = getattr(notice, "safeguarding", None)
        if notice.participation.person.is_vulnerable and (
            check is None or check.signed_by is None or check.done_on < self.failed_on
        ):
            found.append(
                Unmet(
                    code="safeguarding",
                    message="This person is vulnerable: the safeguarding steps must be "
                    "taken and signed for first.",
                    remedy="Record the steps, then ask a manager to sign.",
                )
            )
        return found


@act(name="raise-doubt", title="Raise a compliance doubt", on=Notice, by=DELIVERY)
class RaiseDoubt(_Raising):
    """Say that a participant did not do what the notice required.

    The department's decision maker decides, not you. The participant reads the doubt
    and the decision on their own page.
    """

    def do(self, doing: Doing, subject: Notice) -> Doubt:
        """Raise it for the provider, unless the subcontract leaves it to the agency."""
        if leaves_doubts_to_agency(subject.position_id, doing.today):
            raise refuse(
                "left-to-agency",
                "Your subcontract leaves doubts to the public agency.",
                remedy="You need do nothing: the agency raises what it must.",
            )
        return self.raise_doubt(doing, subject, "provider")


@act(
    name="raise-agency-doubt",
    title="Raise a doubt for the agency",
    on=Notice,
    by=(Role.DECISION_MAKER,),
)
class RaiseAgencyDoubt(_Raising):
    """Raise a doubt where the subcontract leaves it to the public agency.

    Another decision maker decides it.
    """

    def do(self, doing: Doing, subject: Notice) -> Doubt:
        """Raise it for the agency."""
        if not leaves_doubts_to_agency(subject.position_id, doing.today):
            raise refuse(
                "for-the-provider", "Here the provider raises doubts, not the agency."
            )
        return self.raise_doubt(doing, subject, "agency")
