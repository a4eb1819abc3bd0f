"""What the programme does for claims by night, while nobody is there."""

from datetime import date

from quasimarket.core.dates import Month
from quasimarket.service.claims.matching import match_everything
from quasimarket.service.claims.models import Claim, EmploymentRecord
from quasimarket.service.log.models import LogEvent
from quasimarket.service.participation.models import Spell
from quasimarket.service.payments import monthly, rounds
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from tests.lib.paid_world import AUGUST, WORK, lines, noon, pay, worker
from tests.service.claims.test_feeds import bring


def test_a_job_reported_after_its_tax_record_is_matched(world):
    somebody = worker(world)
    bring(world, f"e1,{somebody.reference},{WORK},,2012-08-31", feed="employment")
    with acting_as(SYSTEM):
        assert EmploymentRecord.objects.get().state == "unmatched"
        Spell.objects.create(
            reference="j1",
            participation=somebody,
            first_day=WORK,
            found_by="provider",
        )

    assert match_everything() == 1
    assert match_everything() == 0

    with acting_as(SYSTEM):
        assert EmploymentRecord.objects.get().state == "matched"
        assert LogEvent.objects.filter(kind="employment-evidenced").count() == 1


def test_the_last_day_of_a_month_is_claimed_in_that_month(world):
    # 182 days from 3 March are over on 31 August
    worker(world, work=date(2012, 3, 3))
    pay(world, Month(2012, 7))
    monthly.note_coverage("benefit", AUGUST.last_day, noon(AUGUST.last_day))

    rounds.keep_claims_of_yesterday(noon(AUGUST.plus(1).first_day))

    with acting_as(SYSTEM):
        claim = Claim.objects.get(milestone="job-outcome")
        assert (claim.state, claim.raised_on) == ("accepted", AUGUST.last_day)
    pay(world, AUGUST)
    assert lines(kind="job-outcome") == [("2012-08", "job-outcome", 1, 112_800)]


def test_a_claim_that_is_newer_than_the_day_is_left_alone(world):
    somebody = worker(world, work=None)
    monthly.note_coverage("benefit", AUGUST.last_day, noon(AUGUST.last_day))
    with acting_as(SYSTEM):
        Claim.objects.create(
            reference="new",
            participation=somebody,
            contract=somebody.contract,
            group=somebody.group,
            milestone="job-outcome",
            number=1,
            raised_on=date(2012, 8, 20),
        )

    rounds.keep_claims_of_yesterday(noon(date(2012, 8, 20)))

    with acting_as(SYSTEM):
        assert Claim.objects.get(reference="new").state == "raised"
