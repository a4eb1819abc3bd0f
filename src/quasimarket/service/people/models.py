"""Organisations, people with roles, and keys for their systems."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

from quasimarket.service.people.roles import OrganisationKind, Role


class Organisation(models.Model):
    """One organisation of the programme."""

    id = models.CharField(primary_key=True, max_length=80)
    name = models.CharField(max_length=200)
    kind = models.CharField(
        max_length=20, choices=[(str(one), str(one)) for one in OrganisationKind]
    )
    sector = models.CharField(max_length=20, blank=True)
    identifier = models.CharField(max_length=60, blank=True)
    """Under org-id.guide: "GB-CHC-1234567"."""

    def __str__(self) -> str:
        """Give the name."""
        return self.name


class PasswordHash(models.CharField):
    """A column that the service's role cannot read, but by the one function for it.

    It gives a person's own, and anybody's while they are signing in; else nothing.
    """

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        """Ask the function in place of the column."""
        table = sql.rpartition(".")[0]
        return f'people_password({table}."id")', params

    def deconstruct(self) -> Any:
        """Be the plain column that it is in the database."""
        name, _, positional, named = super().deconstruct()
        return name, "django.db.models.CharField", positional, named


class Users(BaseUserManager["User"]):
    """Makes and finds people by their e-mail address, without their passwords."""

    def get_queryset(self) -> Any:
        """Leave out what the service's role may not read."""
        return super().get_queryset().defer("password")

    def create_user(self, email: str, password: str | None = None, **fields: object):  # type: ignore[no-untyped-def]  # Django's own signature
        """Make a person who can sign in; no password means that none will do."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """A person who signs in, with one role in one organisation."""

    password = PasswordHash("password", max_length=128)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="staff")
    role = models.CharField(
        max_length=20, choices=[(str(one), str(one)) for one in Role]
    )
    is_active = models.BooleanField(default=True)
    acts_from = models.DateField(null=True, blank=True)
    acts_until = models.DateField(null=True, blank=True)
    """An auditor's access lasts from one day to another."""
    accepted_conduct = models.DateTimeField(null=True, blank=True)
    """When the code of conduct was accepted; asked at the first sign-in."""
    was_given_secret = models.BooleanField(default=False, db_default=False)
    """Somebody else made the password and knows it: it is changed before any page."""

    objects = Users()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        """Things that belong to a person find them without the password too."""

        base_manager_name = "objects"

    def __str__(self) -> str:
        """Give the name."""
        return self.name


class SignInRequest(models.Model):
    """What is asked about a commissioner's sign-in, until another person confirms it.

    The database keeps the two apart, and lets no such sign-in be made without them.
    """

    reference = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10)
    """make, mend or resume."""
    state = models.CharField(max_length=10, default="asked")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    """For whom; of one that is to be made, once it is."""
    name = models.CharField(max_length=120, blank=True)
    email = models.CharField(max_length=254, blank=True)
    role = models.CharField(max_length=20, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    lost = models.CharField(max_length=20, blank=True)
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField()
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    used_in = models.BigIntegerField(null=True)
    """The transaction that did what was confirmed: it is done once."""

    class Meta:
        """Two people, neither of whom it is for."""

        verbose_name = "sign-in request"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True)
                | ~models.Q(decided_by=models.F("asked_by")),
                name="sign_in_four_eyes",
            ),
            models.CheckConstraint(
                condition=models.Q(state="asked") | models.Q(decided_by__isnull=False),
                name="sign_in_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        """Say whose it is about; the reference says nothing to a reader."""
        return f"Sign-in of {self.name}" if self.name else "A colleague's sign-in"

    def get_absolute_url(self) -> str:
        """Give its page."""
        return f"/people/asked/{self.reference}/"


class SignInHand(models.Model):
    """Who made or mended a sign-in; written by the database alone."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    by = models.BigIntegerField()
    also_by = models.BigIntegerField(null=True)
    """Who confirmed it, where two are needed."""
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Say whose it is."""
        return f"{self.user_id} by {self.by}"


class ApiKey(models.Model):
    """A key with which an organisation's own system calls the interface."""

    prefix = models.CharField(max_length=12, unique=True)
    """What may be shown of it."""
    digest = models.CharField(max_length=64)
    """SHA-256 of the key, in hexadecimal: the key itself is shown once."""
    name = models.CharField(max_length=80)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    role = models.CharField(max_length=20)
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        """Say what it is for."""
        return f"Key for {self.name}"
