import json
from datetime import timedelta

import pytest
from django.db import connection

from quasimarket.core.errors import InputFault
from quasimarket.service.acting import clock
from quasimarket.service.acting.refusals import Refusal
from quasimarket.service.fairness.acts.measuring import MeasureProgramme
from quasimarket.service.fairness.measurement import GOES_ON, Steps, measure_as
from quasimarket.service.fairness.models import PlaceMeasure, ProgrammeMeasure
from quasimarket.service.log.models import LogEvent
from quasimarket.service.participation.models import Participation
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.models import User
from quasimarket.service.people.scope import acting_as
from tests.lib.fair_world import TODAY


def live(world, place, contacts):
    """Put somebody's course into the log, as acts would."""
    one = world.participation(place, referred=TODAY - timedelta(days=300))
    rows = [("referred", one.referred, ""), ("attached", one.attached, "")]
    rows += [("allocated", one.attached, "")]
    rows += [
        ("contacted", one.attached + timedelta(days=14 * number), "support")
        for number in range(1, contacts + 1)
    ]
    entries = [
        {
            "act": "test",
            "kind": kind,
            "happened": str(day),
            "known": str(day),
            "participation": one.pk,
            "participant": one.reference,
            "contract": one.contract_id,
            "position": one.position_id,
            "group": one.group,
            "code": code,
        }
        for kind, day, code in rows
    ]
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT log_append(%s::jsonb)", [json.dumps(entries)])


def test_measures_of_insight_come_from_the_live_log(world):
    for number in range(12):
        live(world, "anchor-place", contacts=number)
        live(world, "beacon-place", contacts=6)
    for _ in range(3):
        live(world, "compass-place", contacts=2)

    browser = world.browser("commissioner/assurance")
    world.do("commissioner/assurance", MeasureProgramme())

    # the programme's own day, whatever day it is outside
    assert "The programme is being measured, since 14 June 2013" in insight(browser)
    with pytest.raises(Refusal, match="is being measured"):
        world.do("commissioner/contract-manager", MeasureProgramme())
    measure_as("user", world.at("commissioner/assurance").id)
    measure_as("user", world.at("commissioner/assurance").id)  # after a crash

    with acting_as(world.at("commissioner/contract-manager")):
        assert ProgrammeMeasure.objects.filter(measure__startswith="parking").exists()
        people = dict(PlaceMeasure.objects.values_list("position_id", "people"))
    assert (people["anchor-place"], people["compass-place"]) == (12, 3)
    with acting_as(world.at("anchor/sub-manager")):
        assert not ProgrammeMeasure.objects.exists()
        (own,) = PlaceMeasure.objects.all()
        assert own.position_id == "anchor-place"
        assert own.figures
    with acting_as(world.at("compass/sub-manager")):
        assert PlaceMeasure.objects.get().figures == {}
    assert "as measured on 14 June 2013" in insight(browser)
    assert "is being measured" not in insight(browser)
    with pytest.raises(Refusal, match="there already"):
        world.do("commissioner/assurance", MeasureProgramme())


def insight(browser):
    return browser.get("/insight/").content.decode()


def test_page_says_how_far_the_measuring_is(world):
    live(world, "anchor-place", contacts=1)
    browser = world.browser("commissioner/assurance")
    world.do("commissioner/assurance", MeasureProgramme())
    before = insight(browser)
    with acting_as(SYSTEM):
        steps = Steps(clock.now())

    steps.measuring("parking", 1, 2)

    assert "It has not begun yet" in before
    assert "55% is done; now: who is left waiting." in insight(browser)


def test_who_has_the_programme_measured_is_led_to_how_far_it_is(world):
    live(world, "anchor-place", contacts=1)
    browser = world.browser("commissioner/assurance")

    asked = browser.post("/do/measure-programme/")

    assert asked["Location"] == "/insight/"


def test_each_tenth_of_a_measuring_is_told_once(world):
    for number in range(12):
        live(world, "anchor-place", contacts=number)
    world.do("commissioner/assurance", MeasureProgramme())

    measure_as("user", world.at("commissioner/assurance").id)

    with acting_as(SYSTEM):
        told = LogEvent.objects.filter(kind=GOES_ON).order_by("id")
        percents = [one.number for one in told]
        stages = [one.code for one in told]
    assert percents == sorted(percents)
    assert len({one // 10 for one in percents}) == len(percents) > 5
    assert (percents[0], stages[0]) == (0, "log")


def test_measuring_is_left_to_the_worker(world):
    live(world, "anchor-place", contacts=1)

    world.do("commissioner/assurance", MeasureProgramme())

    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT args FROM procrastinate_jobs WHERE task_name = 'measure-programme'"
        )
        ((args,),) = cursor.fetchall()
    asker = world.at("commissioner/assurance").id
    assert json.loads(args) == {"asker_kind": "user", "asker": asker}


def test_measuring_that_fails_can_be_asked_for_again(world):
    live(world, "anchor-place", contacts=1)
    world.do("commissioner/assurance", MeasureProgramme())

    with pytest.raises(InputFault):  # whoever asked sees nobody now
        measure_as("user", world.at("beacon/sub-adviser").id)

    world.do("commissioner/assurance", MeasureProgramme())


def test_measuring_for_somebody_who_is_gone_can_be_asked_for_again(world):
    live(world, "anchor-place", contacts=1)
    world.do("commissioner/assurance", MeasureProgramme())

    with pytest.raises(User.DoesNotExist):
        measure_as("user", 0)

    world.do("commissioner/assurance", MeasureProgramme())


def test_restricted_cases_count_in_no_figure(world):
    for number in range(12):
        live(world, "anchor-place", contacts=number)
    with acting_as(SYSTEM):
        hidden = Participation.objects.order_by("pk").last()
        hidden.restricted_to = [world.at("anchor/sub-manager").id]
        hidden.save()
    world.do("commissioner/assurance", MeasureProgramme())

    measure_as("user", world.at("commissioner/assurance").id)

    with acting_as(world.at("anchor/sub-manager")):
        assert PlaceMeasure.objects.get().people == 11


def test_nothing_is_measured_before_anybody_was_referred(world):
    with pytest.raises(Refusal, match="Nobody has been referred"):
        world.do("commissioner/assurance", MeasureProgramme())
