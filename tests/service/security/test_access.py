"""T1: every door, every role, and everybody's relation to what lies behind it.

`access.csv` says which roles a door is for, `things.csv` who sees which thing. Both are
there to be read; a door or an act without a row fails. What is not somebody's to see
answers as what does not exist does.
"""

import logging

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import resolve

from quasimarket.service.acting.act import ACTS
from quasimarket.service.acting.performing import perform
from quasimarket.service.acting.refusals import NotAllowed, NotFound, Refusal
from quasimarket.service.interface.keys import digest_of
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.models import User
from quasimarket.service.people.roles import Role
from quasimarket.service.people.scope import acting_as
from tests.lib.sign_ins import SECRET
from tests.service.security.guarded_world import READERS, make_key, rows_of
from tests.service.security.matrix import (
    address,
    ask,
    called_acts,
    entered,
    roles_named,
    routes,
)


ACCESS = {row["route"]: row for row in rows_of("access.csv")}
SEEN_BY = {row["thing"]: row["seen_by"].split() for row in rows_of("things.csv")}
PAGES = [
    route
    for route, row in ACCESS.items()
    if not route.startswith(("do/", "api/")) and row["roles"] not in ("public", "open")
]
LISTS = [route for route in PAGES if ACCESS[route]["things"] == ""]
THINGS = [route for route in PAGES if ACCESS[route]["things"]]
OPENED = {200, 204, 302, 303, 409, 422}
MADE_UP = "nothing-here"


@pytest.fixture(scope="module")
def browsers(built_guarded):
    """Give a browser for each reader, signed in for as long as the module lasts."""
    logging.disable(logging.CRITICAL)
    with acting_as(SYSTEM):
        for who in READERS:
            if not who.startswith("participants"):
                TOTP.activate(User.objects.get(pk=built_guarded.at(who).id), SECRET)
    yield {who: entered(built_guarded.at(who)) for who in READERS}
    logging.disable(logging.NOTSET)


def sees(who, thing):
    """Whether `things.csv` gives somebody a thing, by organisation or by person."""
    return who in SEEN_BY[thing] or who.split("/")[0] in SEEN_BY[thing]


def test_every_door_has_a_row():
    assert set(routes()) - ACCESS.keys() == set()
    assert ACCESS.keys() - set(routes()) == set()


def test_every_thing_has_a_row(guarded):
    assert guarded.things.keys() == SEEN_BY.keys()


def test_interface_offers_the_acts_on_which_no_money_or_law_rests():
    asked_again = {name for name, about in ACTS.items() if about.asks_again}
    of_keys = {name for name, about in ACTS.items() if about.room == "interface"}

    assert called_acts() == set(ACTS) - asked_again - of_keys


@pytest.mark.parametrize("name", sorted(ACTS))
def test_act_is_for_the_roles_of_its_row(name):
    assert set(ACTS[name].by) == roles_named(ACCESS[f"do/{name}"]["roles"])


@pytest.mark.parametrize("thing", sorted(SEEN_BY))
def test_thing_is_seen_by_those_of_its_row(guarded, thing):
    row = guarded.things[thing].row

    found = set()
    for who in READERS:
        with acting_as(guarded.at(who)):
            if type(row).objects.filter(pk=row.pk).exists():
                found.add(who)

    assert found == {who for who in READERS if sees(who, thing)}


@pytest.mark.parametrize("route", LISTS)
def test_list_is_open_to_its_roles_and_names_nobody_elses(guarded, browsers, route):
    allowed = roles_named(ACCESS[route]["roles"])
    method = ACCESS[route]["method"] or "GET"

    for who, browser in browsers.items():
        answer = ask(browser, method, address(route, None))
        role = guarded.at(who).role
        expected = OPENED if role in allowed else {403}
        assert answer.status in expected, (route, who)
        leaked = [
            name
            for name, thing in guarded.things.items()
            if thing.mark and thing.mark in answer.text and not sees(who, name)
        ]
        assert leaked == [], (route, who)


@pytest.mark.parametrize(
    ("route", "name"),
    [(route, name) for route in THINGS for name in ACCESS[route]["things"].split()],
)
def test_thing_opens_for_its_own_and_is_not_there_for_others(
    guarded, browsers, route, name
):
    thing = guarded.things[name]
    allowed = roles_named(ACCESS[route]["roles"])
    method, _, is_for_the_refused = (ACCESS[route]["method"] or "GET").partition("-")

    for who, browser in browsers.items():
        if not (role_has := guarded.at(who).role in allowed) and sees(who, name):
            expected = {403, 404}
        elif not role_has:
            missing = ask(browser, method, address(route, thing, MADE_UP))
            expected = {missing.status} & {403, 404}
        else:
            expected = OPENED if sees(who, name) else {404}
        if is_for_the_refused and expected == OPENED:
            continue  # what then follows is the page's own test's to show
        answer = ask(browser, method, address(route, thing))
        assert answer.status in expected, (route, who)


