"""Minimum service offers: what every participant is promised."""

from django.db import models

from quasimarket.service.programme.models import Contract


class ServiceOffer(models.Model):
    """A contract's own published offer, from a day on."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    first_day = models.DateField()
    first_contact_working_days = models.IntegerField()
    contact_interval_days = models.IntegerField()
    action_plan_days = models.IntegerField()
    text = models.TextField(blank=True)
    published_by = models.BigIntegerField()

    class Meta:
        """One offer a day."""

        constraints = (
            models.UniqueConstraint(
                fields=["contract", "first_day"], name="one_offer_a_day"
            ),
        )
