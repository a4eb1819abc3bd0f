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


class Done(BaseModel):
    """What an act gave."""

    act: str
    reference: str = ""
    state: str = ""
    given: dict[str, Any] = {}


def path_of(about: About) -> str:
    """Give the path of an act's call."""
    if about.on is None:
        return f"/{about.room}/{about.name}"
    things = about.on._meta.verbose_name_plural  # type: ignore[attr-defined]  # a Django model
    return f"/{things.replace(' ', '-')}/{{reference}}/{about.name}"


def declare(api: NinjaAPI) -> None:
    """Make an operation of every act whose answers a program can send."""
    for about in sorted(ACTS.values(), key=lambda one: one.name):
        api.post(
            path_of(about),
            response={200: Done, **RESPONSES},
            operation_id=about.name,
            summary=about.title,
            description=about.help,
            tags=[about.room],
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
    done = perform(answers, request.actor, reference)
    said = Done(act=type(answers).about.name)
    if isinstance(done, Model):
        said.reference = str(getattr(done, reference_field(type(done))))
        said.state = str(getattr(done, "state", ""))
    elif isinstance(done, dict):
        said.given = done
    return 200, said.model_dump()
