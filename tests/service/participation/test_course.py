"""Every act in every state: the table of moves decides, here and in the database."""

import pytest
from django.db import IntegrityError, connection, transaction

from quasimarket.service.acting.act import ACTS
from quasimarket.service.acting.performing import perform
from quasimarket.service.acting.refusals import Refusal
from quasimarket.service.participation.models import Participation
from quasimarket.service.participation.states import COURSE, MACHINES
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from tests.lib.course import REFERRED, participant
from tests.lib.participation_acts import SOUND


COURSE_ACTS = sorted({move.act for move in COURSE.moves})


def state_of(made):
    with acting_as(SYSTEM):
        return Participation.objects.get(pk=made.pk).state


def test_the_table_names_every_act_on_a_participation_and_no_other():
    declared = {
        name
        for name, about in ACTS.items()
        if about.room == "participation" and about.machine is not None
    }

    assert declared == {move.act for one in MACHINES for move in one.moves}


@pytest.mark.parametrize("state", COURSE.states)
@pytest.mark.parametrize("name", COURSE_ACTS)
def test_each_act_is_done_or_refused_as_the_table_says(world, name, state):
    made = participant(state)
    if name == "lift-restriction":
        with acting_as(SYSTEM):
            Participation.objects.filter(pk=made.pk).update(restricted_to=[1])
    allowed = {
        move.after for move in COURSE.moves if move.act == name and state in move.before
    }

    try:
        perform(SOUND[name](made, world), SYSTEM, made.reference)
        codes = set()
    except Refusal as refusal:
        codes = {one.code for one in refusal.unmet}

    if allowed:
        # what stands against it, if anything, is not its state
        assert "wrong-state" not in codes
        assert state_of(made) in allowed | ({state} if codes else set())
    else:
        assert codes == {"wrong-state"}
        assert state_of(made) == state


def test_each_act_can_be_done_somewhere(world):
    undone = set(COURSE_ACTS)
    for move in COURSE.moves:
        for state in move.before:
            if move.act not in undone:
                continue
            made = participant(state)
            if move.act == "lift-restriction":
                with acting_as(SYSTEM):
                    Participation.objects.filter(pk=made.pk).update(restricted_to=[1])
            try:
                perform(SOUND[move.act](made, world), SYSTEM, made.reference)
            except Refusal:
                continue
            undone.discard(move.act)

    # these need what no participant of these tests has: another contract that has
    # ended, a spell, a version of the referral
    assert undone <= {
        "apply-referral-version",
        "correct-spell",
        "end-benefit",
        "end-job",
        "evidence-employment",
        "move-contract",
        "retain-referral-version",
    }


@pytest.mark.parametrize("after", COURSE.states)
@pytest.mark.parametrize("before", COURSE.states)
def test_the_database_refuses_every_other_move(world, before, after):
    made = participant(before)
    legal = before == after or (before, after) in COURSE.pairs

    with acting_as(SYSTEM), connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(
                    "UPDATE participation_participation SET state = %s WHERE id = %s",
                    [after, made.pk],
                )
            moved = True
        except IntegrityError:
            moved = False

    assert moved == legal


def test_a_participation_cannot_begin_further_on(world):
    made = participant("referred")
    with acting_as(SYSTEM), pytest.raises(IntegrityError), transaction.atomic():
        Participation.objects.create(
            reference="P-cheat",
            person=made.person,
            contract_id="1",
            group="2",
            area="1",
            state="attached",
            referred=REFERRED,
            allotted_end=REFERRED,
        )
