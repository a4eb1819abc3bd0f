"""The pages on which specialists read what they were asked to help with."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from quasimarket.service.pages.parts import state_tag
from quasimarket.service.pages.showing import show
from quasimarket.service.pages.table import Column, Table
from quasimarket.service.participation import case_page
from quasimarket.service.participation.caseload import asked_of
from quasimarket.service.participation.models import CallOff, Participation
from quasimarket.service.participation.views import actor_of, name_of


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """Show a specialist what it was asked to help with."""
    actor = actor_of(request)
    table: Table[CallOff] = Table(
        caption="What you were asked to help with",
        caption_hidden=True,
        columns=(
            Column(
                heading="Participant",
                cell=lambda row: name_of(row.case) if row.case else row.participant,
                link=lambda row: row.get_absolute_url(),
            ),
            Column(heading="Asked", cell=lambda row: row.asked),
            Column(heading="Answer by", cell=lambda row: row.answer_by),
            Column(heading="For", cell=lambda row: row.need),
            Column(heading="State", cell=lambda row: state_tag(row.state)),
            Column(
                heading="What you can do",
                cell=lambda row: case_page.doable_links(row, actor.role),
            ),
        ),
        rows=asked_of(actor),
        empty="Nobody has asked for your help.",
    )
    return show(request, "participation/list.html", title="Asked of you", table=table)


@require_safe
def request_to_specialist(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one request; lead whoever sees its case on to the case."""
    actor = actor_of(request)
    found = CallOff.objects.filter(reference=reference).first()
    if found is None:
        raise Http404
    case = Participation.objects.filter(pk=found.participation_id).first()
    if case is not None:
        return HttpResponseRedirect(f"{case.get_absolute_url()}#call-offs")
    return show(
        request,
        "participation/asked.html",
        title="A request for your help",
        back="/asked/",
        facts=case_page.request_facts(found),
        acts=case_page.doable(found, actor.role),
    )
