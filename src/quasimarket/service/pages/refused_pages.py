"""What a page says when a rule stands against what it was asked for.

Act pages show a refusal beside the field it is about; this is for every other page: a
file that no longer agrees, a month that is not over.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from quasimarket.service.acting.refusals import NotAllowed, NotFound, Refusal, Refused
from quasimarket.service.pages import error_pages
from quasimarket.service.pages.showing import show


class RefusedPages:
    """Answer a refusal that a view let pass, with its words and what would mend it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as the view does."""
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """Say a refusal as a page; anything else is not ours to answer."""
        if not isinstance(exception, Refused):
            return None
        if isinstance(exception, NotFound):
            return error_pages.not_found(request, exception)
        if isinstance(exception, NotAllowed):
            return error_pages.forbidden(request, exception)
        unmet = exception.unmet if isinstance(exception, Refusal) else ()
        return show(
            request,
            "pages/errors/409.html",
            title="This cannot be done now",
            unmet=unmet,
            status=409,
        )
