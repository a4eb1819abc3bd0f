"""The programme in force, its contracts, and the places in each supply chain."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from quasimarket.service.people.models import Organisation


class Programme(models.Model):
    """The one programme that this service runs."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    rulebook = models.CharField(max_length=300)
    """A shipped programme's name, or a folder."""
    settings = ArrayField(models.CharField(max_length=200), default=list)
    """KEY=VALUE changes to the rulebook."""
    content_hash = models.CharField(max_length=64)
    """The rulebook must still be the one that was agreed."""
    name = models.CharField(max_length=200)
    areas = ArrayField(models.CharField(max_length=80), default=list)
    """The areas that this service runs; none means all."""
    is_demonstration = models.BooleanField(default=False)
    today = models.DateField(null=True)
    """A demonstration's clock stands still at this day; a live one has none."""
    allocation_commitment = models.CharField(max_length=64)
    """The digest of the seed of allocation: said at the start, so that it stands."""

    class Meta:
        """There is one row."""

        constraints = (
            models.CheckConstraint(condition=models.Q(id=1), name="one_programme"),
        )


class AllocationSeed(models.Model):
    """From which the random allocation among primes is drawn.

    It stands apart from the programme's row, which everybody reads: who knew it could
    foresee to whom the next referrals go.
    """

    programme = models.OneToOneField(Programme, models.PROTECT, primary_key=True)
    seed = models.CharField(max_length=64)


class Contract(models.Model):
    """One prime's contract for one area, as the rulebook has it."""

    id = models.CharField(primary_key=True, max_length=80)
    prime = models.ForeignKey(Organisation, models.PROTECT, related_name="contracts")
    area = models.CharField(max_length=80)
    area_name = models.CharField(max_length=200)
    nation = models.CharField(max_length=40)
    delivery_model = models.CharField(max_length=20)
    ended_on = models.DateField(null=True)

    def __str__(self) -> str:
        """Say which it is."""
        return f"Contract {self.id}"


class MarketShare(models.Model):
    """A contract's share of its area's referrals from a day on, as S77 shifts it."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="shares")
    group = models.CharField(max_length=40, blank=True)
    """Blank is every group."""
    first_day = models.DateField()
    share = models.DecimalField(max_digits=8, decimal_places=6)

    class Meta:
        """One share a day."""

        constraints = (
            models.UniqueConstraint(
                fields=["contract", "group", "first_day"], name="one_share_a_day"
            ),
        )


class Position(models.Model):
    """A place in a contract's supply chain, and who holds it."""

    id = models.CharField(primary_key=True, max_length=120)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="positions")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="positions"
    )
    tier = models.SmallIntegerField()
    """1 end-to-end, 2 specialist."""
    status = models.CharField(max_length=20)
    """listed, contracted, active, ended."""
    specialism = models.CharField(max_length=80, blank=True)
    promised_yearly = models.IntegerField(default=0)
    """Referrals a year that were promised."""
    since = models.DateField()
    ended_on = models.DateField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        """Say which it is."""
        return f"Place {self.id} in contract {self.contract_id}"


class Terms(models.Model):
    """What a prime pays a place, from a day on: the rulebook's subcontract terms."""

    position = models.ForeignKey(Position, models.PROTECT, related_name="terms")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    first_day = models.DateField()
    management_fee = models.DecimalField(max_digits=6, decimal_places=5)
    """The share that the prime keeps."""
    passed_down = models.JSONField(default=dict)
    """The share passed down of each kind of payment: {"job-outcome": "0.85"}."""
    lag_months = models.IntegerField(default=0)
    has_non_disclosure = models.BooleanField(default=False)
    reports_doubts = models.CharField(max_length=20, default="provider")
    """provider, or agency where the subcontract leaves doubts to the public one."""
    proposed_by = models.BigIntegerField()
    agreed_by = models.BigIntegerField(null=True)
    """Another person than who proposed it; in force once agreed."""
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        """Terms change only with two people."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(agreed_by__isnull=True)
                | ~models.Q(agreed_by=models.F("proposed_by")),
                name="terms_four_eyes",
            ),
        )

    def __str__(self) -> str:
        """Say which they are."""
        return f"Terms of place {self.position_id} from {self.first_day:%-d %B %Y}"
