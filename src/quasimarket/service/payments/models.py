"""Payment runs and what they issue: lines, statements, the ledger, payments, files."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from quasimarket.service.claims.models import Claim
from quasimarket.service.people.models import Organisation
from quasimarket.service.programme.models import Contract


class PaymentRun(models.Model):
    """One month's payments, from preparing to the bank's confirmation."""

    reference = models.CharField(max_length=40, unique=True)
    month = models.CharField(max_length=7)
    """ "2012-03": statements up to this month that no run before it has issued."""
    settled_to = models.DateField()
    state = models.CharField(max_length=20, default="preparing")
    prepared_by = models.BigIntegerField()
    prepared_at = models.DateTimeField()
    last_event = models.BigIntegerField()
    """The last event of the log that it reads: what comes later is for the next."""
    after_month = models.CharField(max_length=7, blank=True)
    """The month of the run before it; blank for the first."""
    sample_seed = models.CharField(max_length=64)
    """From which the people are drawn who are settled again."""
    sample_size = models.IntegerField()
    verified_people = models.IntegerField(default=0)
    verified_lines = models.IntegerField(default=0)
    differences = models.JSONField(default=list)
    """What the two engines say, where they differ."""
    approved_by = models.BigIntegerField(null=True)
    approved_at = models.DateTimeField(null=True)
    exported_at = models.DateTimeField(null=True)
    confirmed_by = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    lines = models.IntegerField(default=0)
    lines_pence = models.BigIntegerField(default=0)
    passed_lines = models.IntegerField(default=0)
    passed_pence = models.BigIntegerField(default=0)
    payable_pence = models.BigIntegerField(default=0)
    content_hash = models.CharField(max_length=64, blank=True)
    """SHA-256 of every line; what is exported must still have it."""

    class Meta:
        """One run a month, and two people."""

        constraints = (
            models.UniqueConstraint(
                fields=["month"],
                condition=~Q(state="cancelled"),
                name="one_run_a_month",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | ~Q(approved_by=F("prepared_by")),
                name="run_four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "exported", "confirmed"])
                | Q(approved_by__isnull=False),
                name="run_approved_by_somebody",
            ),
        )

    def get_absolute_url(self) -> str:
        """Give its page."""
        return reverse("payments:run", args=[self.reference])


class PaymentLine(models.Model):
    """One line of the commissioner's statement to a prime. It is never changed."""

    run = models.ForeignKey(PaymentRun, models.PROTECT)
    sequence = models.IntegerField()
    month = models.CharField(max_length=7)
    contract = models.ForeignKey(Contract, models.PROTECT, db_constraint=False)
    position_id = models.CharField(max_length=120, null=True)
    participation_id = models.BigIntegerField(null=True)
    participant = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=40)
    number = models.SmallIntegerField()
    earned = models.DateField()
    payable = models.DateField()
    amount = models.BigIntegerField()
    group = models.CharField(max_length=40, blank=True)
    is_reversal = models.BooleanField()
    rule = models.CharField(max_length=40)
    first_event = models.BigIntegerField(null=True)
    spell_event = models.BigIntegerField(null=True)
    stands = models.BooleanField()
    """Paid and not reversed since; a reversal never stands."""

    class Meta:
        """What stands for a milestone is one line: nothing is paid twice."""

        constraints = (
            models.UniqueConstraint(fields=["run", "sequence"], name="line_once"),
            models.UniqueConstraint(
                fields=["participation_id", "kind", "number"],
                condition=Q(stands=True, participation_id__isnull=False),
                name="paid_once",
            ),
            models.UniqueConstraint(
                fields=["contract", "kind", "month", "first_event"],
                condition=Q(participation_id__isnull=True),
                nulls_distinct=False,
                name="contract_line_once",
            ),
        )
        indexes = (
            models.Index(fields=["contract", "month", "sequence"], name="line_month"),
            models.Index(fields=["participation_id"], name="line_participation"),
        )


