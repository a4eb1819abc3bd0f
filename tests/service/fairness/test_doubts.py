"""T28: nothing follows for a participant without notice, delivery and safeguarding."""

from contextlib import suppress
from datetime import date, timedelta
from itertools import permutations

import pytest
from django.db import IntegrityError, connection, transaction

from quasimarket.events import EventKind
from quasimarket.service.acting.refusals import NotAllowed, NotFound, Refusal
from quasimarket.service.fairness.acts.decisions import (
    DismissDoubt,
    RecordCompliance,
    UpholdDoubt,
)
from quasimarket.service.fairness.acts.doubts import RaiseAgencyDoubt, RaiseDoubt
from quasimarket.service.fairness.acts.notices import (
    OWED,
    CheckSafeguarding,
    IssueNotice,
    RecordDelivery,
    SignSafeguarding,
)
from quasimarket.service.fairness.models import Doubt, Notice, SafeguardingCheck
from quasimarket.service.fairness.penalties import penalty_for
from quasimarket.service.log.models import LogEvent
from quasimarket.service.participation import own_page
from quasimarket.service.people.actor import SYSTEM, Actor
from quasimarket.service.people.models import Organisation, User
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Programme, Terms
from quasimarket.service.programme.rules import agreed_rulebook
from tests.lib.fair_world import TODAY


LONG = "Come to the workshop at 10 o'clock, 4 High Street."


def set_clock(day):
    with acting_as(SYSTEM):
        Programme.objects.update(today=day)


def notice_for(world, participation, **changes):
    given = {"text": LONG, "must_do_on": TODAY + timedelta(days=7), "sent_by": "post"}
    return world.do("anchor/sub-adviser", IssueNotice(**given | changes), participation)


def delivered(world, participation):
    notice = notice_for(world, participation)
    set_clock(TODAY + timedelta(days=3))
    world.do(
        "anchor/sub-adviser",
        RecordDelivery(delivered_on=TODAY + timedelta(days=2), proof="signed for"),
        notice,
    )
    set_clock(TODAY + timedelta(days=8))
    return notice


RAISE = RaiseDoubt(
    failed_on=TODAY + timedelta(days=7),
    what_happened="Did not come, and sent no word to anybody.",
)
CHECK = CheckSafeguarding(steps=list(OWED), note="Spoke on the telephone; no reason.")


def test_doubt_follows_a_delivered_notice_and_reaches_the_log(world):
    participation = world.participation("anchor-place")

    doubt = world.do("anchor/sub-adviser", RAISE, delivered(world, participation))

    with acting_as(world.at("commissioner/decision-maker")):
        kinds = list(
            LogEvent.objects.filter(participation=participation.pk).values_list(
                "kind", flat=True
            )
        )
    assert kinds == [
        "notice-issued",
        EventKind.NOTICE_SERVED,
        EventKind.SANCTION_REFERRED,
    ]
    assert doubt.state == "raised"


def test_doubt_without_delivery_is_refused_with_its_remedy(world):
    participation = world.participation("anchor-place")
    notice = notice_for(world, participation)
    set_clock(TODAY + timedelta(days=8))

    with pytest.raises(Refusal) as refused:
        world.do("anchor/sub-adviser", RAISE, notice)

    assert refused.value.unmet[0].code == "not-delivered"


def test_vulnerable_person_needs_steps_and_another_persons_signature(world):
    participation = world.participation("anchor-place", is_vulnerable=True)
    notice = delivered(world, participation)

    with pytest.raises(Refusal, match="vulnerable"):
        world.do("anchor/sub-adviser", RAISE, notice)
    check = world.do("anchor/sub-manager", CHECK, notice)
    with pytest.raises(Refusal, match="vulnerable"):
        world.do("anchor/sub-adviser", RAISE, notice)
    with pytest.raises(Refusal, match="another person"):
        world.do("anchor/sub-manager", SignSafeguarding(), check)
    world.do("anchor/sub-manager#2", SignSafeguarding(), check)

    assert world.do("anchor/sub-adviser", RAISE, notice).state == "raised"


def test_safeguarding_lists_the_steps_that_are_missing(world):
    notice = delivered(world, world.participation("anchor-place", is_vulnerable=True))

    with pytest.raises(Refusal, match="home visit"):
        world.do(
            "anchor/sub-adviser",
            CheckSafeguarding(
                steps=[one for one in OWED if one != "met"], note="Nobody at home." * 3
            ),
            notice,
        )


STEPS = ("issue", "deliver", "check", "sign", "raise")


BEFORE = {
    "deliver": {"issue"},
    "check": {"issue"},
    "sign": {"check"},
    "raise": {"issue", "deliver", "check", "sign"},
}


