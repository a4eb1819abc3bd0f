"""Every form of an act, sent whatever somebody may type into it, in every role."""

import logging
import os

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from quasimarket.service.acting.act import ACTS
from quasimarket.service.pages.answers import boxes
from quasimarket.service.pages.questions import Kind, questions_of
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.models import User
from quasimarket.service.people.scope import acting_as
from tests.lib.fair_world import ROLES
from tests.lib.sign_ins import SECRET
from tests.service.security.matrix import address, entered


FEW = 40
EACH = 12
"""So often, as a rule, each act of a role is tried in the long test."""
WHO = [f"{name}/{role}" for name, roles in ROLES.items() for role in roles]
TYPED = st.one_of(
    st.text(max_size=40),
    st.integers(-(10**20), 10**20).map(str),
    st.dates().map(str),
    st.sampled_from(("1", "0", "true", "2", "anchor-place", "2013-05", "-1", "NaN")),
)


def typed_into(question):
    """Draw what somebody may send for one question: often what it asks for."""
    values = [value for value, _ in question.choices]
    drawn = st.one_of(st.sampled_from(values), TYPED) if values else TYPED
    if question.kind is Kind.DATE:
        parts = zip(boxes(question), ((1, 31), (1, 12), (2010, 2016)), strict=True)
        sound = {box: st.integers(*span).map(str) for box, span in parts}
        wild = dict.fromkeys(boxes(question), TYPED)
        return st.one_of(st.fixed_dictionaries(sound), st.fixed_dictionaries(wild))
    if question.kind is Kind.FILE:
        content = st.one_of(st.binary(max_size=60), st.just(b"act,reference\nx,y\n"))
        return content.map(lambda one: {question.name: one})
    if question.kind is Kind.SEVERAL:
        return st.lists(drawn, max_size=3).map(lambda some: {question.name: some})
    return drawn.map(lambda one: {question.name: one})


def sent_to(about):
    """Draw all that is sent to one form, some of its questions left out."""
    each = [st.one_of(typed_into(one), st.just({})) for one in questions_of(about.kind)]
    return st.tuples(*each).map(
        lambda parts: {name: value for part in parts for name, value in part.items()}
    )


def address_for(about, things):
    found = [one for one in things.values() if type(one.row) is about.on]
    return address(f"do/{about.name}", found[0] if about.on else None)


def able_to(role):
    """Name the acts of a role."""
    return sorted(name for name, one in ACTS.items() if role in one.by)


def fill_as(guarded, who, examples):
    """Send forms drawn at random to the acts of a role; none is a fault of ours."""
    logging.disable(logging.CRITICAL)
    reader = guarded.at(who)
    with acting_as(SYSTEM):
        TOTP.activate(User.objects.get(pk=reader.id), SECRET)
    browser = entered(reader)
    able = able_to(reader.role)

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=examples == FEW,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def run(data):
        about = ACTS[data.draw(st.sampled_from(able))]
        given = data.draw(sent_to(about))
        answered = browser.post(
            address_for(about, guarded.things),
            {name: as_sent(one) for name, one in given.items()}
            | {"step": data.draw(st.sampled_from(("", "confirm", "change")))},
        )
        assert answered.status_code < 500, (about.name, given)
        assert not answered.get("Location", "").startswith("/accounts/")

    try:
        run()
    finally:
        logging.disable(logging.NOTSET)


def as_sent(value):
    return SimpleUploadedFile("f.csv", value) if isinstance(value, bytes) else value


@pytest.mark.parametrize("who", ["anchor/sub-manager", "commissioner/assurance"])
def test_no_form_is_our_fault(guarded, who):
    fill_as(guarded, who, FEW)


@pytest.mark.long
@pytest.mark.parametrize("who", WHO)
def test_no_form_is_our_fault_in_any_role(guarded, who):
    examples = EACH * len(able_to(guarded.at(who).role))
    fill_as(guarded, who, int(os.environ.get("QUASIMARKET_EXAMPLES", examples)))
