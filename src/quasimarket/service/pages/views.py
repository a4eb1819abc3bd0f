"""The pages that belong to no room: the first page, help, cookies, and the like."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quasimarket.service.pages.help import BY_NAME, TOPICS
from quasimarket.service.pages.navigation import waiting_for
from quasimarket.service.pages.parts import TaskList
from quasimarket.service.pages.public import public
from quasimarket.service.pages.showing import show


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for the reader."""
    waiting = waiting_for(request)
    return show(
        request,
        "pages/home.html",
        title=_("What waits for you"),
        tasks=TaskList(tasks=waiting) if waiting else None,
    )


@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """Confirm that an act was done; what it was is kept with the session."""
    act = request.session.get("done")
    if act is None:
        return HttpResponseRedirect("/")
    return show(request, "pages/done.html", title=act["title"], href=act["href"])


@public
@require_safe
def help_index(request: HttpRequest) -> HttpResponse:
    """List the topics of help."""
    return show(request, "pages/help_index.html", title=_("Help"), topics=TOPICS)


@public
@require_safe
def help_topic(request: HttpRequest, name: str) -> HttpResponse:
    """Show one topic of help."""
    topic = BY_NAME.get(name)
    if topic is None:
        raise Http404
    return show(
        request,
        f"pages/help/{name}.html",
        title=topic.title,
        back="/help/",
        topics=[one for one in TOPICS if one is not topic],
    )


@public
@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    """Say which cookies are set."""
    return show(request, "pages/cookies.html", title=_("Cookies"))


@public
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say how accessible the service is, and what to do where it is not."""
    return show(request, "pages/accessibility.html", title=_("Accessibility statement"))
