"""The answer to a participant who asks what is held on them (assurance gives it)."""

import json

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from quasimarket.service.pages.parts import SummaryList
from quasimarket.service.pages.showing import show
from quasimarket.service.participation.models import Participation
from quasimarket.service.people.roles import Role
from quasimarket.service.upkeep.subject_access import gather


@require_safe
def subject_access(request: HttpRequest, reference: str) -> HttpResponse:
    """Show everything held on the person of a case, or give it as a file."""
    if request.actor.role is not Role.ASSURANCE:
        raise PermissionDenied
    case = (
        Participation.objects.filter(reference=reference)
        .select_related("person")
        .first()
    )
    if case is None:
        raise Http404
    held = gather(case.person)
    if request.GET.get("format") == "json":
        response = HttpResponse(
            json.dumps(held, indent=2, default=str), content_type="application/json"
        )
        name = f"held-on-{case.reference}.json"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store"
        return response
    parts = [
        {
            "why": one["why"],
            "rows": [
                SummaryList.of({_words(k): _shown(v) for k, v in row.items()})
                for row in one["rows"]
            ],
        }
        for one in held["held"]
    ]
    return show(
        request,
        "upkeep/subject_access.html",
        title="What is held on a participant",
        back=case.get_absolute_url(),
        case=case,
        parts=parts,
        events=held["events"],
    )


def _words(column: str) -> str:
    return column.removesuffix("_id").replace("_", " ").capitalize()


def _shown(value: object) -> object:
    return json.dumps(value) if isinstance(value, dict | list) else value
