from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from quasimarket.service.acting.refusals import NotAllowed, NotFound, Refusal
from quasimarket.service.chain.acts.leagues import (
    ChooseLeagueAudience,
    PublishLeagueTables,
)
from quasimarket.service.chain.acts.organisations import RegisterOrganisation
from quasimarket.service.chain.acts.places import (
    ActivatePlace,
    ApproveEnding,
    ContractPlace,
    ListPlace,
    ProposeEnding,
)
from quasimarket.service.chain.acts.plans import (
    ClosePlan,
    EscalatePlan,
    OpenContractPlan,
    OpenPlacePlan,
    ReviewPlace,
    StepPlanDown,
)
from quasimarket.service.chain.acts.prospects import NoteOwnMoney
from quasimarket.service.chain.acts.shifts import (
    ApproveShareShift,
    ProposeShareShifts,
)
from quasimarket.service.chain.acts.terms import AgreeTerms, ProposeTerms
from quasimarket.service.chain.models import (
    ImprovementPlan,
    LeagueRow,
    Prospect,
    Review,
    ShareProposal,
)
from quasimarket.service.claims.models import Claim
from quasimarket.service.fairness.acts.breaches import ConfirmBreach, DeclareBreach
from quasimarket.service.fairness.acts.directives import AcceptDirective
from quasimarket.service.log.models import LogEvent
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.models import Organisation
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import (
    MarketShare,
    Position,
    Programme,
)
from quasimarket.service.programme.rules import rulebook_in_force
from tests.lib.fair_world import TODAY
from tests.service.fairness.test_complaints_and_conduct import DECLARE
from tests.service.fairness.test_requests_and_directives import CONTEST, directive


def outcome(world, participation, earned):
    with acting_as(SYSTEM):
        return Claim.objects.create(
            reference=f"claim-{participation.pk}",
            participation=participation,
            contract=participation.contract,
            position=participation.position,
            group=participation.group,
            milestone="job-outcome",
            number=1,
            earned=earned,
            raised_on=earned,
        )


def results(world, better=20, worse=5):
    """Give the other contract more outcomes in contract year 2 than the first."""
    for contract, place, count in (
        (world.contract, "anchor-place", worse),
        (world.other_contract, "compass-place", better),
    ):
        for number in range(40):
            one = world.participation(place, referred=date(2012, 5, 7))
            if number < count:
                outcome(world, one, date(2013, 1, 7))
        assert contract


def test_contested_directive_counts_in_no_review(world):
    one = directive(world)
    world.do("anchor/sub-manager", CONTEST, one)

    with pytest.raises(Refusal, match="counts in no review"):
        world.do(
            "prime/prime-manager",
            ReviewPlace(findings="Too few calls.", directives=[one.reference]),
            "anchor-place",
        )
    with (
        acting_as(SYSTEM),
        pytest.raises(IntegrityError, match="not in force"),
        transaction.atomic(),
    ):
        Review.objects.create(
            contract=world.contract,
            position=one.position,
            reviewed_on=TODAY,
            is_public=False,
            findings="x",
            directives=[one.reference],
            by=1,
        )


def test_accepted_directive_may_be_reviewed(world):
    one = directive(world)
    world.do("anchor/sub-manager", AcceptDirective(), one)

    world.do(
        "prime/prime-manager",
        ReviewPlace(
            is_public=True, findings="As was agreed.", directives=[one.reference]
        ),
        "anchor-place",
    )

    with acting_as(world.at("anchor/sub-manager")):
        event = LogEvent.objects.get(kind="performance-reviewed")
    assert event.code == "public"


def plan(world, who="commissioner/contract-manager", act=OpenContractPlan, on=None):
    return world.do(
        who,
        act(
            why="Below the level in two groups.",
            may_lose="market share",
            review_on=TODAY + timedelta(days=30),
        ),
        on or world.contract.pk,
    )