def test_database_refuses_a_doubt_in_every_order_but_those_of_the_law(world):
    """The rows are written by hand: no act stands between the test and the tables."""
    participation = world.participation("anchor-place", is_vulnerable=True)
    raised_in = set()
    for order in permutations(STEPS):
        with acting_as(SYSTEM), transaction.atomic():
            for step in order:
                attempt(step, participation)
            if Doubt.objects.filter(participation=participation).exists():
                raised_in.add(order)
            transaction.set_rollback(True)

    assert raised_in == {
        order
        for order in permutations(STEPS)
        if all(BEFORE.get(step, set()) <= set(order[:place])
               for place, step in enumerate(order))
    }  # fmt: skip
    assert len(raised_in) == 3


def attempt(step, participation):
    absent = (Notice.DoesNotExist, SafeguardingCheck.DoesNotExist)
    with suppress(IntegrityError, *absent), transaction.atomic():
        write(step, participation)


def write(step, participation):
    day = TODAY
    common = {"participation": participation}
    match step:
        case "issue":
            Notice.objects.create(
                **common, contract=participation.contract, text="x", must_do_on=day,
                position=participation.position, consequence="y",
                issued_on=day - timedelta(days=9), issued_by=1, sent_by="hand",
            )  # fmt: skip
        case "deliver":
            notice = Notice.objects.get(**common)
            notice.delivered_on = day - timedelta(days=7)
            notice.save()
        case "check":
            SafeguardingCheck.objects.create(
                **common, notice=Notice.objects.get(**common), steps=list(OWED),
                note="z", done_on=day, done_by=1,
            )  # fmt: skip
        case "sign":
            check = SafeguardingCheck.objects.get(**common)
            check.signed_by, check.signed_on = 2, day
            check.save()
        case "raise":
            notice = Notice.objects.filter(**common).first()
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO fairness_doubt (reference, participation_id, "
                    "contract_id, position_id, notice_id, failed_on, what_happened, "
                    "reasons_given, raised_on, raised_by, raised_for, state, decision, "
                    "penalty) VALUES ('d', %s, %s, %s, %s, %s, '', '', %s, 1, "
                    "'provider', 'raised', '', '')",
                    [participation.pk, participation.contract_id,
                     participation.position_id, notice.pk if notice else 1, day, day],
                )  # fmt: skip


def test_another_persons_notice_carries_no_doubt(world):
    mine = world.participation("anchor-place")
    other = delivered(world, world.participation("anchor-place"))

    with (
        acting_as(SYSTEM),
        pytest.raises(IntegrityError, match="no notice to this"),
        transaction.atomic(),
    ):
        Doubt.objects.create(
            participation=mine,
            contract=mine.contract,
            position=mine.position,
            notice=other,
            failed_on=TODAY + timedelta(days=7),
            what_happened="x",
            raised_on=TODAY + timedelta(days=8),
            raised_by=1,
        )


def test_what_was_issued_is_not_rewritten(world):
    notice = delivered(world, world.participation("anchor-place"))

    with (
        acting_as(SYSTEM),
        pytest.raises(IntegrityError, match="not rewritten"),
        transaction.atomic(),
    ):
        Notice.objects.filter(pk=notice.pk).update(text="Something else")


def test_length_follows_from_the_rulebook_and_from_earlier_failures(world):
    participation = world.participation("anchor-place")
    weeks = []
    for ahead in (0, 40):
        set_clock(TODAY + timedelta(days=ahead))
        notice = world.do(
            "anchor/sub-adviser",
            IssueNotice(
                text=LONG, must_do_on=TODAY + timedelta(days=ahead + 5), sent_by="hand"
            ),
            participation,
        )
        world.do(
            "anchor/sub-adviser",
            RecordDelivery(
                delivered_on=TODAY + timedelta(days=ahead), proof="handed over"
            ),
            notice,
        )
        set_clock(TODAY + timedelta(days=ahead + 6))
        doubt = world.do(
            "anchor/sub-adviser",
            RaiseDoubt(
                failed_on=TODAY + timedelta(days=ahead + 5),
                what_happened="Did not come, and sent no word to anybody.",
            ),
            notice,
        )
        world.do(
            "commissioner/decision-maker",
            UpholdDoubt(decision="There was no good reason for it."),
            doubt,
        )
        with acting_as(SYSTEM):
            doubt.refresh_from_db()
        weeks.append(doubt.weeks)

    assert weeks == [4, 13]


