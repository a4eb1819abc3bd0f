from datetime import timedelta

import pytest
from django.urls import reverse

from quasimarket.service.fairness.acts.audit_reports import DemandReport
from quasimarket.service.fairness.acts.offers import PublishServiceOffer
from quasimarket.service.fairness.models import InformationRequest
from quasimarket.service.fairness.offers import kept_by_place, promise_of
from quasimarket.service.fairness.views.hub import PAGES
from quasimarket.service.participation.models import Contact
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from tests.lib.fair_world import ROLES, TODAY
from tests.service.fairness.test_complaints_and_conduct import assess, complain
from tests.service.fairness.test_doubts import delivered
from tests.service.fairness.test_requests_and_directives import ask, directive


PEOPLE = [f"{organisation}/{role}" for organisation, roles in ROLES.items()
          for role in roles]  # fmt: skip


@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_answers_every_role(world, who):
    things = [
        ask(world),
        directive(world),
        complain(world),
        assess(world),
        delivered(world, world.participation("anchor-place")),
        world.do(
            "commissioner/assurance",
            DemandReport(period="2012-13", due=TODAY + timedelta(days=30)),
            world.contract.pk,
        ),
    ]
    browser = world.browser(who)
    role = world.at(who).role

    hub = browser.get(reverse("fairness:hub"))
    assert hub.status_code == 200
    for name, title, _, view in PAGES:
        for query in ("", "?format=csv"):
            answer = browser.get(reverse(f"fairness:{name}") + query)
            assert answer.status_code == (200 if role in view.roles else 403), name
        assert (title in hub.content.decode()) is (role in view.roles)
    for thing in things:
        status = browser.get(thing.get_absolute_url()).status_code
        assert status in (200, 403, 404)
        if who in ("compass/sub-manager", "other-prime/prime-manager") and (
            thing is not things[3]
        ):
            assert status == 404, thing


def test_matrix_says_what_the_policies_do(world):
    page = world.browser("anchor/sub-manager").get(
        reverse("fairness:matrix") + "?format=csv"
    )
    lines = b"".join(page).decode().splitlines()

    def seen(what, who):
        (line,) = [one for one in lines if one.startswith(f"{what},{who}")]
        return [part == "yes" for part in line.split(",")[-4:]]

    sub, prime = "Subcontractor: manager", "Prime: manager"
    assert seen("Participants' courses", sub) == [True, False, False, False]
    assert seen("Participants' courses", prime) == [True, True, True, False]
    assert seen("Contacts", sub) == [True, False, False, False]
    assert seen("Protected disclosures", prime) == [False] * 4
    assert seen("Protected disclosures", "Assurance officer") == [True] * 4
    assert seen('"Complaints, open"', prime)[0] is True
    assert seen("Complaints in confidence", prime) == [False] * 4
    assert seen("Names and addresses", "Payment officer") == [False] * 4
    assert seen("Directives", sub) == [True, False, False, False]


def test_offer_is_measured_against_contacts(world):
    recent = TODAY - timedelta(days=60)
    with_contact = world.participation("anchor-place", referred=recent)
    world.participation("anchor-place", referred=recent)
    with acting_as(SYSTEM):
        Contact.objects.create(
            participation=with_contact,
            position_id="anchor-place",
            contract=with_contact.contract,
            on=TODAY - timedelta(days=3),
            purpose="support",
            kind="face-to-face",
            by=1,
        )

    with acting_as(world.at("anchor/sub-manager")):
        promise = promise_of(world.contract, TODAY)
        (kept,) = kept_by_place(promise, TODAY)

    assert promise.source == "the rulebook"
    assert (kept.first_contact, kept.first_contact_of) == (2, 2)
    assert (kept.contact, kept.contact_of) == (1, 2)
    assert (kept.plan, kept.plan_of) == (0, 0)


def test_primes_own_offer_takes_the_rulebooks_place(world):
    world.do(
        "prime/prime-manager",
        PublishServiceOffer(
            first_day=TODAY,
            first_contact_working_days=5,
            contact_interval_days=7,
            action_plan_days=20,
        ),
        world.contract.pk,
    )

    with acting_as(world.at("anchor/sub-manager")):
        assert promise_of(world.contract, TODAY).contact_interval_days == 7
        assert promise_of(world.other_contract, TODAY).contact_interval_days == 14


def test_act_pages_of_fairness_open_for_those_who_may(world):
    one = ask(world)

    form = world.browser("anchor/sub-manager").get(
        f"/do/answer-request/{one.reference}/"
    )
    assert form.status_code == 200
    sent = world.browser("anchor/sub-manager").post(
        f"/do/answer-request/{one.reference}/",
        {"answer": "Four advisers", "spent_hours": "2"},
    )
    assert sent.headers["Location"] == one.get_absolute_url()


def test_request_past_its_day_says_so_on_its_own_page(world):
    request = ask(world)
    browser = world.browser("prime/prime-manager")
    address = request.get_absolute_url()
    before = browser.get(address).text
    with acting_as(SYSTEM):
        InformationRequest.objects.filter(pk=request.pk).update(
            due=TODAY - timedelta(days=1)
        )

    assert "it is overdue" in browser.get(address).text
    assert "it is overdue" not in before
