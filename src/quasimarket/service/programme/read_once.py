"""Read the programme's own row once a request: its day and rules are asked for often.

A request that only reads sees one state of it, as in one transaction it would; what
writes reads it anew each time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

from quasimarket.service.programme.models import Programme


_kept: ContextVar[list[Programme] | None] = ContextVar("programme", default=None)


def found_programme() -> Programme | None:
    """Give the programme that this service runs, if one was set up."""
    kept = _kept.get()
    if kept:
        return kept[0]
    row = Programme.objects.filter(id=1).first()
    if kept is not None and row is not None:
        kept.append(row)
    return row


@contextmanager
def read_once() -> Iterator[None]:
    """Keep the row that is read inside."""
    token = _kept.set([])
    try:
        yield
    finally:
        _kept.reset(token)


class ProgrammeReadOnce:
    """Let requests that only read keep the row."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the row kept for as long."""
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with read_once():
            return self.get_response(request)
