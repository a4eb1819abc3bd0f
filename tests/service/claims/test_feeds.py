"""Feeds: brought in once, in any order, with each fault said; claims follow them."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quasimarket.core.dates import Month
from quasimarket.service.acting.performing import perform
from quasimarket.service.acting.refusals import Refusal
from quasimarket.service.claims import acts
from quasimarket.service.claims.feed_rows import read_feed
from quasimarket.service.claims.models import (
    BenefitRecord,
    Claim,
    EmploymentRecord,
    FeedImport,
)
from quasimarket.service.claims.why import first_unmet, why_not
from quasimarket.service.log.models import LogEvent
from quasimarket.service.participation.models import Spell
from quasimarket.service.payments import monthly
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from tests.lib.paid_world import AUGUST, PREPARER, WORK, lines, noon, pay, worker


HEAD = "record,participant,first_day,last_day,as_at\n"
CHECKER = "commissioner/assurance"


def bring(world, rows, feed="benefit", covers_to=AUGUST.last_day, **options):
    act = acts.BringInFeed(
        feed=feed, covers_to=covers_to, content=(HEAD + rows).encode(), **options
    )
    return perform(act, world.at(PREPARER), at=noon(max(covers_to, AUGUST.last_day)))


def test_a_benefit_day_fails_the_check_and_lifting_it_pays(world):
    somebody = worker(world)
    pay(world, Month(2012, 7))
    monthly.keep_claims(AUGUST, noon(AUGUST.last_day))
    bring(world, f"b1,{somebody.reference},2012-06-01,2012-06-30,2012-08-31")
    monthly.keep_claims(AUGUST, noon(AUGUST.last_day))
    with acting_as(SYSTEM):
        claim = Claim.objects.get(milestone="job-outcome")
        assert (claim.state, claim.rejection) == ("rejected", "on-benefit")
    # the benefit office puts it right: the spell was a mistake of one day
    bring(
        world,
        f"b1,{somebody.reference},2012-01-10,2012-01-10,2012-09-01",
        covers_to=date(2012, 9, 1),
    )
    pay(world, AUGUST.plus(1))
    assert lines(kind="job-outcome") == [("2012-09", "job-outcome", 1, 112_800)]


def test_the_same_file_twice_and_an_older_word_change_nothing(world):
    somebody = worker(world)
    row = f"b1,{somebody.reference},2012-06-01,2012-06-30,2012-08-02"
    first = bring(world, row)
    again = bring(world, row)
    older = bring(world, f"b1,{somebody.reference},2012-05-01,,2012-08-01")
    assert (first.accepted, again.pk, older.accepted) == (1, first.pk, 0)
    with acting_as(SYSTEM):
        assert BenefitRecord.objects.get().first_day == date(2012, 6, 1)
        assert LogEvent.objects.filter(kind="benefit-started").count() == 1


def test_a_dry_run_keeps_nothing_and_says_the_same(world):
    somebody = worker(world)
    rows = f"b1,{somebody.reference},2012-06-01,,2012-08-02\nb2,nobody,x,,2012-08-02"
    tried = bring(world, rows, dry_run=True)
    with acting_as(SYSTEM):
        assert not FeedImport.objects.exists()
        assert not BenefitRecord.objects.exists()
    real = bring(world, rows)
    assert (tried.accepted, tried.rejected) == (real.accepted, real.rejected)
    codes = [one["code"] for one in real.rejected[0]["faults"]]
    assert codes == ["person-unknown", "day-unreadable"]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"\xff\xfe", "not-text"), (b"a,b\n1,2", "no-such-file")],
)
def test_what_is_no_feed_is_refused_with_what_mends_it(world, content, code):
    act = acts.BringInFeed(feed="benefit", covers_to=AUGUST.last_day, content=content)
    with pytest.raises(Refusal) as refused:
        world.do(PREPARER, act)
    assert refused.value.unmet[0].code == code
    assert refused.value.unmet[0].remedy


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["r1", "r2", "r3"]),
        st.dates(date(2012, 1, 1), date(2012, 3, 1)),
        st.one_of(st.none(), st.dates(date(2012, 3, 1), date(2012, 5, 1))),
        st.dates(date(2012, 5, 1), date(2012, 6, 1)),
    ),
    max_size=12,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(rows=ROWS, data=st.data())
def test_the_order_of_rows_does_not_matter(rows, data):
    def read(listed):
        text = "".join(
            f"{record},p,{first},{last or ''},{as_at}\n"
            for record, first, last, as_at in listed
        )
        return read_feed(HEAD + text, date(2012, 6, 1), lambda named: {"p": 1}).rows

    mixed = data.draw(st.permutations(rows + rows))
    assert read(mixed) == read(rows)


def test_tax_records_match_jobs_on_person_and_dates(world):
    somebody = worker(world)
    with acting_as(SYSTEM):
        Spell.objects.create(reference="job-1", participation=somebody, first_day=WORK)
    bring(
        world,
        f"t1,{somebody.reference},2012-02-10,,2012-08-30\n"
        f"t2,{somebody.reference},2012-05-10,2012-05-20,2012-08-30",
        feed="employment",
    )
    with acting_as(SYSTEM):
        states = dict(EmploymentRecord.objects.values_list("record", "state"))
        assert states == {"t1": "matched", "t2": "unmatched"}
        found = LogEvent.objects.get(kind="employment-evidenced")
        assert found.spell == "job-1"


def test_why_not_names_the_guard_and_who_clears_it(world):
    somebody = worker(world)
    monthly.keep_claims(AUGUST, noon(AUGUST.last_day))
    with acting_as(SYSTEM):
        claim = Claim.objects.get(milestone="job-outcome")
    guards = why_not(somebody, "job-outcome", 1, AUGUST.last_day, claim=claim)
    unmet = first_unmet(guards)
    assert unmet.code == "off-benefit-feed"
    assert "benefit feed" in unmet.who
    guards = why_not(somebody, "sustainment", 1, AUGUST.last_day)
    assert first_unmet(guards).code in {"reached", "claimable"}


def test_a_rejected_claim_can_be_submitted_again_and_keeps_its_history(world):
    worker(world)
    monthly.keep_claims(AUGUST, noon(AUGUST.last_day))
    with acting_as(SYSTEM):
        claim = Claim.objects.get(milestone="job-outcome")
    world.do(CHECKER, acts.RejectClaim(code="evidence-missing", note="None"), claim)
    mended = acts.SubmitClaimAgain(mended="The letter of the employer")
    again = world.do("anchor/sub-manager", mended, claim)
    assert (again.state, again.times_raised) == ("raised", 2)
    with acting_as(SYSTEM):
        kinds = LogEvent.objects.filter(milestone="job-outcome").order_by("id")
        assert [one.kind for one in kinds] == ["claimed", "rejected", "claimed"]


def test_a_milestone_is_claimed_once(world):
    somebody = worker(world)
    monthly.keep_claims(AUGUST, noon(AUGUST.last_day))
    act = acts.RaiseClaim(milestone="job-outcome", number=1)
    with pytest.raises(Refusal, match="claimed already"):
        world.do("anchor/sub-manager", act, somebody)


def test_a_claim_of_nothing_reached_is_refused_with_what_would_mend_it(world):
    somebody = worker(world, work=None)
    act = acts.RaiseClaim(milestone="job-outcome", number=1)
    claim = world.do("anchor/sub-manager", act, somebody)
    monthly.keep_claims(Month(2013, 6), noon(date(2013, 6, 30)))
    with acting_as(SYSTEM):
        claim.refresh_from_db()
    assert (claim.state, claim.rejection) == ("rejected", "not-reached")
