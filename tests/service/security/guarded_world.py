"""A chain with one thing of every kind, all of it the anchor place's, and all roles.

Whoever reads is the anchor itself (own), its prime (parent), its specialist (child),
another place of the contract (sibling), or belongs to another contract (other).
"""

import csv
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from quasimarket.service.acting.doing import Doing
from quasimarket.service.chain.models import ChainChange, ImprovementPlan, ShareProposal
from quasimarket.service.claims.models import Claim, FeedImport
from quasimarket.service.fairness.models import (
    Assessment,
    AuditReport,
    Complaint,
    Directive,
    Disclosure,
    Doubt,
    InformationRequest,
    MaterialBreach,
    Notice,
    SafeguardingCheck,
)
from quasimarket.service.interface.models import Webhook
from quasimarket.service.participation.documents import keep
from quasimarket.service.participation.models import CallOff, Document, Import, Person
from quasimarket.service.payments.models import (
    BankDetails,
    PaymentRun,
    Recovery,
    RunFile,
    Sample,
    Statement,
)
from quasimarket.service.people.actor import SYSTEM, Actor
from quasimarket.service.people.models import ApiKey, Organisation, SignInRequest, User
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Position, Terms
from tests.lib.fair_world import ROLES, TODAY, World, build_world
from tests.lib.participation_acts import PDF
from tests.lib.sign_ins import ACCEPTED


FOLDER = Path(__file__).parent
NOON = datetime.combine(TODAY, datetime.min.time(), UTC) + timedelta(hours=12)
MONTH = "2013-05"
READERS = (
    *(f"{name}/{role}" for name, roles in ROLES.items() for role in roles),
    "dovetail/sub-manager",
    "dovetail/sub-adviser",
    "participants/participant",
    "participants/other",
)


@dataclass(frozen=True, kw_only=True)
class Thing:
    """One thing that has a page or an act."""

    row: Any
    reference: str
    parts: dict[str, str] = field(default_factory=dict)
    """What else its addresses are made of."""
    mark: str = ""
    """What betrays it, wherever it is read."""


@dataclass(kw_only=True)
class Guarded:
    """The world and what lies in it."""

    world: World
    things: dict[str, Thing]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.world, name)


def add_person(world, who, organisation, role):
    user = User.objects.create_user(
        f"{who.replace('/', '.')}@people.example",
        name=f"Reader {who}",
        organisation_id=organisation,
        role=role,
        accepted_conduct=ACCEPTED,
    )
    world.actors[who] = Actor.of_user(user)
    return user


def build_guarded(world: World | None = None) -> Guarded:
    """Make it in the open transaction."""
    world = world or build_world()
    things: dict[str, Thing] = {}
    with acting_as(SYSTEM):
        for name, kind in (
            ("dovetail", "subcontractor"),
            ("participants", "participants"),
        ):
            Organisation.objects.create(id=name, name=name.title(), kind=kind)
        Position.objects.create(
            id="dovetail-place",
            contract=world.contract,
            organisation_id="dovetail",
            tier=2,
            status="active",
            specialism="housing",
            since=date(2011, 6, 1),
        )
        add_person(world, "dovetail/sub-manager", "dovetail", "sub-manager")
        add_person(world, "dovetail/sub-adviser", "dovetail", "sub-adviser")
        first = add_person(
            world, "participants/participant", "participants", "participant"
        )
        second = add_person(world, "participants/other", "participants", "participant")
    own = world.participation("anchor-place", is_vulnerable=True)
    restricted = world.participation("anchor-place")
    in_house = world.participation(None)
    other = world.participation("compass-place")
    asked_about = world.participation("anchor-place")
    with acting_as(SYSTEM):
        for row, user in ((own, first), (other, second)):
            Person.objects.filter(pk=row.person_id).update(user=user)
        restricted.restricted_to = [world.at("prime/prime-manager").id]
        restricted.save()
        for name, row in (
            ("case", own),
            ("restricted-case", restricted),
            ("in-house-case", in_house),
        ):
            put(things, name, row, mark=row.reference)
        put(things, "unclaimed", own, milestone="job-outcome", number="1")
        put_people_things(world, things, own, restricted, asked_about)
        put_money(world, things, own, restricted)
        put_fairness(world, things, own)
        put_chain(world, things)
        log_something(own, restricted)
    return Guarded(world=world, things=things)


