"""Publish what every participant is promised."""

from datetime import date

from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.fairness.models import ServiceOffer
from quasimarket.service.fairness.standing import must_be_of
from quasimarket.service.people.roles import Role
from quasimarket.service.programme.models import Contract
from quasimarket.service.programme.rules import agreed_rulebook


@act(
    name="publish-service-offer",
    title="Publish the minimum service offer",
    on=Contract,
    by=(Role.PRIME_MANAGER, Role.POLICY, Role.CONTRACT_MANAGER),
)
class PublishServiceOffer(Act):
    """Say what every participant is promised. It is published, and it is measured.

    Anybody can see the share of participants to whom each part was kept.
    """

    first_day: date = ask("From when?")
    first_contact_working_days: int = ask(
        "First meeting within how many working days of referral?", ge=1, le=60
    )
    contact_interval_days: int = ask(
        "Days between supportive contacts, at most?", ge=1, le=92
    )
    action_plan_days: int = ask(
        "An action plan within how many days of attachment?", ge=1, le=365
    )
    text: str = ask("In your own words", default="", max_length=4000, long=True)

    def do(self, doing: Doing, subject: Contract) -> None:
        """Publish it."""
        offer = agreed_rulebook().minimum_service_offer
        if offer is not None and offer.set_by == "commissioner":
            if doing.actor.role is Role.PRIME_MANAGER:
                raise refuse(
                    "set-by-commissioner",
                    "The programme has one offer for all, set by the commissioner.",
                    remedy="Ask the commissioner's policy team.",
                )
        else:
            must_be_of(doing, subject.prime_id)
        if self.first_day < doing.today:
            raise refuse(
                "offer-past",
                "An offer holds from today or later.",
                field="first_day",
            )
        ServiceOffer.objects.create(
            contract=subject,
            published_by=doing.actor.id,
            **self.model_dump(),
        )
        doing.record(
            "service-offer-published",
            contract=subject.pk,
            organisation=subject.prime_id,
            details=self.model_dump(mode="json", exclude={"text"}),
        )
