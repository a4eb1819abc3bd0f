"""The page of claims that look alike across people."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quasimarket.service.claims.alike import LEAST_BEGINNERS, Alike, claims_alike
from quasimarket.service.pages.gate import seen_by
from quasimarket.service.pages.table import Column, link
from quasimarket.service.pages.things import list_page
from quasimarket.service.people.roles import Role
from quasimarket.service.programme.rules import agreed_rulebook


READERS = (Role.ASSURANCE, Role.CONTRACT_MANAGER, Role.AUDITOR)
"""Who sees both what people are called and what is claimed for them."""


WAYS = {
    "telephone": _("Telephone"),
    "e-mail": _("E-mail"),
    "employer and day": _("Employer and day"),
}


def _first_of_each(one: Alike) -> object:
    """Lead to each case by the first of its claims: with all, nobody finds a person."""
    return format_html(
        '<ul class="govuk-list service-tight">{}</ul>',
        format_html_join(
            "",
            "<li>{}{}</li>",
            (
                (
                    link(reverse("claims:claim", args=claims[:1]), claims[0]),
                    gettext(" and %(more)s more") % {"more": len(claims) - 1}
                    if len(claims) > 1
                    else "",
                )
                for claims in one.by_case
            ),
        ),
    )


COLUMNS: tuple[Column[Alike], ...] = (
    Column(
        heading="The same", cell=lambda one: WAYS[one.what], export=lambda one: one.what
    ),
    Column(heading="Which", cell=lambda one: one.detail),
    Column(heading="People", cell=lambda one: len(one.by_case), numeric=True),
    Column(
        heading="Claims", cell=_first_of_each, export=lambda one: " ".join(one.claims)
    ),
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
        lead=gettext(
            "Claims for jobs of different people who are reached in the same way, or "
            "of %(least)s or more of one place who began with one employer on one day. "
            "It may be a household, or a firm that took people on: look before you "
            "judge. Nothing is refused for it."
        )
        % {"least": LEAST_BEGINNERS},
        columns=COLUMNS,
        rows=claims_alike(of_work),
        empty="No claims look alike.",
        back=reverse("claims:claims"),
    )