def put(things, called, row, reference="", mark="", **parts):
    reference = reference or str(getattr(row, "reference", row.pk))
    things[called] = Thing(row=row, reference=reference, parts=parts, mark=mark)


def put_people_things(world, things, own, restricted, asked_about):
    place = Position.objects.get(pk="anchor-place")
    for name, case in (("document", own), ("restricted-document", restricted)):
        made = Document.objects.create(
            reference=f"paper-of-{case.reference}",
            participation=case,
            kind="payslip",
            digest=keep(PDF + case.reference.encode()),
            size=len(PDF),
            media_type="application/pdf",
            got_on=TODAY,
            got_how="By post",
            by=world.at("anchor/sub-adviser").id,
        )
        made.state, made.scanned_at = "clean", NOON
        made.save()
        put(things, name, made, mark=made.reference)
    asked = CallOff.objects.create(
        reference="call-off-1",
        participation=own,
        contract=world.contract,
        participant=own.reference,
        position_id="dovetail-place",
        asked=TODAY,
        need="Housing",
    )
    asked.state = "accepted"
    asked.save()
    put(things, "call-off", asked)
    request = CallOff.objects.create(
        reference="request-for-help-1",
        participation=asked_about,
        participant=asked_about.reference,
        contract=world.contract,
        position_id="dovetail-place",
        asked=TODAY,
        need="Housing",
    )
    put(things, "asked-call-off", request, mark=request.reference)
    brought = Import.objects.create(
        reference="import-1",
        kind="news",
        contract=world.contract,
        organisation_id=world.contract.prime_id,
        at=NOON,
        by=1,
        digest="0" * 64,
    )
    put(things, "import", brought, mark=brought.reference)
    put(things, "place", place)
    worker = User.objects.get(pk=world.at("anchor/sub-adviser").id)
    put(things, "sign-in", worker, mark=worker.email)
    put(things, "contract", world.contract)
    asker = world.at("commissioner/contract-manager")
    with acting_as(asker):  # nobody asks in another's name
        asked = SignInRequest.objects.create(
            reference="sign-in-1",
            kind="make",
            name="Nia New",
            email="nia@example.org",
            role="payment",
            organisation_id=asker.organisation,
            asked_by=asker.id,
            asked_at=NOON,
        )
    put(things, "sign-in-request", asked, mark=asked.reference)


