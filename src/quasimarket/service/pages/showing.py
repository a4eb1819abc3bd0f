"""Show a page: the one way in which views answer with a template."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from quasimarket.service.pages.wording import worded


def show(
    request: HttpRequest,
    template: str,
    *,
    title: str,
    back: str = "",
    errors: Sequence[tuple[str, str]] = (),
    status: int = 200,
    **context: object,
) -> HttpResponse:
    """Answer with a page.

    Args:
        request: what is answered.
        template: one that extends `pages/base.html`.
        title: the page's heading, which is also its title.
        back: where the link back goes; blank for none.
        errors: what is wrong, each with the id of its box; the title then says so.
        status: of the answer.
        context: what else the template needs.
    """
    page = {
        "title": worded(title),
        "back_href": back,
        "errors": list(errors),
        "has_errors": bool(errors),
        **context,
    }
    return render(request, template, page, status=status)
