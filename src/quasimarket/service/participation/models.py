"""People, their time on the programme, and what is done with them."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models.functions import Lower

from quasimarket.service.people.models import User
from quasimarket.service.programme.models import Contract, Position


class DateRange(models.Func):
    """PostgreSQL's daterange, both days included."""

    function = "daterange"


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
    is_contact_withheld = models.BooleanField(default=False, db_default=False)
    """A case under MAPPA: where they live and how to reach them stands nowhere here."""
    user = models.OneToOneField(User, models.PROTECT, null=True, related_name="person")
    """The participant's own sign-in, where there is one."""

    class Meta:
        """A national insurance number is one person's; some people have none."""

        constraints = (
            models.UniqueConstraint(
                fields=["national_insurance"],
                condition=~models.Q(national_insurance=""),
                name="one_person_a_number",
            ),
            models.CheckConstraint(
                condition=models.Q(is_contact_withheld=False)
                | models.Q(address="", telephone="", email=""),
                name="withheld_contact_is_blank",
            ),
        )


class Participation(models.Model):
    """One person's time on the programme."""

    reference = models.CharField(max_length=40, unique=True)
    """Opaque; also the participant's id in the events."""
    person = models.ForeignKey(Person, models.PROTECT, related_name="participations")
    contract = models.ForeignKey(Contract, models.PROTECT, db_index=False)
    position = models.ForeignKey(Position, models.PROTECT, null=True, db_index=False)
    """The place that holds the person; none is the prime's own in-house unit."""
    also_positions = ArrayField(models.CharField(max_length=120), default=list)
    """Places of specialists who said that they help; the database keeps it."""
    group = models.CharField(max_length=40)
    area = models.CharField(max_length=80)
    state = models.CharField(max_length=20, default="referred")
    referred = models.DateField()
    acknowledged = models.DateField(null=True)
    attached = models.DateField(null=True)
    allotted_end = models.DateField()
    """The last day of the allotted time."""
    completed = models.DateField(null=True)
    ended_because = models.CharField(max_length=40, blank=True)
    """allotted-time, all-payments, or why the referral was cancelled."""
    adviser = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False
    )
    action_plan = models.DateField(null=True)
    first_contact = models.DateField(null=True)
    last_contact = models.DateField(null=True)
    queried = models.DateField(null=True)
    query = models.CharField(max_length=40, blank=True)
    """What may be wrong with the referral, while that is decided."""
    choice = models.CharField(max_length=200, blank=True)
    """What the participant wanted when the referral was in question."""
    exit_report = models.DateField(null=True)
    exit_exception = models.CharField(max_length=40, blank=True)
    """Why no exit report is owed."""
    result = models.CharField(max_length=40, blank=True, default="", db_default="")
    """What somebody left the programme for."""
    result_recorded = models.DateField(null=True)
    interviewed = models.DateField(null=True)
    """The interview after completion."""
    due_on = models.DateField(null=True)
    """The first deadline still open, kept by every act for the due list."""
    due_what = models.CharField(max_length=30, blank=True)
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
            models.Index(fields=["contract", "due_on", "id"], name="contract_due"),
            models.Index(fields=["position", "due_on", "id"], name="position_due"),
            models.Index(fields=["adviser", "due_on", "id"], name="adviser_due"),
            models.Index(
                fields=["state", "allotted_end", "id"], name="state_allotted_end"
            ),
            # programs read in the order of ids
            models.Index(fields=["contract", "id"], name="contract_in_order"),
            models.Index(fields=["position", "id"], name="position_in_order"),
            # every list of claims asks which cases are hidden from its reader
            models.Index(
                fields=["id"],
                name="restricted",
                condition=models.Q(restricted_to__isnull=False),
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["person"],
                condition=~models.Q(state="cancelled"),
                name="one_participation_a_person",
            ),
            models.CheckConstraint(
                condition=models.Q(attached__isnull=True)
                | models.Q(
                    attached__gte=models.F("referred"),
                    attached__lte=models.F("allotted_end"),
                ),
                name="attached_within_time",
            ),
        )

    def __str__(self) -> str:
        """Give the reference: a name is not for every reader."""
        return self.reference

    def get_absolute_url(self) -> str:
        """Give the case's page."""
        return f"/cases/{self.reference}/"


class Contact(models.Model):
    """One contact with a participant."""

    participation = models.ForeignKey(
        Participation, models.PROTECT, related_name="contacts", db_index=False
    )
    position = models.ForeignKey(Position, models.PROTECT, null=True, db_index=False)
    contract = models.ForeignKey(Contract, models.PROTECT, db_index=False)
    on = models.DateField()
    purpose = models.CharField(max_length=20)
    """support or tracking."""
    kind = models.CharField(max_length=20)
    """face-to-face, telephone, post, e-mail, home-visit."""
    note = models.TextField(blank=True)
    by = models.BigIntegerField()

    class Meta:
        """Read by case, and counted by contract and place."""

        indexes = (
            models.Index(fields=["participation", "-on"], name="contact_of"),
            models.Index(fields=["contract", "on"], name="contact_by_contract"),
            models.Index(fields=["position", "on"], name="contact_by_position"),
        )