def put_money(world, things, own, restricted):
    for name, case in (("claim", own), ("restricted-claim", restricted)):
        claim = Claim.objects.create(
            reference=f"claim-of-{case.reference}",
            participation=case,
            contract=world.contract,
            position_id="anchor-place",
            group="2",
            milestone="attachment",
            number=1,
            earned=case.attached,
            raised_on=TODAY,
        )
        put(things, name, claim, mark=claim.reference)
    feed = FeedImport.objects.create(
        reference="feed-1",
        feed="benefit",
        covers_to=TODAY,
        digest="1" * 64,
        at=NOON,
        by=1,
    )
    put(things, "feed", feed, mark=feed.reference)
    run = PaymentRun.objects.create(
        reference="run-1",
        month=MONTH,
        settled_to=date(2013, 5, 31),
        prepared_by=world.at("commissioner/payment").id,
        prepared_at=NOON,
        last_event=0,
        sample_seed="2" * 64,
        sample_size=1,
    )
    put(things, "run", run, mark="run-1")
    RunFile.objects.create(
        run=run, name="file-1.xml", payer_id="commissioner", digest="", content=b""
    )
    put(things, "run-file", run, name="file-1.xml")
    for name, place in (("statement", None), ("remittance", "anchor-place")):
        made = Statement.objects.create(
            run=run,
            month=MONTH,
            contract=world.contract,
            position_id=place,
            brought_forward=0,
            lines=100,
            payable=100,
            carried_forward=0,
        )
        put(
            things,
            name,
            made,
            reference="-",
            contract=world.contract.pk,
            place=place or "",
            month=MONTH,
            mark=f"/statements/{world.contract.pk}/"
            + (f"{place}/" if place else MONTH),
        )
    details = BankDetails.objects.create(
        reference="bank-of-anchor",
        organisation_id="anchor",
        account_name="Anchor",
        sort_code="123456",
        account_number="12345678",
        requested_by=world.at("anchor/sub-finance").id,
        requested_at=NOON,
    )
    put(things, "bank-details", details, mark=details.reference)
    recovery = Recovery.objects.create(
        reference="recovery-1",
        kind="adjustment",
        contract=world.contract,
        amount=100,
        code="other",
        why="Paid too much",
        requested_by=world.at("commissioner/payment").id,
        requested_at=NOON,
    )
    put(things, "recovery", recovery, mark=recovery.reference)
    sample = Sample.objects.create(
        reference="sample-1",
        contract=world.contract,
        first_month="2013-01",
        last_month=MONTH,
        seed_hash="3" * 64,
        committed_by=1,
        committed_at=NOON,
    )
    put(things, "sample", sample, mark=sample.reference)
    key = make_key(world, "anchor/sub-manager", "anchorkey")
    put(things, "api-key", key)
    hook = Webhook.objects.create(
        reference="hook-1",
        organisation_id="anchor",
        key=key,
        address="https://anchor.example/",
        secret="5" * 64,
    )
    put(things, "webhook", hook, mark=hook.reference)


def make_key(world, who, prefix, digest="4" * 64):
    return ApiKey.objects.create(
        prefix=prefix,
        digest=digest,
        name=f"Key of {who}",
        organisation_id=world.at(who).organisation,
        role=world.at(who).role,
        scopes=["read", "write"],
        made_by_id=world.at(who).id,
        made_at=NOON,
        expires_at=NOON + timedelta(days=30),
    )


