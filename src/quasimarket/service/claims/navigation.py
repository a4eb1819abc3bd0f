"""Claims in the navigation, and what of them waits for whom."""

from collections.abc import Iterator

from django.http import HttpRequest

from quasimarket.service.claims import sections as sections
from quasimarket.service.claims.listing import count_up_to
from quasimarket.service.pages.navigation import place, waits
from quasimarket.service.pages.parts import Task
from quasimarket.service.people.roles import ACCOUNTABLE, OVERSIGHT, Role


MOST_COUNTED = 1000
place("Claims", "claims:claims", (*ACCOUNTABLE, *OVERSIGHT), order=30)
place("Feeds", "claims:feeds", OVERSIGHT, order=35)


@waits(order=20)
def refused_claims(request: HttpRequest) -> Iterator[Task]:
    """Say how many claims were refused, to those who can mend them."""
    if request.actor.role in ACCOUNTABLE:
        count = count_up_to(MOST_COUNTED, "rejected")
        if count:
            yield Task(
                title="Claims that were refused",
                href="/claims/?state=rejected",
                state=f"{count} rejected",
                hint="Each says what would mend it",
            )


@waits(order=20)
def disputed_claims(request: HttpRequest) -> Iterator[Task]:
    """Say how many rejections are disputed, to those who decide."""
    if request.actor.role is Role.ASSURANCE:
        count = count_up_to(MOST_COUNTED, "disputed")
        if count:
            yield Task(
                title="Rejections that are disputed",
                href="/claims/?state=disputed",
                state=f"{count} disputed",
            )
