"""What claims add to a case's page and to the participant's own."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from quasimarket.service.claims.models import Claim
from quasimarket.service.claims.rejections import rejection
from quasimarket.service.pages.names import milestone_names
from quasimarket.service.pages.parts import state_tag
from quasimarket.service.pages.shown import shown_month
from quasimarket.service.pages.table import Column, Table, link
from quasimarket.service.participation.case_page import SECTIONS
from quasimarket.service.participation.models import Participation
from quasimarket.service.participation.own_page import SECTIONS as OWN_SECTIONS
from quasimarket.service.participation.sections import Section
from quasimarket.service.programme.rules import agreed_rulebook


@SECTIONS.place(70)
def claims(request: HttpRequest, case: Participation) -> Iterator[Section]:
    """Write the claims of a case, and a link for each milestone that has none."""
    found = list(Claim.objects.filter(participation=case).order_by("id"))
    names = milestone_names()
    table: Table[Claim] = Table(
        caption="Claims",
        caption_hidden=True,
        columns=(
            Column(
                heading="Claim",
                cell=lambda one: f"{names[one.milestone]} {one.number}",
                link=lambda one: one.get_absolute_url(),
            ),
            Column(heading="Earned", cell=lambda one: one.earned),
            Column(heading="State", cell=lambda one: state_tag(one.state)),
            Column(
                heading="Refused because",
                cell=lambda one: (
                    rejection(one.rejection).title if one.rejection else ""
                ),
            ),
            Column(heading="Statement", cell=lambda one: shown_month(one.paid_in)),
        ),
        rows=found,
        empty="Nothing was claimed yet.",
    )
    yield Section(
        id="claims",
        heading="Claims",
        intro="Claims arise by themselves once a milestone is reached.",
        parts=(table, _next_ones(case, found)),
    )


def _next_ones(case: Participation, found: list[Claim]) -> SafeString:
    """Link to why the next milestone of each kind is not paid."""
    links = format_html_join("", "<li>{}</li>", _why_not(case, found))
    return format_html('<ul class="govuk-list">{}</ul>', links) if links else links


def _why_not(case: Participation, found: list[Claim]) -> Iterator[tuple[SafeString]]:
    for milestone in agreed_rulebook().milestones:
        claimed = [one.number for one in found if one.milestone == milestone.id]
        number = max(claimed, default=0) + 1
        if number <= milestone.maximum_for(case.group):
            place = reverse(
                "claims:why-not", args=[case.reference, milestone.id, number]
            )
            yield (link(place, f"Why is {milestone.name.lower()} {number} not paid?"),)


@OWN_SECTIONS.place(70)
def own_claims(request: HttpRequest, case: Participation) -> Iterator[Section]:
    """Tell a participant what was claimed on their work, without sums."""
    names = milestone_names()
    table: Table[Claim] = Table(
        caption="Claims made on your work",
        caption_hidden=True,
        columns=(
            Column(
                heading="For",
                cell=lambda one: (
                    f"{names.get(one.milestone, one.milestone)} {one.number}"
                ),
            ),
            Column(heading="Claimed on", cell=lambda one: one.raised_on),
            Column(heading="What became of it", cell=lambda one: state_tag(one.state)),
        ),
        rows=Claim.objects.filter(participation=case).order_by("id"),
        empty="Nothing was claimed.",
    )
    yield Section(
        id="claims",
        heading="Claims made on your work",
        intro="Your provider is paid when you start and when you stay in work. It "
        "costs you nothing. If you did not have such a job, tell the Jobcentre.",
        parts=(table,),
    )
