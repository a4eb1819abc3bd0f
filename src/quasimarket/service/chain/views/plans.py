"""Improvement plans and shifts of market share."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from quasimarket.service.acting import clock
from quasimarket.service.acting.act import ACTS
from quasimarket.service.chain.bars import bars_to_gain
from quasimarket.service.chain.machines import PLAN, SHIFT
from quasimarket.service.chain.models import ImprovementPlan, ShareProposal
from quasimarket.service.chain.views.register import PLANS, READERS, percent
from quasimarket.service.pages.gate import seen_by
from quasimarket.service.pages.names import group_name, organisation_names
from quasimarket.service.pages.parts import state_tag
from quasimarket.service.pages.table import Column, Table
from quasimarket.service.pages.things import (
    history,
    list_page,
    start,
    the,
    thing_page,
)
from quasimarket.service.people.roles import Role
from quasimarket.service.programme.models import Contract, MarketShare


@seen_by(READERS)
def plan_list(request: HttpRequest) -> HttpResponse:
    """List the improvement plans that the reader may see."""
    starts = []
    if request.actor.role is Role.CONTRACT_MANAGER:
        starts = [
            start("open-contract-plan", f"Open a plan for contract {one.pk}", one.pk)
            for one in Contract.objects.filter(ended_on=None).order_by("pk")
        ]
    return list_page(
        request,
        title="Improvement plans",
        name="improvement-plans",
        lead="Four levels: at the ordinary review, informal, informal with senior "
        "people, formal. A plan for a place is opened on the place's own page.",
        columns=PLANS,
        rows=ImprovementPlan.objects.all(),
        empty="There is none that you may see.",
        starts=starts,
    )


@seen_by(READERS)
def plan_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one plan with its actions and levels."""
    one = the(
        ImprovementPlan.objects.select_related("position__organisation", "contract"),
        reference,
    )
    actions = one.steps.filter(act="add-plan-action").order_by("due")
    who = organisation_names(row.organisation_id for row in actions)
    is_held = request.actor.role is not Role.PRIME_MANAGER or one.position_id
    moves = {"escalate-plan", "step-plan-down", "close-plan"}
    return thing_page(
        request,
        one,
        title=one.position.organisation.name
        if one.position
        else f"Contract {one.contract_id}",
        caption="Improvement plan",
        machine=PLAN,
        facts={
            "Why": one.reason,
            "What may be lost": one.may_lose,
            "Opened": one.opened_on,
            "Looked at next": one.review_on,
        },
        also=lambda about: bool(is_held) or about.name not in moves,
        back=reverse("chain:plans"),
        parts=[
            Table(
                caption="Actions",
                columns=[
                    Column(heading="What", cell=lambda row: row.text),
                    Column(heading="By", cell=lambda row: row.due),
                    Column(
                        heading="Who", cell=lambda row: who.get(row.organisation_id)
                    ),
                ],
                rows=list(actions),
                empty="No action is agreed yet.",
            ),
            history(
                one.steps.order_by("-pk"),
                {name: about.title for name, about in ACTS.items()},
            ),
        ],
    )


SHIFTS: tuple[Column[ShareProposal], ...] = (
    Column(
        heading="Area and group",
        cell=lambda row: f"Area {row.area}, {group_name(row.group)}",
        export=lambda row: f"Area {row.area}, group {row.group}",
        link=lambda row: row.get_absolute_url(),
    ),
    Column(heading="After year", cell=lambda row: row.contract_year, numeric=True),
    Column(heading="From contract", cell=lambda row: row.from_contract_id),
    Column(heading="To contract", cell=lambda row: row.to_contract_id),
    Column(
        heading="Size",
        cell=lambda row: f"{float(row.size) * 100:g} points",
        export=lambda row: row.size,
        numeric=True,
    ),
    Column(heading="First day", cell=lambda row: row.first_day),
    Column(
        heading="State",
        cell=lambda row: state_tag(row.state),
        export=lambda row: row.state,
    ),
)
SHARES: tuple[Column[MarketShare], ...] = (
    Column(heading="Contract", cell=lambda row: row.contract_id),
    Column(
        heading="Payment group",
        cell=lambda row: group_name(row.group) if row.group else "All",
        export=lambda row: row.group or "All",
    ),
    Column(heading="From", cell=lambda row: row.first_day),
    Column(heading="Share", cell=lambda row: percent(row.share), numeric=True),
)


@seen_by(READERS)
def shift_list(request: HttpRequest) -> HttpResponse:
    """List the shifts, and the shares decided so far."""
    starts = []
    if request.actor.role is Role.CONTRACT_MANAGER:
        starts.append(start("propose-share-shifts", "Propose what the years call for"))
    return list_page(
        request,
        title="Market share",
        name="share-shifts",
        lead="Referrals move from the worse to the better contract of an area. One "
        "contract manager proposes, another decides; allocation follows.",
        columns=SHIFTS,
        rows=ShareProposal.objects.all(),
        caption="Shifts",
        empty="No shift has been proposed that you may see.",
        starts=starts,
        after=[
            Table(
                caption="Shares decided since the start",
                columns=SHARES,
                rows=list(MarketShare.objects.order_by("-first_day", "contract_id")),
                empty="The rulebook's own shares hold.",
            )
        ],
    )


@seen_by(READERS)
def shift_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one shift, and what stands against it."""
    one = the(
        ShareProposal.objects.select_related("from_contract", "to_contract"), reference
    )
    is_judge = request.actor.role is Role.CONTRACT_MANAGER
    barred = (
        bars_to_gain(one.to_contract, clock.today())
        if is_judge and one.state == "proposed"
        else []
    )
    return thing_page(
        request,
        one,
        title=f"Area {one.area}, {group_name(one.group)}",
        caption="Shift of market share",
        machine=SHIFT,
        facts={
            "After contract year": one.contract_year,
            "From": f"Contract {one.from_contract_id}: {one.from_rate * 100:.1f}%",
            "To": f"Contract {one.to_contract_id}: {one.to_rate * 100:.1f}%",
            "Size": f"{float(one.size) * 100:g} points of the area's referrals",
            "First day": one.first_day,
            "Proposed": one.proposed_on,
            "Decided": one.decided_on,
            "Why": one.reason,
        },
        note=f"Contract {one.to_contract_id} cannot gain: {'; '.join(barred)}."
        if barred
        else "",
        also=lambda about: one.proposed_by != request.actor.id,
        back=reverse("chain:shifts"),
    )
