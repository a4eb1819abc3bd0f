"""Performance and the chain: tables published, plans, shifts, changes, prospects."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from quasimarket.service.fairness.references import new_reference
from quasimarket.service.people.models import Organisation
from quasimarket.service.programme.models import Contract, Position


class LeagueRow(models.Model):
    """One row of a league table as it was published; never changed afterwards."""

    as_of = models.DateField()
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")
    """None is the whole contract."""
    window = models.CharField(max_length=20)
    """month, quarter, year, all, or contract-year-N."""
    group = models.CharField(max_length=40, blank=True)
    """Blank is every group."""
    referrals = models.IntegerField()
    outcomes = models.IntegerField()
    late = models.IntegerField(default=0, db_default=0)
    """Outcomes among them of days that the table before covered, raised after it."""
    level = models.DecimalField(max_digits=6, decimal_places=5, null=True)
    """The minimum performance level, where there is one."""
    is_met = models.BooleanField(null=True)
    """None until the contract year is over."""
    rank = models.IntegerField(null=True)
    shown_to = models.CharField(max_length=10)
    """place, primes, chain or public: as the rulebook and the choice then were."""

    class Meta:
        """Published once a day."""

        constraints = (
            models.UniqueConstraint(
                fields=["as_of", "contract", "position", "window", "group"],
                name="published_once",
                nulls_distinct=False,
            ),
        )

    @property
    def rate(self) -> float | None:
        """Give outcomes for each hundred referrals."""
        return (
            round(100 * self.outcomes / self.referrals, 1) if self.referrals else None
        )


class LeagueChoice(models.Model):
    """How a prime shows the table of its own places, from a day on."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    shown_to = models.CharField(max_length=10)
    first_day = models.DateField()
    reason = models.TextField()
    chosen_by = models.BigIntegerField()


class ImprovementPlan(models.Model):
    """A plan to mend performance, at one of four levels of escalation (R062)."""

    reference = models.CharField(max_length=40, unique=True, default=new_reference)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")
    """The place that must improve; none is the prime itself."""
    state = models.CharField(max_length=20, default="level-1")
    reason = models.TextField()
    may_lose = models.CharField(max_length=200, blank=True)
    opened_on = models.DateField()
    review_on = models.DateField()
    opened_by = models.BigIntegerField()

    def __str__(self) -> str:
        """Say which it is."""
        return f"Improvement plan of {self.opened_on:%-d %B %Y}"

    def get_absolute_url(self) -> str:
        """Give its page."""
        return f"/plans/{self.reference}/"


class PlanStep(models.Model):
    """One step of a plan: an action agreed, done, or a change of level."""

    plan = models.ForeignKey(ImprovementPlan, models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    on = models.DateField()
    act = models.CharField(max_length=60)
    organisation_id = models.CharField(max_length=80)
    text = models.TextField(blank=True)
    due = models.DateField(null=True)


class Review(models.Model):
    """A prime's review of a place. Suspended directives count in none."""

    reference = models.CharField(max_length=40, unique=True, default=new_reference)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, models.PROTECT, related_name="reviews")
    reviewed_on = models.DateField()
    is_public = models.BooleanField()
    """Held before the rest of the chain."""
    findings = models.TextField()
    directives = ArrayField(models.CharField(max_length=40), default=list)
    """References of the directives that it judges by."""
    by = models.BigIntegerField()

    def __str__(self) -> str:
        """Say which it is."""
        return f"Review of {self.reviewed_on:%-d %B %Y}"

    def get_absolute_url(self) -> str:
        """Give the page of its place."""
        return f"/chain/places/{self.position_id}/"


class ShareProposal(models.Model):
    """A shift of market share that a year's results propose; two people decide."""

    reference = models.CharField(max_length=40, unique=True, default=new_reference)
    area = models.CharField(max_length=80)
    group = models.CharField(max_length=40)
    contract_year = models.IntegerField()
    from_contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    to_contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    size = models.DecimalField(max_digits=8, decimal_places=6)
    from_rate = models.DecimalField(max_digits=8, decimal_places=6)
    to_rate = models.DecimalField(max_digits=8, decimal_places=6)
    first_day = models.DateField()
    state = models.CharField(max_length=20, default="proposed")
    proposed_on = models.DateField()
    proposed_by = models.BigIntegerField()
    decided_on = models.DateField(null=True)
    decided_by = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        """One proposal a year, area and group; two people."""

        constraints = (
            models.UniqueConstraint(
                fields=["area", "group", "contract_year"], name="one_shift_a_year"
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True)
                | ~models.Q(decided_by=models.F("proposed_by")),
                name="share_shift_four_eyes",
            ),
        )

    def __str__(self) -> str:
        """Say which it is."""
        return f"Shift of market share in area {self.area}, group {self.group}"

    def get_absolute_url(self) -> str:
        """Give its page."""
        return f"/share-shifts/{self.reference}/"


class ChainChange(models.Model):
    """A place's ending, asked for by the prime; it may need the commissioner's yes."""

    reference = models.CharField(max_length=40, unique=True, default=new_reference)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, models.PROTECT, related_name="changes")
    reason = models.TextField()
    last_day = models.DateField()
    state = models.CharField(max_length=20, default="proposed")
    asked_on = models.DateField()
    asked_by = models.BigIntegerField()
    decided_by = models.BigIntegerField(null=True)
    decision = models.TextField(blank=True)

    class Meta:
        """Who asks does not approve."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True)
                | ~models.Q(decided_by=models.F("asked_by")),
                name="chain_change_four_eyes",
            ),
        )

    def __str__(self) -> str:
        """Say which it is."""
        return f"Ending of {self.position_id}"

    def get_absolute_url(self) -> str:
        """Give its page."""
        return f"/chain/changes/{self.reference}/"


class Prospect(models.Model):
    """What a place typed in about its own money: for its own eyes alone."""

    position = models.OneToOneField(Position, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    reserves = models.BigIntegerField()
    """Pence at hand."""
    monthly_cost = models.BigIntegerField()
    """Pence a month, whatever the flow."""
    cost_each = models.BigIntegerField(default=0)
    """Pence for each person referred."""
    as_of = models.DateField()
