"""What insight measured of the live log, as it stood on a day."""

from django.db import models

from quasimarket.service.programme.models import Contract, Position


class ProgrammeMeasure(models.Model):
    """One measure of the whole programme, with its interval."""

    as_of = models.DateField()
    measure = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    unit = models.CharField(max_length=60, blank=True)
    n = models.IntegerField()
    note = models.TextField(blank=True)


class PlaceMeasure(models.Model):
    """What was measured of one place, for itself, its prime and the commissioner."""

    as_of = models.DateField()
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")
    """None is the prime's own in-house unit."""
    people = models.IntegerField()
    figures = models.JSONField()
    """By the names of `insight.by_position`."""