@pytest.mark.parametrize(
    ("group", "failed_on", "earlier", "penalty"),
    [
        ("1", date(2012, 1, 5), 0, "jsa-first-to-2012"),
        ("1", date(2012, 1, 5), 7, "jsa-later-to-2012"),
        ("2", date(2012, 10, 22), 1, "jsa-second"),
        ("6", date(2013, 1, 5), 0, None),
    ],
)
def test_penalty_is_that_of_the_day_and_the_benefit(
    world, group, failed_on, earlier, penalty
):
    with acting_as(SYSTEM):
        found = penalty_for(agreed_rulebook(), group, failed_on, earlier)

    assert (found and found.id) == penalty


def test_open_stop_ends_the_day_before_compliance(world):
    participation = world.participation("anchor-place")
    with acting_as(SYSTEM):
        participation.group = "6"
        participation.save(update_fields=["group"])
    doubt = world.do("anchor/sub-adviser", RAISE, delivered(world, participation))
    world.do(
        "commissioner/decision-maker",
        UpholdDoubt(decision="There was no good reason for it."),
        doubt,
    )
    set_clock(TODAY + timedelta(days=20))
    world.do(
        "anchor/sub-adviser",
        RecordCompliance(met_on=TODAY + timedelta(days=19)),
        doubt,
    )

    with acting_as(SYSTEM):
        doubt.refresh_from_db()
    assert doubt.weeks is None
    assert doubt.last_day == TODAY + timedelta(days=18)


def test_provider_decides_no_doubt(world):
    doubt = world.do(
        "anchor/sub-adviser",
        RAISE,
        delivered(world, world.participation("anchor-place")),
    )

    with pytest.raises(NotAllowed):
        world.do(
            "prime/prime-manager",
            DismissDoubt(decision="We would rather not go on with this."),
            doubt,
        )
    with pytest.raises(NotFound):
        world.do(
            "beacon/sub-manager",
            DismissDoubt(decision="We would rather not go on with this."),
            doubt,
        )


def test_conscience_leaves_doubts_to_the_agency(protective_world):
    world = protective_world
    with acting_as(SYSTEM):
        Terms.objects.filter(position_id="anchor-place").update(reports_doubts="agency")
    notice = delivered(world, world.participation("anchor-place"))

    with pytest.raises(Refusal, match="public agency"):
        world.do("anchor/sub-adviser", RAISE, notice)
    doubt = world.do(
        "commissioner/decision-maker", RaiseAgencyDoubt(**RAISE.model_dump()), notice
    )
    with pytest.raises(Refusal, match="another person"):
        world.do(
            "commissioner/decision-maker",
            DismissDoubt(decision="I raised it and I would decide it too."),
            doubt,
        )


def test_database_knows_the_conscience_too(protective_world):
    world = protective_world
    notice = delivered(world, world.participation("anchor-place"))
    with acting_as(SYSTEM):
        Terms.objects.filter(position_id="anchor-place").update(reports_doubts="agency")
    with (
        acting_as(SYSTEM),
        pytest.raises(IntegrityError, match="agency"),
        transaction.atomic(),
    ):
        Doubt.objects.create(
            participation=notice.participation,
            contract=notice.contract,
            position=notice.position,
            notice=notice,
            failed_on=TODAY + timedelta(days=7),
            what_happened="x",
            raised_on=TODAY + timedelta(days=8),
            raised_by=1,
        )


def test_participant_reads_notice_doubt_and_decision_on_their_own_page(world):
    participation = world.participation("anchor-place")
    other = delivered(world, world.participation("anchor-place"))
    set_clock(TODAY)
    doubt = world.do("anchor/sub-adviser", RAISE, delivered(world, participation))
    world.do(
        "commissioner/decision-maker",
        UpholdDoubt(decision="There was no good reason for it."),
        doubt,
    )
    with acting_as(SYSTEM):
        Organisation.objects.create(id="people", name="People", kind="participants")
        user = User.objects.create_user(
            "pat@example.org", name="Pat", organisation_id="people", role="participant"
        )
        participation.person.user = user
        participation.person.save()
        sections = [
            section
            for section in own_page.SECTIONS.written(None, participation)
            if section.id == "notices"
        ]
    with acting_as(Actor.of_user(user)):
        seen = list(Notice.objects.values_list("pk", flat=True))
        assert Doubt.objects.get().weeks == 4
        assert not SafeguardingCheck.objects.exists()

    (section,) = sections
    text = " ".join(str(part) for part in section.content)
    assert seen == [doubt.notice_id]
    assert other.pk not in seen
    for said in (LONG.split(",")[0].replace("'", "&#x27;"), "no good reason",
                 "Your benefit is stopped for a time"):  # fmt: skip
        assert said.split("&")[0] in text
