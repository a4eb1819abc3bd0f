"""Who made or mended a sign-in does not decide with it, nor it with theirs (T5)."""

import pytest
from django.db import IntegrityError, connection, transaction

from quasimarket.service.acting.performing import perform
from quasimarket.service.acting.refusals import Refusal
from quasimarket.service.pages.sign_in_acts import Lost, MakeSignIn, MendSignIn
from quasimarket.service.pages.sign_in_request_acts import ConfirmSignIn
from quasimarket.service.payments.money_acts import (
    ApproveBankDetails,
    ApproveRecovery,
    ChangeBankDetails,
    RequestAdjustment,
)
from quasimarket.service.people.actor import SYSTEM, Actor
from quasimarket.service.people.models import User
from quasimarket.service.people.scope import acting_as
from tests.service.security.guarded_world import make_key
from tests.service.security.test_database_guards import FOUR_EYES


ACCOUNT = {
    "account_name": "The prime",
    "sort_code": "123456",
    "account_number": "12345678",
}
WITHOUT = {
    "fairness_safeguardingcheck": "a manager signs the checks of advisers they took on"
}
"""Tables with two people whose sign-ins are not looked at, and why."""


def newcomer(guarded, maker, role, name):
    """Have somebody make a sign-in of their own organisation's."""
    perform(
        MakeSignIn(name=name, email=f"{name}@new.example", role=role), guarded.at(maker)
    )
    return found(f"{name}@new.example")


def found(email):
    with acting_as(SYSTEM):
        return Actor.of_user(User.objects.get(email=email))


def payer_of_two(guarded):
    """Have the contract manager ask for a payment sign-in, and policy confirm it."""
    asked = perform(
        MakeSignIn(name="Nia", email="nia@new.example", role="payment"),
        guarded.at("commissioner/contract-manager"),
    )
    perform(
        ConfirmSignIn(email="nia@new.example"), guarded.at("commissioner/policy"), asked
    )
    return found("nia@new.example")


def refused(act, actor, subject):
    with pytest.raises(Refusal) as error:
        perform(act, actor, subject)
    (unmet,) = error.value.unmet
    return unmet.code, bool(unmet.remedy)


KEPT = ("sign-in-kept", True)
APPROVE = ApproveBankDetails(account_number=ACCOUNT["account_number"])


def test_manager_does_not_approve_with_a_sign_in_they_made(guarded):
    clerk = newcomer(guarded, "prime/prime-manager", "prime-finance", "ines")
    details = perform(ChangeBankDetails(**ACCOUNT), clerk)

    assert refused(APPROVE, guarded.at("prime/prime-manager"), details) == KEPT
    perform(APPROVE, guarded.at("prime/prime-finance"), details)


def test_two_sign_ins_that_one_person_made_are_no_two_people(guarded):
    first = newcomer(guarded, "prime/prime-manager", "prime-finance", "ines")
    second = newcomer(guarded, "prime/prime-manager", "prime-finance", "otto")
    details = perform(ChangeBankDetails(**ACCOUNT), first)

    assert refused(APPROVE, second, details) == KEPT


def test_mended_sign_in_counts_as_one_that_was_made(guarded):
    clerk = guarded.at("prime/prime-finance")
    details = perform(ChangeBankDetails(**ACCOUNT), clerk)
    with acting_as(SYSTEM):
        row = User.objects.get(pk=clerk.id)
    perform(MendSignIn(lost=Lost.PASSWORD), guarded.at("prime/prime-manager"), row)

    assert refused(APPROVE, guarded.at("prime/prime-manager"), details) == KEPT


def test_who_asked_for_a_payment_sign_in_approves_nothing_of_it(guarded):
    payer = payer_of_two(guarded)
    ask = RequestAdjustment(pence=100, why="Paid twice in May")
    asked = perform(ask, payer, guarded.contract)
    other_way = perform(ask, guarded.at("commissioner/payment"), guarded.contract)

    assert (
        refused(ApproveRecovery(), guarded.at("commissioner/contract-manager"), asked)
        == KEPT
    )
    perform(ApproveRecovery(), guarded.at("commissioner/assurance"), asked)
    perform(ApproveRecovery(), payer, other_way)


@pytest.mark.parametrize("asker", ["contract-manager", "policy"])
@pytest.mark.parametrize("table", sorted(FOUR_EYES.keys() - WITHOUT.keys()))
def test_database_refuses_it_in_every_table_of_two_people(guarded, table, asker):
    asking, deciding = FOUR_EYES[table]
    keeper = guarded.at(f"commissioner/{asker}").id
    payer = payer_of_two(guarded).id
    with acting_as(SYSTEM), connection.cursor() as cursor:
        with (
            pytest.raises(IntegrityError, match=r"made or mended|not rewritten"),
            transaction.atomic(),
        ):
            cursor.execute(
                f"UPDATE {table} SET {asking} = %s, {deciding} = %s", [keeper, payer]
            )
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass "
            "AND tgname = 'two_sign_ins' AND tgenabled = 'O'",
            [table],
        )
        assert cursor.fetchone() == (1,)


def test_what_a_key_asked_for_its_maker_does_not_decide(guarded):
    with acting_as(SYSTEM):
        key = make_key(guarded, "prime/prime-finance", "primekey", digest="6" * 64)
        maker = guarded.at("prime/prime-finance").id
        with (
            connection.cursor() as cursor,
            pytest.raises(IntegrityError, match="by one person"),
            transaction.atomic(),
        ):
            cursor.execute(
                "UPDATE payments_bankdetails SET requested_by = %s, approved_by = %s",
                [-key.pk, maker],
            )