class Spell(models.Model):
    """A spell in work."""

    reference = models.CharField(max_length=60)
    """The reporter's own name for it, told apart within one participation."""
    participation = models.ForeignKey(
        Participation, models.PROTECT, related_name="spells", db_index=False
    )
    first_day = models.DateField()
    last_day = models.DateField(null=True)
    hours = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    employer = models.CharField(max_length=120, blank=True)
    found_by = models.CharField(max_length=20, default="provider")
    """provider or participant: a job found alone counts, and is said."""
    evidenced = models.DateField(null=True)
    """When evidence of the job was first got."""

    class Meta:
        """Two jobs at once are allowed, and a day counts once; not one job twice."""

        constraints = (
            models.UniqueConstraint(
                fields=["participation", "reference"], name="one_spell_a_reference"
            ),
            models.CheckConstraint(
                condition=models.Q(last_day__isnull=True)
                | models.Q(last_day__gte=models.F("first_day")),
                name="spell_ends_after_it_starts",
            ),
            ExclusionConstraint(
                name="one_spell_at_a_time_with_an_employer",
                expressions=[
                    ("participation", RangeOperators.EQUAL),
                    (Lower("employer"), RangeOperators.EQUAL),
                    (
                        DateRange(
                            "first_day",
                            "last_day",
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=~models.Q(employer=""),
            ),
        )


class BenefitSpell(models.Model):
    """A spell on an out-of-work benefit, as the department's feeds say it."""

    reference = models.CharField(max_length=60)
    """The feed's own name for it, told apart within one participation."""
    participation = models.ForeignKey(
        Participation, models.PROTECT, related_name="benefit_spells", db_index=False
    )
    first_day = models.DateField()
    last_day = models.DateField(null=True)

    class Meta:
        """A spell that has ended did so on or after its first day."""

        constraints = (
            models.UniqueConstraint(
                fields=["participation", "reference"], name="one_benefit_a_reference"
            ),
            models.CheckConstraint(
                condition=models.Q(last_day__isnull=True)
                | models.Q(last_day__gte=models.F("first_day")),
                name="benefit_ends_after_it_starts",
            ),
        )


class CallOff(models.Model):
    """A specialist asked to help a participant."""

    reference = models.CharField(max_length=40, unique=True)
    participation = models.ForeignKey(
        Participation, models.PROTECT, related_name="call_offs"
    )
    participant = models.CharField(max_length=40)
    """The case's reference, for a specialist who does not see the case yet."""
    contract = models.ForeignKey(Contract, models.PROTECT, db_index=False)
    position = models.ForeignKey(Position, models.PROTECT, db_index=False)
    asked = models.DateField()
    answer_by = models.DateField(null=True)
    need = models.CharField(max_length=200)
    state = models.CharField(max_length=20, default="asked")
    answered = models.DateField(null=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        """A specialist reads its own; one place is asked once at a time."""

        indexes = (
            models.Index(
                fields=["position", "state", "-asked", "-id"], name="call_off_position"
            ),
            models.Index(
                fields=["contract", "state", "-asked", "-id"], name="call_off_contract"
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["participation", "position"],
                condition=models.Q(state__in=["asked", "accepted"]),
                name="one_open_call_off_a_place",
            ),
        )

    def get_absolute_url(self) -> str:
        """Give its page, which leads whoever sees the case on to it."""
        return f"/asked/{self.reference}/"


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
    legal_basis = models.CharField(max_length=40, default="consent")
    """consent, or designation-order where the law lets the employer be asked."""
    by = models.BigIntegerField()
    scanned_at = models.DateTimeField(null=True)
    finding = models.CharField(max_length=120, blank=True)
    """What the scanner found in a harmful one."""

    def get_absolute_url(self) -> str:
        """Give the page of the case that it is about."""
        return f"/cases/{self.participation.reference}/#documents"


class Import(models.Model):
    """One file of referrals or other news that was brought in, row by row."""

    reference = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=40)
    contract = models.ForeignKey(Contract, models.PROTECT, null=True)
    organisation_id = models.CharField(max_length=80)
    at = models.DateTimeField()
    by = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    is_trial = models.BooleanField(default=False)
    """Only checked: nothing of it was kept but this row."""
    accepted = models.IntegerField(default=0)
    """Rows that were new, or news that was done."""
    renewed = models.IntegerField(default=0)
    """Rows that made a new version of a referral."""
    unchanged = models.IntegerField(default=0)
    rejected = models.JSONField(default=list)
    """Each rejected row with its number, cells and reasons."""

    def get_absolute_url(self) -> str:
        """Give its page."""
        return f"/imports/{self.reference}/"


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
    decided_at = models.DateTimeField(null=True)
    """When it was applied or set aside; None while it waits to be decided."""

    class Meta:
        """Versions count up from 1."""

        constraints = (
            models.UniqueConstraint(
                fields=["participation", "number"], name="one_version_a_number"
            ),
        )


class LateDeadline(models.Model):
    """A deadline that was met late; one missed and still open is the case's own."""

    participation = models.ForeignKey(
        Participation, models.PROTECT, related_name="late_deadlines"
    )
    contract = models.ForeignKey(Contract, models.PROTECT, db_index=False)
    position = models.ForeignKey(Position, models.PROTECT, null=True, db_index=False)
    what = models.CharField(max_length=30)
    due = models.DateField()
    done = models.DateField()

    class Meta:
        """Read by contract and by place, newest first."""

        indexes = (
            models.Index(fields=["contract", "-due", "-id"], name="late_contract"),
            models.Index(fields=["position", "-due", "-id"], name="late_position"),
        )


class SearchName(models.Model):
    """A participant's name folded for searching, beside who may find it.

    The database keeps it as names and places change. Searching goes by contract or
    place first, so that a search costs what its own caseload costs.
    """

    participation = models.OneToOneField(
        Participation, models.PROTECT, primary_key=True, related_name="+"
    )
    contract = models.CharField(max_length=80)
    position = models.CharField(max_length=120)
    last = models.CharField(max_length=120)
    first = models.CharField(max_length=120)

    class Meta:
        """A prefix of the last word, then of the first."""

        indexes = (
            models.Index(fields=["contract", "last", "first"], name="find_contract"),
            models.Index(fields=["position", "last", "first"], name="find_position"),
            models.Index(fields=["last", "first"], name="find_all"),
        )
