"""What is shown when a page cannot be: each says what to do next.

Those for a fault of our own (500, 503) stand alone: they read neither the database nor
the session, which may be what is broken.
"""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from quasimarket.service.pages.showing import show


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that what was sent cannot be understood."""
    return explained(request, 400, _("We cannot understand what was sent"))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the reader's role may not do this."""
    return explained(request, 403, _("Your role may not do this"))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page, or none for the reader: the two look the same."""
    return explained(request, 404, _("Page not found"))


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form was sent too late, or from elsewhere."""
    return explained(request, 403, _("This form is out of date"), "stale_form")


def explained(
    request: HttpRequest, status: int, title: str, template: str = ""
) -> HttpResponse:
    """Show the page of an error, within the frame."""
    name = template or str(status)
    return show(request, f"pages/errors/{name}.html", title=title, status=status)


def our_fault(request: HttpRequest) -> HttpResponse:
    """Say that something broke; nothing of what was being done is kept."""
    return alone(500, _("Sorry, there is a problem with the service"))


def unavailable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the service cannot be reached for a while."""
    return alone(503, _("Sorry, the service is unavailable"))


def alone(status: int, title: str) -> HttpResponse:
    """Show the page of an error that needs nothing but its own words."""
    page = render_to_string(f"pages/errors/{status}.html", {"title": title})
    response = HttpResponse(page, status=status)
    if status == 503:
        response["Retry-After"] = "60"
    return response
