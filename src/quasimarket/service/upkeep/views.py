"""The answer to a participant who asks what is held on them (assurance gives it)."""

import json
import re
from contextlib import suppress
from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from quasimarket.service.pages.names import organisation_names
from quasimarket.service.pages.parts import Happening, SummaryList, Timeline
from quasimarket.service.pages.showing import show
from quasimarket.service.participation.models import Participation
from quasimarket.service.participation.timeline import in_words
from quasimarket.service.people.roles import Role
from quasimarket.service.upkeep.subject_access import gather


IS_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


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
    who = organisation_names(event["by"] for event in held["events"])
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
        timeline=Timeline(
            heading="What happened",
            happenings=[
                Happening(
                    when=date.fromisoformat(event["happened"]),
                    what=in_words(event["what"]),
                    who=who.get(event["by"], event["by"]),
                    why=event["reason"],
                )
                for event in held["events"]
            ],
        ),
    )


NAMES = {
    "id": "Number in this service",
    "user_id": "Number of the sign-in",
    "born": "Date of birth",
    "national_insurance": "National Insurance number",
    "email": "E-mail address",
    "needs": "Adjustments asked for",
    "is_vulnerable": "Safeguarding steps are owed",
    "in_work": "In work",
}
"""What some columns are called; the others are called what they are."""


def _words(column: str) -> str:
    return (
        NAMES.get(column) or column.removesuffix("_id").replace("_", " ").capitalize()
    )


def _shown(value: object) -> object:
    if isinstance(value, dict | list):
        return json.dumps(value)
    if isinstance(value, str) and IS_DAY.fullmatch(value):
        with suppress(ValueError):  # somebody's own words may look like a day
            return date.fromisoformat(value)
    return value
