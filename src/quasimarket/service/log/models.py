"""The log's tables. No row of them is ever changed; the database refuses it."""

from django.db import models


class LogEvent(models.Model):
    """One thing that happened, in the vocabulary of `quasimarket.events` and of acts.

    `kind` is an `EventKind`, an `OrganisationEventKind`, or the name of an act that
    neither knows. Rows come from `log_append` alone: see `log.security`.
    """

    block = models.BigIntegerField(db_index=True)
    """The transaction's block in the chain."""
    written_at = models.DateTimeField()
    """When the database wrote it."""
    recorded_at = models.DateTimeField()
    """When it was recorded on the programme's own clock."""
    actor_kind = models.CharField(max_length=10)
    actor = models.BigIntegerField()
    actor_organisation = models.CharField(max_length=80)
    act = models.CharField(max_length=60)
    kind = models.CharField(max_length=40)
    audience = models.CharField(max_length=20)
    """chain, own, commissioner, confidential: who may read it."""
    participation = models.BigIntegerField(null=True)
    participant = models.CharField(max_length=40)
    organisation = models.CharField(max_length=80)
    contract = models.CharField(max_length=80)
    position = models.CharField(max_length=120)
    group = models.CharField(max_length=40)
    spell = models.CharField(max_length=60)
    milestone = models.CharField(max_length=40)
    number = models.IntegerField(null=True)
    code = models.CharField(max_length=120)
    amount = models.BigIntegerField(null=True)
    happened = models.DateField()
    known = models.DateField()
    source = models.CharField(max_length=60)
    reason = models.TextField()
    details = models.JSONField()
    row_hash = models.BinaryField()

    class Meta:
        """Timelines are read newest first."""

        indexes = (
            models.Index(fields=["participation", "id"], name="log_participation"),
            models.Index(fields=["contract", "id"], name="log_contract"),
            models.Index(fields=["position", "id"], name="log_position"),
            models.Index(fields=["kind", "id"], name="log_kind"),
        )


class LogBlock(models.Model):
    """The rows of one transaction, sealed to those before."""

    id = models.BigIntegerField(primary_key=True)
    sequence = models.BigIntegerField(unique=True)
    previous_hash = models.BinaryField()
    first_event = models.BigIntegerField()
    last_event = models.BigIntegerField()
    rows = models.IntegerField()
    rows_hash = models.BinaryField()
    sealed_at = models.DateTimeField(db_index=True)
    block_hash = models.BinaryField()


class LogOpen(models.Model):
    """The transaction that is writing: its block is sealed when it commits."""

    tx = models.BigIntegerField(primary_key=True)
    block = models.BigIntegerField()


class AccessEntry(models.Model):
    """Who looked at what: every page, search, export and call, and failed sign-ins."""

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor = models.BigIntegerField()
    organisation = models.CharField(max_length=80)
    method = models.CharField(max_length=8)
    route = models.CharField(max_length=200)
    """The route's pattern, never the address typed: it holds no personal data."""
    subject = models.CharField(max_length=120)
    status = models.IntegerField()
    milliseconds = models.IntegerField()
