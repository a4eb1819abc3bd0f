"""What the interface remembers: answers that may be asked again, calls, webhooks."""

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


class Call(models.Model):
    """A call of the last minute, to count a key's pace by; `interface_count_call`."""

    key = models.ForeignKey(ApiKey, models.PROTECT, db_index=False)
    at = models.DateTimeField()

    class Meta:
        """Counted by key."""

        indexes = (models.Index(fields=["key", "at"], name="call_pace"),)


class Webhook(models.Model):
    """Where an organisation wants to be told of what happens in its chain."""

    reference = models.CharField(max_length=40, unique=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    key = models.OneToOneField(ApiKey, models.PROTECT, related_name="webhook")
    """Opens nothing: what may be told is what a key of this role could read."""
    address = models.URLField(max_length=300)
    kinds = ArrayField(models.CharField(max_length=40), default=list)
    """The kinds of event; none is every kind."""
    secret = models.CharField(max_length=64)
    """Signs each message; shown once."""
    after = models.CharField(max_length=40, default="0.0")
    """The place in the log, in the order of commits, up to which was told."""
    failures = models.IntegerField(default=0)
    """One after another; a message that arrives makes it 0."""
    next_try = models.DateTimeField(null=True)
    is_paused = models.BooleanField(default=False)
    last_outcome = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        """Give the address."""
        return self.address

    def get_absolute_url(self) -> str:
        """Give the page on which it stands."""
        return "/keys/"
