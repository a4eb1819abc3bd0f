"""The pages of claims and of the feeds that check them."""

from collections.abc import Collection, Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from quasimarket.service.acting.clock import today
from quasimarket.service.claims.alike_view import READERS as ALIKE_READERS
from quasimarket.service.claims.listing import every_claim, newest_claims
from quasimarket.service.claims.models import Claim, EmploymentRecord, FeedImport
from quasimarket.service.claims.one_person import settle_one
from quasimarket.service.claims.rejections import rejection
from quasimarket.service.claims.states import CLAIM
from quasimarket.service.claims.why import Guard, first_unmet, why_not
from quasimarket.service.log.models import LogEvent
from quasimarket.service.pages.gate import seen_by
from quasimarket.service.pages.names import milestone_names, place_names
from quasimarket.service.pages.parts import Timeline, state_tag
from quasimarket.service.pages.shown import shown, shown_month
from quasimarket.service.pages.table import Column, Table
from quasimarket.service.pages.things import (
    Newest,
    list_page,
    starts_of,
    the,
    thing_page,
)
from quasimarket.service.participation.models import Participation
from quasimarket.service.participation.timeline import happenings
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.roles import ACCOUNTABLE, OVERSIGHT, SUB_ROLES, Role
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Contract
from quasimarket.service.programme.rules import agreed_rulebook


def claim_columns() -> Sequence[Column[Claim]]:
    """Give the columns of a list of claims."""
    milestones, places = milestone_names(), place_names()
    of_work = milestones_of_work()
    return (
        Column(heading="Claim", cell=lambda one: one.reference, file_only=True),
        Column(
            heading="For",
            cell=lambda one: f"{milestones[one.milestone]} {one.number}",
            export=lambda one: f"{one.milestone} {one.number}",
            link=lambda one: one.get_absolute_url(),
        ),
        Column(heading="Participant", cell=lambda one: one.reference.split(".")[0]),
        Column(heading="Contract", cell=lambda one: one.contract_id),
        Column(
            heading="Place",
            cell=lambda one: places.get(one.position_id, one.position_id),
        ),
        Column(heading="Earned", cell=lambda one: one.earned),
        Column(heading="Raised", cell=lambda one: one.raised_on),
        Column(
            heading="State",
            cell=lambda one: state_tag(one.state),
            export=lambda one: one.state,
        ),
        Column(
            heading="Off benefit",
            cell=lambda one: state_tag(one.off_benefit),
            export=lambda one: one.off_benefit,
        ),
        Column(
            heading="Tax records",
            cell=lambda one: tax_records(one, of_work),
            export=lambda one: one.employment,
        ),
        Column(
            heading="Refused because",
            cell=lambda one: rejection(one.rejection).title if one.rejection else "",
        ),
    )


def milestones_of_work() -> frozenset[str]:
    """Give the milestones that a job underlies."""
    milestones = agreed_rulebook().milestones
    return frozenset(str(one.id) for one in milestones if one.basis != "attachment")


def tax_records(claim: Claim, of_work: Collection[str]) -> object:
    """Say what tax records know of the job; a claim without one needs none."""
    return state_tag(claim.employment) if claim.milestone in of_work else None


@seen_by((*ACCOUNTABLE, *OVERSIGHT))
def claims(request: HttpRequest) -> HttpResponse:
    """List claims in one state or all, newest first."""
    state = request.GET.get("state", "")
    if state and state not in CLAIM.states:
        raise Http404
    views = [{"title": "All", "href": "?", "here": "" if state else "here"}]
    views += [
        {
            "title": one.replace("-", " ").capitalize(),
            "href": f"?state={one}",
            "here": "here" if one == state else "",
        }
        for one in CLAIM.states
    ]
    starts = (
        [{"title": "Claims that look alike", "href": reverse("claims:alike")}]
        if request.actor.role in ALIKE_READERS
        else []
    )
    return list_page(
        request,
        title=f"Claims: {state.replace('-', ' ')}" if state else "Claims",
        name="claims",
        lead="Claims arise by themselves, on the first day on which a milestone may be "
        "claimed. You need do nothing, unless one is refused.",
        columns=claim_columns(),
        rows=Newest(
            page=lambda before, size: newest_claims(state, before=before, size=size),
            everything=lambda: every_claim(state),
        ),
        empty="No claim is in this state.",
        starts=starts,
        views=views,
        kept=f"state={state}&" if state else "",
    )


