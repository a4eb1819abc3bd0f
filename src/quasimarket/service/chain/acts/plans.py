"""Improvement plans on four levels, and reviews."""

from datetime import date
from typing import Any

from quasimarket.events.organisation_event import OrganisationEventKind as Kind
from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.chain.machines import PLAN
from quasimarket.service.chain.models import ImprovementPlan, PlanStep, Review
from quasimarket.service.fairness.models import Directive
from quasimarket.service.fairness.standing import must_be_of
from quasimarket.service.people.roles import MANAGERS, Role
from quasimarket.service.programme.models import Contract, Position


HOLDERS = (Role.CONTRACT_MANAGER, Role.PRIME_MANAGER)


def keep_step(
    doing: Doing, plan: ImprovementPlan, text: str, due: date | None = None
) -> None:
    """Add a step to a plan."""
    PlanStep.objects.create(
        plan=plan,
        at=doing.now,
        on=doing.today,
        act=doing.act,
        organisation_id=doing.actor.organisation,
        text=text,
        due=due,
    )


def note(doing: Doing, plan: ImprovementPlan, kind: str, code: str) -> None:
    """Record a step in the log."""
    doing.record(
        kind,
        contract=plan.contract_id,
        position=plan.position_id or "",
        organisation=plan.position.organisation_id
        if plan.position
        else plan.contract.prime_id,
        code=code,
        details={"plan": plan.reference},
    )


def must_hold(doing: Doing, plan: ImprovementPlan) -> None:
    """Refuse whoever did not open the plan: a prime holds its places' plans alone."""
    if doing.actor.role is Role.PRIME_MANAGER:
        must_be_of(doing, plan.contract.prime_id if plan.position_id else "")


class _Opening(Act):
    why: str = ask("Why is it needed?", min_length=20, max_length=8000, long=True)
    may_lose: str = ask(
        "What may be lost if nothing improves?", default="", max_length=200
    )
    review_on: date = ask("When is it looked at next?")

    def open(
        self, doing: Doing, contract: Contract, position: Position | None
    ) -> ImprovementPlan:
        """Open a plan at its first level."""
        if self.review_on <= doing.today:
            raise refuse(
                "review-past", "The day must be after today.", field="review_on"
            )
        plan = ImprovementPlan.objects.create(
            contract=contract,
            position=position,
            reason=self.why,
            may_lose=self.may_lose,
            opened_on=doing.today,
            review_on=self.review_on,
            opened_by=doing.actor.id,
        )
        keep_step(doing, plan, self.why)
        note(doing, plan, Kind.IMPROVEMENT_NOTICED, self.may_lose)
        return plan


@act(
    name="open-contract-plan",
    title="Open an improvement plan for the prime",
    on=Contract,
    by=(Role.CONTRACT_MANAGER,),
)
class OpenContractPlan(_Opening):
    """Ask a prime to improve. Every plan begins at level 1."""

    def do(self, doing: Doing, subject: Contract) -> ImprovementPlan:
        """Open it."""
        return self.open(doing, subject, None)


@act(
    name="open-place-plan",
    title="Open an improvement plan",
    on=Position,
    by=(Role.PRIME_MANAGER,),
)
class OpenPlacePlan(_Opening):
    """Ask a place in your chain to improve."""

    def do(self, doing: Doing, subject: Position) -> ImprovementPlan:
        """Open it."""
        must_be_of(doing, subject.contract.prime_id)
        return self.open(doing, subject.contract, subject)


@act(
    name="add-plan-action",
    title="Add an action",
    on=ImprovementPlan,
    by=(*MANAGERS, Role.CONTRACT_MANAGER),
)
class AddPlanAction(Act):
    """Say what will be done, and by when. A plan has actions at every level."""

    what: str = ask("What will be done?", min_length=5, max_length=4000, long=True)
    due: date = ask("By when?")

    def do(self, doing: Doing, subject: ImprovementPlan) -> None:
        """Keep it."""
        if subject.state == "closed":
            raise refuse("plan-closed", "The plan is closed.")
        keep_step(doing, subject, self.what, self.due)
        note(doing, subject, "plan-action-added", subject.state)


class _Moving(Act):
    why: str = ask("Why?", min_length=10, max_length=4000, long=True)

    def move(self, doing: Doing, subject: ImprovementPlan) -> None:
        """Record the level that the plan comes to."""
        must_hold(doing, subject)
        keep_step(doing, subject, f"{subject.state.replace('-', ' ')}: {self.why}")
        note(doing, subject, "plan-moved", subject.state)


@act(
    name="escalate-plan",
    title="Raise the plan by a level",
    on=ImprovementPlan,
    by=HOLDERS,
    machine=PLAN,
)
class EscalatePlan(_Moving):
    """Go on to the next of the four levels; the fourth is formal."""

    def do(self, doing: Doing, subject: ImprovementPlan) -> None:
        """Raise it."""
        self.move(doing, subject)


@act(
    name="step-plan-down",
    title="Lower the plan by a level",
    on=ImprovementPlan,
    by=HOLDERS,
    machine=PLAN,
)
class StepPlanDown(_Moving):
    """Go back a level: things are better."""

    def do(self, doing: Doing, subject: ImprovementPlan) -> None:
        """Lower it."""
        self.move(doing, subject)


@act(
    name="close-plan",
    title="Close the plan",
    on=ImprovementPlan,
    by=HOLDERS,
    machine=PLAN,
)
class ClosePlan(_Moving):
    """End the plan."""

    def do(self, doing: Doing, subject: ImprovementPlan) -> None:
        """Close it."""
        self.move(doing, subject)


@act(
    name="review-place",
    title="Record a performance review",
    on=Position,
    by=(Role.PRIME_MANAGER,),
)
class ReviewPlace(Act):
    """Record a review of a place. A directive that is not in force counts in none."""

    is_public: bool = ask("Held before others of the chain", default=False)
    findings: str = ask("What was found?", min_length=10, max_length=8000, long=True)
    directives: list[str] = ask("Directives that it judges by", default_factory=list)

    @classmethod
    def offered(cls, subject: Any, actor: Any) -> dict[str, list[tuple[str, str]]]:
        """Offer the directives in force at the place."""
        rows = Directive.objects.filter(
            position=subject, state__in=("accepted", "stands")
        )
        return {"directives": [(one.reference, str(one)) for one in rows]}

    def do(self, doing: Doing, subject: Position) -> Review:
        """Keep it, if no directive in it is suspended."""
        must_be_of(doing, subject.contract.prime_id)
        for one in Directive.objects.filter(
            reference__in=self.directives, position=subject
        ).exclude(state__in=("accepted", "stands")):
            raise refuse(
                "directive-suspended",
                f"The directive of {one.issued_on:%-d %B %Y} is {one.state}: it counts "
                "in no review.",
                field="directives",
                remedy="Leave it out until it is decided.",
            )
        review = Review.objects.create(
            contract=subject.contract,
            position=subject,
            reviewed_on=doing.today,
            is_public=self.is_public,
            findings=self.findings,
            directives=self.directives,
            by=doing.actor.id,
        )
        doing.record(
            Kind.PERFORMANCE_REVIEWED,
            contract=subject.contract_id,
            position=subject.pk,
            organisation=subject.organisation_id,
            code="public" if self.is_public else "private",
            source="prime",
            details={"review": review.reference, "directives": self.directives},
        )
        return review
