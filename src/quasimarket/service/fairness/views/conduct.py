"""How primes treat their chains: awards, scores, surveys, breaches."""

from decimal import Decimal
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from quasimarket.service.acting import clock
from quasimarket.service.acting.act import About
from quasimarket.service.fairness.evidence import EvidenceRow, conduct_evidence
from quasimarket.service.fairness.machines import ASSESSMENT, BREACH
from quasimarket.service.fairness.models import (
    Assessment,
    MaterialBreach,
    SurveyAnswer,
)
from quasimarket.service.fairness.operating import FEWEST, PASS_MARK
from quasimarket.service.fairness.principles import MEANINGS, in_words
from quasimarket.service.pages.charts import BarChart, Series
from quasimarket.service.pages.gate import seen_by
from quasimarket.service.pages.parts import state_tag
from quasimarket.service.pages.table import Column, Table, link
from quasimarket.service.pages.things import (
    list_page,
    start,
    the,
    thing_page,
)
from quasimarket.service.people.roles import (
    COMMISSIONER_ROLES,
    PROVIDER_ROLES,
    Role,
)


READERS = (*COMMISSIONER_ROLES, *PROVIDER_ROLES, Role.MERLIN_ASSESSOR, Role.AUDITOR)
ROWS = Assessment.objects.select_related("prime")
LIST: tuple[Column[Assessment], ...] = (
    Column(
        heading="Prime",
        cell=lambda row: row.prime.name,
        link=lambda row: row.get_absolute_url(),
    ),
    Column(heading="Opened", cell=lambda row: row.opened_on),
    Column(
        heading="State",
        cell=lambda row: state_tag(row.state),
        export=lambda row: row.state,
    ),
    Column(heading="Decided", cell=lambda row: row.decided_on),
    Column(heading="Assessed again", cell=lambda row: row.again_on),
)
BREACHES: tuple[Column[MaterialBreach], ...] = (
    Column(
        heading="Contract",
        cell=lambda row: row.contract_id,
        link=lambda row: row.get_absolute_url(),
    ),
    Column(heading="Prime", cell=lambda row: row.prime.name),
    Column(heading="Declared", cell=lambda row: row.declared_on),
    Column(heading="Put right by", cell=lambda row: row.remedy_due),
    Column(
        heading="State",
        cell=lambda row: state_tag(row.state),
        export=lambda row: row.state,
    ),
)


@seen_by(READERS)
def conduct_page(request: HttpRequest) -> HttpResponse:
    """List assessments and breaches."""
    role = request.actor.role
    breaches = MaterialBreach.objects.select_related("prime").order_by("-pk")[:50]
    return list_page(
        request,
        title="Conduct",
        name="assessments",
        lead="Each prime is assessed against the standard's four principles. A breach "
        "of the standard is a material breach of contract: while it is open the "
        "contract cannot gain market share, and it may be ended.",
        columns=LIST,
        rows=ROWS.all(),
        caption="Assessments",
        empty="No prime has been assessed.",
        starts=[start("open-assessment", "Open an assessment")]
        if role is Role.MERLIN_ASSESSOR
        else [],
        after=[
            Table(
                caption="Material breaches",
                columns=BREACHES,
                rows=list(breaches),
                empty="There is none.",
            )
        ],
    )