def test_plan_goes_through_four_levels_and_no_further(world):
    one = plan(world)
    up = EscalatePlan(why="Nothing has improved.")

    for _ in range(3):
        world.do("commissioner/contract-manager", up, one)
    with pytest.raises(Refusal, match="cannot be done while it is level 4"):
        world.do("commissioner/contract-manager", up, one)
    world.do("commissioner/contract-manager", StepPlanDown(why="It is better."), one)

    with acting_as(world.at("prime/prime-manager")):
        found = ImprovementPlan.objects.get()
        steps = found.steps.count()
    assert found.state == "level-3"
    assert steps == 5


def test_prime_closes_its_places_plans_and_not_its_own(world):
    mine = plan(world)
    of_place = plan(world, "prime/prime-manager", OpenPlacePlan, "anchor-place")
    close = ClosePlan(why="All of it is done.")

    with pytest.raises(NotAllowed):
        world.do("prime/prime-manager", close, mine)
    with pytest.raises(NotFound):
        world.do("other-prime/prime-manager", close, of_place)
    world.do("prime/prime-manager", close, of_place)

    with acting_as(world.at("beacon/sub-manager")):
        assert not ImprovementPlan.objects.exists()


def test_share_shift_is_proposed_by_one_and_decided_by_another(world):
    results(world)
    world.do("commissioner/contract-manager", ProposeShareShifts())
    with acting_as(SYSTEM):
        one = ShareProposal.objects.get()
    approve = ApproveShareShift(why="The year's results say so.")

    with pytest.raises(Refusal, match="another person"):
        world.do("commissioner/contract-manager", approve, one)
    world.do("commissioner/contract-manager#2", approve, one)

    with acting_as(SYSTEM):
        shares = dict(
            MarketShare.objects.filter(group="2").values_list("contract_id", "share")
        )
        ruled = {
            str(row.contract): row.share
            for row in rulebook_in_force().market_shares
            if row.group == "2"
        }
        moved = list(
            LogEvent.objects.filter(kind="share-shifted")
            .order_by("contract")
            .values_list("contract", "code")
        )
    assert one.from_contract_id == world.contract.pk
    assert shares == {
        world.contract.pk: Decimal("0.45"),
        world.other_contract.pk: Decimal("0.55"),
    }
    assert ruled == shares
    assert moved == [
        (world.contract.pk, "-0.050000"),
        (world.other_contract.pk, "+0.050000"),
    ]


def test_shift_is_never_applied_back_in_time(world):
    results(world)
    with acting_as(SYSTEM):
        Programme.objects.update(today=date(2013, 12, 10))
    world.do("commissioner/contract-manager", ProposeShareShifts())
    with acting_as(SYSTEM):
        one = ShareProposal.objects.get()
    assert one.first_day == date(2013, 10, 1)

    world.do(
        "commissioner/contract-manager#2", ApproveShareShift(why="It is due now."), one
    )

    with acting_as(SYSTEM):
        assert set(MarketShare.objects.values_list("first_day", flat=True)) == {
            date(2014, 1, 1)
        }


def test_contract_in_breach_gains_nothing(world):
    results(world)
    world.do("commissioner/contract-manager", ProposeShareShifts())
    with acting_as(SYSTEM):
        one = ShareProposal.objects.get()
    breach = world.do(
        "commissioner/contract-manager",
        DeclareBreach(**DECLARE),
        one.to_contract_id,
    )
    world.do("commissioner/assurance", ConfirmBreach(), breach)

    with pytest.raises(Refusal, match="a material breach is open"):
        world.do(
            "commissioner/contract-manager#2", ApproveShareShift(why="It is due."), one
        )
    with (
        acting_as(SYSTEM),
        pytest.raises(IntegrityError, match="cannot gain"),
        transaction.atomic(),
    ):
        ShareProposal.objects.update(state="approved", decided_by=1)


