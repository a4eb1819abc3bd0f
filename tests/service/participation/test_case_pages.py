"""Pages of cases: what each reader sees, and that nobody sees what is not theirs."""

import re

import pytest

from quasimarket.service.acting.act import ACTS
from quasimarket.service.acting.performing import perform
from quasimarket.service.participation import caseload
from quasimarket.service.participation.acts.access import GiveSignIn, RestrictCase
from quasimarket.service.participation.acts.delivery import Allocate, RecordContact
from quasimarket.service.participation.acts.evidence import UploadEvidence
from quasimarket.service.participation.acts.specialists import (
    AcceptCallOff,
    CallOffSpecialist,
)
from quasimarket.service.participation.acts.work import StartJob
from quasimarket.service.participation.models import CallOff, Participation
from quasimarket.service.participation.scanning import EICAR, scan_waiting
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.models import User
from quasimarket.service.people.scope import acting_as
from tests.lib.course import REFERRED, participant, signed_in_as
from tests.lib.participation_acts import PDF


ANCHOR = ("anchor/sub-manager", "anchor/sub-adviser")
SEES = (
    "prime/prime-manager",
    "prime/prime-adviser",
    "commissioner/contract-manager",
    "commissioner/assurance",
    "audit/auditor",
    *ANCHOR,
)
SEES_NOT = ("beacon/sub-manager", "compass/sub-manager", "other-prime/prime-manager")
NO_READER = ("university/researcher", "merlin/merlin-assessor", "commissioner/policy")


@pytest.fixture
def case(world):
    """Give a participant of the anchor's with something of everything."""
    made = participant(name="Zebedee Quillfeather")
    for act in (
        Allocate(position="anchor-place", why="locality", allocated_on=REFERRED),
        RecordContact(on=REFERRED, purpose="support", kind="post", note="Zebedee N1"),
        StartJob(first_day=REFERRED, employer="Quillfeather and Son"),
    ):
        perform(act, SYSTEM, made.reference)
    return made


def page(world, who, address, **sent):
    client = signed_in_as(world.at(who).id)
    return client.post(address, sent) if sent else client.get(address)


def text(response):
    if response.streaming:
        return b"".join(response.streaming_content).decode()
    return response.content.decode()


PAGES = ("/cases/", "/cases/?format=csv", "/cases/?state=attached", "/due/", "/late/")


@pytest.mark.parametrize("who", SEES)
def test_who_holds_a_case_reads_it_everywhere(world, case, who):
    listed = page(world, who, "/cases/")
    shown = page(world, who, f"/cases/{case.reference}/")
    found = page(world, who, "/cases/find/", text="zebedee quill")

    assert case.reference in text(listed)
    assert shown.status_code == 200
    assert "Quillfeather and Son" in text(shown)
    assert case.reference in text(found)


@pytest.mark.parametrize("who", SEES_NOT)
def test_who_does_not_hold_it_finds_nothing_of_it(world, case, who):
    for address in PAGES:
        response = page(world, who, address)
        assert response.status_code == 200
        assert case.reference not in text(response)
        assert "Zebedee" not in text(response)
    assert page(world, who, f"/cases/{case.reference}/").status_code == 404
    assert page(world, who, f"/cases/{case.reference}/draw/").status_code == 404
    for words in ("zebedee quill", case.reference, "quillfeather"):
        found = page(world, who, "/cases/find/", text=words)
        assert f"/cases/{case.reference}/" not in text(found)


@pytest.mark.parametrize("who", NO_READER)
def test_who_reads_no_cases_is_refused(world, case, who):
    for address in (*PAGES, f"/cases/{case.reference}/", "/imports/"):
        assert page(world, who, address).status_code == 403


def test_who_pays_sees_a_case_without_its_person(world, case):
    shown = page(world, "prime/prime-finance", f"/cases/{case.reference}/")

    assert shown.status_code == 200
    assert "Zebedee" not in text(shown)


@pytest.mark.parametrize("who", SEES)
def test_a_restricted_case_is_gone_for_all_who_are_not_named(world, case, who):
    perform(
        RestrictCase(people=[world.at("prime/prime-finance").id]),
        SYSTEM,
        case.reference,
    )

    for address in PAGES:
        assert case.reference not in text(page(world, who, address))
    assert page(world, who, f"/cases/{case.reference}/").status_code == 404
    found = page(world, who, "/cases/find/", text="quillfeather")
    assert f"/cases/{case.reference}/" not in text(found)


def test_names_stand_in_no_address(world, case):
    found = page(world, "prime/prime-manager", "/cases/find/", text="quillfeather")

    assert "quillfeather" not in found.wsgi_request.get_full_path()
    assert "?text" not in text(found)