@pytest.mark.parametrize("name", [one for one in sorted(ACTS) if ACTS[one].on])
def test_act_is_done_by_its_roles_to_what_they_see(guarded, name):
    """By `perform`, which every door goes through: forms, calls and imports."""
    about = ACTS[name]
    things = [
        (called, thing)
        for called, thing in guarded.things.items()
        if type(thing.row) is about.on and "restricted" not in called
    ][:1]
    restricted = [
        (called, thing)
        for called, thing in guarded.things.items()
        if type(thing.row) is about.on and called.startswith("restricted")
    ]
    assert things, f"nothing to try {name} on"
    for called, thing in things + restricted:
        for who in READERS:
            if guarded.at(who).role in about.by and sees(who, called):
                continue  # what then follows is the act's own test's to show
            wanted = NotAllowed if sees(who, called) else NotFound
            with pytest.raises(wanted):
                perform(about.kind.model_construct(), guarded.at(who), thing.reference)


@pytest.mark.parametrize("name", [one for one in sorted(ACTS) if not ACTS[one].on])
def test_act_that_begins_something_is_done_by_its_roles(guarded, name):
    about = ACTS[name]

    for who in READERS:
        if guarded.at(who).role not in about.by:
            with pytest.raises(NotAllowed):
                perform(about.kind.model_construct(), guarded.at(who))


@pytest.mark.parametrize("name", sorted(ACTS))
def test_page_of_an_act_answers_as_perform_does(guarded, browsers, name):
    about = ACTS[name]
    things = [
        (called, thing)
        for called, thing in guarded.things.items()
        if type(thing.row) is about.on and "restricted" not in called
    ][:1] or [("", None)]
    [(called, thing)] = things
    able = [one for one in READERS if guarded.at(one).role in about.by]
    tried = [*able[:1], "beacon/sub-manager", "participants/other"]
    for who in tried:
        answer = ask(browsers[who], "GET", address(f"do/{name}", thing))
        if called and not sees(who, called):
            assert answer.status == 404, who
        elif guarded.at(who).role not in about.by:
            assert answer.status == 403, who
        else:
            assert answer.status in OPENED, who


@pytest.mark.parametrize("route", [one for one in PAGES if not one.startswith("^")])
def test_nobody_gets_in_without_signing_in(guarded, route):
    name = ACCESS[route]["things"].split()
    url = address(route, guarded.things[name[0]] if name else None)
    method = (ACCESS[route]["method"] or "GET").partition("-")[0]

    answer = getattr(Client(), method.lower())(url)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


KEYED = [route for route, row in ACCESS.items() if row["roles"] == "keys"]
CALLERS = (
    "anchor/sub-manager", "beacon/sub-manager", "compass/sub-manager",
    "dovetail/sub-manager", "prime/prime-manager", "other-prime/prime-manager",
    "commissioner/payment", "university/researcher",
)  # fmt: skip


@pytest.fixture(scope="module")
def keys(built_guarded):
    """Give a key for some readers."""
    made = {}
    for number, who in enumerate(CALLERS):
        key = f"qmk_caller{number}_{'k' * 43}"
        with acting_as(SYSTEM):
            make_key(built_guarded, who, f"caller{number}", digest_of(key))
        made[who] = {"Authorization": f"Bearer {key}"}
    return made


@pytest.mark.parametrize("route", KEYED)
def test_call_gives_a_key_what_its_role_and_place_see(guarded, keys, route):
    name = {"api/v1/claims/<reference>": "claim"}.get(route, "case")
    url = "/" + route.replace("<reference>", guarded.things[name].reference)

    for who, headers in keys.items():
        answer = ask(Client(raise_request_exception=False), "GET", url, headers=headers)
        if "<reference>" in route:
            expected = {200} if sees(who, name) else {404}
            assert answer.status in expected, who
        assert answer.status < 500, who
        leaked = [
            called
            for called, thing in guarded.things.items()
            if thing.mark and thing.mark in answer.text and not sees(who, called)
        ]
        assert leaked == [], who


@pytest.mark.parametrize("route", KEYED)
def test_nobody_calls_without_a_key(guarded, route):
    url = "/" + route.replace("<reference>", guarded.things["case"].reference)

    for browser in (Client(), Client(headers={"Authorization": "Bearer qmk_x_y"})):
        assert browser.get(url).status_code == 401


def test_made_up_reference_resolves(guarded):
    """Else a 404 would say nothing."""
    for route in THINGS:
        thing = guarded.things[ACCESS[route]["things"].split()[0]]
        assert resolve(address(route, thing, MADE_UP))


def test_system_is_no_role_of_anybody(guarded):
    assert Role.SYSTEM not in {guarded.at(who).role for who in READERS}
    with pytest.raises((NotFound, NotAllowed, Refusal)):
        perform(
            ACTS["pass-document"].kind.model_construct(),
            guarded.at("commissioner/assurance"),
            guarded.things["document"].reference,
        )
