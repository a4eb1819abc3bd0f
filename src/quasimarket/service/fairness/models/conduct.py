"""How primes treat their chains: assessments, what was said, breaches, audit."""

from django.db import models

from quasimarket.service.fairness.models.complaints import Complaint
from quasimarket.service.fairness.references import new_reference
from quasimarket.service.people.models import Organisation, User
from quasimarket.service.programme.models import Contract, Position


class Assessment(models.Model):
    """One assessment of a prime against the standard's principles."""

    reference = models.CharField(max_length=40, unique=True, default=new_reference)
    prime = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    opened_on = models.DateField()
    survey_closes = models.DateField()
    state = models.CharField(max_length=20, default="open")
    decided_on = models.DateField(null=True)
    summary = models.TextField(blank=True)
    again_on = models.DateField(null=True)
    """When the prime is assessed again."""
    assessor = models.BigIntegerField()

    def __str__(self) -> str:
        """Say which it is."""
        return f"Assessment of {self.opened_on:%-d %B %Y}"

    def get_absolute_url(self) -> str:
        """Give its page."""
        return f"/prime-conduct/assessments/{self.reference}/"


class PrincipleScore(models.Model):
    """What was found on one principle."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="scores")
    principle = models.CharField(max_length=40)
    score = models.SmallIntegerField()
    """Per cent."""
    evidence = models.TextField()

    class Meta:
        """One score a principle."""

        constraints = (
            models.UniqueConstraint(
                fields=["assessment", "principle"], name="one_score_a_principle"
            ),
            models.CheckConstraint(
                condition=models.Q(score__gte=0) & models.Q(score__lte=100),
                name="score_is_a_percentage",
            ),
        )


class SurveyAnswer(models.Model):
    """What one subcontractor said of its prime, in confidence."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    scores = models.JSONField()
    """From 1 (never) to 5 (always), by principle."""
    comment = models.TextField(blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        """One answer an organisation."""

        constraints = (
            models.UniqueConstraint(
                fields=["assessment", "organisation"], name="one_answer_each"
            ),
        )


class MaterialBreach(models.Model):
    """A breach of the standard that is a material breach of contract."""

    reference = models.CharField(max_length=40, unique=True, default=new_reference)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="breaches")
    prime = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    complaint = models.ForeignKey(
        Complaint, models.PROTECT, null=True, related_name="+"
    )
    """The upheld complaint; not shown to the prime where that is confidential."""
    ground = models.TextField()
    must_do = models.TextField()
    declared_on = models.DateField()
    remedy_due = models.DateField()
    state = models.CharField(max_length=20, default="proposed")
    declared_by = models.BigIntegerField()
    confirmed_by = models.BigIntegerField(null=True)
    outcome = models.TextField(blank=True)

    class Meta:
        """Two people declare a breach."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True)
                | ~models.Q(confirmed_by=models.F("declared_by")),
                name="breach_four_eyes",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["proposed", "refused"])
                | models.Q(confirmed_by__isnull=False),
                name="breach_is_confirmed",
            ),
        )

    def __str__(self) -> str:
        """Say which it is."""
        return f"Material breach of {self.declared_on:%-d %B %Y}"

    def get_absolute_url(self) -> str:
        """Give its page."""
        return f"/prime-conduct/breaches/{self.reference}/"


class AuditReport(models.Model):
    """A provider's internal audit report: asked for, filed, reviewed."""

    reference = models.CharField(max_length=40, unique=True, default=new_reference)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    period = models.CharField(max_length=60)
    state = models.CharField(max_length=20, default="demanded")
    due = models.DateField()
    title = models.CharField(max_length=200, blank=True)
    filed_on = models.DateField(null=True)
    high_findings = models.IntegerField(default=0)
    medium_findings = models.IntegerField(default=0)
    summary = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)
    """SHA-256 of the report as filed."""
    review = models.TextField(blank=True)
    position = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        """Say which it is."""
        return f"Internal audit report, {self.period}"

    def get_absolute_url(self) -> str:
        """Give its page."""
        return f"/audit-reports/{self.reference}/"
