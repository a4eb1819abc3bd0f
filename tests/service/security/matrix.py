"""Every door of the project: pages and calls from its resolver, acts from the registry.

A door is named by its route: `cases/<str:reference>/`, `api/v1/events`, or for the
page and the call of an act `do/attach`.
"""

import re
import time
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from django.test import Client
from django.urls import get_resolver

from quasimarket.service.acting.act import ACTS
from quasimarket.service.people.actor import SIGN_IN
from quasimarket.service.people.models import User
from quasimarket.service.people.roles import (
    COMMISSIONER_ROLES,
    DELIVERY,
    EVERYONE,
    FINANCE,
    MANAGERS,
    PRIME_ROLES,
    PROVIDER_ROLES,
    SUB_ROLES,
    Role,
)
from quasimarket.service.people.scope import acting_as


BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
GROUPS = {
    "everyone": EVERYONE,
    "staff": tuple(role for role in EVERYONE if role is not Role.PARTICIPANT),
    "commissioner": COMMISSIONER_ROLES,
    "providers": PROVIDER_ROLES,
    "primes": PRIME_ROLES,
    "subcontractors": SUB_ROLES,
    "managers": MANAGERS,
    "delivery": DELIVERY,
    "finance": FINANCE,
    "nobody": (),
}
ACT_PAGES = ("do/<slug:act>/", "do/<slug:act>/<path:reference>/")


def routes():
    """List every route, the pages of acts one by one."""
    found = [one for one in _walked() if one not in ACT_PAGES and not _is_act(one)]
    return sorted({*found, *(f"do/{name}" for name in ACTS)})


def called_acts():
    """List the acts that the interface offers."""
    return {one.rsplit("/", 1)[1] for one in _walked() if _is_act(one)}


def _is_act(route):
    return route.startswith("api/") and route.rsplit("/", 1)[1] in ACTS


@lru_cache
def _walked():
    return tuple(_walk(get_resolver().url_patterns, ""))


def _walk(patterns, before):
    for one in patterns:
        here = before + str(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from _walk(one.url_patterns, here)
        else:
            yield here


def roles_named(text):
    """Read a cell of the table: roles, groups of them, and `-role` for one left out."""
    words = text.split()
    named = chain.from_iterable(
        GROUPS.get(word) or ((Role(word),) if word not in GROUPS else ())
        for word in words
        if not word.startswith("-")
    )
    return set(named) - {Role(word[1:]) for word in words if word.startswith("-")}


def address(route, thing, reference=None):
    """Give the address of a route for a thing, or for a made-up reference."""
    if thing is None:
        return "/" + _act_address(route, "")
    parts = {"reference": thing.reference, **thing.parts}
    if reference is not None:
        parts |= {
            name: reference for name in ("reference", "contract") if name in parts
        }
    if route.startswith("do/"):
        return "/" + _act_address(route, parts["reference"] + "/")
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda one: parts[one[1]], route)


def _act_address(route, reference):
    return f"{route}/{reference}" if route.startswith("do/") else route


def entered(reader):
    """Give a browser in which somebody has just signed in, both factors shown.

    It stays so for the hour that a loaded machine may take over the whole matrix.
    """
    browser = Client(raise_request_exception=False)
    with acting_as(SIGN_IN):
        user = User.objects.get(pk=reader.id)
        browser.force_login(user, BACKEND)
        session = browser.session
        session["account_authentication_methods_user"] = str(user.pk)
        session["account_authentication_methods"] = [
            {
                "method": "password",
                "at": time.time() + 3600,
                "reauthenticated": True,
            }
        ]
        session.save()
    return browser


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    text: str


def ask(browser, method, url, **sent):
    """Ask, and read the answer to its end."""
    response = getattr(browser, method.lower())(url, **sent)
    body = b"".join(response) if response.streaming else response.content
    return Answer(status=response.status_code, text=body.decode(errors="replace"))
