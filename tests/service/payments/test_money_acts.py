"""Bank details, recoveries and samples: two people each, and nothing by choice."""

import csv
import hashlib
import io
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from quasimarket.service.acting.performing import perform
from quasimarket.service.acting.refusals import NotAllowed, Refusal
from quasimarket.service.claims.models import Claim
from quasimarket.service.payments import money_acts as acts
from quasimarket.service.payments.estimating import draw_places, estimate_error
from quasimarket.service.payments.files import accounts_in_force
from quasimarket.service.payments.models import (
    BankDetails,
    PaymentRun,
    Recovery,
    Sample,
    SampleItem,
    SampleSeed,
)
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from tests.lib.paid_world import APPROVER, AUGUST, PREPARER, lines, noon, pay, worker


FINANCE = "prime/prime-finance"
CHECKER = "commissioner/assurance"
DETAILS = acts.ChangeBankDetails(
    account_name="Prime plc", sort_code="12-34-56", account_number="1234 5678"
)


def test_bank_details_need_two_people_and_a_wait(world):
    details = world.do(FINANCE, DETAILS)
    approve = acts.ApproveBankDetails(account_number="12345678")
    with pytest.raises(Refusal, match="You entered these details"):
        world.do(FINANCE, approve, details)
    approved = world.do(f"{FINANCE}#2", approve, details)
    assert approved.in_force_from == date(2013, 6, 28)  # ten working days
    with acting_as(SYSTEM):
        assert not accounts_in_force(date(2013, 6, 27))
        assert accounts_in_force(date(2013, 6, 28))


def test_bank_details_that_wait_can_be_stopped(world):
    details = world.do(FINANCE, DETAILS)
    world.do(
        f"{FINANCE}#2", acts.ApproveBankDetails(account_number="12345678"), details
    )
    world.do("prime/prime-manager", acts.RefuseBankDetails(why="Not ours"), details)
    with acting_as(SYSTEM):
        assert not accounts_in_force(date(2014, 1, 1))


def test_bank_details_of_others_are_not_there(world):
    details = world.do(FINANCE, DETAILS)
    for who in ("anchor/sub-finance", "other-prime/prime-manager"):
        with acting_as(world.at(who)):
            assert not BankDetails.objects.filter(pk=details.pk).exists()


@pytest.mark.parametrize(
    "change",
    [
        {"model": BankDetails, "first": "requested_by", "second": "approved_by"},
        {"model": Recovery, "first": "requested_by", "second": "decided_by"},
        {"model": PaymentRun, "first": "prepared_by", "second": "approved_by"},
    ],
)
def test_the_database_refuses_one_person_for_two(world, change):
    worker(world)
    pay(world, AUGUST)
    world.do(FINANCE, DETAILS)
    world.do(
        PREPARER,
        acts.RequestAdjustment(pence=100, why="Counted twice by hand"),
        world.contract,
    )
    with acting_as(SYSTEM):
        row = change["model"].objects.first()
        setattr(row, change["second"], getattr(row, change["first"]))
        with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
            row.save()


def test_a_clawback_reverses_the_line_on_the_next_statement(world):
    worker(world)
    pay(world, AUGUST)
    with acting_as(SYSTEM):
        claim = Claim.objects.get(milestone="job-outcome")
    asked = world.do(
        CHECKER,
        acts.RequestClawback(code="no-employment", why="No such job in tax records"),
        claim,
    )
    assert asked.amount == 112_800
    approve = acts.ApproveRecovery()
    with pytest.raises(Refusal, match="You asked for this recovery"):
        world.do(CHECKER, approve, asked)
    with pytest.raises(NotAllowed):
        world.do(
            "commissioner/policy#2",
            acts.CommitSample(
                contract="1", first_month="2012-01", last_month="2012-02"
            ),
        )
    perform(approve, world.at(PREPARER), asked, at=noon(date(2012, 9, 4)))
    pay(world, AUGUST.plus(1))
    assert lines()[-1] == ("2012-09", "job-outcome", 1, -112_800)
    with acting_as(SYSTEM):
        assert Claim.objects.get(pk=claim.pk).state == "clawed-back"
    pay(world, AUGUST.plus(2))
    assert sum(line[3] for line in lines(kind="job-outcome")) == 0


