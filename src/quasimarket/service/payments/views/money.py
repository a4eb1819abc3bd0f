"""The pages of bank details, recoveries and samples."""

from collections.abc import Sequence

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from quasimarket.core.money import format_pounds
from quasimarket.service.pages.csv_export import csv_response, wants_csv
from quasimarket.service.pages.gate import seen_by
from quasimarket.service.pages.parts import state_tag
from quasimarket.service.pages.shown import shown_month
from quasimarket.service.pages.table import Column, Table
from quasimarket.service.pages.things import list_page, starts_of, the, thing_page
from quasimarket.service.payments.models import (
    BankDetails,
    Recovery,
    Sample,
    SampleItem,
)
from quasimarket.service.payments.states import BANK_DETAILS, RECOVERY, SAMPLE
from quasimarket.service.people.models import User
from quasimarket.service.people.roles import ACCOUNTABLE, OVERSIGHT


def _names(*people: int | None) -> dict[int | None, str]:
    found = User.objects.filter(pk__in=[one for one in people if one])
    return dict(found.values_list("pk", "name"))


BANK_COLUMNS: Sequence[Column[BankDetails]] = (
    Column(
        heading="Change",
        cell=lambda one: one.reference,
        link=lambda one: one.get_absolute_url(),
    ),
    Column(heading="Organisation", cell=lambda one: one.organisation.name),
    Column(heading="Account ends in", cell=lambda one: one.account_number[-4:]),
    Column(
        heading="State",
        cell=lambda one: state_tag(one.state),
        export=lambda one: one.state,
    ),
    Column(heading="In use from", cell=lambda one: one.in_force_from),
)


@seen_by((*ACCOUNTABLE, *OVERSIGHT))
def bank_details(request: HttpRequest) -> HttpResponse:
    """List the changes of bank details that the reader may see."""
    return list_page(
        request,
        title="Bank details",
        name="bank-details",
        lead="A change is approved by a second person and used after a wait.",
        columns=BANK_COLUMNS,
        rows=BankDetails.objects.select_related("organisation"),
        empty="No bank details were entered yet.",
        starts=starts_of(request, "change-bank-details"),
    )