def published(world, shown_to):
    if shown_to:
        world.do(
            "prime/prime-manager",
            ChooseLeagueAudience(shown_to=shown_to, why="So that all can learn."),
            world.contract.pk,
        )
    for place in ("anchor-place", "beacon-place", "compass-place"):
        outcome(world, world.participation(place), TODAY - timedelta(days=3))
    world.do("commissioner/contract-manager", PublishLeagueTables())


@pytest.mark.parametrize(
    ("shown_to", "seen"),
    [
        ("", {"anchor-place"}),
        ("place", {"anchor-place"}),
        ("chain", {"anchor-place", "beacon-place"}),
        ("public", {"anchor-place", "beacon-place"}),
    ],
)
def test_league_table_is_shown_as_was_chosen(world, shown_to, seen):
    published(world, shown_to)

    def places(who):
        with acting_as(world.at(who)):
            return set(
                LeagueRow.objects.filter(window="all", group="")
                .exclude(position=None)
                .values_list("position_id", flat=True)
            )

    assert places("anchor/sub-manager") == seen
    assert places("university/researcher") == (seen if shown_to == "public" else set())
    assert places("prime/prime-manager") == {"anchor-place", "beacon-place"} | (
        set() if shown_to != "public" else seen
    )
    with acting_as(world.at("anchor/sub-manager")):
        assert not LeagueRow.objects.filter(position=None, shown_to="primes").exists()


def test_published_table_is_not_changed_by_what_comes_late(world):
    published(world, "")

    outcome(world, world.participation("anchor-place"), TODAY - timedelta(days=9))

    with acting_as(world.at("anchor/sub-manager")):
        row = LeagueRow.objects.get(position_id="anchor-place", window="all", group="")
    assert (row.referrals, row.outcomes, row.rate) == (1, 1, 100.0)
    with pytest.raises(Refusal, match="are published"):
        world.do("commissioner/contract-manager", PublishLeagueTables())
    with (
        acting_as(SYSTEM),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
    ):
        LeagueRow.objects.update(outcomes=99)


def test_outcomes_that_came_late_are_marked_in_the_next_table(world):
    published(world, "")
    with acting_as(SYSTEM):
        before = LeagueRow.objects.get(
            position_id="anchor-place", window="all", group=""
        )
    later = TODAY + timedelta(days=14)
    with acting_as(SYSTEM):
        Programme.objects.update(today=later)
    in_time = world.participation("anchor-place")
    late = world.participation("anchor-place")
    outcome(world, in_time, later - timedelta(days=2))
    outcome(world, late, TODAY - timedelta(days=9))
    with acting_as(SYSTEM):
        Claim.objects.filter(participation=late).update(raised_on=later)

    world.do("commissioner/contract-manager", PublishLeagueTables())

    with acting_as(world.at("anchor/sub-manager")):
        row = LeagueRow.objects.get(
            position_id="anchor-place", window="all", group="", as_of=later
        )
    assert before.late == 0
    assert row.outcomes == before.outcomes + 2
    assert row.late == 1


def test_level_of_a_contract_year_is_published_with_whether_it_was_met(world):
    results(world)
    world.do("commissioner/contract-manager", PublishLeagueTables())

    with acting_as(world.at("prime/prime-manager")):
        found = {
            row.contract_id: (row.outcomes, row.referrals, row.level, row.is_met)
            for row in LeagueRow.objects.filter(window="contract-year-2", group="2")
        }
    assert found[world.contract.pk] == (5, 40, Decimal("0.27500"), False)
    assert found[world.other_contract.pk] == (20, 40, Decimal("0.27500"), True)


TERMS = {
    "first_day": TODAY + timedelta(days=10),
    "management_fee": Decimal("12.5"),
    "passed_down": ["job-outcome 85", "sustainment=90", "attachment 100"],
    "lag_months": 2,
}


