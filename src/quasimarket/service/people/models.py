"""Organisations, people with roles, and keys for their systems."""

from typing import ClassVar

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


class Users(BaseUserManager["User"]):
    """Makes and finds people by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: object):  # type: ignore[no-untyped-def]  # Django's own signature
        """Make a person who can sign in; no password means that none will do."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """A person who signs in, with one role in one organisation."""

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

    def __str__(self) -> str:
        """Give the name."""
        return self.name


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
