"""A case's timeline: what the log says of it, in words, with who and why."""

from collections.abc import Iterable

from quasimarket.service.acting.act import ACTS
from quasimarket.service.log.models import LogEvent
from quasimarket.service.pages.parts import Happening, Timeline
from quasimarket.service.people.models import Organisation, User


WORDS = {
    "referred": "Referred",
    "referral-cancelled": "Referral cancelled",
    "acknowledged": "Referral acknowledged",
    "attached": "Started on the programme",
    "allocated": "Place chosen",
    "action-planned": "Action plan agreed",
    "contacted": "Contact",
    "specialist-referred": "Specialist asked",
    "specialist-answered": "Specialist answered",
    "job-started": "Job started",
    "job-ended": "Job ended",
    "benefit-started": "Benefit started",
    "benefit-ended": "Benefit ended",
    "employment-evidenced": "Evidence of a job",
    "reconvicted": "Reconvicted",
    "claimed": "Claimed",
    "validated": "Claim validated",
    "rejected": "Claim rejected",
    "paid": "Paid",
    "clawed-back": "Clawed back",
    "notice-served": "Notice served",
    "sanction-referred": "Doubt raised",
    "sanction-decided": "Doubt decided",
    "group-changed": "Benefit group changed",
    "group-corrected": "Payment group corrected",
    "transferred": "Moved",
    "completed": "Completed",
}
PAGE = 50


def in_words(kind: str) -> str:
    """Say what kind of thing happened."""
    if kind in WORDS:
        return WORDS[kind]
    return ACTS[kind].title if kind in ACTS else kind.replace("-", " ").capitalize()


def timeline_of(participation: int, *, before: int = 0, address: str = "") -> Timeline:
    """Give a page of a case's timeline, newest first.

    Args:
        participation: the case's id.
        before: the log row that the page before ended with; 0 for the newest.
        address: of the page that shows it, for the link to earlier entries.
    """
    rows = LogEvent.objects.filter(participation=participation)
    if before:
        rows = rows.filter(id__lt=before)
    found = list(rows.order_by("-id")[: PAGE + 1])
    shown = found[:PAGE]
    more = f"{address}?before={shown[-1].id}#timeline" if len(found) > PAGE else ""
    return Timeline(
        heading="What has happened",
        happenings=happenings(shown),
        more_url=more,
    )


def happenings(rows: Iterable[LogEvent]) -> list[Happening]:
    """Say rows of the log in words."""
    rows = list(rows)
    who = names(rows)
    return [
        Happening(
            when=row.happened,
            what=what(row),
            who=who.get((row.actor_kind, row.actor), "")
            or who.get(("organisation", row.actor_organisation), ""),
            why=row.reason,
            written=row.known,
        )
        for row in rows
    ]


def what(row: LogEvent) -> str:
    """Say what happened, with its code in words."""
    said = in_words(row.kind)
    if row.code:
        said += f": {row.code.replace('-', ' ').replace(':', ', ')}"
    return said


def names(rows: Iterable[LogEvent]) -> dict[tuple[str, object], str]:
    """Name who did it, as far as the reader may know: a person, or an organisation."""
    rows = list(rows)
    people = {row.actor for row in rows if row.actor_kind == "user"}
    organisations = {row.actor_organisation for row in rows} - {""}
    known: dict[tuple[str, object], str] = {
        ("user", key): name
        for key, name in User.objects.filter(pk__in=people).values_list("pk", "name")
    }
    known.update(
        (("organisation", key), name)
        for key, name in Organisation.objects.filter(pk__in=organisations).values_list(
            "pk", "name"
        )
    )
    known["system", 0] = "the programme"
    return known
