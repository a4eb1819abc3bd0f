"""The code of conduct, and what of signing in is shut."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from quasimarket.service.pages.acts import AcceptConduct
from quasimarket.service.pages.answers import Answers
from quasimarket.service.pages.public import public
from quasimarket.service.pages.question_markup import form_markup
from quasimarket.service.pages.questions import questions_of
from quasimarket.service.people.roles import Role


@public
@require_safe
def conduct(request: HttpRequest) -> HttpResponse:
    """Show the code of conduct, and ask staff who have not yet to accept it."""
    user = request.user
    asks = (
        user.is_authenticated
        and user.role != Role.PARTICIPANT
        and user.accepted_conduct is None
    )
    fields = form_markup(questions_of(AcceptConduct), Answers())
    return render(request, "people/conduct.html", {"asks": asks, "fields": fields})


@public
def not_here(request: HttpRequest, **_: str) -> HttpResponse:
    """Shut what allauth offers and this service does not: signing up, for one."""
    raise Http404
