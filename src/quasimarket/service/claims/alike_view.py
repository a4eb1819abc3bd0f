"""The page of claims that look alike across people."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html_join

from quasimarket.service.claims.alike import LEAST_BEGINNERS, Alike, claims_alike
from quasimarket.service.pages.gate import seen_by
from quasimarket.service.pages.table import Column, link
from quasimarket.service.pages.things import list_page
from quasimarket.service.people.roles import Role
from quasimarket.service.programme.rules import agreed_rulebook


READERS = (Role.ASSURANCE, Role.CONTRACT_MANAGER, Role.AUDITOR)
"""Who sees both what people are called and what is claimed for them."""


def _links(one: Alike) -> object:
    return format_html_join(
        ", ",
        "{}",
        ((link(reverse("claims:claim", args=[ref]), ref),) for ref in one.claims),
    )


COLUMNS: tuple[Column[Alike], ...] = (
    Column(heading="The same", cell=lambda one: one.what),
    Column(heading="Which", cell=lambda one: one.detail),
    Column(heading="How many", cell=lambda one: len(one.claims), numeric=True),
    Column(heading="Claims", cell=_links, export=lambda one: " ".join(one.claims)),
)


@seen_by(READERS)
def alike(request: HttpRequest) -> HttpResponse:
    """List the claims for jobs of several people that have something in common."""
    of_work = [
        str(one.id) for one in agreed_rulebook().milestones if one.basis != "attachment"
    ]
    return list_page(
        request,
        title="Claims that look alike",
        name="claims-alike",
        lead="Claims for jobs of different people who are reached in the same way, or "
        f"of {LEAST_BEGINNERS} or more of one place who began with one employer on "
        "one day. It may be a household, or a firm that took people on: look before "
        "you judge. Nothing is refused for it.",
        columns=COLUMNS,
        rows=claims_alike(of_work),
        empty="No claims look alike.",
        back=reverse("claims:claims"),
    )
