"""People of a small programme who can sign in, one for each role."""

import itertools
import time
from datetime import UTC, date, datetime

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value

from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.models import Organisation, User
from quasimarket.service.people.roles import ROLES_OF, Role
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Programme


PASSWORD = "correct horse battery staple"
NUMBER = itertools.count(1)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ACCEPTED = datetime(2011, 6, 1, 9, tzinfo=UTC)


def make_programme(**fields):
    """Make the programme's row and an organisation of each kind."""
    with acting_as(SYSTEM):
        given = {
            "rulebook": "work-programme",
            "content_hash": "",
            "name": "The Work Programme",
            "is_demonstration": True,
            "today": date(2013, 4, 3),
            "allocation_commitment": "0" * 64,
        }
        Programme.objects.get_or_create(id=1, defaults=given | fields)
        for kind in ROLES_OF:
            Organisation.objects.get_or_create(
                id=f"org-{kind}", defaults={"name": f"The {kind}", "kind": kind}
            )


def make_person(role, *, has_app=True, accepted=True):
    """Make a person with a role, with an authenticator app or before it."""
    kind = next(one for one, roles in ROLES_OF.items() if role in roles)
    with acting_as(SYSTEM):
        person = User.objects.create_user(
            f"{role}-{next(NUMBER)}@example.org",
            PASSWORD,
            name=f"Pat {role}".replace("-", " ").title(),
            organisation_id=f"org-{kind}",
            role=role,
            accepted_conduct=ACCEPTED if accepted else None,
            acts_from=date(2011, 1, 1) if role == Role.AUDITOR else None,
            acts_until=date(2016, 1, 1) if role == Role.AUDITOR else None,
        )
        if has_app:
            TOTP.activate(person, SECRET)
            RecoveryCodes.activate(person)
    return person


def code_now(secret=SECRET):
    """Give the code that an authenticator app shows."""
    counter = int(time.time()) // 30
    return format_hotp_value(hotp_value(secret, counter))


def give_app(user_id):
    """Give somebody who exists an authenticator app."""
    with acting_as(SYSTEM):
        TOTP.activate(User.objects.get(pk=user_id), SECRET)
