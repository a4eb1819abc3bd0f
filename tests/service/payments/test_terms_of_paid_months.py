"""Terms agreed late never reach back into a month that has been paid."""

from datetime import date
from decimal import Decimal

import pytest

from quasimarket.core.dates import Month
from quasimarket.service.acting.performing import perform
from quasimarket.service.acting.refusals import Refusal
from quasimarket.service.chain.acts.terms import AgreeTerms
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Terms
from tests.lib.paid_world import AUGUST, lines, pay, worker


def proposed(world, first_day):
    """Propose terms, before their month was over."""
    with acting_as(SYSTEM):
        return Terms.objects.create(
            position_id="anchor-place",
            contract=world.contract,
            first_day=first_day,
            management_fee=Decimal("0.05"),
            passed_down={"attachment": "1", "job-outcome": "1", "sustainment": "1"},
            lag_months=1,
            proposed_by=world.at("prime/prime-manager").id,
        )


def test_terms_from_a_paid_month_are_refused_with_the_first_open_day(world):
    worker(world)
    pay(world, AUGUST)
    late = proposed(world, date(2012, 8, 3))

    with pytest.raises(Refusal, match="up to 31 August 2012") as refused:
        perform(AgreeTerms(), world.at("anchor/sub-manager"), late.pk)

    (unmet,) = refused.value.unmet
    assert unmet.code == "terms-month-paid"
    assert "1 September 2012" in unmet.remedy
    run = pay(world, AUGUST.plus(1))
    assert run.state == "confirmed"


def test_terms_from_the_first_open_day_leave_what_was_paid_as_it_is(world):
    worker(world)
    pay(world, AUGUST)
    before = lines()
    open_terms = proposed(world, date(2012, 9, 1))

    perform(AgreeTerms(), world.at("anchor/sub-manager"), open_terms.pk)

    assert pay(world, Month(2012, 9)).state == "confirmed"
    assert lines()[: len(before)] == before
