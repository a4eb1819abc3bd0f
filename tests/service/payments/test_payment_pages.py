"""The pages of claims and payments, in the roles that use them."""

import pytest
from django.test import Client

from quasimarket.service.claims.models import Claim
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from tests.lib.paid_world import APPROVER, AUGUST, PREPARER, give_account, pay, worker


@pytest.fixture
def paid(world):
    give_account(world.contract.prime_id)
    worker(world)
    worker(world, "beacon-place")
    pay(world, AUGUST)
    pay(world, AUGUST.plus(1))
    return world


def text_of(world, who, address, status=200):
    response = world.browser(who).get(address)
    assert response.status_code == status, (address, response.status_code)
    if response.streaming:
        return b"".join(response.streaming_content).decode()
    return response.content.decode()


COMMON = ("/claims/", "/claims/?state=paid", "/statements/", "/bank-details/")
PAYMENT = (
    *COMMON, "/feeds/", "/tax-records/", "/payment-runs/", "/payment-runs/2012-08/",
    "/samples/", "/recoveries/", "/do/begin-payment-run/", "/do/bring-in-feed/",
)  # fmt: skip


@pytest.mark.parametrize(
    ("who", "addresses"),
    [
        (PREPARER, PAYMENT),
        ("prime/prime-finance", COMMON),
        ("anchor/sub-finance", COMMON),
    ],
)
def test_every_page_is_shown_in_the_roles_that_use_it(paid, who, addresses):
    for address in addresses:
        assert "<h1" in text_of(paid, who, address)


def test_what_moves_money_asks_again_who_it_is(paid):
    for address in ("/do/change-bank-details/", "/do/approve-payment-run/2012-08/"):
        response = paid.browser(PREPARER).get(address)
        assert response.status_code == 302
        assert "reauthenticate" in response["Location"]


def test_a_claim_says_what_it_took_and_why_it_was_paid(paid):
    with acting_as(SYSTEM):
        claim = Claim.objects.filter(
            milestone="job-outcome", position_id="anchor-place"
        ).get()
    address = claim.get_absolute_url()
    for who in (PREPARER, "prime/prime-finance"):
        page = text_of(paid, who, address)
        assert "Why was this paid?" in page
        assert "£1,128.00" in page
    page = text_of(paid, "anchor/sub-finance", address)
    assert "What it takes to be paid" in page
    assert "£1,128.00" not in page
    text_of(paid, "beacon/sub-manager", address, status=404)
    text_of(paid, "other-prime/prime-manager", address, status=404)


def test_a_subcontractor_sees_what_is_passed_to_it_and_no_more(paid):
    contract = paid.contract.pk
    prime = f"/statements/{contract}/2012-08/"
    own = f"/statements/{contract}/anchor-place/2012-09/"
    assert "£1,128.00" in text_of(paid, "prime/prime-finance", prime)
    text_of(paid, "anchor/sub-finance", prime, status=404)
    page = text_of(paid, "anchor/sub-finance", own)
    assert "£958.80" in page
    assert "£1,128.00" not in page
    assert "job-outcome 1" in text_of(paid, "anchor/sub-finance", f"{own}?format=csv")
    text_of(paid, "beacon/sub-manager", own, status=404)


def test_a_run_that_is_not_approved_is_shown_to_no_provider(paid):
    text_of(paid, "prime/prime-finance", "/payment-runs/2012-08/", status=403)
    text_of(paid, "anchor/sub-finance", "/payment-runs/", status=403)


def test_a_payment_file_is_downloaded_as_it_was_kept(paid):
    address = "/payment-runs/2012-08/files/payments-2012-08-commissioner.xml"
    page = text_of(paid, APPROVER, address)
    assert page.count("<CdtTrfTxInf>") == 1
    text_of(paid, "anchor/sub-finance", address, status=404)


def test_nobody_sees_pages_without_signing_in(paid):
    assert Client().get("/claims/").status_code == 302


def test_a_case_shows_its_claims_and_why_the_next_is_not_paid(paid):
    with acting_as(SYSTEM):
        claim = Claim.objects.filter(position_id="anchor-place").first()
        case = claim.participation.reference
    page = text_of(paid, "anchor/sub-manager", f"/cases/{case}/")
    assert f"/claims/{claim.reference}/" in page
    page = text_of(paid, "anchor/sub-manager", f"/why-not/{case}/sustainment/13/")
    assert "Not reached" in page
    text_of(paid, "beacon/sub-manager", f"/why-not/{case}/sustainment/13/", status=404)
