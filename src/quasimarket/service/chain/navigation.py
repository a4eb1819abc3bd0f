"""The chain in the navigation, and what of it waits for whom."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse

from quasimarket.service.chain.models import ChainChange, ShareProposal
from quasimarket.service.chain.views.leagues import READERS as LEAGUE_READERS
from quasimarket.service.chain.views.register import READERS
from quasimarket.service.pages.navigation import place, waits
from quasimarket.service.pages.parts import Task
from quasimarket.service.people.roles import MANAGERS, Role
from quasimarket.service.programme.models import Terms


place("Performance", "chain:league", LEAGUE_READERS, order=50)
place("Supply chain", "chain:register", READERS, order=51)
place("Improvement", "chain:plans", READERS, order=52)
place("Market share", "chain:shifts", READERS, order=53)
MOST = 10


@waits(order=40)
def of_the_chain(request: HttpRequest) -> Iterator[Task]:
    """List endings, shifts and terms that await the reader."""
    actor = request.actor
    if actor.role is Role.CONTRACT_MANAGER:
        for change in ChainChange.objects.filter(state="proposed").exclude(
            asked_by=actor.id
        )[:MOST]:
            yield Task(
                title="Decide the ending of a place",
                href=change.get_absolute_url(),
                state="waiting",
            )
        for shift in ShareProposal.objects.filter(state="proposed").exclude(
            proposed_by=actor.id
        )[:MOST]:
            yield Task(
                title="Decide a shift of market share",
                href=shift.get_absolute_url(),
                state="waiting",
            )
    if actor.role in MANAGERS:
        for terms in Terms.objects.filter(agreed_by=None).exclude(proposed_by=actor.id)[
            :MOST
        ]:
            yield Task(
                title="Look at proposed terms",
                href=reverse("chain:terms", args=[terms.pk]),
                state="proposed",
            )
