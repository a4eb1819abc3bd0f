"""The pages of payment runs: what each pays, whether two engines agree, its files."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from quasimarket.core.money import format_pounds
from quasimarket.service.acting import clock
from quasimarket.service.pages.gate import seen_by
from quasimarket.service.pages.parts import state_tag
from quasimarket.service.pages.shown import shown_month
from quasimarket.service.pages.table import Column, Table
from quasimarket.service.pages.things import list_page, starts_of, the, thing_page
from quasimarket.service.payments.files import checked_file
from quasimarket.service.payments.models import Payment, PaymentRun, Posting, RunFile
from quasimarket.service.payments.running import STAGE_OF, advance
from quasimarket.service.payments.states import RUN
from quasimarket.service.people.models import User
from quasimarket.service.people.roles import OVERSIGHT, Role


COLUMNS: Sequence[Column[PaymentRun]] = (
    Column(
        heading="Run",
        cell=lambda one: one.reference,
        file_only=True,
    ),
    Column(
        heading="Up to",
        cell=lambda one: shown_month(one.month),
        export=lambda one: one.month,
        link=lambda one: one.get_absolute_url(),
    ),
    Column(
        heading="State",
        cell=lambda one: state_tag(one.state),
        export=lambda one: one.state,
    ),
    Column(heading="Lines", cell=lambda one: one.lines, numeric=True),
    Column(heading="Lines come to", cell=lambda one: one.lines_pence, money=True),
    Column(heading="To be paid", cell=lambda one: one.payable_pence, money=True),
    Column(heading="Passed down", cell=lambda one: one.passed_pence, money=True),
)


@seen_by(OVERSIGHT)
def runs(request: HttpRequest) -> HttpResponse:
    """List the payment runs."""
    return list_page(
        request,
        title="Payment runs",
        name="payment-runs",
        lead="Each month is settled for every participant, settled again in part by "
        "the plain engine, and approved by a second person.",
        columns=COLUMNS,
        rows=PaymentRun.objects.all(),
        empty="No month was paid yet.",
        starts=starts_of(request, "begin-payment-run"),
        views=[
            {"title": "Statements", "href": reverse("payments:statements")},
            {"title": "Recoveries", "href": reverse("payments:recoveries")},
            {"title": "Samples", "href": reverse("payments:samples")},
            {"title": "Bank details", "href": reverse("payments:bank-details")},
        ],
    )


@seen_by(OVERSIGHT)
def run_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one run."""
    run = the(PaymentRun.objects, reference=reference)
    names = dict(User.objects.filter(pk__in=_people(run)).values_list("pk", "name"))
    files = RunFile.objects.filter(run=run).order_by("name")
    links = [
        {
            "title": f"Payment file {one.name}",
            "href": reverse("payments:file", args=[run.reference, one.name]),
        }
        for one in files.only("name")
    ]
    links.append(
        {
            "title": f"Statements of {shown_month(run.month)}",
            "href": reverse("payments:statements") + f"?month={run.month}",
        }
    )
    waits_here = run.state in STAGE_OF and request.actor.role is Role.PAYMENT
    return thing_page(
        request,
        run,
        title=f"Payment run of {shown_month(run.month)}",
        back=reverse("payments:runs"),
        machine=RUN,
        note="It goes on by itself; if it was interrupted, go on with it here."
        if waits_here
        else "",
        facts={
            "Statements of": _months(run),
            "Begun by": names.get(run.prepared_by, ""),
            "Begun": run.prepared_at,
            "Last event of the log": run.last_event,
            "Lines": f"{run.lines:,}, {format_pounds(run.lines_pence)}",
            "Passed down": f"{run.passed_lines:,}, {format_pounds(run.passed_pence)}",
            "To be paid to primes": format_pounds(run.payable_pence),
            "Settled again by the plain engine": f"{run.verified_people:,} people, "
            f"{run.verified_lines:,} lines",
            "Seed of that sample": run.sample_seed,
            "Fingerprint of its lines": run.content_hash,
            "Approved by": names.get(run.approved_by, "nobody yet"),
            "Confirmed by": names.get(run.confirmed_by, "nobody yet"),
        },
        links=links,
        parts=[
            _go_on(request, run) if waits_here else None,
            _differences(run),
            _payments(run),
            _ledger(run),
        ],
    )


def _go_on(request: HttpRequest, run: PaymentRun) -> SafeString:
    return render_to_string("payments/go_on.html", {"run": run}, request)


def _people(run: PaymentRun) -> set[int]:
    return {run.prepared_by, run.approved_by or 0, run.confirmed_by or 0}


def _months(run: PaymentRun) -> str:
    last = shown_month(run.month)
    return (
        f"after {shown_month(run.after_month)}, to {last}" if run.after_month else last
    )


def _differences(run: PaymentRun) -> Table[dict[str, object]] | None:
    if not run.differences:
        return None
    return Table(
        caption="What does not agree",
        columns=(
            Column(
                heading="Participant or table",
                cell=lambda one: one.get("participant") or one.get("what", ""),
            ),
            Column(heading="Who says so", cell=lambda one: one.get("says", "")),
            Column(
                heading="What is said",
                cell=lambda one: (
                    ", ".join(map(str, one["line"]))
                    if "line" in one
                    else f"issued {one.get('issued')}, follows {one.get('follows')}"
                ),
            ),
        ),
        rows=run.differences,
    )


def _payments(run: PaymentRun) -> Table[Payment]:
    return Table(
        caption="Payments",
        columns=(
            Column(heading="Payee", cell=lambda one: one.payee.name),
            Column(heading="Payer", cell=lambda one: one.payer.name),
            Column(heading="Contract", cell=lambda one: one.contract_id),
            Column(heading="Amount", cell=lambda one: one.amount, money=True),
            Column(
                heading="In the file of",
                cell=lambda one: (
                    one.exported_in.reference
                    if one.exported_in
                    else "none yet: no bank details in force, or not approved"
                ),
            ),
        ),
        rows=Payment.objects.filter(run=run)
        .select_related("payee", "payer", "exported_in")
        .order_by("position_id", "contract_id")[:500],
        empty="Nothing is to be paid.",
    )


def _ledger(run: PaymentRun) -> Table[Posting]:
    return Table(
        caption="Ledger",
        columns=(
            Column(heading="Entry", cell=lambda one: one.entry, numeric=True),
            Column(heading="Month", cell=lambda one: shown_month(one.month)),
            Column(heading="Account", cell=lambda one: one.account),
            Column(
                heading="For", cell=lambda one: one.kind.replace("-", " ").capitalize()
            ),
            Column(heading="Reversals", cell=lambda one: one.is_reversal or None),
            Column(heading="Lines", cell=lambda one: one.lines, numeric=True),
            Column(heading="Amount", cell=lambda one: one.amount, money=True),
        ),
        rows=Posting.objects.filter(run=run).order_by("entry", "amount")[:500],
        empty="Nothing was posted.",
    )


@require_safe
def file(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """Give a payment file, made again and held against the one that was kept."""
    kept = the(
        RunFile.objects.select_related("run"), run__reference=reference, name=name
    )
    response = HttpResponse(checked_file(kept), content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{kept.name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
def go_on(request: HttpRequest, reference: str) -> HttpResponse:
    """Go on with a run that was interrupted."""
    if request.actor.role is not Role.PAYMENT:
        raise PermissionDenied
    run = the(PaymentRun.objects, reference=reference)
    advance(run.reference, clock.now())
    response = HttpResponse(status=303)
    response["Location"] = run.get_absolute_url()
    return response