@require_safe
def bank_details_one(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one change of bank details."""
    one = the(BankDetails.objects.select_related("organisation"), reference=reference)
    names = _names(one.requested_by, one.approved_by)
    return thing_page(
        request,
        one,
        title=f"Bank details of {one.organisation.name}",
        back=reverse("payments:bank-details"),
        machine=BANK_DETAILS,
        facts={
            "Name on the account": one.account_name,
            "Sort code": f"**-**-{one.sort_code[-2:]}",
            "Account number": f"****{one.account_number[-4:]}",
            "Entered by": names.get(one.requested_by, ""),
            "Approved by": names.get(one.approved_by, "nobody yet"),
            "In use from": one.in_force_from or "not yet",
        },
    )


RECOVERY_COLUMNS: Sequence[Column[Recovery]] = (
    Column(
        heading="Recovery",
        cell=lambda one: one.reference,
        link=lambda one: one.get_absolute_url(),
    ),
    Column(heading="Contract", cell=lambda one: one.contract_id),
    Column(heading="Kind", cell=lambda one: one.kind.replace("-", " ").capitalize()),
    Column(heading="Amount", cell=lambda one: one.amount, money=True),
    Column(
        heading="State",
        cell=lambda one: state_tag(one.state),
        export=lambda one: one.state,
    ),
)


@seen_by((*ACCOUNTABLE, *OVERSIGHT))
def recoveries(request: HttpRequest) -> HttpResponse:
    """List what is to be taken back."""
    return list_page(
        request,
        title="Recoveries",
        name="recoveries",
        lead="Money taken back on the next statement: asked for by one person, decided "
        "by another.",
        columns=RECOVERY_COLUMNS,
        rows=Recovery.objects.all(),
        empty="Nothing is taken back.",
    )


@require_safe
def recovery(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one recovery."""
    one = the(Recovery.objects.select_related("claim", "sample"), reference=reference)
    names = _names(one.requested_by, one.decided_by)
    return thing_page(
        request,
        one,
        title=f"Recovery {one.reference}",
        back=reverse("payments:recoveries"),
        machine=RECOVERY,
        facts={
            "Contract": one.contract_id,
            "Kind": one.kind.replace("-", " ").capitalize(),
            "Claim": one.claim.reference if one.claim else "none",
            "Sample": one.sample.reference if one.sample else "none",
            "Amount": format_pounds(one.amount),
            "Why": one.why,
            "Asked for by": names.get(one.requested_by, ""),
            "Decided by": names.get(one.decided_by, "nobody yet"),
        },
    )


SAMPLE_COLUMNS: Sequence[Column[Sample]] = (
    Column(
        heading="Sample",
        cell=lambda one: one.reference,
        link=lambda one: one.get_absolute_url(),
    ),
    Column(heading="Contract", cell=lambda one: one.contract_id),
    Column(
        heading="Statements of",
        cell=lambda one: _months(one),
    ),
    Column(
        heading="State",
        cell=lambda one: state_tag(one.state),
        export=lambda one: one.state,
    ),
    Column(
        heading="Claims to draw from", cell=lambda one: one.frame_size, numeric=True
    ),
    Column(heading="Drawn", cell=lambda one: one.size, numeric=True),
    Column(heading="Error estimated", cell=lambda one: one.estimate_pence, money=True),
)


@seen_by((*ACCOUNTABLE, *OVERSIGHT))
def samples(request: HttpRequest) -> HttpResponse:
    """List the samples of paid claims."""
    return list_page(
        request,
        title="Samples of paid claims",
        name="samples",
        lead="A share of paid claims is checked against tax records. Nobody chooses "
        "which: the seed's fingerprint is published before the list is fixed.",
        columns=SAMPLE_COLUMNS,
        rows=Sample.objects.all(),
        empty="No sample was begun yet.",
        starts=starts_of(request, "commit-sample"),
    )


ITEM_COLUMNS: Sequence[Column[SampleItem]] = (
    Column(heading="Place", cell=lambda one: one.place, numeric=True),
    Column(heading="Claim", cell=lambda one: one.claim.reference),
    Column(
        heading="Amount",
        cell=lambda one: one.amount,
        money=True,
        export=lambda one: one.amount,
    ),
    Column(heading="Drawn", cell=lambda one: one.is_drawn),
    Column(heading="Result", cell=lambda one: one.result),
    Column(heading="On what evidence", cell=lambda one: one.note),
)


@require_safe
def sample(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one sample, with what is needed to draw and reckon it again."""
    one = the(Sample.objects, reference=reference)
    items = SampleItem.objects.filter(sample=one).select_related("claim")
    if wants_csv(request):
        return csv_response(
            f"sample-{one.reference}", ITEM_COLUMNS, items.order_by("place")
        )
    drawn = items.filter(Q(is_drawn=True)).order_by("place")
    return thing_page(
        request,
        one,
        title=f"Sample {one.reference}",
        back=reverse("payments:samples"),
        machine=SAMPLE,
        note="The list is drawn from by the seed alone: each place has a draw made of "
        "the seed and the place (quasimarket.chance), and the smallest are taken. The "
        "error is estimated as N times the mean error, with 1.96 standard errors of a "
        "simple random sample on each side. The download has all that it takes.",
        facts={
            "Contract": one.contract_id,
            "Statements of": _months(one),
            "Fingerprint of the seed (SHA-256)": one.seed_hash,
            "Seed": one.seed or "not revealed yet",
            "Fingerprint of the list (SHA-256)": one.frame_hash or "not fixed yet",
            "Claims to draw from": f"{one.frame_size:,}, "
            f"{format_pounds(one.frame_pence)}",
            "Claims drawn": one.size,
            "Error in the sample": _pounds(one.error_pence),
            "Error estimated in all": _pounds(one.estimate_pence),
            "95% interval": f"{_pounds(one.lower_pence)} to {_pounds(one.upper_pence)}"
            if one.lower_pence is not None
            else "not yet",
        },
        links=[{"title": "Download the list as CSV", "href": "?format=csv"}],
        parts=[
            Table(
                caption="The drawn claims",
                columns=ITEM_COLUMNS,
                rows=drawn[:500],
                empty="Nothing is drawn yet.",
            )
        ],
    )


def _months(one: Sample) -> str:
    return f"{shown_month(one.first_month)} to {shown_month(one.last_month)}"


def _pounds(pence: int | None) -> str:
    return "not yet" if pence is None else format_pounds(pence)
