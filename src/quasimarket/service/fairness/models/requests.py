"""Requests for information: who asked whom for what, by when, at what effort."""

from django.db import models

from quasimarket.service.fairness.references import new_reference
from quasimarket.service.people.models import Organisation
from quasimarket.service.programme.models import Contract, Position


class InformationRequest(models.Model):
    """One request. Its answer stands for the next asker of the same thing."""

    reference = models.CharField(max_length=40, unique=True, default=new_reference)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")
    """The place that is asked; none is the prime itself."""
    asker = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    asked = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    topic = models.CharField(max_length=30)
    month = models.CharField(max_length=7, blank=True)
    """The month that it is about, 2012-06; blank for no one month."""
    question = models.TextField(blank=True)
    purpose = models.TextField()
    effort_hours = models.IntegerField()
    """What the asker thinks that an answer takes."""
    asked_on = models.DateField()
    due = models.DateField()
    is_short_notice = models.BooleanField(default=False)
    state = models.CharField(max_length=20, default="asked")
    answer = models.TextField(blank=True)
    answered_on = models.DateField(null=True)
    answered_from = models.CharField(max_length=20, blank=True)
    """place, service (the service held it) or earlier (it was answered before)."""
    earlier = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    spent_hours = models.IntegerField(null=True)
    objection = models.TextField(blank=True)
    ruling = models.TextField(blank=True)
    asked_by = models.BigIntegerField()

    class Meta:
        """Looked up by what was asked, and by whom."""

        indexes = (
            models.Index(fields=["asked", "topic", "month"], name="request_same_thing"),
            models.Index(fields=["asker", "asked_on"], name="request_by_asker"),
        )

    def __str__(self) -> str:
        """Say what was asked."""
        return f"Request of {self.asked_on:%-d %B %Y}"

    def get_absolute_url(self) -> str:
        """Give its page."""
        return f"/requests/{self.reference}/"