def put_fairness(world, things, own):
    chain = {"contract": world.contract, "position_id": "anchor-place"}
    request = InformationRequest.objects.create(
        **chain,
        reference="request-1",
        asker_id=world.contract.prime_id,
        asked_id="anchor",
        topic="contacts",
        purpose="A review",
        effort_hours=2,
        asked_on=TODAY,
        due=TODAY + timedelta(days=20),
        asked_by=world.at("prime/prime-manager").id,
    )
    put(things, "request", request, mark=request.reference)
    directive = Directive.objects.create(
        **chain,
        reference="directive-1",
        practice="specialism",
        text="See everybody weekly",
        reason="It works",
        issued_on=TODAY,
        answer_due=TODAY,
        holds_from=TODAY,
        issued_by=world.at("prime/prime-manager").id,
    )
    put(things, "directive", directive, mark=directive.reference)
    complaints = {}
    for name, hidden in (("complaint", False), ("confidential-complaint", True)):
        complaints[name] = Complaint.objects.create(
            **chain,
            reference=f"{name}-1",
            prime_id=world.contract.prime_id,
            complainant_id="anchor",
            principle="conduct",
            text="Referrals stopped",
            remedy="Send them",
            raised_on=TODAY,
            is_confidential=hidden,
            due=TODAY,
        )
        put(things, name, complaints[name], mark=f"s/{name}-1/")
    disclosure = Disclosure.objects.create(
        reference="disclosure-1",
        contract=world.contract.pk,
        subject="false-claims",
        text="Nobody began",
        made_on=TODAY,
        by=world.at("anchor/sub-adviser").id,
        by_organisation="anchor",
    )
    put(things, "disclosure", disclosure, mark=disclosure.reference)
    assessment = Assessment.objects.create(
        reference="assessment-1",
        prime_id=world.contract.prime_id,
        opened_on=TODAY,
        survey_closes=TODAY,
        assessor=world.at("merlin/merlin-assessor").id,
    )
    put(things, "assessment", assessment, mark=assessment.reference)
    breach = MaterialBreach.objects.create(
        reference="breach-1",
        contract=world.contract,
        prime_id=world.contract.prime_id,
        complaint=complaints["confidential-complaint"],
        ground="Conduct",
        must_do="Mend it",
        declared_on=TODAY,
        remedy_due=TODAY,
        declared_by=world.at("commissioner/contract-manager").id,
    )
    put(things, "breach", breach, mark=breach.reference)
    report = AuditReport.objects.create(
        reference="report-1", organisation_id="anchor", period="2012-13", due=TODAY
    )
    put(things, "audit-report", report, mark=report.reference)
    notice = Notice.objects.create(
        **chain,
        reference="notice-1",
        participation=own,
        text="Come on Monday",
        must_do_on=TODAY - timedelta(days=10),
        consequence="Benefit may stop",
        issued_on=TODAY - timedelta(days=20),
        issued_by=world.at("anchor/sub-adviser").id,
        sent_by="hand",
        delivered_on=TODAY - timedelta(days=20),
    )
    put(things, "notice", notice, mark=notice.reference)
    check = SafeguardingCheck.objects.create(
        reference="check-1",
        participation=own,
        notice=notice,
        steps=["home-visit"],
        note="Visited",
        done_on=TODAY - timedelta(days=9),
        done_by=world.at("anchor/sub-adviser").id,
        signed_by=world.at("anchor/sub-manager").id,
        signed_on=TODAY - timedelta(days=8),
    )
    put(things, "check", check)
    doubt = Doubt.objects.create(
        **chain,
        reference="doubt-1",
        participation=own,
        notice=notice,
        failed_on=TODAY - timedelta(days=10),
        what_happened="Did not come",
        raised_on=TODAY - timedelta(days=8),
        raised_by=world.at("anchor/sub-adviser").id,
    )
    put(things, "doubt", doubt, mark=doubt.reference)


def put_chain(world, things):
    terms = Terms.objects.create(
        position_id="anchor-place",
        contract=world.contract,
        first_day=TODAY,
        management_fee="0.2",
        proposed_by=world.at("prime/prime-manager").id,
    )
    put(things, "terms", terms, mark=f"/chain/terms/{terms.pk}/")
    plan = ImprovementPlan.objects.create(
        reference="plan-1",
        contract=world.contract,
        position_id="anchor-place",
        reason="Below the level",
        opened_on=TODAY,
        review_on=TODAY,
        opened_by=world.at("prime/prime-manager").id,
    )
    put(things, "plan", plan, mark=plan.reference)
    ending = ChainChange.objects.create(
        reference="ending-1",
        contract=world.contract,
        position_id="anchor-place",
        reason="No need",
        last_day=TODAY,
        asked_on=TODAY,
        asked_by=world.at("prime/prime-manager").id,
    )
    put(things, "ending", ending, mark=ending.reference)
    shift = ShareProposal.objects.create(
        reference="shift-1",
        area="1",
        group="2",
        contract_year=2,
        from_contract=world.contract,
        to_contract=world.other_contract,
        size="0.05",
        from_rate="0.1",
        to_rate="0.2",
        first_day=TODAY,
        proposed_on=TODAY,
        proposed_by=1,
    )
    put(things, "shift", shift, mark=shift.reference)


def log_something(*cases):
    """Write a row of the log for each case, and one that no provider may read."""
    doing = Doing(actor=SYSTEM, act="test", now=NOON)
    for case in cases:
        for kind, day in (("referred", case.referred), ("attached", case.attached)):
            doing.record(kind, participation=case, happened=day, reason=case.reference)
    doing.record("review", audience="commissioner", contract=cases[0].contract_id)
    doing.write()


def rows_of(name):
    """Read one of the tables of this folder."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
