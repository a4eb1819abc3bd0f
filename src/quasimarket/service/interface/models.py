"""What the interface remembers: answers to calls that may be repeated, and webhooks."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from quasimarket.service.people.models import ApiKey, Organisation


class Answered(models.Model):
    """The answer to a call with an idempotency key: asked again, given again."""

    key = models.ForeignKey(ApiKey, models.PROTECT)
    idempotency_key = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    """SHA-256 of the route and the body: the same key for another call is an error."""
    status = models.SmallIntegerField(null=True)
    body = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        """One answer a key."""

        constraints = (
            models.UniqueConstraint(
                fields=["key", "idempotency_key"], name="one_answer_a_key"
            ),
        )


class Webhook(models.Model):
    """Where an organisation wants to be told of what happens in its chain."""

    reference = models.CharField(max_length=40, unique=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    address = models.URLField(max_length=300)
    kinds = ArrayField(models.CharField(max_length=40), default=list)
    """The kinds of event; none is every kind."""
    secret = models.CharField(max_length=64)
    """Signs each message; shown once."""
    after_event = models.BigIntegerField(default=0)
    """The last event that was told."""
    failures = models.IntegerField(default=0)
    is_paused = models.BooleanField(default=False)