def test_terms_bind_when_the_other_side_agrees(world):
    terms = world.do("prime/prime-manager", ProposeTerms(**TERMS), "anchor-place")

    with pytest.raises(Refusal, match="another person"):
        world.do("prime/prime-manager", AgreeTerms(), terms.pk)
    with pytest.raises(Refusal, match="own organisation"):
        world.do("prime/prime-manager#2", AgreeTerms(), terms.pk)
    with pytest.raises(NotFound):
        world.do("beacon/sub-manager", AgreeTerms(), terms.pk)
    world.do("anchor/sub-manager", AgreeTerms(), terms.pk)

    with acting_as(SYSTEM):
        found = rulebook_in_force().terms_in_force(
            world.contract.pk, "anchor-place", TODAY + timedelta(days=10)
        )
    assert found.management_fee == Decimal("0.125")
    assert found.passed_down["job-outcome"] == Decimal("0.85")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"passed_down": ["job-outcome lots"]}, "passed_down"),
        ({"passed_down": ["nonsense 80"]}, "passed_down"),
        ({"first_day": TODAY - timedelta(days=1)}, "first_day"),
        ({"reports_doubts": "agency"}, "reports_doubts"),
    ],
)
def test_terms_that_cannot_be_are_refused_by_field(world, changes, field):
    with pytest.raises(Refusal) as refused:
        world.do("prime/prime-manager", ProposeTerms(**TERMS | changes), "anchor-place")

    assert refused.value.unmet[0].field == field


def test_conscience_may_stand_in_terms_where_the_rulebook_lets_it(protective_world):
    terms = protective_world.do(
        "anchor/sub-manager",
        ProposeTerms(**TERMS, reports_doubts="agency"),
        "anchor-place",
    )

    assert terms.reports_doubts == "agency"


def test_place_goes_from_listed_to_ended(world):
    prime = "prime/prime-manager"
    world.do(
        prime,
        ListPlace(organisation="compass", tier="2", promised_yearly=30),
        world.contract.pk,
    )
    with acting_as(SYSTEM):
        place = Position.objects.get(contract=world.contract, organisation="compass")
    with pytest.raises(Refusal, match="agree the terms first"):
        world.do(prime, ContractPlace(), place)
    terms = world.do(prime, ProposeTerms(**TERMS), place)
    world.do("compass/sub-manager", AgreeTerms(), terms.pk)
    world.do(prime, ContractPlace(), place)
    world.do(prime, ActivatePlace(), place)
    change = world.do(
        prime,
        ProposeEnding(reason="Too few people need it.", last_day=TODAY),
        place,
    )
    with acting_as(SYSTEM):
        assert Position.objects.get(pk=place.pk).status == "active"
    world.do(
        "commissioner/contract-manager", ApproveEnding(why="A clear rationale."), change
    )

    with acting_as(SYSTEM):
        place = Position.objects.get(pk=place.pk)
        kinds = set(
            LogEvent.objects.filter(position=place.pk).values_list("kind", flat=True)
        )
    assert (place.status, place.ended_on) == ("ended", TODAY)
    assert {"offered", "accepted", "subcontract-ended"} <= kinds


def listed(world, **given):
    """Have the prime add a place; give whose it is."""
    answers = {"tier": "1", "promised_yearly": 30} | given
    world.do("prime/prime-manager", ListPlace(**answers), world.contract.pk)
    with acting_as(SYSTEM):
        return Position.objects.latest("since", "pk").organisation_id


def test_registered_organisation_is_added_by_its_name(world):
    world.do(
        "commissioner/contract-manager",
        RegisterOrganisation(name="Harbour Trust", kind="subcontractor"),
    )

    listed(world, called=" harbour  TRUST ")

    with acting_as(SYSTEM):
        place = Position.objects.get(organisation_id="harbour-trust")
    assert (place.contract_id, place.status) == (world.contract.pk, "listed")


