"""Claims, what their checks found, and the feeds that the checks read."""

from django.db import models
from django.urls import reverse

from quasimarket.service.participation.models import Participation
from quasimarket.service.programme.models import Contract, Position


class Claim(models.Model):
    """One milestone claimed: one row for good, whatever becomes of it.

    Its history is in the log. That there is one row for a participation, milestone and
    number is what keeps it from being claimed twice.
    """

    reference = models.CharField(max_length=100, unique=True)
    # indexes of more than the key serve for it too: each costs every claim of a round
    participation = models.ForeignKey(
        Participation, models.PROTECT, related_name="claims", db_index=False
    )
    contract = models.ForeignKey(Contract, models.PROTECT, db_index=False)
    """The contract holding the participant on the day it was earned."""
    position = models.ForeignKey(Position, models.PROTECT, null=True, db_index=False)
    """The place holding the participant that day; none is in-house."""
    held_contract = models.CharField(max_length=80, null=True)
    """Who holds the participant now, if it is another contract than then.

    It and the next are null, not blank, where they say nothing: their indexes hold the
    claims of those who have moved alone. Lists are read by them; see `listing`.
    """
    held_position = models.CharField(max_length=120, null=True)
    """The place that holds the participant now, if it is another than then."""
    group = models.CharField(max_length=40)
    milestone = models.CharField(max_length=40)
    number = models.SmallIntegerField()
    earned = models.DateField(null=True)
    """None where a provider claims what the log does not show."""
    state = models.CharField(max_length=20, default="raised")
    raised_on = models.DateField()
    raised_by = models.BigIntegerField(default=0)
    """0 is the system."""
    times_raised = models.SmallIntegerField(default=1)
    off_benefit = models.CharField(max_length=10, default="waiting")
    """waiting, passed, failed."""
    checked_on = models.DateField(null=True)
    employment = models.CharField(max_length=10, default="unmatched")
    """unmatched, matched, complete; none where no job underlies the milestone."""
    rejection = models.CharField(max_length=40, blank=True)
    """The code of the rejection that stands: see `rejections`."""
    decided_on = models.DateField(null=True)
    paid_in = models.CharField(max_length=7, blank=True)
    """The month of the statement that holds it."""

    class Meta:
        """One claim a milestone; queues are read newest first."""

        constraints = (
            models.UniqueConstraint(
                fields=["participation", "milestone", "number"],
                name="claimed_once",
            ),
        )
        indexes = (
            models.Index(fields=["contract", "state", "-id"], name="claim_contract"),
            models.Index(fields=["position", "state", "-id"], name="claim_position"),
            models.Index(fields=["state", "-id"], name="claim_state"),
            models.Index(
                fields=["held_contract", "state", "-id"],
                name="claim_held_contract",
                condition=models.Q(held_contract__isnull=False),
            ),
            models.Index(
                fields=["held_position", "state", "-id"],
                name="claim_held_position",
                condition=models.Q(held_position__isnull=False),
            ),
        )

    def get_absolute_url(self) -> str:
        """Give the claim's page."""
        return reverse("claims:claim", args=[self.reference])


class FeedImport(models.Model):
    """One file of a feed that was brought in; the same file twice is one."""

    reference = models.CharField(max_length=40, unique=True)
    feed = models.CharField(max_length=20)
    """benefit or employment."""
    covers_to = models.DateField()
    """The feed knows everything up to this day."""
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.BigIntegerField()
    rows = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    rejected = models.JSONField(default=list)
    """Each rejected row with its number, cells and reasons."""

    class Meta:
        """A file is brought in once."""

        constraints = (
            models.UniqueConstraint(fields=["feed", "digest"], name="feed_file_once"),
        )

    def get_absolute_url(self) -> str:
        """Give the import's page; one that was only tried has none."""
        return reverse("claims:feed", args=[self.reference]) if self.pk else ""


class BenefitRecord(models.Model):
    """A spell on an out-of-work benefit, as the benefit system has it."""

    record = models.CharField(max_length=60, unique=True)
    participation = models.ForeignKey(Participation, models.PROTECT)
    first_day = models.DateField()
    last_day = models.DateField(null=True)
    as_at = models.DateField()
    """The day on which the benefit system said so; the latest word stands."""
    brought_by = models.ForeignKey(FeedImport, models.PROTECT)

    class Meta:
        """Found by the person."""

        indexes = (models.Index(fields=["participation", "first_day"], name="benefit"),)


class EmploymentRecord(models.Model):
    """A job, as the tax system has it; it names no employer."""

    record = models.CharField(max_length=60, unique=True)
    participation = models.ForeignKey(Participation, models.PROTECT)
    first_day = models.DateField()
    last_day = models.DateField(null=True)
    as_at = models.DateField()
    brought_by = models.ForeignKey(FeedImport, models.PROTECT)
    spell = models.CharField(max_length=60, blank=True)
    """The reported spell that it bears out."""
    state = models.CharField(max_length=10, default="unmatched")
    """unmatched; matched; complete once the job's end is known on both sides."""

    class Meta:
        """Queues are read newest first."""

        indexes = (
            models.Index(fields=["participation", "first_day"], name="employment"),
            models.Index(fields=["state", "-id"], name="employment_state"),
        )
