"""The published matrix of who may see what of whom, and the rules behind the room."""

from collections.abc import Iterable
from typing import TypeAlias

from django.http import HttpRequest, HttpResponse

from quasimarket.service.fairness.matrix import RELATIONS, Cell, matrix
from quasimarket.service.fairness.operating import ALL, OperatingValue
from quasimarket.service.pages.csv_export import wants_csv
from quasimarket.service.pages.gate import seen_by
from quasimarket.service.pages.role_names import ROLE_NAMES
from quasimarket.service.pages.table import Column, Table
from quasimarket.service.pages.things import list_page
from quasimarket.service.people.roles import EVERYONE, Role
from quasimarket.service.programme.models import Terms


Line: TypeAlias = tuple[Cell, tuple[Role, ...]]
"""A cell, and every role of which the same holds."""


def together(cells: Iterable[Cell]) -> list[Line]:
    """Gather the roles that see the same of the same; leave out who sees nothing."""
    found: dict[tuple[str, tuple[bool, ...]], list[Cell]] = {}
    for cell in cells:
        if any(cell.seen):
            found.setdefault((cell.what, cell.seen), []).append(cell)
    return [(alike[0], tuple(cell.role for cell in alike)) for alike in found.values()]


def of_relation(heading: str, place: int) -> Column[Line]:
    """Give the column of one relation."""
    return Column(
        heading=heading,
        cell=lambda line: "Sees" if line[0].seen[place] else "–",
        export=lambda line: line[0].seen[place],
    )


COLUMNS: tuple[Column[Line], ...] = (
    Column(heading="What", cell=lambda line: line[0].what),
    Column(
        heading="Who",
        cell=lambda line: "; ".join(str(ROLE_NAMES[role]) for role in line[1]),
    ),
    *(
        of_relation(relation.name.capitalize(), place)
        for place, relation in enumerate(RELATIONS)
    ),
)
VALUES: tuple[Column[OperatingValue], ...] = (
    Column(heading="Rule", cell=lambda row: row.name),
    Column(heading="Value", cell=lambda row: row.value, numeric=True),
    Column(heading="Unit", cell=lambda row: row.unit),
    Column(heading="Where it is from", cell=lambda row: row.source),
)


@seen_by(EVERYONE)
def matrix_page(request: HttpRequest) -> HttpResponse:
    """Show the matrix as the database enforces it."""
    silent = Terms.objects.filter(
        has_non_disclosure=True, agreed_by__isnull=False
    ).select_related("position__organisation")
    cells = matrix()
    return list_page(
        request,
        title="Who sees what of whom",
        name="who-sees-what",
        lead="This table is worked out from the database's own policies, for made-up "
        "rows. A restricted case is seen by nobody but those named on it, whatever "
        "stands here.",
        columns=COLUMNS,
        rows=[(cell, (cell.role,)) for cell in cells]
        if wants_csv(request)
        else together(cells),
        caption="What each role sees",
        after=[
            Table(
                caption="Clauses that forbid a place to speak",
                columns=[
                    Column(
                        heading="Place", cell=lambda row: row.position.organisation.name
                    ),
                    Column(heading="Contract", cell=lambda row: row.contract_id),
                    Column(heading="Since", cell=lambda row: row.first_day),
                ],
                rows=list(silent),
                empty="None that you may see. They bind nobody in a protected "
                "disclosure, nor towards the commissioner.",
            ),
            Table(
                caption="Rules that the service works by",
                columns=VALUES,
                rows=ALL,
            ),
        ],
    )
