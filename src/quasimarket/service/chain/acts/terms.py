"""Terms of a subcontract: one side proposes, the other agrees."""

from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Literal

from django.db.models import Max

from quasimarket.events.organisation_event import OrganisationEventKind as Kind
from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.fairness.standing import must_be_another, must_be_of
from quasimarket.service.payments.models import PaymentRun
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.models import User
from quasimarket.service.people.roles import MANAGERS
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Position, Terms
from quasimarket.service.programme.months import hold_months
from quasimarket.service.programme.rules import agreed_rulebook


@act(name="propose-terms", title="Propose terms", on=Position, by=MANAGERS)
class ProposeTerms(Act):
    """Propose what a place is paid. Terms bind when the other side has agreed."""

    first_day: date = ask("From when?")
    management_fee: Decimal = ask(
        "Management fee",
        hint="Per cent of each payment that the prime keeps first.",
        ge=0,
        le=100,
    )
    passed_down: list[str] = ask(
        "Share of each kind of payment passed down",
        hint="One a line: job-outcome 85",
        min_length=1,
    )
    lag_months: int = ask("Months after the prime is paid", ge=0, le=24)
    has_non_disclosure: bool = ask(
        "The place may not speak about the contract",
        hint="It is shown as such, and binds nobody in a protected disclosure.",
        default=False,
    )
    reports_doubts: Literal["provider", "agency"] = ask(
        "Who raises doubts about participants?", default="provider"
    )

    def do(self, doing: Doing, subject: Position) -> Terms:
        """Keep the proposal."""
        must_be_of(doing, subject.contract.prime_id, subject.organisation_id)
        self.refuse_against_rulebook(doing)
        terms = Terms.objects.create(
            position=subject,
            contract=subject.contract,
            first_day=self.first_day,
            management_fee=self.management_fee / 100,
            passed_down=self.shares(),
            lag_months=self.lag_months,
            has_non_disclosure=self.has_non_disclosure,
            reports_doubts=self.reports_doubts,
            proposed_by=doing.actor.id,
        )
        note(doing, terms, "terms-proposed")
        return terms

    def shares(self) -> dict[str, str]:
        """Read what is passed down; anything else is refused by its line."""
        known = {str(one.id) for one in agreed_rulebook().milestones}
        found = {}
        for line in self.passed_down:
            name, _, percent = line.replace("=", " ").rpartition(" ")
            try:
                share = Decimal(percent.rstrip("%")) / 100
            except InvalidOperation:
                share = Decimal(-1)
            if name.strip() not in known or not 0 <= share <= 1:
                raise refuse(
                    "share-unreadable",
                    f"“{line}” names no payment with a share from 0 to 100.",
                    field="passed_down",
                    remedy=f"Payments are: {', '.join(sorted(known))}.",
                )
            found[name.strip()] = str(share)
        return found

    def refuse_against_rulebook(self, doing: Doing) -> None:
        """Refuse what the rulebook does not let a subcontract say."""
        rulebook = agreed_rulebook()
        market = rulebook.market.in_force(self.first_day)
        chain = rulebook.supply_chain
        highest = chain.highest_management_fee if chain else None
        if self.first_day < doing.today:
            raise refuse(
                "terms-past", "Terms hold from today or later.", field="first_day"
            )
        if highest is not None and self.management_fee > highest * 100:
            raise refuse(
                "fee-too-high",
                f"The rulebook allows a management fee of {highest * 100:g}% at most.",
                field="management_fee",
            )
        most = market.highest_pass_down
        outcome = str(rulebook.performance.milestone)
        if most is not None and Decimal(self.shares().get(outcome, "0")) > most:
            raise refuse(
                "risk-too-high",
                f"At most {most * 100:g}% of outcome pay may be passed down.",
                field="passed_down",
            )
        if self.reports_doubts == "agency" and not market.may_opt_out_of_sanctions:
            raise refuse(
                "conscience-not-allowed",
                "This programme's rules make every provider report doubts.",
                field="reports_doubts",
                remedy="The commissioner's policy team decides that rule.",
            )


@act(
    name="agree-terms",
    title="Agree to the terms",
    on=Terms,
    by=MANAGERS,
    asks_again=True,
)
class AgreeTerms(Act):
    """Agree to what the other side proposed; the terms then bind from their day."""

    def do(self, doing: Doing, subject: Terms) -> None:
        """Agree as the other side."""
        place = subject.position
        must_be_of(doing, place.contract.prime_id, place.organisation_id)
        if subject.agreed_by is not None:
            raise refuse("agreed-already", "The terms are agreed.")
        must_be_another(doing, subject.proposed_by, did="proposed them")
        if User.objects.filter(
            pk=subject.proposed_by, organisation_id=doing.actor.organisation
        ).exists():
            raise refuse(
                "own-side",
                "Your own organisation proposed them.",
                remedy="The other side must agree.",
            )
        hold_months()
        refuse_paid_month(subject.first_day)
        subject.agreed_by, subject.agreed_at = doing.actor.id, doing.now
        subject.save(update_fields=["agreed_by", "agreed_at"])
        note(doing, subject, Kind.TERMS_CHANGED, "terms")


def refuse_paid_month(first_day: date) -> None:
    """Refuse terms from a day whose month has been settled: it is not settled again.

    Raises:
        Refusal: with the first day that is open.
    """
    with acting_as(SYSTEM):
        runs = PaymentRun.objects.exclude(state="cancelled")
        paid_to = runs.aggregate(Max("settled_to"))["settled_to__max"]
    if paid_to is None or first_day > paid_to:
        return
    opens = paid_to + timedelta(days=1)
    raise refuse(
        "terms-month-paid",
        f"These terms are from {first_day:%-d %B %Y}, and payments up to "
        f"{paid_to:%-d %B %Y} have been worked out by the terms before.",
        remedy=f"The first day that is open is {opens:%-d %B %Y}: propose the terms "
        "again from that day or a later one.",
    )


def note(doing: Doing, terms: Terms, kind: str, code: str = "") -> None:
    """Record a step; another place of the contract sees nothing of it."""
    doing.record(
        kind,
        contract=terms.contract_id,
        position=terms.position_id,
        organisation=terms.position.organisation_id,
        code=code,
        details={
            "terms": terms.pk,
            "first_day": terms.first_day.isoformat(),
            "non_disclosure": terms.has_non_disclosure,
            "reports_doubts": terms.reports_doubts,
        },
    )
