"""Every page that belongs to no room, looked at by axe, wide, narrow and plain."""

import pytest

from quasimarket.service.pages.help import TOPICS
from quasimarket.service.people.roles import Role
from tests.browser.conftest import NARROW, WIDE
from tests.lib.browsing import enter, faults_of, overflow_of
from tests.lib.sign_ins import make_person


OPEN = (
    "/accounts/login/",
    "/help/",
    *(f"/help/{topic.name}/" for topic in TOPICS),
    "/cookies/",
    "/accessibility/",
    "/conduct/",
)
SIGNED_IN = (
    "/",
    "/gallery/",
    "/not-there/",
    "/people/",
    "/accounts/2fa/",
    "/accounts/password/change/",
    "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/2fa/totp/deactivate/",
    "/accounts/logout/",
)


def look_at(page, addresses):
    faults = []
    for address in addresses:
        page.set_viewport_size(WIDE)
        page.goto(address)
        faults += faults_of(page)
        page.set_viewport_size(NARROW)
        if overflow_of(page):
            faults.append(f"{address} is wider than {NARROW['width']} pixels")
    return faults


def test_pages_open_to_all_have_no_fault(page):
    assert look_at(page, OPEN) == []


def test_pages_of_a_person_have_no_fault(page):
    enter(page, make_person(Role.CONTRACT_MANAGER))

    assert look_at(page, SIGNED_IN) == []


def test_narrow_pages_have_no_fault(page):
    enter(page, make_person(Role.CONTRACT_MANAGER))
    page.set_viewport_size(NARROW)

    for address in ("/gallery/", "/do/stub-contact/"):
        page.goto(address)

        assert faults_of(page) == []


def test_page_of_our_own_fault_stands_alone(page):
    enter(page, make_person(Role.CONTRACT_MANAGER))

    answer = page.goto("/broken/")

    assert answer.status == 500
    assert "a fault of our own" not in page.content()
    assert faults_of(page) == []


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_service_works_without_scripts(chromium, service, size):
    person = make_person(Role.CONTRACT_MANAGER)
    context = chromium.new_context(
        base_url=service, java_script_enabled=False, viewport=size
    )
    page = context.new_page()
    enter(page, person)
    page.goto("/do/stub-contact/")

    page.get_by_role("button", name="Record a contact").click()
    told = page.locator(".govuk-error-summary").inner_text()
    page.goto("/gallery/")
    both = page.locator("#now").is_visible() and page.locator("#before").is_visible()
    context.close()

    assert "Enter a date" in told
    assert both


def test_axe_says_what_is_wrong_with_a_page_that_is(page):
    page.goto("/help/")
    page.evaluate("document.querySelector('main').innerHTML = '<input>'")

    faults = faults_of(page)

    assert [one for one in faults if ": label: <input>" in one]


def test_welsh_is_chosen_in_the_footer_and_kept(page):
    page.goto("/accounts/login/")

    page.get_by_role("button", name="Cymraeg").click()
    page.goto("/help/")

    assert page.locator("html").get_attribute("lang") == "cy"
    assert page.get_by_role("heading", level=1).inner_text() == "Cymorth"


def test_wrong_password_is_said_without_saying_which_of_the_two(page):
    person = make_person(Role.PAYMENT)
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password", exact=True).fill("wrong wrong wrong")
    page.get_by_role("button", name="Continue").click()

    told = page.get_by_role("alert").inner_text()

    assert "The e-mail address or the password is not right" in told
    assert page.title().startswith("Error: Sign in")
    assert faults_of(page) == []
