"""The page of an act: asked, refused, checked, confirmed; with a mouse and without."""

import pytest

from quasimarket.service.log.models import LogEvent
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.roles import Role
from quasimarket.service.people.scope import acting_as
from tests.browser.conftest import NARROW
from tests.lib.browsing import enter, faults_of, overflow_of, tab_to
from tests.lib.sign_ins import PASSWORD, make_person


@pytest.fixture
def adviser(page):
    person = make_person(Role.PRIME_ADVISER)
    enter(page, person)
    return person


@pytest.fixture
def payer(page):
    person = make_person(Role.PAYMENT)
    enter(page, person)
    return person


def logged(person, kind):
    with acting_as(SYSTEM):
        return list(LogEvent.objects.filter(kind=kind, actor=person.pk))


def heading(page):
    return page.get_by_role("heading", level=1).inner_text()


def fill_contact(page):
    page.get_by_label("Day").fill("27")
    page.get_by_label("Month").fill("3")
    page.get_by_label("Year").fill("2013")
    page.get_by_label("Support").check()
    page.get_by_label("Which payment group?").select_option("jsa-18-24")
    page.get_by_label("How many minutes did it take?").fill("40")
    page.get_by_label("What was said?").fill("We went through the plan.")
    page.get_by_label("I went through the safeguarding checklist").check()


def test_form_with_mistakes_says_each_beside_its_question_and_keeps_the_rest(
    page, adviser
):
    page.goto("/do/stub-contact/")
    assert faults_of(page) == []
    page.get_by_label("Day").fill("31")
    page.get_by_label("Month").fill("feb")
    page.get_by_label("Year").fill("2013")
    page.get_by_label("How many minutes did it take?").fill("forty")
    page.get_by_label("What was said?").fill("<b>Keep</b> & 'this'")
    page.get_by_label("Health").check()

    page.get_by_role("button", name="Record a contact").click()

    assert page.title().startswith("Error: Record a contact")
    summary = page.get_by_role("alert")
    listed = [
        "When was it? It must be a real date",
        "What was it for? Choose an answer",
        "Which payment group? Choose an answer",
        "How many minutes did it take? Enter a whole number",
        "I went through the safeguarding checklist: Tick the box to confirm",
    ]
    assert summary.get_by_role("link").all_inner_texts() == listed
    assert page.get_by_label("Month").input_value() == "feb"
    assert page.get_by_label("What was said?").input_value() == "<b>Keep</b> & 'this'"
    assert page.get_by_label("Health").is_checked()
    summary.get_by_role("link", name=listed[3]).click()
    assert page.evaluate("document.activeElement.name") == "minutes"
    assert faults_of(page) == []
    page.set_viewport_size(NARROW)
    assert overflow_of(page) == 0
    assert logged(adviser, "stub-contact") == []


def test_act_is_done_from_its_page_and_stands_in_the_log(page, adviser):
    page.goto("/do/stub-contact/")
    fill_contact(page)

    page.get_by_role("button", name="Record a contact").click()

    assert "Record a contact" in page.get_by_role("alert").inner_text()
    (entry,) = logged(adviser, "stub-contact")
    assert entry.reason == "We went through the plan."


def test_refusal_of_the_rules_stands_beside_its_question(page, adviser):
    page.goto("/do/stub-contact/")
    fill_contact(page)
    page.get_by_label("How many minutes did it take?").fill("13")

    page.get_by_role("button", name="Record a contact").click()

    told = "Thirteen minutes is not allowed. Enter another number."
    assert told in page.locator("#id_minutes-error").inner_text()
    assert page.get_by_label("What was said?").input_value().startswith("We went")


def test_money_asks_who_it_is_then_shows_the_answers_to_be_checked(page, payer):
    faults = []
    page.goto("/do/stub-adjust/")
    assert heading(page) == "Show that it is still you"
    faults += faults_of(page)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    assert heading(page) == "Propose an adjustment"
    faults += faults_of(page)
    page.get_by_label("How much?").fill("£1,128.5")
    page.get_by_label("To the provider").check()
    page.get_by_label("Why?").fill("A week was missed.")
    page.get_by_role("button", name="Continue").click()
    assert heading(page) == "Check your answers"
    assert page.get_by_role("definition").all_inner_texts() == [
        "£1,128.50",
        "To the provider",
        "A week was missed.",
        "–",
    ]
    faults += faults_of(page)

    page.get_by_role("button", name="Change the answers").click()
    assert page.get_by_label("How much?").input_value() == "£1,128.5"
    page.get_by_label("How much?").fill("12.34")
    page.get_by_role("button", name="Continue").click()
    assert logged(payer, "stub-adjust") == []
    page.get_by_role("button", name="Confirm").click()

    assert heading(page) == "Done"
    assert "Propose an adjustment" in page.locator(".govuk-panel").inner_text()
    faults += faults_of(page)
    (entry,) = logged(payer, "stub-adjust")
    assert entry.amount == 1234
    assert faults == []


def test_act_of_another_role_is_refused_and_an_unknown_one_is_not_there(page, adviser):

    refused = page.goto("/do/stub-adjust/")
    assert heading(page) == "Show that it is still you"
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    with page.expect_navigation() as navigation:
        page.get_by_role("button", name="Continue").click()
    missing = page.goto("/do/nothing-like-it/")

    assert refused.status == 200
    assert navigation.value.status == 403
    assert missing.status == 404
    assert faults_of(page) == []


def test_act_is_done_with_the_keyboard_alone(page, adviser):
    page.goto("/do/stub-contact/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Skip to main content"
    page.keyboard.press("Enter")

    tab_to(page, "Day")
    page.keyboard.type("27")
    tab_to(page, "Month")
    page.keyboard.type("3")
    tab_to(page, "Year")
    page.keyboard.type("2013")
    tab_to(page, "Support")
    page.keyboard.press("Space")
    tab_to(page, "Which payment group?")
    page.keyboard.type("Jsa 25")
    tab_to(page, "How many minutes")
    page.keyboard.type("25")
    tab_to(page, "What was said?")
    page.keyboard.type("By keyboard.")
    tab_to(page, "I went through the safeguarding checklist")
    page.keyboard.press("Space")
    tab_to(page, "Record a contact")
    page.keyboard.press("Enter")
    page.get_by_role("alert").get_by_text("Record a contact").wait_for()

    (entry,) = logged(adviser, "stub-contact")
    assert entry.reason == "By keyboard."


def test_file_is_sent_and_a_missing_one_is_asked_for(page, adviser):
    page.goto("/do/stub-upload/")
    page.get_by_role("button", name="Upload evidence").click()
    assert "Choose a file" in page.get_by_role("alert").inner_text()
    assert faults_of(page) == []

    page.locator("input[type=file]").set_input_files(
        {"name": "slip.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    )
    page.get_by_role("button", name="Upload evidence").click()

    (entry,) = logged(adviser, "stub-upload")
    assert entry.number == 8
