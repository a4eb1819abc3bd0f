"""What the frame around every page needs (a context processor of the templates)."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from quasimarket.service.pages.navigation import links_for
from quasimarket.service.pages.role_names import ROLE_NAMES
from quasimarket.service.pages.wording import worded
from quasimarket.service.people.roles import Role
from quasimarket.service.programme.models import Programme
from quasimarket.service.programme.read_once import found_programme


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give the programme, the navigation and who is signed in."""
    user = getattr(request, "user", None)
    person = user if user is not None and user.is_authenticated else None
    role = Role(person.role) if person else None
    return {
        "programme": SimpleLazyObject(running_programme),
        "person": person,
        "person_role": ROLE_NAMES[role] if role else "",
        "navigation": [
            {
                "text": worded(link.text),
                "view": link.view,
                "here": link.is_here(request),
            }
            for link in links_for(role)
        ],
    }


def running_programme() -> Programme:
    """Give the programme; before one is loaded, one without a name."""
    return found_programme() or Programme(name="")
