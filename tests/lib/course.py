"""A participant brought to any state by the acts that lead there."""

from datetime import UTC, date, datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from quasimarket.service.acting.performing import perform
from quasimarket.service.participation.acts.beginning import (
    AcknowledgeReferral,
    Attach,
)
from quasimarket.service.participation.acts.ending import Complete
from quasimarket.service.participation.acts.referral import (
    CancelReferral,
    QueryReferral,
    ReceiveReferral,
    WrongReferral,
)
from quasimarket.service.people.actor import SIGN_IN, SYSTEM
from quasimarket.service.people.models import User
from quasimarket.service.people.scope import acting_as
from tests.lib.sign_ins import SECRET


REFERRED = date(2011, 6, 6)
numbers = iter(range(1, 10_000))


def refer(contract="1", referred=REFERRED, **person):
    """Refer somebody, as the programme itself does from an import."""
    number = next(numbers)
    facts = {
        "name": f"Robin Participant{number}",
        "national_insurance": f"QQ{number:06d}A",
    }
    return perform(
        ReceiveReferral(
            reference=f"P-{number:016d}",
            contract=contract,
            group="2",
            referred_on=referred,
            person=facts | person,
        ),
        SYSTEM,
    )


def steps(referred):
    """Give the acts that lead to each state, from the one before."""
    day = referred + timedelta(days=1)
    end = referred + timedelta(days=727)
    acknowledge = AcknowledgeReferral(acknowledged_on=day)
    attach = Attach(attached_on=day)
    query = QueryReferral(
        code=WrongReferral.INELIGIBLE, queried_on=day, choice="To stay"
    )
    cancel = CancelReferral(code=WrongReferral.INELIGIBLE, cancelled_on=day)
    return {
        "referred": (),
        "paused": (query,),
        "acknowledged": (acknowledge,),
        "attached": (acknowledge, attach),
        "completed": (acknowledge, attach, Complete(completed_on=end)),
        "cancelled": (cancel,),
    }


def participant(state="attached", referred=REFERRED, **given):
    """Give a participant in a state."""
    made = refer(referred=referred, **given)
    for act in steps(referred)[state]:
        perform(act, SYSTEM, made.reference)
    return type(made).objects.get(pk=made.pk) if given.get("fresh") else made


def signed_in_as(user_id):
    """Give a browser in which somebody is signed in, every gate passed."""
    with acting_as(SYSTEM):
        User.objects.filter(pk=user_id).update(
            accepted_conduct=datetime(2011, 6, 1, tzinfo=UTC)
        )
        user = User.objects.get(pk=user_id)
        if not Authenticator.objects.filter(user=user).exists():
            TOTP.activate(user, SECRET)
    with acting_as(SIGN_IN):  # a password's hash goes into the session
        user = User.objects.get(pk=user_id)
        browser = Client()
        browser.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return browser