class PassedLine(models.Model):
    """One line of a prime's statement to a place in its chain."""

    run = models.ForeignKey(PaymentRun, models.PROTECT)
    sequence = models.IntegerField()
    month = models.CharField(max_length=7)
    contract = models.ForeignKey(Contract, models.PROTECT, db_constraint=False)
    position_id = models.CharField(max_length=120)
    participation_id = models.BigIntegerField()
    participant = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    number = models.SmallIntegerField()
    earned = models.DateField()
    amount = models.BigIntegerField()
    is_reversal = models.BooleanField()
    rule = models.CharField(max_length=40)
    first_event = models.BigIntegerField(null=True)
    spell_event = models.BigIntegerField(null=True)
    stands = models.BooleanField()

    class Meta:
        """The same is never passed down twice.

        A correction may be due a month before the reversal that it follows, where two
        places have different lags: so what must be single names the place and day too.
        """

        constraints = (
            models.UniqueConstraint(fields=["run", "sequence"], name="passed_once"),
            models.UniqueConstraint(
                fields=[
                    "participation_id", "kind", "number", "contract", "position_id",
                    "earned", "amount",
                ],
                condition=Q(stands=True),
                name="passed_down_once",
            ),
        )  # fmt: skip
        indexes = (
            models.Index(
                fields=["contract", "month", "sequence"], name="passed_contract"
            ),
            models.Index(
                fields=["position_id", "month", "sequence"], name="passed_position"
            ),
            models.Index(fields=["participation_id"], name="passed_participation"),
        )


class Statement(models.Model):
    """What one payer owes one payee for one month."""

    run = models.ForeignKey(PaymentRun, models.PROTECT)
    month = models.CharField(max_length=7)
    contract = models.ForeignKey(Contract, models.PROTECT)
    position_id = models.CharField(max_length=120, null=True)
    """None for the commissioner's statement to the prime."""
    brought_forward = models.BigIntegerField()
    lines = models.BigIntegerField()
    payable = models.BigIntegerField()
    carried_forward = models.BigIntegerField()

    class Meta:
        """One statement a payee and month."""

        constraints = (
            models.UniqueConstraint(
                fields=["month", "contract", "position_id"],
                nulls_distinct=False,
                name="one_statement_a_month",
            ),
            models.CheckConstraint(
                condition=Q(
                    payable=F("brought_forward") + F("lines") - F("carried_forward")
                )
                & Q(payable__gte=0, carried_forward__lte=0, brought_forward__lte=0),
                name="statement_adds_up",
            ),
        )


class Posting(models.Model):
    """One side of a ledger entry; the postings of an entry sum to zero.

    An entry sums the lines of one month, payee, kind and direction: the lines are its
    particulars.
    """

    run = models.ForeignKey(PaymentRun, models.PROTECT)
    entry = models.IntegerField()
    month = models.CharField(max_length=7)
    account = models.CharField(max_length=220)
    """commissioner, prime/CONTRACT, subcontract/CONTRACT/POSITION."""
    kind = models.CharField(max_length=40)
    is_reversal = models.BooleanField()
    lines = models.IntegerField()
    amount = models.BigIntegerField()

    class Meta:
        """An entry names an account once."""

        constraints = (
            models.UniqueConstraint(
                fields=["run", "entry", "account"], name="posting_once"
            ),
        )


class BankDetails(models.Model):
    """Where an organisation is paid; changed by two people, used after a wait."""

    reference = models.CharField(max_length=40, unique=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    account_name = models.CharField(max_length=70)
    sort_code = models.CharField(max_length=6)
    account_number = models.CharField(max_length=8)
    state = models.CharField(max_length=20, default="requested")
    requested_by = models.BigIntegerField()
    requested_at = models.DateTimeField()
    approved_by = models.BigIntegerField(null=True)
    approved_at = models.DateTimeField(null=True)
    in_force_from = models.DateField(null=True)

    class Meta:
        """Two people, and no use without approval."""

        constraints = (
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | ~Q(approved_by=F("requested_by")),
                name="bank_four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(approved_by__isnull=False, in_force_from__isnull=False),
                name="bank_approved_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(state="requested"),
                name="one_change_at_a_time",
            ),
        )

    def get_absolute_url(self) -> str:
        """Give its page."""
        return reverse("payments:bank-details-one", args=[self.reference])


class Payment(models.Model):
    """One sum to one payee: what a run's statements come to."""

    run = models.ForeignKey(PaymentRun, models.PROTECT)
    payer = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    payee = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    contract = models.ForeignKey(Contract, models.PROTECT)
    position_id = models.CharField(max_length=120, null=True)
    amount = models.BigIntegerField()
    bank_details = models.ForeignKey(BankDetails, models.PROTECT, null=True)
    exported_in = models.ForeignKey(
        PaymentRun, models.PROTECT, null=True, related_name="exported"
    )
    """The run whose file holds it: a payee without bank details waits for a later."""

    class Meta:
        """One payment a payee and run."""

        constraints = (
            models.UniqueConstraint(
                fields=["run", "contract", "position_id"],
                nulls_distinct=False,
                name="one_payment_a_run",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="payment_above_zero"
            ),
            models.CheckConstraint(
                condition=Q(exported_in__isnull=True) | Q(bank_details__isnull=False),
                name="payment_to_an_account",
            ),
        )


