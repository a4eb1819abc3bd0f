"""Every refusal as problem+json (RFC 9457), field by field, and never a bare 500."""

import logging
from collections.abc import Iterable
from typing import Any

from django.db import DataError, ProgrammingError
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import BaseModel, Field
from pydantic import ValidationError as Unfit

from quasimarket.service.acting.refusals import (
    NotAllowed,
    NotFound,
    Refusal,
    Unmet,
)
from quasimarket.service.interface.authority import ReadsOnly
from quasimarket.service.interface.pace import TooMany
from quasimarket.service.interface.tags import Stale


LOG = logging.getLogger("quasimarket.interface")
FORBIDDEN = "42501"
"""What the database says of a row that the scope may not write."""
MEDIA_TYPE = "application/problem+json"


class FieldFault(BaseModel):
    """One thing that stands against a call."""

    code: str
    message: str
    field: str = ""
    remedy: str = ""


class Problem(BaseModel):
    """What went wrong with a call."""

    type: str = Field(description="A name for the kind of problem")
    title: str
    status: int
    detail: str = ""
    errors: list[FieldFault] = []


RESPONSES: dict[int, type[Problem]] = dict.fromkeys(
    (400, 401, 403, 404, 405, 409, 412, 422, 429), Problem
)
"""Declared on every operation, since each can answer so."""


def problem(
    status: int, kind: str, title: str, errors: Iterable[FieldFault] = ()
) -> JsonResponse:
    """Make the answer."""
    said = Problem(
        type=f"urn:quasimarket:problem:{kind}",
        title=title,
        status=status,
        errors=list(errors),
    )
    return JsonResponse(said.model_dump(), status=status, content_type=MEDIA_TYPE)


def of_refusal(refusal: Refusal) -> JsonResponse:
    """Say a refusal: 409 where the state stands against it, else 422."""
    clashes = any(
        one.code == "wrong-state" or one.code.startswith("constraint-")
        for one in refusal.unmet
    )
    return problem(
        409 if clashes else 422,
        "refused",
        "The rules stand against this.",
        [_fault(one) for one in refusal.unmet],
    )


def of_unfit(error: Unfit) -> JsonResponse:
    """Say what pydantic found wrong with an act's fields."""
    return problem(
        422,
        "unfit",
        "Some answers cannot be used.",
        [
            FieldFault(
                code=one["type"].replace("_", "-"),
                message=one["msg"],
                field=".".join(str(part) for part in one["loc"]),
            )
            for one in error.errors(include_url=False, include_input=False)
        ],
    )


def _fault(one: Unmet) -> FieldFault:
    return FieldFault(
        code=one.code, message=one.message, field=one.field, remedy=one.remedy
    )


def declare(api: NinjaAPI) -> None:
    """Give the interface its handlers."""

    @api.exception_handler(NotFound)
    def missing(request: HttpRequest, error: NotFound) -> HttpResponse:
        return problem(404, "not-found", "There is no such thing for you.")

    @api.exception_handler(NotAllowed)
    def refused(request: HttpRequest, error: NotAllowed) -> HttpResponse:
        return problem(403, "not-allowed", "Your role may not do this.")

    @api.exception_handler(Refusal)
    def against(request: HttpRequest, error: Refusal) -> HttpResponse:
        return of_refusal(error)

    @api.exception_handler(Unfit)
    def unfit(request: HttpRequest, error: Unfit) -> HttpResponse:
        return of_unfit(error)

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        answer = problem(401, "no-key", "Call with a key that is in force.")
        answer["WWW-Authenticate"] = "Bearer"
        return answer

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        faults = [_found(one) for one in error.errors]
        return problem(422, "unfit", "Some of the call cannot be used.", faults)

    @api.exception_handler(ReadsOnly)
    def read_only(request: HttpRequest, error: ReadsOnly) -> HttpResponse:
        return problem(403, "read-only", "This key may only read.")

    @api.exception_handler(Stale)
    def stale(request: HttpRequest, error: Stale) -> HttpResponse:
        return problem(412, "stale", "It has changed since you read it: read it again.")

    @api.exception_handler(TooMany)
    def too_many(request: HttpRequest, error: TooMany) -> HttpResponse:
        answer = problem(429, "too-many-calls", "This key has called too often.")
        answer["Retry-After"] = str(error.seconds)
        return answer

    @api.exception_handler(DataError)
    def unheld(request: HttpRequest, error: DataError) -> HttpResponse:
        return problem(422, "unfit", "A value is too long or too large to be kept.")

    @api.exception_handler(ProgrammingError)
    def forbidden(request: HttpRequest, error: ProgrammingError) -> HttpResponse:
        if getattr(error.__cause__, "sqlstate", "") == FORBIDDEN:
            return problem(403, "not-allowed", "Your role may not write this.")
        return ours(request, error)

    @api.exception_handler(Exception)
    def ours(request: HttpRequest, error: Exception) -> HttpResponse:
        # The kind alone: a message may quote what was sent.
        match = getattr(request, "resolver_match", None)
        LOG.error("%s at %s", type(error).__name__, match.route if match else "?")
        return problem(500, "our-fault", "Something went wrong here; nothing was done.")

    @api.exception_handler(HttpError)
    def other(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(error.status_code, "call", str(error))


def _found(one: dict[str, Any]) -> FieldFault:
    return FieldFault(
        code=str(one.get("type", "unfit")).replace("_", "-"),
        message=str(one.get("msg", "")),
        field=".".join(str(part) for part in one.get("loc", ())),
    )
