"""The pages of imports: which files came, what became of each row, rejects to mend."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from quasimarket.service.pages.csv_export import csv_response
from quasimarket.service.pages.parts import SummaryList
from quasimarket.service.pages.showing import show
from quasimarket.service.pages.table import Column, Table
from quasimarket.service.participation.models import Import
from quasimarket.service.participation.views import actor_of
from quasimarket.service.people.roles import DELIVERY, Role


SHOWN = 200
Kept = Mapping[str, Any]


@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """List the files that came."""
    actor = actor_of(request)
    table: Table[Import] = Table(
        caption="Files, newest first",
        columns=(
            Column(
                heading="When",
                cell=lambda one: one.at,
                link=lambda one: one.get_absolute_url(),
            ),
            Column(heading="What", cell=lambda one: one.kind.capitalize()),
            Column(heading="Trial", cell=lambda one: one.is_trial),
            Column(heading="Taken", cell=lambda one: one.accepted, numeric=True),
            Column(heading="New versions", cell=lambda one: one.renewed, numeric=True),
            Column(
                heading="Rejected", cell=lambda one: len(one.rejected), numeric=True
            ),
        ),
        rows=Import.objects.order_by("-id")[:SHOWN],
        empty="No file has been imported.",
    )
    return show(
        request,
        "participation/imports.html",
        title="Imports",
        table=table,
        may_refer=actor.role is Role.CONTRACT_MANAGER,
        may_tell=actor.role in DELIVERY or actor.role is Role.CONTRACT_MANAGER,
    )


def find_import(reference: str) -> Import:
    """Give an import that the reader may see."""
    found = Import.objects.filter(reference=reference).first()
    if found is None:
        raise Http404
    return found


@require_safe
def shown_import(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what became of a file."""
    actor_of(request)
    found = find_import(reference)
    faults = [(row, fault) for row in found.rejected[:SHOWN] for fault in row["faults"]]
    table: Table[tuple[Kept, Kept]] = Table(
        caption="Rows that were not taken",
        columns=(
            Column(heading="File", cell=lambda one: one[0]["file"], numeric=True),
            Column(heading="Line", cell=lambda one: one[0]["line"], numeric=True),
            Column(heading="Column", cell=lambda one: one[1]["column"]),
            Column(heading="Found", cell=lambda one: one[1]["found"]),
            Column(heading="Expected", cell=lambda one: one[1]["expected"]),
            Column(heading="What to do", cell=lambda one: one[1]["hint"]),
        ),
        rows=faults,
        empty="Every row was taken.",
        row_header=False,
        export_url="rejected/" if found.rejected else "",
    )
    return show(
        request,
        "participation/import.html",
        title="A file of " + found.kind,
        back="/imports/",
        is_trial=found.is_trial,
        facts=SummaryList.of(
            {
                "When": found.at,
                "Rows taken": found.accepted,
                "New versions of referrals": found.renewed,
                "Rows that said nothing new": found.unchanged,
                "Rows rejected": len(found.rejected),
                "The file's SHA-256": found.digest,
            }
        ),
        table=table,
    )


@require_safe
def rejected(request: HttpRequest, reference: str) -> HttpResponse:
    """Give the rejected rows as they came, with the reasons beside them."""
    actor_of(request)
    found = find_import(reference)
    names: Sequence[str] = list(
        dict.fromkeys(name for row in found.rejected for name in row["cells"])
    )
    columns: list[Column[Kept]] = [
        Column(heading="line", cell=lambda row: row["line"]),
        Column(heading="reason", cell=reasons),
        *(_cell(name) for name in names),
    ]
    return csv_response("rejected-rows", columns, found.rejected)


def _cell(name: str) -> Column[Kept]:
    return Column(heading=name, cell=lambda row: row["cells"].get(name, ""))


def reasons(row: Kept) -> str:
    """Say what is wrong with a row in one text."""
    return "; ".join(
        f"{one['column']}: {one['expected']} (found {one['found'] or 'nothing'})"
        for one in row["faults"]
    )
