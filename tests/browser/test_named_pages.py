"""Every page that has a name, looked at by axe and on a phone's width, once."""

import pytest
from django.conf import settings

from quasimarket.service.acting.act import ACTS
from quasimarket.service.people.roles import Role
from quasimarket.service.people.scope import acting_as
from tests.browser.conftest import (
    NARROW,
    WIDE,
    database_of_its_own,
    watched_page,
)
from tests.lib.browsing import carry, faults_of, overflow_of
from tests.lib.live_service import live_service
from tests.lib.named_pages import ELSEWHERE, PAGES, names
from tests.lib.sign_ins import give_app
from tests.service.security.guarded_world import READERS, build_guarded
from tests.service.security.matrix import address as address_of
from tests.service.security.matrix import entered


@pytest.fixture(scope="module")
def guarded(server, tmp_path_factory):
    """Give a world with one thing of every kind, and the address of its service."""
    before = settings.MEDIA_ROOT
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("documents")
    with database_of_its_own(server):
        world = build_guarded()
        with live_service() as address:
            yield world, address
    settings.MEDIA_ROOT = before


@pytest.fixture(scope="module")
def browsers(chromium, guarded):
    """Give a page for each reader, opened when it is first asked for."""
    world, address = guarded
    opened = {}

    def page_of(who):
        if who not in opened:
            frame = watched_page(chromium, address)
            page = frame.__enter__()
            opened[who] = (frame, page)
            if who is not None:
                if world.at(who).role is not Role.PARTICIPANT:
                    give_app(world.at(who).id)
                carry(page.context, entered(world.at(who)))
        return opened[who][1]

    yield page_of
    for frame, _ in opened.values():
        frame.__exit__(None, None, None)


def test_every_name_is_looked_at_or_says_why_not():
    assert names() - PAGES.keys() - ELSEWHERE.keys() == set()
    assert (PAGES.keys() | ELSEWHERE.keys()) - names() == set()
    assert PAGES.keys() & ELSEWHERE.keys() == set()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_page_has_no_fault(guarded, browsers, name):
    world, _ = guarded
    about = PAGES[name]
    readers = [one for one in READERS if world.at(one).role == about.role]
    found = {
        one: address
        for one in readers or [None]
        if (address := about.address(name, one and world.at(one)))
    }
    assert found, f"no example of {name} for any {about.role}"
    who, address = next(iter(found.items()))
    page = browsers(who)
    page.set_viewport_size(WIDE)

    answer = page.goto(address)

    assert answer.status == 200
    assert page.get_by_role("heading", level=1).count() == 1
    assert faults_of(page) == []
    page.set_viewport_size(NARROW)
    assert overflow_of(page) == 0


def doer_of(world, about):
    """Give somebody whose role may do an act, and something they see to do it to."""
    readers = [one for one in READERS if world.at(one).role in about.by]
    if about.on is None:
        return readers[0], None
    for thing in world.things.values():
        for who in readers:
            with acting_as(world.at(who)):
                if type(thing.row) is about.on and (
                    about.on.objects.filter(pk=thing.row.pk).exists()
                ):
                    return who, thing
    raise AssertionError(f"nobody sees anything to do {about.name} to")


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(one for one in ACTS if ACTS[one].by))
def test_form_of_an_act_has_no_fault(guarded, browsers, name):
    world, _ = guarded
    who, thing = doer_of(world, ACTS[name])
    page = browsers(who)
    page.set_viewport_size(WIDE)

    answer = page.goto(address_of(f"do/{name}", thing))

    assert answer.status in (200, 409)
    assert page.get_by_role("heading", level=1).count() == 1
    assert faults_of(page) == []
    page.set_viewport_size(NARROW)
    assert overflow_of(page) == 0