class RunFile(models.Model):
    """A file that a run made. Making it again gives the same bytes."""

    run = models.ForeignKey(PaymentRun, models.PROTECT)
    name = models.CharField(max_length=120)
    payer_id = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        """A name stands for one file."""

        constraints = (
            models.UniqueConstraint(fields=["run", "name"], name="one_file_a_name"),
        )


class Sample(models.Model):
    """A sample of paid claims to be checked, drawn so that nobody can choose it.

    The seed's fingerprint is published before the list is fixed, the seed after.
    """

    reference = models.CharField(max_length=40, unique=True)
    contract = models.ForeignKey(Contract, models.PROTECT)
    first_month = models.CharField(max_length=7)
    last_month = models.CharField(max_length=7)
    state = models.CharField(max_length=20, default="committed")
    seed_hash = models.CharField(max_length=64)
    """SHA-256 of the seed's text."""
    seed = models.CharField(max_length=64, blank=True)
    """Blank until it is revealed."""
    frame_hash = models.CharField(max_length=64, blank=True)
    frame_size = models.IntegerField(default=0)
    frame_pence = models.BigIntegerField(default=0)
    size = models.IntegerField(default=0)
    committed_by = models.BigIntegerField()
    committed_at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True)
    drawn_at = models.DateTimeField(null=True)
    concluded_at = models.DateTimeField(null=True)
    error_pence = models.BigIntegerField(null=True)
    """In the sample."""
    estimate_pence = models.BigIntegerField(null=True)
    lower_pence = models.BigIntegerField(null=True)
    upper_pence = models.BigIntegerField(null=True)

    def get_absolute_url(self) -> str:
        """Give its page."""
        return reverse("payments:sample", args=[self.reference])


class SampleSeed(models.Model):
    """The seed before it is revealed: no role may read it."""

    sample = models.OneToOneField(Sample, models.PROTECT, primary_key=True)
    seed = models.CharField(max_length=64)


class SampleItem(models.Model):
    """One claim of a sample's frame, and what its check found if it was drawn."""

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="items")
    place = models.IntegerField()
    """In the frame, from 0."""
    claim = models.ForeignKey(Claim, models.PROTECT)
    amount = models.BigIntegerField()
    is_drawn = models.BooleanField(default=False)
    result = models.CharField(max_length=20, blank=True)
    """correct, wrong; blank until it is checked."""
    note = models.CharField(max_length=300, blank=True)
    checked_by = models.BigIntegerField(null=True)

    class Meta:
        """A claim stands in a frame once."""

        constraints = (
            models.UniqueConstraint(fields=["sample", "place"], name="frame_place"),
            models.UniqueConstraint(fields=["sample", "claim"], name="frame_claim"),
        )


class Recovery(models.Model):
    """Money to be taken back, asked for by one person and decided by another."""

    reference = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20)
    """claim, sample-error, adjustment."""
    contract = models.ForeignKey(Contract, models.PROTECT)
    claim = models.ForeignKey(Claim, models.PROTECT, null=True)
    sample = models.ForeignKey(Sample, models.PROTECT, null=True)
    amount = models.BigIntegerField()
    code = models.CharField(max_length=40)
    why = models.CharField(max_length=500)
    state = models.CharField(max_length=20, default="requested")
    requested_by = models.BigIntegerField()
    requested_at = models.DateTimeField()
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """Two people; a claim or a sample is recovered once."""

        constraints = (
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="recovery_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(state="requested") | Q(decided_by__isnull=False),
                name="recovery_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="recovery_above_zero"
            ),
            models.UniqueConstraint(
                fields=["claim"], condition=Q(state="requested"), name="one_clawback"
            ),
            models.UniqueConstraint(
                fields=["sample"],
                condition=~Q(state="refused"),
                name="one_extrapolation",
            ),
        )

    def get_absolute_url(self) -> str:
        """Give its page."""
        return reverse("payments:recovery", args=[self.reference])