@require_safe
def claim_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one claim: its guards, why it was paid, its history."""
    claim = the(Claim.objects.select_related("participation"), reference=reference)
    day = today()
    guards = why_not(
        claim.participation, claim.milestone, claim.number, day, claim=claim
    )
    waits = first_unmet(guards)
    return thing_page(
        request,
        claim,
        title=_named(claim),
        caption=f"Claim {claim.reference}",
        back=reverse("claims:claims"),
        machine=CLAIM,
        note=_said_of(waits),
        facts={
            "Participant": claim.participation.reference,
            "Earned on": claim.earned,
            "Contract": claim.contract_id,
            "Place": place_names().get(claim.position_id, claim.position_id),
            "Raised on": claim.raised_on,
            "Times raised": claim.times_raised,
            "Check against benefit records": state_tag(claim.off_benefit),
            "Tax records": tax_records(claim, milestones_of_work()),
            "Statement": shown_month(claim.paid_in) if claim.paid_in else "None yet",
        },
        parts=[
            guards_table(guards),
            _story(request, claim),
            _history(claim),
        ],
    )


@require_safe
def why_not_page(
    request: HttpRequest, reference: str, milestone: str, number: int
) -> HttpResponse:
    """Say why a milestone that has no claim is not paid."""
    case = the(Participation.objects, reference=reference)
    known = milestone_names()
    if milestone not in known or not 1 <= number < 1000:
        raise Http404
    claim = Claim.objects.filter(
        participation=case, milestone=milestone, number=number
    ).first()
    guards = why_not(case, milestone, number, today(), claim=claim)
    return thing_page(
        request,
        case,
        title=f"Why is {known[milestone].lower()} {number} not paid?",
        back=reverse("participation:case", args=[case.reference]),
        note=_said_of(first_unmet(guards)),
        facts={"Participant": case.reference, "Contract": case.contract_id},
        parts=[guards_table(guards)],
        also=lambda about: about.name == "raise-claim",
    )


def _said_of(waits: Guard | None) -> str:
    if waits is None:
        return ""
    who = f" Who can clear it: {waits.who}." if waits.who else ""
    remedy = waits.remedy[:1].upper() + waits.remedy[1:]
    return f"{waits.text}. {remedy}{who}"


def _named(claim: Claim) -> str:
    return f"{milestone_names()[claim.milestone]} {claim.number}"


def guards_table(guards: list[Guard]) -> Table[Guard]:
    """Lay out what must hold before a payment, and who can clear what does not."""
    return Table(
        caption="What it takes to be paid",
        columns=(
            Column(heading="What must hold", cell=lambda one: one.text),
            Column(
                heading="Is it so?",
                cell=lambda one: state_tag("met" if one.is_met else "unmet"),
                export=lambda one: one.is_met,
            ),
            Column(
                heading="Who can clear it",
                cell=lambda one: "" if one.is_met else one.who,
            ),
        ),
        rows=guards,
    )


def _story(request: HttpRequest, claim: Claim) -> SafeString | None:
    """Tell why each sum was paid, to those who may see what a prime is paid."""
    role = request.actor.role
    if role in SUB_ROLES or role in (Role.PRIME_ADVISER, Role.PARTICIPANT):
        return None
    contracts = None
    if role in (Role.PRIME_MANAGER, Role.PRIME_FINANCE):
        mine = Contract.objects.filter(prime_id=request.actor.organisation)
        contracts = list(mine.values_list("id", flat=True))
    with acting_as(SYSTEM):
        story = settle_one(claim.participation, today()).story(contracts)
    return render_to_string(
        "claims/story.html",
        {"heading": "Why was this paid?", "lines": list(_indented(story))},
    )


def _indented(story: str) -> list[tuple[int, str]]:
    return [
        ((len(line) - len(line.lstrip())) // 2, line.strip())
        for line in story.splitlines()
        if line.strip()
    ]


def _history(claim: Claim) -> Timeline:
    rows = LogEvent.objects.filter(
        participation=claim.participation_id,
        milestone=claim.milestone,
        number=claim.number,
    )
    return Timeline(
        heading="What has happened to this claim",
        happenings=happenings(rows.order_by("-id")[:100]),
    )


FEED_NAMES = {"benefit": "Benefit records", "employment": "Tax records"}
FEED_COLUMNS: Sequence[Column[FeedImport]] = (
    Column(
        heading="Import",
        cell=lambda one: one.reference,
        file_only=True,
    ),
    Column(
        heading="Feed",
        cell=lambda one: FEED_NAMES.get(one.feed, one.feed),
        export=lambda one: one.feed,
        link=lambda one: one.get_absolute_url(),
    ),
    Column(heading="Reaches to", cell=lambda one: one.covers_to),
    Column(heading="Brought in", cell=lambda one: one.at),
    Column(heading="Rows", cell=lambda one: one.rows, numeric=True),
    Column(heading="New or changed", cell=lambda one: one.accepted, numeric=True),
    Column(heading="Unchanged", cell=lambda one: one.unchanged, numeric=True),
    Column(heading="Refused", cell=lambda one: len(one.rejected), numeric=True),
)


@seen_by(OVERSIGHT)
def feeds(request: HttpRequest) -> HttpResponse:
    """List the feeds that were brought in."""
    return list_page(
        request,
        title="Feeds",
        name="feeds",
        lead="What the benefit and tax systems know of participants. A claim is "
        "accepted only within what the benefit feed reaches.",
        columns=FEED_COLUMNS,
        rows=FeedImport.objects.all(),
        empty="No feed was brought in yet.",
        starts=starts_of(request, "bring-in-feed"),
        views=[{"title": "Tax records and jobs", "href": reverse("claims:records")}],
    )


@require_safe
def feed_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one import with the rows that it could not use."""
    brought = the(FeedImport.objects, reference=reference)
    rows = [
        {**row["cells"], "row": row["row"], **fault}
        for row in brought.rejected
        for fault in row["faults"]
    ]
    columns = [
        Column(heading=name.replace("_", " ").capitalize(), cell=_cell(name))
        for name in ("row", "record", "participant", "field", "message", "remedy")
    ]
    return list_page(
        request,
        title=f"{FEED_NAMES.get(brought.feed, brought.feed)} "
        f"to {shown(brought.covers_to)}",
        name=f"refused-{brought.reference}",
        lead=f"{brought.rows:,} rows: {brought.accepted:,} new or changed, "
        f"{brought.unchanged:,} unchanged, {len(brought.rejected):,} refused.",
        columns=columns,
        rows=rows,
        empty="Every row could be used.",
        back=reverse("claims:feeds"),
    )


