"""Whatever people do, in whatever order, nothing is paid twice and the books agree."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quasimarket.core.dates import Month
from quasimarket.events import EventKind
from quasimarket.service.acting.performing import perform
from quasimarket.service.acting.refusals import Refusal
from quasimarket.service.claims import acts
from quasimarket.service.claims.models import Claim
from quasimarket.service.payments import ledger
from quasimarket.service.payments.models import (
    PaymentLine,
    PaymentRun,
    Posting,
    Recovery,
)
from quasimarket.service.payments.money_acts import ApproveRecovery, RequestClawback
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from tests.lib.paid_world import PREPARER, noon, pay, worker, write


FIRST = Month(2012, 7)
CHECKER = "commissioner/assurance"
STEPS = st.lists(
    st.sampled_from(
        ["lose", "find", "benefit", "off-benefit", "reject", "again", "withdraw",
         "claw-back", "pay", "pay"]
    ),
    min_size=3,
    max_size=9,
)  # fmt: skip


class Course:
    """Two people over some months, to whom anything may happen."""

    def __init__(self, world):
        self.world = world
        self.people = [worker(world), worker(world, "beacon-place")]
        self.month = FIRST
        self.spells = 1

    @property
    def day(self):
        return self.month.first_day + timedelta(days=9)

    def do(self, step):
        # where a rule stands against it, that is as good an end as any
        with suppress(Refusal):
            getattr(self, step.replace("-", "_"))()

    def lose(self):
        end = date(2012, 7, 20)
        write(
            self.people[0],
            (EventKind.JOB_ENDED, end, {"spell": "j1", "known": self.day}),
        )

    def find(self):
        self.spells += 1
        spell = {"spell": f"j{self.spells}", "known": self.day}
        write(self.people[0], (EventKind.JOB_STARTED, date(2012, 7, 25), spell))

    def benefit(self):
        spell = {"spell": "b1", "known": self.day}
        write(self.people[1], (EventKind.BENEFIT_STARTED, date(2012, 6, 1), spell))

    def off_benefit(self):
        spell = {"spell": "b1", "known": self.day}
        write(self.people[1], (EventKind.BENEFIT_ENDED, date(2012, 6, 9), spell))

    def act_on_claims(self, who, act, *states):
        with acting_as(SYSTEM):
            claims = list(Claim.objects.filter(state__in=states).order_by("id")[:2])
        for claim in claims:
            perform(act, self.world.at(who), claim, at=noon(self.day))

    def reject(self):
        act = acts.RejectClaim(code="evidence-missing")
        self.act_on_claims(CHECKER, act, "raised", "accepted")

    def again(self):
        act = acts.SubmitClaimAgain(mended="The evidence is there")
        self.act_on_claims(
            "prime/prime-manager", act, "rejected", "withdrawn", "clawed-back"
        )

    def withdraw(self):
        act = acts.WithdrawClaim(why="It should not count")
        self.act_on_claims("prime/prime-manager", act, "paid", "accepted")

    def claw_back(self):
        ask = RequestClawback(code="no-employment", why="No such job")
        self.act_on_claims(CHECKER, ask, "paid")
        with acting_as(SYSTEM):
            open_ones = list(Recovery.objects.filter(state="requested"))
        for one in open_ones:
            perform(ApproveRecovery(), self.world.at(PREPARER), one, at=noon(self.day))

    def pay(self):
        pay(self.world, self.month, sample_size=10)
        self.month = self.month.plus(1)


def check_books():
    with acting_as(SYSTEM):
        lines = list(PaymentLine.objects.order_by("run__month", "sequence"))
        stands = {}
        for line in lines:
            key = (line.participation_id, line.kind, line.number)
            stands[key] = stands.get(key, 0) + (-1 if line.is_reversal else 1)
            assert stands[key] in (0, 1), key
        standing = [one for one in lines if one.stands]
        assert {(one.participation_id, one.kind, one.number) for one in standing} == {
            key for key, count in stands.items() if count
        }
        paid = sum(one.amount for one in lines if one.amount > 0)
        taken = -sum(one.amount for one in lines if one.amount < 0)
        from_us = Posting.objects.filter(account="commissioner")
        assert -sum(from_us.values_list("amount", flat=True)) == paid - taken
        assert sum(Posting.objects.values_list("amount", flat=True)) == 0
        for run in PaymentRun.objects.all():
            assert ledger.totals(run).agree


def play(world, steps):
    with transaction.atomic():
        course = Course(world)
        for step in [*steps, "pay", "pay"]:
            course.do(step)
        check_books()
        transaction.set_rollback(True)


COMMON = {
    "deadline": None,
    "suppress_health_check": [
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
    ],
}


@settings(max_examples=4, **COMMON)
@given(steps=STEPS)
def test_no_course_of_acts_pays_twice(world, steps):
    play(world, steps)


@pytest.mark.long
@settings(max_examples=100, **COMMON)
@given(steps=STEPS)
def test_no_course_of_many_acts_pays_twice(world, steps):
    play(world, steps)
