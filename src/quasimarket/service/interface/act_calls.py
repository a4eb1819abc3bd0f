"""Every act as a call: POST /api/v1/THING/REFERENCE/ACT, from its one declaration."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from pydantic import BaseModel

from quasimarket.service.acting.act import ACTS, About, Act
from quasimarket.service.acting.performing import perform, reference_field
from quasimarket.service.interface.problems import RESPONSES
from quasimarket.service.interface.repeating import once
from quasimarket.service.interface.tags import tag_now, unchanged


HEADERS: dict[str, Any] = {
    "parameters": [
        {
            "name": name,
            "in": "header",
            "required": False,
            "schema": {"type": "string", "maxLength": 120},
            "description": meaning,
        }
        for name, meaning in (
            ("Idempotency-Key", "The same call with the same key is done once"),
            ("If-Match", "The ETag that was read; 412 if it has changed since"),
        )
    ]
}


class Done(BaseModel):
    """What an act gave."""

    act: str
    reference: str = ""
    state: str = ""
    given: dict[str, Any] = {}
    etag: str = ""
    """Of what it is about, as it is now: for the next call's If-Match."""


def path_of(about: About) -> str:
    """Give the path of an act's call."""
    if about.on is None:
        return f"/{about.room}/{about.name}"
    thing = about.on._meta.verbose_name  # type: ignore[attr-defined]  # a Django model
    return f"/{plural(thing).replace(' ', '-')}/{{reference}}/{about.name}"


def plural(thing: str) -> str:
    """Give the plural of a kind of thing; terms and details have no other form."""
    if thing.endswith("s"):
        return thing
    if thing.endswith("ch"):
        return f"{thing}es"
    if thing.endswith("y") and thing[-2] not in "aeiou":
        return f"{thing[:-1]}ies"
    return f"{thing}s"


def is_for_programs(about: About) -> bool:
    """Say whether a program may do the act.

    Acts on which money or law rests ask a person to show again who they are, and many
    want two people: a key can do neither. Nor may a key make others.
    """
    return not about.asks_again and about.room != "interface"


def declare(api: NinjaAPI) -> None:
    """Make an operation of every act that a program may do."""
    for about in sorted(ACTS.values(), key=lambda one: one.name):
        if not is_for_programs(about):
            continue
        api.post(
            path_of(about),
            response={200: Done, **RESPONSES},
            operation_id=about.name,
            summary=about.title,
            description=about.help,
            tags=[about.room],
            openapi_extra=HEADERS,
        )(_operation(about))


def _operation(about: About) -> Callable[..., HttpResponse]:
    kind = about.kind

    if about.on is None:

        def make(request: HttpRequest, answers: Act) -> HttpResponse:
            return once(request, lambda: _do(request, answers, None))

        make.__annotations__["answers"] = kind
        return make

    def change(request: HttpRequest, reference: str, answers: Act) -> HttpResponse:
        return once(request, lambda: _do(request, answers, reference))

    change.__annotations__["answers"] = kind
    return change


def _do(
    request: Any, answers: Act, reference: str | None
) -> tuple[int, dict[str, Any]]:
    about = type(answers).about
    subject: str | Model | None = reference
    if about.on is not None and reference is not None and "If-Match" in request.headers:
        subject = unchanged(request, request.actor, about.on, reference)
    done = perform(answers, request.actor, subject)
    said = Done(act=about.name)
    if isinstance(done, Model):
        said.reference = str(getattr(done, reference_field(type(done))))
        said.state = str(getattr(done, "state", ""))
        said.etag = tag_now(done)
    elif isinstance(done, dict):
        said.given = done
    return 200, said.model_dump()
