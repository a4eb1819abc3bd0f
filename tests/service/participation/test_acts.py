"""What acts refuse and what they leave behind: days, places, jobs, restrictions."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from quasimarket.service.acting.performing import perform
from quasimarket.service.acting.refusals import NotAllowed, NotFound, Refusal
from quasimarket.service.log.models import LogEvent
from quasimarket.service.participation.acts.access import GiveSignIn, RestrictCase
from quasimarket.service.participation.acts.beginning import AcknowledgeReferral
from quasimarket.service.participation.acts.circumstances import ChangeCircumstances
from quasimarket.service.participation.acts.delivery import Allocate, RecordContact
from quasimarket.service.participation.acts.ending import (
    Complete,
    RecordExitReport,
    RecordResult,
)
from quasimarket.service.participation.acts.evidence import UploadEvidence
from quasimarket.service.participation.acts.referral import CancelReferral, Refer
from quasimarket.service.participation.acts.specialists import (
    AcceptCallOff,
    CallOffSpecialist,
    DeclineCallOff,
    FinishCallOff,
)
from quasimarket.service.participation.acts.transfer import MoveContract, Transfer
from quasimarket.service.participation.acts.work import (
    CorrectSpell,
    EndJob,
    StartJob,
)
from quasimarket.service.participation.daily import pass_day
from quasimarket.service.participation.drawing import holds
from quasimarket.service.participation.models import (
    CallOff,
    Document,
    LateDeadline,
    Participation,
    Person,
    SearchName,
    Spell,
)
from quasimarket.service.participation.scanning import EICAR, scan_waiting
from quasimarket.service.people.actor import SYSTEM, Actor
from quasimarket.service.people.models import User
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Contract, Position
from quasimarket.service.programme.seeds import allocation_seed
from tests.lib.course import REFERRED, participant
from tests.lib.fair_world import TODAY
from tests.lib.participation_acts import PDF


DAY = REFERRED + timedelta(days=7)


def codes(error):
    return {one.code for one in error.value.unmet}


def again(made):
    with acting_as(SYSTEM):
        return type(made).objects.get(pk=made.pk)


def held_by(place, **given):
    made = participant(**given)
    perform(
        Allocate(position=place, why="locality", allocated_on=DAY),
        SYSTEM,
        made.reference,
    )
    return made


def test_a_day_before_the_referral_or_to_come_is_refused(world):
    made = participant("referred")

    for day, code in (
        (REFERRED - timedelta(days=1), "too-early"),
        (TODAY + timedelta(days=1), "in-the-future"),
    ):
        with pytest.raises(Refusal) as error:
            perform(AcknowledgeReferral(acknowledged_on=day), SYSTEM, made.reference)
        assert codes(error) == {code}
        assert error.value.unmet[0].field == "acknowledged_on"
        assert error.value.unmet[0].remedy


def test_a_job_may_be_told_ahead(world):
    made = participant()

    perform(StartJob(first_day=TODAY + timedelta(days=3)), SYSTEM, made.reference)

    assert again(made).in_work is False


def test_an_act_belongs_to_its_roles(world):
    made = participant("referred")
    act = AcknowledgeReferral(acknowledged_on=DAY)

    with pytest.raises(NotAllowed):
        perform(act, world.at("commissioner/payment"), made.reference)
    with pytest.raises(NotFound):
        perform(act, world.at("other-prime/prime-manager"), made.reference)
    perform(act, world.at("prime/prime-adviser"), made.reference)

    assert again(made).state == "acknowledged"


def test_a_referral_draws_its_contract_and_can_be_drawn_again(world):
    act = Refer(
        name="Jo Bloggs",
        national_insurance="qq 12 34 56 c",
        area="1",
        group="1",
        referred_on=date(2013, 6, 3),
    )

    made = perform(act, world.at("commissioner/contract-manager"))

    assert made.contract_id == made.allocation["contract"]
    assert set(made.allocation["weights"]) == {"1", "2"}
    with acting_as(SYSTEM):
        seed = allocation_seed()
        assert holds(made.allocation, seed)
        assert not holds(made.allocation | {"drawn": "0.5"}, seed)
        assert made.allotted_end == date(2013, 6, 3) + timedelta(days=727)
        event = LogEvent.objects.get(participation=made.pk, kind="referred")
        assert event.actor_organisation == "commissioner"
    with pytest.raises(Refusal) as error:
        perform(act, world.at("commissioner/contract-manager"))
    assert codes(error) == {"referred-already"}


def test_one_person_takes_part_once_even_by_sql(world):
    made = participant("referred")

    with acting_as(SYSTEM), pytest.raises(IntegrityError), transaction.atomic():
        Participation.objects.create(
            reference="P-second",
            person=made.person,
            contract_id="2",
            group="2",
            area="1",
            referred=REFERRED,
            allotted_end=REFERRED,
        )


def test_a_place_must_be_of_the_contract_and_contracted(world):
    made = participant()
    with acting_as(SYSTEM):
        Position.objects.create(
            id="listed-place",
            contract_id="1",
            organisation_id="beacon",
            tier=1,
            status="listed",
            since=REFERRED,
        )

    for place, code in (
        ("compass-place", "not-a-place-of-this-contract"),
        ("nowhere", "not-a-place-of-this-contract"),
        ("listed-place", "not-contracted"),
    ):
        with pytest.raises(Refusal) as error:
            perform(
                Allocate(position=place, why="locality", allocated_on=DAY),
                world.at("prime/prime-manager"),
                made.reference,
            )
        assert codes(error) == {code}


def test_a_specialist_sees_the_request_first_and_the_case_once_it_helps(world):
    made = held_by("anchor-place")
    asked = perform(
        CallOffSpecialist(position="beacon-place", need="Housing", asked_on=DAY),
        world.at("anchor/sub-adviser"),
        made.reference,
    )
    beacon = world.at("beacon/sub-manager")

    assert seen_by(beacon, made) == {CallOff}
    with acting_as(beacon):
        request = CallOff.objects.get(pk=asked.pk)
        assert (request.participant, request.need) == (made.reference, "Housing")
    with pytest.raises(Refusal) as error:
        perform(AcceptCallOff(answered_on=DAY), world.at("anchor/sub-manager"), asked)
    assert codes(error) == {"not-the-specialist"}
    perform(AcceptCallOff(answered_on=DAY), beacon, asked.reference)
    assert seen_by(beacon, made) == {CallOff, *OF_A_CASE}
    perform(FinishCallOff(finished_on=DAY, answer="Housed"), beacon, asked.reference)

    assert seen_by(beacon, made) == {CallOff}
    assert again(made).also_positions == []


OF_A_CASE = (Participation, Person, SearchName, LogEvent)


def seen_by(reader, made):
    """Give the kinds of row about a case that somebody sees."""
    about = {
        CallOff: {"participation_id": made.pk},
        Participation: {"pk": made.pk},
        Person: {"pk": made.person_id},
        SearchName: {"participation_id": made.pk},
        LogEvent: {"participation": made.pk},
    }
    with acting_as(reader):
        return {
            kind for kind, key in about.items() if kind.objects.filter(**key).exists()
        }


def test_a_specialist_who_declines_never_saw_the_case(world):
    made = held_by("anchor-place")
    asked = perform(
        CallOffSpecialist(
            position="beacon-place",
            need="Housing",
            asked_on=DAY,
            answer_by=DAY + timedelta(days=5),
        ),
        world.at("anchor/sub-adviser"),
        made.reference,
    )
    beacon = world.at("beacon/sub-adviser")
    browser = world.browser("beacon/sub-adviser")

    first = browser.get("/").content.decode()
    page = browser.get(f"/asked/{asked.reference}/").content.decode()
    perform(DeclineCallOff(answered_on=DAY, answer="Full"), beacon, asked.reference)

    assert f'href="/asked/{asked.reference}/"' in first
    assert "Housing" in page
    assert made.reference in page
    with acting_as(SYSTEM):
        assert made.person.name not in page
        assert made.person.name not in browser.get("/asked/").content.decode()
    assert browser.get(f"/cases/{made.reference}/").status_code == 404
    assert seen_by(beacon, made) == {CallOff}
    assert again(asked).state == "declined"


def test_a_request_about_a_restricted_case_is_for_named_people_alone(world):
    made = held_by("anchor-place")
    asked = perform(
        CallOffSpecialist(position="beacon-place", need="Housing", asked_on=DAY),
        world.at("prime/prime-manager"),
        made.reference,
    )
    perform(
        RestrictCase(people=[world.at("beacon/sub-manager").id]),
        world.at("prime/prime-manager"),
        made.reference,
    )

    assert seen_by(world.at("beacon/sub-adviser"), made) == set()
    assert seen_by(world.at("beacon/sub-manager"), made) == {CallOff}
    with pytest.raises(NotFound):
        perform(AcceptCallOff(answered_on=DAY), world.at("beacon/sub-adviser"), asked)


def test_a_request_answered_before_it_is_made_is_refused(world):
    made = held_by("anchor-place")

    with pytest.raises(Refusal) as error:
        perform(
            CallOffSpecialist(
                position="beacon-place",
                need="Housing",
                asked_on=DAY,
                answer_by=DAY - timedelta(days=1),
            ),
            world.at("anchor/sub-adviser"),
            made.reference,
        )

    assert codes(error) == {"too-early"}
    assert error.value.unmet[0].field == "answer_by"


def test_a_participant_moves_only_with_consent_and_contracts_hardly_ever(world):
    made = held_by("anchor-place")
    prime = world.at("prime/prime-manager")
    given = {"position": "beacon-place", "moved_on": DAY, "why": "They moved"}

    with pytest.raises(Refusal) as error:
        perform(Transfer(has_consent=False, **given), prime, made.reference)
    assert codes(error) == {"no-consent"}
    perform(Transfer(has_consent=True, **given), prime, made.reference)
    assert again(made).position_id == "beacon-place"

    manager = world.at("commissioner/contract-manager")
    move = MoveContract(contract="2", has_consent=True, moved_on=DAY, why="Moved")
    with pytest.raises(Refusal) as error:
        perform(move, manager, made.reference)
    assert codes(error) == {"rules-forbid"}
    with acting_as(SYSTEM):
        Contract.objects.filter(id="1").update(ended_on=DAY)
    perform(move, manager, made.reference)
    assert (again(made).contract_id, again(made).position_id) == ("2", None)


def test_a_new_address_and_group_change_neither_contract_nor_group(world):
    made = participant()

    perform(
        ChangeCircumstances(changed_on=DAY, address="1 New Street, Leeds", group="6"),
        world.at("commissioner/contract-manager"),
        made.reference,
    )

    after = again(made)
    assert (after.contract_id, after.group, after.area) == ("1", "2", "1")
    with acting_as(SYSTEM):
        assert after.person.address == "1 New Street, Leeds"
        logged = list(LogEvent.objects.filter(participation=made.pk))
    assert "New Street" not in str([(one.details, one.reason) for one in logged])


def test_two_jobs_at_once_but_not_one_job_twice(world):
    made = participant()
    perform(StartJob(first_day=DAY, employer="Shop"), SYSTEM, made.reference)
    perform(StartJob(first_day=DAY, employer="Cafe"), SYSTEM, made.reference)

    with pytest.raises(Refusal) as error:
        perform(StartJob(first_day=DAY, employer="SHOP"), SYSTEM, made.reference)

    assert codes(error) == {"same-job-twice"}
    with acting_as(SYSTEM), pytest.raises(IntegrityError), transaction.atomic():
        Spell.objects.create(
            reference="sql", participation=made, first_day=DAY, employer="shop"
        )


def test_a_correction_is_a_new_event_and_loses_nothing(world):
    made = participant()
    spell = perform(StartJob(first_day=DAY), SYSTEM, made.reference)
    last = DAY + timedelta(days=30)
    perform(EndJob(spell=spell.reference, last_day=last), SYSTEM, made.reference)

    perform(
        CorrectSpell(
            spell=spell.reference, last_day=last + timedelta(days=9), why="A letter"
        ),
        SYSTEM,
        made.reference,
    )

    with acting_as(SYSTEM):
        ends = LogEvent.objects.filter(participation=made.pk, kind="job-ended")
        days = [one.happened for one in ends.order_by("id")]
    assert days == [last, last + timedelta(days=9)]


def test_late_acts_are_kept_with_their_deadline(world):
    made = participant("referred")
    assert (made.due_on, made.due_what) == (date(2011, 6, 8), "acknowledge")

    perform(AcknowledgeReferral(acknowledged_on=DAY), SYSTEM, made.reference)

    with acting_as(SYSTEM):
        late = LateDeadline.objects.get(participation=made)
    assert (late.what, late.due, late.done) == ("acknowledge", date(2011, 6, 8), DAY)
    assert again(made).due_what in {"attach", "first-contact"}


def test_contacts_move_the_next_deadline(world):
    made = participant()
    assert again(made).due_what == "first-contact"

    perform(
        RecordContact(on=DAY, purpose="support", kind="telephone"),
        world.at("prime/prime-adviser"),
        made.reference,
    )

    assert again(made).first_contact == DAY
    assert again(made).due_what == "next-contact"


def test_the_time_ends_by_itself(world):
    over, open_ = participant(), participant(referred=date(2013, 1, 7))

    assert pass_day(TODAY) == 1
    assert pass_day(TODAY) == 0

    assert again(over).state == "completed"
    assert again(over).ended_because == "allotted-time"
    assert again(open_).state == "attached"


def test_completion_comes_early_only_when_all_is_earned(world):
    made = participant(referred=date(2013, 1, 7))
    with pytest.raises(Refusal) as error:
        perform(Complete(completed_on=TODAY), SYSTEM, made.reference)
    assert codes(error) == {"time-not-over"}

    perform(
        Complete(completed_on=TODAY, because="all-payments"), SYSTEM, made.reference
    )

    assert again(made).state == "completed"


def test_an_exit_report_is_written_at_the_end_and_signed(world):
    made = participant(referred=date(2013, 1, 7))
    with pytest.raises(Refusal) as error:
        perform(
            RecordExitReport(written_on=TODAY, is_signed=True), SYSTEM, made.reference
        )
    assert codes(error) == {"exit-not-open"}

    perform(
        RecordExitReport(written_on=TODAY, exception="terminal-illness"),
        SYSTEM,
        made.reference,
    )

    assert again(made).exit_exception == "terminal-illness"
    with acting_as(SYSTEM):
        logged = LogEvent.objects.filter(participation=made.pk).order_by("-id")[0]
    assert "illness" not in f"{logged.code} {logged.details}"


def test_a_restricted_case_is_seen_by_named_people_alone(world):
    made = held_by("anchor-place")
    named = world.at("anchor/sub-manager")

    perform(
        RestrictCase(people=[named.id]),
        world.at("prime/prime-manager"),
        made.reference,
    )

    seen = set()
    for who, actor in world.actors.items():
        with acting_as(actor):
            if Participation.objects.filter(pk=made.pk).exists():
                seen.add(who)
    assert seen == {"anchor/sub-manager", "prime/prime-manager"}


def test_a_document_is_shut_until_it_is_scanned(world):
    made = participant()
    given = {"kind": "payslip", "got_on": DAY, "got_how": "By post"}
    clean = perform(UploadEvidence(file=PDF, **given), SYSTEM, made.reference)
    harmful = perform(UploadEvidence(file=PDF + EICAR, **given), SYSTEM, made.reference)
    assert again(clean).state == "pending"

    assert scan_waiting() == 2

    assert again(clean).state == "clean"
    assert again(harmful).state == "infected"
    assert again(harmful).finding == "EICAR test file"
    assert scan_waiting() == 0


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b"MZ\x90\x00 a program", "file-type"),
        (b"<html><script>alert(1)</script></html>", "file-type"),
        (b"%PDF-1.4" + b"0" * (10 * 1024 * 1024), "file-too-large"),
    ],
)
def test_what_is_no_evidence_is_refused(world, content, code):
    made = participant()

    with pytest.raises(Refusal) as error:
        perform(
            UploadEvidence(file=content, kind="payslip", got_on=DAY, got_how="Post"),
            SYSTEM,
            made.reference,
        )

    assert codes(error) == {code}
    with acting_as(SYSTEM):
        assert not Document.objects.exists()


def test_a_participant_sees_their_own_case_alone(world):
    made, other = participant(), participant()
    perform(
        GiveSignIn(email="robin@example.org"),
        world.at("prime/prime-adviser"),
        made.reference,
    )
    with acting_as(SYSTEM):
        actor = Actor.of_user(User.objects.get(email="robin@example.org"))

    assert actor.organisation == "participants"
    with acting_as(actor):
        assert [one.pk for one in Participation.objects.all()] == [made.pk]
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM participation_person")
            assert cursor.fetchone()[0] == 1
    assert other.pk != made.pk


def refer(**given):
    return Refer(
        **{
            "name": "Jo Bloggs",
            "national_insurance": "QQ123456C",
            "area": "1",
            "group": "2",
            "referred_on": date(2013, 6, 3),
            **given,
        }
    )


def test_contact_details_that_are_withheld_are_refused_field_by_field(world):
    manager = world.at("commissioner/contract-manager")

    with pytest.raises(Refusal) as error:
        perform(
            refer(
                is_contact_withheld=True, address="1 Hidden Lane", telephone="0300 1"
            ),
            manager,
        )

    assert codes(error) == {"contact-withheld"}
    assert [one.field for one in error.value.unmet] == ["address", "telephone"]
    assert "Hidden" not in str(error.value)


def test_a_referral_with_contact_details_withheld_is_restricted_and_stays_so(world):
    manager = world.at("commissioner/contract-manager")

    made = perform(refer(is_contact_withheld=True), manager)

    assert made.restricted_to == [manager.id]
    assert seen_by(world.at("prime/prime-manager"), made) == set()
    with pytest.raises(Refusal) as error:
        perform(
            ChangeCircumstances(changed_on=TODAY, email="jo@example.org"),
            manager,
            made.reference,
        )
    assert codes(error) == {"contact-withheld"}
    with (
        acting_as(SYSTEM),
        pytest.raises(IntegrityError, match="withheld_contact_is_blank"),
        transaction.atomic(),
    ):
        Person.objects.filter(pk=made.person_id).update(address="1 Hidden Lane")


def test_a_second_referral_under_mappa_takes_away_what_the_first_said(world):
    manager = world.at("commissioner/contract-manager")
    first = perform(refer(address="1 Hidden Lane"), manager)
    perform(
        CancelReferral(code="ineligible", cancelled_on=date(2013, 6, 4)),
        manager,
        first.reference,
    )

    made = perform(refer(is_contact_withheld=True), manager)

    person = again(made.person)
    assert person.pk == first.person_id
    assert (person.is_contact_withheld, person.address) == (True, "")
    assert made.restricted_to == [manager.id]


def test_what_somebody_left_for_is_recorded_after_completion(world):
    made = participant("completed")
    adviser = world.at("prime/prime-adviser")
    done = again(made).completed

    with pytest.raises(Refusal) as error:
        perform(
            RecordResult(result="employed", recorded_on=done - timedelta(days=1)),
            adviser,
            made.reference,
        )
    assert codes(error) == {"too-early"}
    perform(RecordResult(result="employed", recorded_on=done), adviser, made.reference)

    assert (again(made).result, again(made).result_recorded) == ("employed", done)
