"""Complaints of actual and prospective partners, in three stages."""

from django.db import models

from quasimarket.service.fairness.references import new_reference
from quasimarket.service.people.models import Organisation
from quasimarket.service.programme.models import Contract, Position


class Complaint(models.Model):
    """One complaint about a prime's conduct."""

    reference = models.CharField(max_length=40, unique=True, default=new_reference)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    prime = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    complainant = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")
    """The complainant's place; none is a prospective partner."""
    principle = models.CharField(max_length=40)
    text = models.TextField()
    remedy = models.TextField()
    raised_on = models.DateField()
    is_confidential = models.BooleanField(default=False)
    """It goes straight to the Merlin team and the prime never sees it."""
    state = models.CharField(max_length=20, default="raised")
    due = models.DateField()
    """By when the present stage must end."""
    answer = models.TextField(blank=True)
    is_upheld = models.BooleanField(null=True)
    finding = models.TextField(blank=True)
    decided_on = models.DateField(null=True)
    decided_by = models.BigIntegerField(null=True)
    decided_by_organisation = models.CharField(max_length=80, blank=True)
    appealed_by = models.CharField(max_length=80, blank=True)
    examined_by_organisation = models.CharField(max_length=80, blank=True)

    class Meta:
        """Who examines is not who decided before."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(examined_by_organisation="")
                | ~models.Q(
                    examined_by_organisation=models.F("decided_by_organisation")
                ),
                name="examiner_is_independent",
            ),
        )

    def __str__(self) -> str:
        """Say which it is."""
        return f"Complaint of {self.raised_on:%-d %B %Y}"

    def get_absolute_url(self) -> str:
        """Give its page."""
        folder = "in-confidence/complaints" if self.is_confidential else "complaints"
        return f"/{folder}/{self.reference}/"


class ComplaintStep(models.Model):
    """One step of a complaint's history."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    on = models.DateField()
    act = models.CharField(max_length=60)
    organisation_id = models.CharField(max_length=80)
    text = models.TextField(blank=True)