def test_pages_follow_one_another_without_gap_or_repeat(world):
    made = {participant("referred").reference for _ in range(7)}
    found = []
    actor = world.at("prime/prime-manager")
    after = ""
    with acting_as(actor):
        while True:
            part = caseload.caseload(
                actor, caseload.Wanted(), today=REFERRED, after=after, size=3
            )
            found += [one.reference for one in part.rows]
            after = part.after
            if not after:
                break

    assert len(found) == len(set(found))
    assert made <= set(found)


def test_nonsense_for_a_place_in_a_list_is_not_found(world):
    for after in ("x", "2011-01-01.x", "2011-01-01", "1.1", "2011-01-01." + "9" * 40):
        response = page(world, "prime/prime-manager", f"/cases/?after={after}")
        assert response.status_code == 404


def test_a_document_is_read_by_those_who_hold_the_case_alone(world, case):
    given = {"kind": "payslip", "got_on": REFERRED, "got_how": "By post"}
    clean = perform(UploadEvidence(file=PDF, **given), SYSTEM, case.reference)
    harmful = perform(UploadEvidence(file=PDF + EICAR, **given), SYSTEM, case.reference)
    address = f"/documents/{clean.reference}/"
    assert page(world, "anchor/sub-adviser", address).status_code == 404

    scan_waiting()

    for who in SEES:
        response = page(world, who, address)
        assert response.content == PDF
        assert response["Content-Disposition"].startswith("attachment")
        assert response["X-Content-Type-Options"] == "nosniff"
    for who in (*SEES_NOT, *NO_READER, "prime/prime-finance"):
        assert page(world, who, address).status_code == 404
    stopped = page(world, "anchor/sub-adviser", f"/documents/{harmful.reference}/")
    assert stopped.status_code == 404


def test_what_can_be_done_is_offered_and_its_page_opens(world, case):
    shown = text(page(world, "anchor/sub-adviser", f"/cases/{case.reference}/"))

    assert f"/do/record-contact/{case.reference}/" in shown
    assert f"/do/acknowledge-referral/{case.reference}/" not in shown
    for act in ("record-contact", "start-job", "end-job", "call-off-specialist"):
        form = page(world, "anchor/sub-adviser", f"/do/{act}/{case.reference}/")
        assert form.status_code == 200, act


def test_a_specialist_finds_what_it_was_asked(world, case):
    perform(
        CallOffSpecialist(position="beacon-place", need="Debts", asked_on=REFERRED),
        SYSTEM,
        case.reference,
    )

    asked = text(page(world, "beacon/sub-manager", "/asked/"))
    assert "Debts" in asked
    assert case.reference in asked
    before = page(world, "beacon/sub-manager", "/cases/find/", text="quillfeather")
    assert case.reference not in text(before)
    with acting_as(SYSTEM):
        request = CallOff.objects.get()
    perform(
        AcceptCallOff(answered_on=REFERRED), world.at("beacon/sub-manager"), request
    )
    found = page(world, "beacon/sub-manager", "/cases/find/", text="quillfeather")
    assert case.reference in text(found)


def test_a_participant_reads_their_own_record_in_plain_words(world, case):
    perform(GiveSignIn(email="zeb@example.org"), SYSTEM, case.reference)
    with acting_as(SYSTEM):
        user = User.objects.get(email="zeb@example.org")
        User.objects.filter(pk=user.pk).update(was_given_secret=False)
        other = participant()

    shown = signed_in_as(user.pk).get("/my-record/")

    assert shown.status_code == 200
    assert "Quillfeather and Son" in text(shown)
    assert "They wrote to you" in text(shown)
    assert "Anchor" in text(shown)
    assert "N1" not in text(shown)  # the note is asked for, not shown
    client = signed_in_as(user.pk)
    for address in ("/cases/", f"/cases/{case.reference}/", "/imports/"):
        assert client.get(address).status_code == 403
    assert client.get(f"/cases/{other.reference}/").status_code == 403


def test_every_act_form_of_this_room_opens_for_its_roles(world, case):
    for name, about in ACTS.items():
        if about.room != "participation" or not about.by or about.asks_again:
            continue
        if about.on not in (None, Participation):
            continue
        staff = (*SEES, "commissioner/decision-maker")
        who = next(one for one in staff if world.at(one).role in about.by)
        place = f"{case.reference}/" if about.on else ""
        response = page(world, who, f"/do/{name}/{place}")
        assert response.status_code in (200, 409), name


def test_why_each_milestone_is_not_paid_is_a_list_of_links(world, case):
    page = world.browser(ANCHOR[0]).get(f"/cases/{case.reference}/").text

    links = re.findall(r"<li><a [^>]*>Why is [^<]* not paid\?</a></li>", page)
    assert len(links) > 1
