"""People, their time on the programme, and what is done with them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from quasimarket.service.people.models import User
from quasimarket.service.programme.models import Contract, Position


class Person(models.Model):
    """Who a participant is: apart from the course, for fewer to see."""

    reference = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    national_insurance = models.CharField(max_length=13)
    born = models.DateField(null=True)
    address = models.CharField(max_length=300, blank=True)
    telephone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=20, default="English")
    needs = models.CharField(max_length=300, blank=True)
    """Adjustments that were asked for."""
    is_vulnerable = models.BooleanField(default=False)
    """Safeguarding steps are owed before a doubt is raised."""
    user = models.OneToOneField(User, models.PROTECT, null=True, related_name="person")
    """The participant's own sign-in, where there is one."""


class Participation(models.Model):
    """One person's time on the programme."""

    reference = models.CharField(max_length=40, unique=True)
    """Opaque; also the participant's id in the events."""
    person = models.ForeignKey(Person, models.PROTECT, related_name="participations")
    contract = models.ForeignKey(Contract, models.PROTECT)
    position = models.ForeignKey(Position, models.PROTECT, null=True)
    """The place that holds the person; none is the prime's own in-house unit."""
    also_positions = ArrayField(models.CharField(max_length=120), default=list)
    """Specialists' places with an open call-off."""
    group = models.CharField(max_length=40)
    area = models.CharField(max_length=80)
    state = models.CharField(max_length=20, default="referred")
    referred = models.DateField()
    acknowledged = models.DateField(null=True)
    attached = models.DateField(null=True)
    allotted_end = models.DateField()
    """The last day of the allotted time."""
    completed = models.DateField(null=True)
    adviser = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    action_plan = models.DateField(null=True)
    last_contact = models.DateField(null=True)
    in_work = models.BooleanField(default=False)
    restricted_to = ArrayField(models.BigIntegerField(), null=True)
    """A restricted case: the ids of the people who may see it. None is unrestricted."""
    allocation = models.JSONField(default=dict)
    """The draw that chose the contract: seed, weights, number drawn."""

    class Meta:
        """Caseloads are read newest first, a page at a time."""

        indexes = (
            models.Index(fields=["contract", "-referred", "-id"], name="by_contract"),
            models.Index(fields=["position", "-referred", "-id"], name="by_position"),
            models.Index(
                fields=["contract", "state", "-referred", "-id"], name="contract_state"
            ),
            models.Index(
                fields=["position", "state", "-referred", "-id"], name="position_state"
            ),
            models.Index(fields=["adviser", "-referred", "-id"], name="by_adviser"),
            models.Index(fields=["-referred", "-id"], name="by_referral"),
        )


class Contact(models.Model):
    """One contact with a participant."""

    participation = models.ForeignKey(Participation, models.PROTECT)
    position = models.ForeignKey(Position, models.PROTECT, null=True)
    contract = models.ForeignKey(Contract, models.PROTECT)
    on = models.DateField()
    purpose = models.CharField(max_length=20)
    """support or tracking."""
    kind = models.CharField(max_length=20)
    """face-to-face, telephone, post, e-mail, home-visit."""
    note = models.TextField(blank=True)
    by = models.BigIntegerField()


class Spell(models.Model):
    """A spell in work."""

    reference = models.CharField(max_length=60, unique=True)
    participation = models.ForeignKey(
        Participation, models.PROTECT, related_name="spells"
    )
    first_day = models.DateField()
    last_day = models.DateField(null=True)
    hours = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    employer = models.CharField(max_length=120, blank=True)
    found_by = models.CharField(max_length=20, default="provider")
    """provider or participant: a job found alone counts, and is said."""


class CallOff(models.Model):
    """A specialist asked to help a participant."""

    reference = models.CharField(max_length=40, unique=True)
    participation = models.ForeignKey(
        Participation, models.PROTECT, related_name="call_offs"
    )
    contract = models.ForeignKey(Contract, models.PROTECT)
    position = models.ForeignKey(Position, models.PROTECT)
    asked = models.DateField()
    need = models.CharField(max_length=200)
    state = models.CharField(max_length=20, default="asked")
    answered = models.DateField(null=True)
    answer = models.CharField(max_length=300, blank=True)


class Document(models.Model):
    """A file that proves something; kept away until it has been scanned."""

    reference = models.CharField(max_length=40, unique=True)
    participation = models.ForeignKey(
        Participation, models.PROTECT, related_name="documents"
    )
    spell = models.ForeignKey(Spell, models.PROTECT, null=True)
    kind = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    """SHA-256 of the bytes: also the name under which they are stored."""
    size = models.IntegerField()
    media_type = models.CharField(max_length=60)
    state = models.CharField(max_length=20, default="pending")
    """pending, clean, infected."""
    got_on = models.DateField()
    got_how = models.CharField(max_length=200)
    by = models.BigIntegerField()


class Import(models.Model):
    """One file of referrals or other news that was brought in, row by row."""

    reference = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=40)
    contract = models.ForeignKey(Contract, models.PROTECT, null=True)
    organisation_id = models.CharField(max_length=80)
    at = models.DateTimeField()
    by = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    accepted = models.IntegerField(default=0)
    rejected = models.JSONField(default=list)
    """Each rejected row with its number, cells and reasons."""


class ReferralVersion(models.Model):
    """What the referral said each time that it was sent."""

    participation = models.ForeignKey(
        Participation, models.PROTECT, related_name="versions"
    )
    number = models.IntegerField()
    brought_by = models.ForeignKey(Import, models.PROTECT, null=True)
    at = models.DateTimeField()
    said = models.JSONField()
    is_applied = models.BooleanField(default=True)

    class Meta:
        """Versions count up from 1."""

        constraints = (
            models.UniqueConstraint(
                fields=["participation", "number"], name="one_version_a_number"
            ),
        )
