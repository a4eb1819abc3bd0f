"""Assess a prime against the standard: survey, scores, award."""

from datetime import timedelta
from typing import Any, Literal

from quasimarket.core.dates import Month
from quasimarket.events.organisation_event import OrganisationEventKind as Kind
from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.fairness.machines import ASSESSMENT
from quasimarket.service.fairness.models import (
    Assessment,
    PrincipleScore,
    SurveyAnswer,
)
from quasimarket.service.fairness.operating import (
    AWARD_MONTHS,
    PASS_MARK,
    RETRY_MONTHS,
)
from quasimarket.service.fairness.principles import MEANINGS, PRINCIPLES, choices
from quasimarket.service.fairness.standing import contract_called, contract_choices
from quasimarket.service.people.roles import Role
from quasimarket.service.programme.models import Position


ASSESSOR = (Role.MERLIN_ASSESSOR,)
SURVEY_DAYS = 28


@act(name="open-assessment", title="Open an assessment", by=ASSESSOR)
class OpenAssessment(Act):
    """Assess a prime against the four principles.

    Its subcontractors are asked at once, in confidence, for four weeks.
    """

    contract: str = ask("Whose? Choose one of the prime's contracts")

    offered = staticmethod(contract_choices)

    def do(self, doing: Doing, subject: None) -> Assessment:
        """Open it."""
        prime = contract_called(self.contract).prime_id
        if Assessment.objects.filter(prime_id=prime, state="open").exists():
            raise refuse(
                "assessment-open",
                "This prime is being assessed already.",
                field="contract",
            )
        assessment = Assessment.objects.create(
            prime_id=prime,
            opened_on=doing.today,
            survey_closes=doing.today + timedelta(days=SURVEY_DAYS),
            assessor=doing.actor.id,
        )
        doing.record("assessment-opened", organisation=prime)
        return assessment


def _rating(about: str) -> Any:
    return ask(about, hint="1 is never, 5 is always.", ge=1, le=5)


@act(
    name="answer-survey",
    title="Say how your prime treats you",
    on=Assessment,
    by=(Role.SUB_MANAGER,),
)
class AnswerSurvey(Act):
    """In confidence: the prime never sees what you said, nor whether you answered.

    The assessor sees your answer. Averages are published only if at least five
    organisations answered.
    """

    design: int = _rating("The prime promised what it could keep")
    commitment: int = _rating("The prime is open with you and supports you")
    conduct: int = _rating("Its demands, referrals and payments are fair")
    review: int = _rating("It listens and puts things right")
    comment: str = ask(
        "Anything else the assessor should know", default="", max_length=8000, long=True
    )

    def do(self, doing: Doing, subject: Assessment) -> None:
        """Keep it where only the assessor looks."""
        if subject.state != "open" or doing.today > subject.survey_closes:
            raise refuse("survey-closed", "The survey is closed.")
        if not Position.objects.filter(
            contract__prime_id=subject.prime_id,
            organisation_id=doing.actor.organisation,
        ).exists():
            raise refuse("not-in-chain", "You have no place in this prime's chain.")
        given = (self.design, self.commitment, self.conduct, self.review)
        SurveyAnswer.objects.create(
            assessment=subject,
            organisation_id=doing.actor.organisation,
            scores=dict(zip(PRINCIPLES, given, strict=True)),
            comment=self.comment,
            by_id=doing.actor.id,
        )
        doing.record(
            Kind.SURVEYED,
            organisation=doing.actor.organisation,
            code="pressure:critical" if self.conduct < 3 else "pressure:accepting",
            audience="confidential",
        )


@act(name="score-principle", title="Score a principle", on=Assessment, by=ASSESSOR)
class ScorePrinciple(Act):
    """Give a score with its evidence; scoring again replaces it until the decision."""

    principle: Literal[PRINCIPLES] = ask("Which principle?")  # type: ignore[valid-type]  # the principles are a table
    score: int = ask("Score", hint="Per cent", ge=0, le=100)
    evidence: str = ask("On what evidence?", min_length=20, max_length=20000, long=True)

    @classmethod
    def offered(cls, subject: Any, actor: Any) -> dict[str, list[tuple[str, str]]]:
        """Offer the principles in words."""
        return {"principle": choices()}

    def do(self, doing: Doing, subject: Assessment) -> None:
        """Keep the score."""
        if subject.state != "open":
            raise refuse("assessment-decided", "The assessment is decided.")
        PrincipleScore.objects.update_or_create(
            assessment=subject,
            principle=self.principle,
            defaults={"score": self.score, "evidence": self.evidence},
        )
        doing.record(
            "principle-scored",
            organisation=subject.prime_id,
            code=self.principle,
            number=self.score,
            audience="confidential",
        )


class _Deciding(Act):
    summary: str = ask("What you found", min_length=20, max_length=20000, long=True)

    def decide(
        self, doing: Doing, subject: Assessment, *, months: int, is_award: bool
    ) -> None:
        """Keep the decision; scores and decision must agree."""
        scores = dict(subject.scores.values_list("principle", "score"))
        missing = [MEANINGS[one] for one in PRINCIPLES if one not in scores]
        if missing:
            raise refuse(
                "scores-missing",
                f"Not scored: {'; '.join(missing)}.",
                remedy="Score all four principles first.",
            )
        passes = min(scores.values()) >= PASS_MARK.value
        if passes is not is_award:
            raise refuse(
                "scores-say-otherwise",
                f"The award needs {PASS_MARK.value}% on each principle; the lowest "
                f"score is {min(scores.values())}%.",
                remedy="The decision must follow from the scores.",
            )
        again = Month.of(doing.today).plus(months).first_day
        subject.decided_on, subject.again_on = doing.today, again
        subject.summary = self.summary
        subject.save(update_fields=["decided_on", "again_on", "summary"])
        doing.record(
            "assessment-decided",
            organisation=subject.prime_id,
            code="awarded" if is_award else "not-awarded",
            number=min(scores.values()),
            details={"again_on": again.isoformat()},
        )


@act(
    name="award-standard",
    title="Award the standard",
    on=Assessment,
    by=ASSESSOR,
    machine=ASSESSMENT,
    asks_again=True,
)
class AwardStandard(_Deciding):
    """Publish the scores and the award; the prime is assessed again in two years."""

    def do(self, doing: Doing, subject: Assessment) -> None:
        """Award it."""
        self.decide(doing, subject, months=AWARD_MONTHS.value, is_award=True)


@act(
    name="refuse-standard",
    title="Do not award the standard",
    on=Assessment,
    by=ASSESSOR,
    machine=ASSESSMENT,
    asks_again=True,
)
class RefuseStandard(_Deciding):
    """Publish the scores; the prime cannot gain market share until it has the award."""

    def do(self, doing: Doing, subject: Assessment) -> None:
        """Refuse it."""
        self.decide(doing, subject, months=RETRY_MONTHS.value, is_award=False)
