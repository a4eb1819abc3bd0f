"""Every page of the demonstration in every role that may open it, looked at by axe."""

import pytest
from rich.console import Console

from quasimarket.service.chain.models import ShareProposal
from quasimarket.service.fairness.models import Complaint, InformationRequest
from quasimarket.service.fairness.tally import request_tally
from quasimarket.service.participation.models import Import
from quasimarket.service.people.actor import SYSTEM, Actor
from quasimarket.service.people.models import User
from quasimarket.service.people.roles import EVERYONE, Role
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Programme
from tests.browser.conftest import (
    NARROW,
    WIDE,
    database_of_its_own,
    watched_page,
)
from tests.lib.browsing import carry, faults_of, overflow_of
from tests.lib.live_service import live_service
from tests.lib.named_pages import PAGES
from tests.lib.sign_ins import ACCEPTED
from tests.service.security.matrix import entered


pytestmark = pytest.mark.long
PEOPLE = 300
NOT_THERE_YET = {
    "fairness:breach": "no breach is declared",
    "pages:asked-sign-in": "no sign-in of the commissioner waits for a second manager",
}
"""Pages of which the demonstration has no example; test_named_pages has one of each."""


@pytest.fixture(scope="module")
def demonstration(server, tmp_path_factory):
    """Load a small demonstration; give the address of its service."""
    from quasimarket.cli.demonstration.load import load
    from quasimarket.cli.demonstration.organisations import begin_demonstration

    folder = tmp_path_factory.mktemp("demonstration")
    with database_of_its_own(server):
        begin_demonstration(folder)
        load(folder, PEOPLE, Console(quiet=True))
        with acting_as(SYSTEM):
            User.objects.update(accepted_conduct=ACCEPTED)
        with live_service() as address:
            yield address


def readers_of(role):
    """Give those who can sign in with a role, the demonstration's own first."""
    with acting_as(SYSTEM):
        people = User.objects.filter(role=role).order_by("id")
        able = [one for one in people if one.has_usable_password()]
        return [Actor.of_user(one) for one in able]


@pytest.fixture(scope="module")
def known():
    """Keep what stood on pages that axe has seen: many roles read one and the same."""
    return set()


def content_of(page):
    """Give what stands on a page beneath its frame."""
    return page.evaluate(
        """document.querySelector('main').outerHTML
            .replace(/name="csrfmiddlewaretoken" value="[^"]*"/g, '')"""
    )


@pytest.mark.parametrize("role", sorted(set(EVERYONE) - {Role.PARTICIPANT}))
def test_no_page_has_a_fault_in_a_role(chromium, demonstration, known, role):
    reader = readers_of(role)[0]
    faults, looked_at = [], 0
    with watched_page(chromium, demonstration, patience=120_000) as page:
        carry(page.context, entered(reader))
        for name, about in PAGES.items():
            address = about.address(name, reader)
            if address is None:
                continue
            page.set_viewport_size(WIDE)
            answer = page.goto(address)
            if answer.status in (403, 404):
                continue
            looked_at += 1
            if answer.status != 200:
                faults.append(f"{address} answers {answer.status}")
            content = content_of(page)
            if content in known and looked_at > 1:  # the first shows the role's frame
                continue
            known.add(content)
            faults += faults_of(page)
            page.set_viewport_size(NARROW)
            if overflow_of(page):
                faults.append(f"{address} is wider than {NARROW['width']} pixels")

    assert faults == []
    assert looked_at > len([one for one in PAGES.values() if one.role is None])


def test_demonstration_has_an_example_of_each_page(demonstration):
    everybody = [reader for role in EVERYONE for reader in readers_of(role)]

    without = {
        name
        for name, about in PAGES.items()
        if about.rows and not any(about.address(name, one) for one in everybody)
    }

    assert without == NOT_THERE_YET.keys()


def test_demonstration_shows_what_goes_wrong(demonstration):
    with acting_as(SYSTEM):
        today = Programme.objects.get().today
        overdue = InformationRequest.objects.filter(state="asked", due__lt=today)
        asked = overdue.get(question__startswith="Which premises")
        (brought,) = Import.objects.filter(kind="referrals")
        shifts = set(ShareProposal.objects.values_list("state", flat=True))
        hidden = Complaint.objects.get(is_confidential=True)
        tally = {(one.asker, one.month): one.overdue for one in request_tally(today)}

    assert tally[asked.asker_id, f"{asked.asked_on:%Y-%m}"] >= 1
    assert (brought.accepted, len(brought.rejected)) == (1, 2)
    assert "approved" in shifts
    for reader in readers_of(Role.PRIME_MANAGER):
        with acting_as(reader):
            assert not Complaint.objects.filter(pk=hidden.pk).exists()
