"""People of the demonstration who act: one for each role of an organisation."""

from typing import Any

from quasimarket.cli.demonstration.names import staff_name
from quasimarket.service.people.actor import SYSTEM, Actor
from quasimarket.service.people.models import User
from quasimarket.service.people.scope import acting_as


def actor_of(role: str, organisation: str) -> Actor:
    """Give who has a role in an organisation, making the person if there is none."""
    with acting_as(SYSTEM):
        found: Any = (
            User.objects.filter(role=role, organisation_id=organisation)
            .order_by("id")
            .first()
        )
        if found is None:
            found = User.objects.create_user(
                f"{role}@{organisation}.example.org".lower(),
                None,
                name=staff_name(f"{role}{organisation}"),
                organisation_id=organisation,
                role=role,
            )
        return Actor.of_user(found)
