"""Notices, safeguarding and compliance doubts.

The database refuses a doubt without a delivered notice, and for a vulnerable person
without a safeguarding check that a manager has signed: see `fairness.doubt_guards`.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from quasimarket.service.fairness.references import new_reference
from quasimarket.service.participation.models import Participation
from quasimarket.service.programme.models import Contract, Position


class Notice(models.Model):
    """What a participant was told that they must do. Its text is never changed."""

    reference = models.CharField(max_length=40, unique=True, default=new_reference)
    participation = models.ForeignKey(
        Participation, models.PROTECT, related_name="notices"
    )
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    must_do_on = models.DateField()
    consequence = models.TextField()
    """What may follow, as the participant was told it."""
    issued_on = models.DateField()
    issued_by = models.BigIntegerField()
    sent_by = models.CharField(max_length=20)
    """hand, post or e-mail."""
    delivered_on = models.DateField(null=True)
    delivery_proof = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        """Say which it is."""
        return f"Notice of {self.issued_on:%-d %B %Y}"

    def get_absolute_url(self) -> str:
        """Give its page."""
        return f"/notices/{self.reference}/"


class SafeguardingCheck(models.Model):
    """The steps owed to a vulnerable person before a doubt, and who signed for them."""

    reference = models.CharField(max_length=40, unique=True, default=new_reference)
    participation = models.ForeignKey(
        Participation, models.PROTECT, related_name="safeguarding"
    )
    notice = models.OneToOneField(Notice, models.PROTECT, related_name="safeguarding")
    steps = ArrayField(models.CharField(max_length=40))
    note = models.TextField()
    done_on = models.DateField()
    done_by = models.BigIntegerField()
    signed_by = models.BigIntegerField(null=True)
    signed_on = models.DateField(null=True)

    class Meta:
        """A manager signs who did not do the steps."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(signed_by__isnull=True)
                | ~models.Q(signed_by=models.F("done_by")),
                name="safeguarding_four_eyes",
            ),
        )

    def __str__(self) -> str:
        """Say which it is."""
        return f"Safeguarding check of {self.done_on:%-d %B %Y}"

    def get_absolute_url(self) -> str:
        """Give the page of its notice."""
        return self.notice.get_absolute_url()


class Doubt(models.Model):
    """A doubt whether a participant did what a notice required; the department rules.

    One notice carries one doubt at most.
    """

    reference = models.CharField(max_length=40, unique=True, default=new_reference)
    participation = models.ForeignKey(
        Participation, models.PROTECT, related_name="doubts"
    )
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")
    notice = models.OneToOneField(Notice, models.PROTECT, related_name="doubt")
    failed_on = models.DateField()
    what_happened = models.TextField()
    reasons_given = models.TextField(blank=True)
    """What the participant said, in their words."""
    raised_on = models.DateField()
    raised_by = models.BigIntegerField()
    raised_for = models.CharField(max_length=20, default="provider")
    """provider, or agency where the subcontract leaves doubts to the public one."""
    state = models.CharField(max_length=20, default="raised")
    decided_on = models.DateField(null=True)
    decided_by = models.BigIntegerField(null=True)
    decision = models.TextField(blank=True)
    penalty = models.CharField(max_length=60, blank=True)
    """The rulebook's penalty that was applied."""
    weeks = models.IntegerField(null=True)
    """None where the benefit is stopped until compliance."""
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    recomplied_on = models.DateField(null=True)
    """The day before the condition was met."""

    class Meta:
        """Who raises a doubt does not decide it."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True)
                | ~models.Q(decided_by=models.F("raised_by")),
                name="doubt_four_eyes",
            ),
        )

    def __str__(self) -> str:
        """Say which it is."""
        return f"Doubt of {self.raised_on:%-d %B %Y}"

    def get_absolute_url(self) -> str:
        """Give its page."""
        return f"/doubts/{self.reference}/"
