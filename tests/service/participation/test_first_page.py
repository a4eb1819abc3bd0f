"""What waits on the first page: cases for who works them, a count for who oversees."""

import pytest

from quasimarket.service.acting.performing import perform
from quasimarket.service.participation.acts.delivery import Allocate, AssignAdviser
from quasimarket.service.people.actor import SYSTEM
from tests.lib.course import REFERRED, participant, signed_in_as


OWN = "Meet the participant for the first time: Zebedee Quillfeather"
OF_ALL = "Deadlines of your organisation"


@pytest.fixture
def late_case(world):
    """Give a participant of the anchor's whom nobody met in time."""
    made = participant(name="Zebedee Quillfeather")
    allocate = Allocate(position="anchor-place", why="locality", allocated_on=REFERRED)
    perform(allocate, SYSTEM, made.reference)
    return made


def first_page(world, who):
    return signed_in_as(world.at(who).id).get("/").content.decode()


def test_adviser_without_people_of_their_own_is_led_to_everybodys(world, late_case):
    page = first_page(world, "anchor/sub-adviser")

    assert OF_ALL in page
    assert 'href="/due/?all=yes"' in page


def test_adviser_with_people_sees_their_own_deadlines(world, late_case):
    adviser = AssignAdviser(adviser=world.at("anchor/sub-adviser").id)
    perform(adviser, SYSTEM, late_case.reference)

    page = first_page(world, "anchor/sub-adviser")

    assert OWN in page
    assert OF_ALL not in page


def test_contract_manager_reads_a_count_and_no_name(world, late_case):
    page = first_page(world, "commissioner/contract-manager")

    assert "Deadlines that providers have missed" in page
    assert "1; the most overdue come first" in page
    assert "Quillfeather" not in page


def test_nobody_elses_deadlines_wait(world, late_case):
    page = first_page(world, "beacon/sub-adviser")

    assert "Nothing waits for you." in page
    assert OF_ALL not in page
