"""What the codes of a programme are called on a page: groups, milestones, places."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from quasimarket.service.people.models import Organisation
from quasimarket.service.programme.models import Position
from quasimarket.service.programme.rules import agreed_rulebook


def group_name(group: str) -> str:
    """Name a payment group, with the number that the rules call it by."""
    names = {str(one.id): one.name for one in agreed_rulebook().groups}
    return f"{group}: {names[group]}" if group in names else group


def group_names() -> dict[str, str]:
    """Give the name of each payment group, as `group_name` writes it."""
    return {str(one.id): f"{one.id}: {one.name}" for one in agreed_rulebook().groups}


def milestone_names() -> dict[str, str]:
    """Give the name of each milestone."""
    return {str(one.id): one.name for one in agreed_rulebook().milestones}


def organisation_names(keys: Iterable[str]) -> dict[str, str]:
    """Give the names of organisations, as far as the reader may know them."""
    found = Organisation.objects.filter(pk__in=set(keys))
    return dict(found.values_list("pk", "name"))


def place_names() -> dict[str | None, str]:
    """Give the name of who holds each place that the reader may see; None: no place."""
    found: dict[str | None, str] = dict(
        Position.objects.values_list("pk", "organisation__name")
    )
    found[None] = _("In-house")
    return found
