"""ETags: what a thing looked like when it was read, so that no change is lost."""

from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from quasimarket.service.acting.performing import reference_field
from quasimarket.service.acting.refusals import NotFound, Refused
from quasimarket.service.people.actor import Actor
from quasimarket.service.people.scope import acting_as


class Stale(Refused):
    """What was to be changed is no longer as the caller saw it."""


def tag_of(row: Model) -> str:
    """Give a row's tag: it changes with any column, and tells nothing of them."""
    columns = [
        (field.attname, getattr(row, field.attname))
        for field in row._meta.concrete_fields
    ]
    digest = salted_hmac("quasimarket.tag", repr(columns), algorithm="sha256")
    return f'"{digest.hexdigest()[:32]}"'


def is_among(tag: str, header: str) -> bool:
    """Say whether a tag stands in an If-Match or If-None-Match."""
    return header.strip() == "*" or tag in [one.strip() for one in header.split(",")]


def unchanged(request: HttpRequest, actor: Actor, kind: Any, reference: str) -> Model:
    """Lock the thing that a call is about, if it is still as the caller saw it.

    Raises:
        NotFound: it is not there for this actor.
        Stale: it has changed since.
    """
    with acting_as(actor):
        try:
            row: Model = kind._default_manager.select_for_update(of=("self",)).get(
                **{reference_field(kind): reference}
            )
        except (kind.DoesNotExist, ValueError) as error:
            raise NotFound(reference) from error
    if not is_among(tag_of(row), request.headers["If-Match"]):
        raise Stale(reference)
    return row


def tag_now(row: Model) -> str:
    """Give a row's tag as the database has it; blank where it is seen no more."""
    fresh = type(row)._default_manager.filter(pk=row.pk).first()
    return tag_of(fresh) if fresh is not None else ""