def test_an_adjustment_is_one_line_and_is_carried_where_it_exceeds(world):
    worker(world)
    pay(world, AUGUST)
    asked = world.do(
        PREPARER,
        acts.RequestAdjustment(pence=5_000, why="Overpaid by hand in July"),
        world.contract,
    )
    perform(
        acts.ApproveRecovery(), world.at(APPROVER), asked, at=noon(date(2012, 9, 4))
    )
    pay(world, AUGUST.plus(1))
    assert ("2012-09", "recovery", 1, -5_000) in lines()


def drawn_sample(world, people=12):
    for _ in range(people):
        worker(world)
    pay(world, AUGUST)
    sample = world.do(
        CHECKER,
        acts.CommitSample(contract="1", first_month="2012-01", last_month="2012-12"),
    )
    world.do(CHECKER, acts.FreezeSample(), sample)
    return world.do(CHECKER, acts.DrawSample(), sample)


def test_a_sample_is_what_its_seed_draws_and_a_prime_can_check_it(world):
    sample = drawn_sample(world)
    address = f"/samples/{sample.reference}/?format=csv"
    response = world.browser(FINANCE).get(address)
    rows = list(
        csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode()))
    )
    assert hashlib.sha256(sample.seed.encode()).hexdigest() == sample.seed_hash
    listed = "\n".join(f"{row['Claim']},{row['Amount']}" for row in rows)
    assert hashlib.sha256(listed.encode()).hexdigest() == sample.frame_hash
    drawn = draw_places(sample.seed, sample.frame_size, sample.size)
    assert drawn == [int(row["Place"]) for row in rows if row["Drawn"] == "yes"]


def test_the_seed_is_read_by_nobody_before_it_is_revealed(world):
    worker(world)
    pay(world, AUGUST)
    sample = world.do(
        CHECKER,
        acts.CommitSample(contract="1", first_month="2012-01", last_month="2012-12"),
    )
    for who in (CHECKER, PREPARER, FINANCE):
        with acting_as(world.at(who)):
            assert not SampleSeed.objects.exists()
    assert sample.seed == ""


def test_a_sample_cannot_be_drawn_before_its_list_is_fixed(world):
    worker(world)
    pay(world, AUGUST)
    sample = world.do(
        CHECKER,
        acts.CommitSample(contract="1", first_month="2012-01", last_month="2012-12"),
    )
    with pytest.raises(Refusal, match="cannot be done while it is committed"):
        world.do(CHECKER, acts.DrawSample(), sample)


def test_the_error_is_extrapolated_and_recovered_by_two_people(world):
    sample = drawn_sample(world)
    with acting_as(SYSTEM):
        items = list(SampleItem.objects.filter(sample=sample, is_drawn=True))
        names = [one.claim.reference for one in items]
    for result, name in zip(("wrong", "correct"), names, strict=True):
        world.do(CHECKER, acts.NoteSampleResult(claim=name, result=result), sample)
    concluded = world.do(CHECKER, acts.ConcludeSample(), sample)
    assert concluded.error_pence == 112_800
    assert concluded.estimate_pence == 12 * 112_800 // 2
    asked = world.do(
        CHECKER, acts.RequestExtrapolation(why="Half of the sample is wrong"), sample
    )
    assert asked.amount == 6 * 112_800 - 112_800
    perform(
        acts.ApproveRecovery(), world.at(PREPARER), asked, at=noon(date(2012, 9, 4))
    )
    pay(world, AUGUST.plus(1))
    assert ("2012-09", "recovery", 1, -564_000) in lines()
    with acting_as(SYSTEM):
        assert Sample.objects.get(pk=sample.pk).state == "concluded"


def test_an_estimate_is_that_of_a_simple_random_sample():
    found = estimate_error(1000, 10**9, [0] * 90 + [100] * 10)
    # mean 10, variance 9000 / 9.9 = 909.0909; 1000 * sqrt(0.9 * 909.0909 / 100)
    assert found.estimate == 10_000
    assert (found.lower, found.upper) == (4_394, 15_606)


def test_a_whole_frame_leaves_nothing_to_estimate():
    found = estimate_error(3, 300, [100, 0, 100])
    assert (found.estimate, found.lower, found.upper) == (200, 200, 200)
