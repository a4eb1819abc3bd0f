"""Make the people and keys that the load benchmark asks as; print them as JSON.

    python readers.py CLIENTS

Each client has an adviser of its own with a caseload, and a key of its own; the primes'
and payment people are shared. Sessions are made as a sign-in would make them.
"""

import json
import sys
import time
from datetime import UTC, datetime, timedelta

import django


django.setup()

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes  # noqa: E402
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret  # noqa: E402
from django.db import connections  # noqa: E402  # needs Django set up, as all here
from django.db.models import Count  # noqa: E402  # likewise
from django.test import Client  # noqa: E402  # likewise

from quasimarket.service.interface.keys import digest_of, new_key  # noqa: E402
from quasimarket.service.log.models import LogEvent  # noqa: E402  # likewise
from quasimarket.service.migrating import migrate  # noqa: E402  # likewise
from quasimarket.service.participation.models import Participation  # noqa: E402
from quasimarket.service.payments.models import (  # noqa: E402  # likewise
    PaymentRun,
    Statement,
)
from quasimarket.service.people.actor import SIGN_IN, SYSTEM  # noqa: E402
from quasimarket.service.people.models import ApiKey, User  # noqa: E402  # likewise
from quasimarket.service.people.scope import acting_as  # noqa: E402  # likewise
from quasimarket.service.programme.models import Position  # noqa: E402  # likewise


BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LASTS = 4 * 3600
CASELOAD = 100


def main(clients: int) -> None:
    """Make them and print them."""
    migrate()
    with acting_as(SYSTEM):
        places = list(
            Position.objects.annotate(many=Count("participation"))
            .select_related("contract")
            .order_by("-many", "id")[:clients]
        )
        payer = User.objects.filter(role="payment").order_by("pk")[0]
        accept(payer)
        run = PaymentRun.objects.latest("month").reference
        participants, events = Participation.objects.count(), LogEvent.objects.count()
    print(
        json.dumps(
            {
                "participants": participants,
                "events": events,
                "clients": [
                    client(number, places[number % len(places)], payer, run)
                    for number in range(clients)
                ],
            }
        )
    )


def client(number: int, place, payer: User, run: str) -> dict[str, object]:
    """Make what one client asks as, and find what it asks for."""
    contract = place.contract
    with acting_as(SYSTEM):
        adviser = person(f"adviser{number}", place.organisation_id, "sub-adviser")
        prime = person(f"prime{number}", contract.prime_id, "prime-manager")
        finance = person(f"finance{number}", contract.prime_id, "prime-finance")
        cases = list(
            Participation.objects.filter(position=place, state="attached")
            .order_by("-referred", "-id")
            .values_list("id", "reference")[number : number + CASELOAD]
        )
        key, prefix = new_key()
        now = datetime.now(UTC)
        ApiKey.objects.create(
            prefix=prefix,
            digest=digest_of(key),
            name="load",
            organisation_id=contract.prime_id,
            role="prime-manager",
            scopes=["read"],
            made_by=prime,
            made_at=now,
            expires_at=now + timedelta(days=3660),
        )
        month = (
            Statement.objects.filter(contract=contract, position_id=None)
            .latest("month")
            .month
        )
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT set_config('app.definer', 'on', false)")
        cursor.execute(
            "UPDATE participation_participation SET adviser_id = %s "
            "WHERE id = ANY (%s)",
            [adviser.pk, [one for one, _ in cases]],
        )
        cursor.execute("RESET ALL")
    return {
        "adviser": session(adviser),
        "prime": session(prime),
        "finance": session(finance),
        "payment": session(payer),
        "key": key,
        "cases": [reference for _, reference in cases],
        "contract": contract.pk,
        "month": month,
        "run": run,
    }


def person(name: str, organisation: str, role: str) -> User:
    """Add somebody who has accepted the rules of conduct."""
    user = User.objects.create(
        email=f"{name}@example.org",
        name=name,
        organisation_id=organisation,
        role=role,
        password="!",
    )
    accept(user)
    return user


def accept(user: User) -> None:
    """Let somebody have an authenticator, and have accepted the rules of conduct."""
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    user.accepted_conduct = datetime.now(UTC)
    user.save()


def session(user: User) -> str:
    """Sign somebody in with both factors; give the session's key."""
    browser = Client()
    with acting_as(SIGN_IN):
        browser.force_login(user, BACKEND)
        made = browser.session
        made["account_authentication_methods_user"] = str(user.pk)
        made["account_authentication_methods"] = [
            {"method": "password", "at": time.time() + LASTS, "reauthenticated": True}
        ]
        made.set_expiry(LASTS)
        made.save()
    return str(made.session_key)


if __name__ == "__main__":
    main(int(sys.argv[1]))
