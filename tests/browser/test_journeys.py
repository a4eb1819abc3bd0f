"""What people come to do, from the first page to the last, with the keyboard alone.

Whoever has a mouse does the same by pointing: that is looked at in the long tests.
"""

from datetime import timedelta

import pytest

from quasimarket.core.dates import Month
from quasimarket.service.acting.performing import perform
from quasimarket.service.claims.acts import RejectClaim
from quasimarket.service.claims.models import Claim
from quasimarket.service.fairness.models import Complaint
from quasimarket.service.participation.acts.delivery import Allocate, AssignAdviser
from quasimarket.service.participation.models import Participation
from quasimarket.service.payments.models import PaymentRun
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from tests.browser.conftest import database_of_its_own, watched_page
from tests.lib.browsing import carry, faults_of
from tests.lib.course import participant
from tests.lib.fair_world import TODAY, build_world
from tests.lib.hands import HANDS
from tests.lib.live_service import live_service
from tests.lib.paid_world import APPROVER, PREPARER, pay, worker
from tests.lib.sign_ins import give_app
from tests.service.security.matrix import entered


PAID = (Month(2012, 8), Month(2012, 9))
"""What is reached in the first is passed down the chain in the second."""
REFERRED = TODAY - timedelta(days=14)


@pytest.fixture(scope="module")
def programme(server):
    """Give a programme that has paid a month, and the address of its service."""
    with database_of_its_own(server):
        world = build_world()
        for place in ("anchor-place", "beacon-place"):
            worker(world, place)
        for month in PAID:
            pay(world, month)
        with live_service() as address:
            yield world, address


@pytest.fixture(scope="module")
def world(programme):
    return programme[0]


@pytest.fixture(params=["keyboard", pytest.param("mouse", marks=pytest.mark.long)])
def hand_kind(request):
    return HANDS[request.param]


@pytest.fixture(scope="module")
def sessions():
    """Keep one sign-in for each person."""
    return {}


@pytest.fixture
def at_work(chromium, programme, sessions, hand_kind):
    """Let somebody sit down at a browser of their own; give their hand."""
    world, address = programme
    opened = {}

    def sit_down(who):
        if who not in opened:
            if who not in sessions:
                give_app(world.at(who).id)
                sessions[who] = entered(world.at(who))
            frame = watched_page(chromium, address)
            page = frame.__enter__()
            carry(page.context, sessions[who])
            opened[who] = (frame, page)
        page = opened[who][1]
        page.goto("/")
        return hand_kind(page)

    yield sit_down
    for frame, _ in opened.values():
        frame.__exit__(None, None, None)


def heading(hand):
    return hand.page.get_by_role("heading", level=1).inner_text()


def shown_on(hand):
    return hand.page.locator("main").inner_text()


def fill_date(hand, day):
    hand.fill("Day", str(day.day))
    hand.fill("Month", str(day.month))
    hand.fill("Year", str(day.year))


def test_adviser_finds_what_is_due_and_records_a_contact_and_a_job(world, at_work):
    case = participant(referred=REFERRED, name="Ivy Caseload")
    perform(
        Allocate(position="anchor-place", why="locality", allocated_on=REFERRED),
        SYSTEM,
        case.reference,
    )
    adviser = AssignAdviser(adviser=world.at("anchor/sub-adviser").id)
    perform(adviser, SYSTEM, case.reference)
    due = "Meet the participant for the first time"

    hand = at_work("anchor/sub-adviser")
    hand.follow("Cases")
    hand.choose("Only mine")
    hand.press("Show")
    hand.page.goto(f"/cases/{case.reference}/")
    assert heading(hand) == "Ivy Caseload"
    assert due in hand.page.get_by_role("table", name="Deadlines").inner_text()

    hand.follow("Record a contact")
    fill_date(hand, TODAY)
    hand.choose("Support")
    hand.pick("How were you in touch?", "Face to face")
    hand.fill("What should be remembered of it?", "Wants to work with animals.")
    hand.press("Record a contact")
    assert heading(hand) == "Ivy Caseload"
    assert shown_on(hand).startswith("Done\n\nRecord a contact\n")
    assert due not in hand.page.get_by_role("table", name="Deadlines").inner_text()
    assert "Wants to work with animals." in shown_on(hand)

    hand.follow("Report a job")
    fill_date(hand, TODAY)
    hand.fill("Who is the employer?", "Kennels and Sons")
    hand.press("Report a job")
    assert "Kennels and Sons" in shown_on(hand)
    with acting_as(SYSTEM):
        assert Participation.objects.get(pk=case.pk).in_work
    assert faults_of(hand.page) == []


