"""Directives: what a prime prescribes of how to deliver, and what was answered."""

from django.db import models

from quasimarket.service.fairness.references import new_reference
from quasimarket.service.programme.models import Contract, Position


class Directive(models.Model):
    """One instruction to a place on how to deliver."""

    reference = models.CharField(max_length=40, unique=True, default=new_reference)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, models.PROTECT, related_name="directives")
    practice = models.CharField(max_length=30)
    """The part of practice that it prescribes, as the events name them."""
    text = models.TextField()
    reason = models.TextField()
    issued_on = models.DateField()
    answer_due = models.DateField()
    holds_from = models.DateField()
    state = models.CharField(max_length=20, default="issued")
    clause = models.CharField(max_length=120, blank=True)
    """The clause of the contract by which it was contested."""
    issued_by = models.BigIntegerField()
    decided_by = models.BigIntegerField(null=True)
    decided_on = models.DateField(null=True)

    def __str__(self) -> str:
        """Say which it is."""
        return f"Directive of {self.issued_on:%-d %B %Y}"

    def get_absolute_url(self) -> str:
        """Give its page."""
        return f"/directives/{self.reference}/"


class DirectiveStep(models.Model):
    """One step of a directive's history: never changed, never taken away."""

    directive = models.ForeignKey(Directive, models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    on = models.DateField()
    act = models.CharField(max_length=60)
    organisation_id = models.CharField(max_length=80)
    text = models.TextField()