def test_prime_chooses_among_the_organisations_that_it_sees(world):
    """Others are not in the list: it must know what they are called."""
    world.do(
        "commissioner/contract-manager",
        RegisterOrganisation(name="Harbour Trust", kind="subcontractor"),
    )
    prime = world.browser("prime/prime-manager")
    address = f"/do/list-place/{world.contract.pk}/"
    with acting_as(world.at("prime/prime-manager")):
        seen = list(
            Organisation.objects.filter(kind="subcontractor").values_list("name")
        )

    page = prime.get(address).content.decode()
    other_half = prime.post(
        address, {"called": "Harbour", "tier": "1", "promised_yearly": "3"}
    )

    assert seen
    assert all(name in page for (name,) in seen)
    assert "Harbour Trust" not in page
    assert other_half.status_code == 422
    assert "Harbour Trust" not in other_half.content.decode()


def test_organisation_that_is_not_found_is_refused_beside_its_question(world):
    for name in (
        "Harbour Trust",
        "Harbour  trust",
    ):  # one of them before there was a check
        with acting_as(SYSTEM):
            Organisation.objects.create(
                id=f"h-{len(name)}", name=name, kind="subcontractor"
            )
    for given, code, field in (
        ({"organisation": "nobody"}, "no-such-organisation", "organisation"),
        ({"called": "Nobody"}, "no-such-organisation", "called"),
        ({"called": "prime"}, "no-such-organisation", "called"),
        ({"called": "Harbour Trust"}, "several-organisations", "called"),
        ({}, "one-organisation", "organisation"),
        (
            {"organisation": "compass", "called": "Compass"},
            "one-organisation",
            "called",
        ),
    ):
        with pytest.raises(Refusal) as refused:
            listed(world, **given)
        (unmet,) = refused.value.unmet
        assert (unmet.code, unmet.field) == (code, field)
        assert unmet.remedy


def test_organisation_is_registered_once_and_by_the_contract_manager(world):
    act = RegisterOrganisation(name="Merlin Assessors", kind="assessor")
    manager = "commissioner/contract-manager"
    world.do(manager, act)

    with pytest.raises(Refusal, match="registered already"):
        world.do(manager, act)
    with pytest.raises(NotAllowed):
        world.do("prime/prime-manager", act)
    world.do(manager, RegisterOrganisation(name="Merlin Assessors", kind="auditor"))

    with acting_as(SYSTEM):
        kinds = Organisation.objects.filter(name="Merlin Assessors").values_list(
            "id", "kind"
        )
        assert set(kinds) == {
            ("merlin-assessors", "assessor"),
            ("merlin-assessors-2", "auditor"),
        }
        assert LogEvent.objects.filter(kind="organisation-registered").count() == 2


def test_reserves_are_for_the_places_own_eyes(world):
    world.do(
        "anchor/sub-finance",
        NoteOwnMoney(reserves=500_000, monthly_cost=100_000),
        "anchor-place",
    )

    for who in (
        "prime/prime-manager",
        "prime/prime-finance",
        "commissioner/contract-manager",
        "commissioner/assurance",
        "audit/auditor",
        "beacon/sub-manager",
    ):
        with acting_as(world.at(who)):
            assert not Prospect.objects.exists()
            assert not LogEvent.objects.filter(act="note-own-money").exists()
    with acting_as(world.at("anchor/sub-manager")):
        assert Prospect.objects.get().reserves == 500_000
    with pytest.raises(NotAllowed):
        world.do(
            "prime/prime-finance",
            NoteOwnMoney(reserves=0, monthly_cost=0),
            "anchor-place",
        )


def test_every_table_of_both_rooms_is_under_forced_security(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' "
            "AND (relname LIKE 'chain\\_%' OR relname LIKE 'fairness\\_%') "
            "AND NOT (relrowsecurity AND relforcerowsecurity)"
        )
        assert cursor.fetchall() == []


def test_position_cannot_jump_states_by_hand(world):
    with (
        acting_as(SYSTEM),
        pytest.raises(IntegrityError, match="may not go"),
        transaction.atomic(),
    ):
        Position.objects.filter(pk="anchor-place").update(status="listed")