def test_prime_reads_its_month_disputes_a_refusal_and_takes_the_figures(world, at_work):
    case = worker(world, work=None)
    with acting_as(SYSTEM):
        claim = Claim.objects.create(
            reference=f"{case.reference}.attachment.1",
            participation=case,
            contract=world.contract,
            position_id="anchor-place",
            group="2",
            milestone="attachment",
            number=1,
            earned=TODAY,
            raised_on=TODAY,
        )
    refuse = RejectClaim(code="dates-wrong", note="Read the letter")
    perform(refuse, world.at("commissioner/assurance"), claim.reference)

    hand = at_work("prime/prime-finance")
    assert "Claims that were refused" in shown_on(hand)
    hand.follow("Statements")
    hand.follow("August 2012")
    assert "£" in shown_on(hand)
    with hand.page.expect_download() as download:
        hand.page.get_by_role("link", name="Download as CSV").click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert "Rule" in lines[0]
    assert len(lines) > 1

    hand.follow("Claims")
    hand.follow("Rejected")
    hand.page.goto(claim.get_absolute_url())
    hand.follow("Dispute the rejection")
    hand.fill("Why is it wrong?", "The letter of the Jobcentre says otherwise.")
    hand.press("Dispute the rejection")
    assert "Disputed" in shown_on(hand)
    assert faults_of(hand.page) == []

    hand = at_work("anchor/sub-finance")
    hand.follow("Statements")
    assert heading(hand) == "Statements"
    hand.follow("September 2012")
    assert heading(hand) == "Statement of September 2012 to Anchor"
    assert "Job outcome 1" in shown_on(hand)
    assert faults_of(hand.page) == []


def test_payment_run_needs_two_people(world, at_work):
    with acting_as(SYSTEM):
        last = PaymentRun.objects.order_by("-month").first()
    month = Month.parse(last.month).plus(1)

    hand = at_work(PREPARER)
    hand.follow("Payments")
    hand.follow("Begin a payment run")
    hand.fill("Which month?", str(month))
    hand.press("Begin a payment run")
    hand.press("Go on with this run now")
    facts = hand.page.locator(".govuk-summary-list__row").filter(has_text="Lines")
    _, pounds = facts.first.locator("dd").inner_text().rsplit(", ", 1)
    assert "Verified" in shown_on(hand)
    hand.follow("Approve the payment run")
    hand.fill("What do its lines come to?", pounds)
    hand.press("Continue")
    hand.press("Confirm")
    assert "You began this payment run, so you cannot approve it" in shown_on(hand)
    assert faults_of(hand.page) == []

    other = at_work(APPROVER)
    assert "Payment run" in shown_on(other)
    other.follow("Payment run")
    other.follow("Approve the payment run")
    other.fill("What do its lines come to?", pounds)
    other.press("Continue")
    other.press("Confirm")
    assert heading(other) == "Done"
    with acting_as(SYSTEM):
        run = PaymentRun.objects.get(month=str(month))
    assert run.state != "verified"
    assert run.prepared_by != run.approved_by


def test_complaint_is_raised_answered_and_taken_to_the_next_stage(world, at_work):
    with acting_as(SYSTEM):
        before = Complaint.objects.count()
        prime_name = world.contract.prime.name

    hand = at_work("anchor/sub-manager")
    hand.follow("Fair treatment")
    hand.follow("Complaints")
    hand.follow("Complain about a prime")
    hand.choose(f"{world.contract.area_name}: {prime_name}")
    hand.choose("Commitment")
    hand.fill("What happened?", "A third of the people came who were promised.")
    hand.fill("What would put it right?", "The volumes of the tender.")
    hand.press("Complain about a prime")
    assert heading(hand) == "Commitment"
    address = hand.page.url

    prime = at_work("prime/prime-manager")
    assert "Deal with a complaint" in shown_on(prime)
    prime.page.goto(address)
    prime.follow("Answer the complaint")
    prime.fill("Your answer", "Volumes were never guaranteed to anybody.")
    prime.press("Answer the complaint")

    hand = at_work("anchor/sub-manager")
    hand.page.goto(address)
    assert "Volumes were never guaranteed" in shown_on(hand)
    hand.follow("Take it to the Merlin team")
    hand.fill(
        "What does the prime's answer leave open?",
        "It does not say how people were shared out.",
    )
    hand.press("Take it to the Merlin team")
    assert "With merlin" in shown_on(hand)
    assert faults_of(hand.page) == []

    assessor = at_work("merlin/merlin-assessor")
    assert "Deal with a complaint" in shown_on(assessor)
    with acting_as(SYSTEM):
        assert Complaint.objects.count() == before + 1