@seen_by(READERS)
def assessment_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show an assessment: to its assessor with the evidence, to others as published."""
    one = the(ROWS.all(), reference)
    role = request.actor.role
    is_assessor = role is Role.MERLIN_ASSESSOR
    has_answered = (
        role is Role.SUB_MANAGER
        and SurveyAnswer.objects.filter(assessment=one).exists()
    )
    is_open = one.state == "open"
    survey_open = is_open and clock.today() <= one.survey_closes

    def fits(about: About) -> bool:
        if about.name == "answer-survey":
            return survey_open and not has_answered
        return is_open or about.name != "score-principle"

    parts: list[Any] = [*score_parts(one), *survey_parts(one)]
    if is_assessor:
        parts += [evidence_table(one), answers_table(one)]
    return thing_page(
        request,
        one,
        title=one.prime.name,
        caption="Assessment of conduct",
        machine=ASSESSMENT,
        facts={
            "Opened": one.opened_on,
            "Subcontractors are asked until": one.survey_closes,
            "Decided": one.decided_on,
            "What was found": one.summary,
            "Assessed again": one.again_on,
        },
        note="You have answered the survey." if has_answered else "",
        also=fits,
        back=reverse("fairness:conduct"),
        parts=parts,
    )


def score_parts(one: Assessment) -> list[object]:
    """Show the scores that the reader may see."""
    scores = {score.principle: score for score in one.scores.all()}
    if not scores:
        return []
    named = [name for name in MEANINGS if name in scores]
    return [
        BarChart(
            title="Score on each principle",
            description=f"The award needs {PASS_MARK.value}% on each.",
            category="Principle",
            categories=[in_words(name).split(":")[0] for name in named],
            series=[
                Series(name="Score", values=[scores[name].score for name in named])
            ],
            unit="%",
        ),
        Table(
            caption="Evidence for each score",
            columns=[
                Column(heading="Principle", cell=lambda name: in_words(name)),
                Column(
                    heading="Score", cell=lambda name: scores[name].score, numeric=True
                ),
                Column(heading="Evidence", cell=lambda name: scores[name].evidence),
            ],
            rows=named,
        ),
    ]


def survey_parts(one: Assessment) -> list[object]:
    """Show averages of the survey, if at least five answered."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM fairness_survey_means(%s)", [one.pk])
        found: dict[str, tuple[Decimal, int]] = {
            principle: (mean, answers) for principle, mean, answers in cursor.fetchall()
        }
    if not found:
        return []
    return [
        BarChart(
            title="What subcontractors said",
            description=f"Averages from 1 to 5, of {FEWEST.value} answers or more.",
            category="Principle",
            categories=[in_words(name).split(":")[0] for name in MEANINGS],
            series=[
                Series(
                    name="Average", values=[float(found[name][0]) for name in MEANINGS]
                )
            ],
        )
    ]


def evidence_table(one: Assessment) -> Table[EvidenceRow]:
    """Gather what the service itself knows of a prime's conduct."""
    return Table(
        caption="What the service knows",
        columns=[
            Column(heading="Measure", cell=lambda row: row.measure),
            Column(heading="Count", cell=lambda row: row.count, numeric=True),
            Column(heading="Principle", cell=lambda row: in_words(row.principle)),
        ],
        rows=conduct_evidence(one.prime_id, clock.today()),
    )


def answers_table(one: Assessment) -> Table[SurveyAnswer]:
    """Show the assessor what was said in confidence."""
    return Table(
        caption="Said in confidence",
        columns=[
            Column(heading="Organisation", cell=lambda row: row.organisation.name),
            *(said_of(name) for name in MEANINGS),
            Column(heading="Comment", cell=lambda row: row.comment),
        ],
        rows=list(
            SurveyAnswer.objects.filter(assessment=one).select_related("organisation")
        ),
        empty="Nobody has answered yet.",
    )


def said_of(principle: str) -> Column[SurveyAnswer]:
    """Give the column of one principle."""
    return Column(
        heading=in_words(principle).split(":")[0],
        cell=lambda row: row.scores.get(principle),
        numeric=True,
    )


@seen_by(READERS)
def breach_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a material breach and what it means for the contract."""
    one = the(
        MaterialBreach.objects.select_related("prime", "contract", "complaint"),
        reference,
    )
    actor = request.actor
    complaint = one.complaint
    return thing_page(
        request,
        one,
        title=f"Contract {one.contract_id}",
        caption="Material breach",
        machine=BREACH,
        facts={
            "Prime": one.prime.name,
            "Ground": one.ground,
            "What puts it right": one.must_do,
            "Declared": one.declared_on,
            "Put right by": one.remedy_due,
            "Upheld complaint": link(complaint.get_absolute_url(), str(complaint))
            if complaint
            else None,
            "What came of it": one.outcome,
        },
        also=lambda about: (
            about.name not in ("confirm-breach", "drop-breach")
            or one.declared_by != actor.id
        ),
        back=reverse("fairness:conduct"),
    )