def _cell(name: str):  # type: ignore[no-untyped-def]  # a cell of a column
    return lambda row: row.get(name, "")


RECORD_STATES = ("unmatched", "matched", "complete")


@seen_by(OVERSIGHT)
def records(request: HttpRequest) -> HttpResponse:
    """List tax records by how they match the jobs that were reported."""
    state = request.GET.get("state", "unmatched")
    if state not in RECORD_STATES:
        raise Http404
    return list_page(
        request,
        title=f"Tax records: {state}",
        name=f"records-{state}",
        lead="A record is matched on the person and the dates alone: it names no "
        "employer. Complete means that both know when the job ended.",
        columns=(
            Column(heading="Record", cell=lambda one: one.record),
            Column(heading="Participant", cell=lambda one: one.participation.reference),
            Column(heading="First day", cell=lambda one: one.first_day),
            Column(heading="Last day", cell=lambda one: one.last_day),
            Column(heading="Said on", cell=lambda one: one.as_at),
            Column(heading="Reported job", cell=lambda one: one.spell),
        ),
        rows=EmploymentRecord.objects.filter(state=state).select_related(
            "participation"
        ),
        empty="No record is in this state.",
        views=[
            {
                "title": one.capitalize(),
                "href": f"?state={one}",
                "here": "here" if one == state else "",
            }
            for one in RECORD_STATES
        ],
        kept=f"state={state}&",
    )
