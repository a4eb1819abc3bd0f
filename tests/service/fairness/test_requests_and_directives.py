from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, transaction

from quasimarket.service.acting.refusals import NotAllowed, NotFound, Refusal
from quasimarket.service.fairness.acts.directives import (
    AcceptDirective,
    ContestDirective,
    IssueDirective,
    LetDirectiveStand,
    NegotiateDirective,
    SetDirectiveAside,
)
from quasimarket.service.fairness.acts.requests import (
    AnswerRequest,
    AskForInformation,
    AskPrimeForInformation,
    ContestRequest,
    FindRequestUnfair,
)
from quasimarket.service.fairness.models import Directive, InformationRequest
from quasimarket.service.fairness.tally import request_tally, tally_by_asker
from quasimarket.service.log.models import LogEvent
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Programme
from tests.lib.fair_world import TODAY


PURPOSE = "To see how the month went."


def asking(**changes):
    given = {
        "topic": "staffing",
        "month": "2013-05",
        "purpose": PURPOSE,
        "effort_hours": 2,
        "due": TODAY + timedelta(days=14),
    }
    return AskForInformation(**given | changes)


def ask(world, who="prime/prime-manager", **changes):
    return world.do(who, asking(**changes), "anchor-place")


def tally(world, who="anchor/sub-manager"):
    with acting_as(world.at(who)):
        found = {one.asker: one for one in tally_by_asker(request_tally(TODAY))}
    return found.get(world.contract.prime_id)


def test_what_the_service_holds_is_answered_at_once(world):
    for _ in range(3):
        world.participation("anchor-place")
    world.participation("beacon-place")

    request = ask(world, topic="caseload", month="")

    assert (request.state, request.answered_from) == ("answered", "service")
    assert request.answer == "group 2: 3"


def test_answer_is_given_once_and_offered_to_the_next_asker(world):
    first = ask(world)
    world.do(
        "anchor/sub-manager",
        AnswerRequest(answer="Four advisers", spent_hours=3),
        first,
    )

    again = ask(world, who="commissioner/contract-manager")

    assert (again.state, again.answered_from) == ("answered", "earlier")
    assert again.answer == "Four advisers"
    assert ask(world, month="2013-04").state == "asked"


def test_asker_cannot_answer_and_neighbours_see_nothing(world):
    request = ask(world)

    with pytest.raises(NotAllowed):
        world.do(
            "prime/prime-manager", AnswerRequest(answer="x", spent_hours=0), request
        )
    with pytest.raises(NotFound):
        world.do(
            "beacon/sub-manager", AnswerRequest(answer="x", spent_hours=0), request
        )


def test_prime_does_not_see_what_the_commissioner_asks_its_places(world):
    request = ask(world, who="commissioner/contract-manager")

    with acting_as(world.at("prime/prime-manager")):
        assert not InformationRequest.objects.filter(pk=request.pk).exists()
        assert not LogEvent.objects.filter(kind="information-requested").exists()
    with acting_as(world.at("anchor/sub-manager")):
        assert InformationRequest.objects.filter(pk=request.pk).exists()
        assert LogEvent.objects.filter(kind="information-requested").exists()


def test_marks_stand_in_a_tally_that_the_whole_chain_sees(world):
    ask(world, due=TODAY + timedelta(days=3))
    contested = ask(world, month="2013-04")
    world.do(
        "anchor/sub-manager",
        ContestRequest(objection="You have it from our last review."),
        contested,
    )
    world.do(
        "commissioner/contract-manager",
        FindRequestUnfair(ruling="It was given at the review."),
        contested,
    )

    for who in ("anchor/sub-manager", "beacon/sub-manager", "prime/prime-manager"):
        row = tally(world, who)
        assert (row.requests, row.short_notice, row.unreasonable) == (2, 1, 1)
    assert tally(world, "compass/sub-manager") is None


def test_request_past_its_day_counts_against_the_asker(world):
    ask(world, due=TODAY + timedelta(days=14))
    with acting_as(SYSTEM):
        Programme.objects.update(today=TODAY + timedelta(days=20))

    with acting_as(world.at("anchor/sub-manager")):
        (row,) = request_tally(TODAY + timedelta(days=20))

    assert row.overdue == 1


def test_full_tally_doubles_the_notice_that_must_be_given(world):
    for month in ("2013-01", "2013-02", "2013-03"):
        ask(world, month=month, due=TODAY + timedelta(days=3))

    with pytest.raises(Refusal, match="short notice") as refused:
        ask(world, month="2013-04", due=TODAY + timedelta(days=12))

    assert refused.value.unmet[0].field == "due"
    assert "28 June 2013" in refused.value.unmet[0].remedy
    assert ask(world, month="2013-04", due=date(2013, 6, 28)).state == "asked"


def test_whoever_asked_does_not_rule_on_it(world):
    request = world.do(
        "commissioner/contract-manager",
        AskPrimeForInformation(**asking().model_dump()),
        world.contract.pk,
    )
    world.do(
        "prime/prime-manager", ContestRequest(objection="It is far too much."), request
    )

    with pytest.raises(Refusal, match="another person"):
        world.do(
            "commissioner/contract-manager",
            FindRequestUnfair(ruling="I take that to be right."),
            request,
        )


def directive(world):
    return world.do(
        "prime/prime-manager",
        IssueDirective(
            practice="in_work_support",
            text="Ring people in work on day 28, not before.",
            why="The payment falls due on that day.",
            holds_from=TODAY + timedelta(days=30),
        ),
        "anchor-place",
    )


CONTEST = ContestDirective(
    clause="7.2 Delivery", argument="The place decides how it supports people."
)


def test_contested_directive_waits_for_the_commissioner(world):
    one = directive(world)
    world.do(
        "anchor/sub-manager", NegotiateDirective(proposal="Day 14 and day 28"), one
    )
    world.do("anchor/sub-manager", CONTEST, one)

    with pytest.raises(NotAllowed):
        world.do(
            "prime/prime-manager",
            LetDirectiveStand(decision="It is our contract too."),
            one,
        )
    world.do(
        "commissioner/contract-manager",
        SetDirectiveAside(decision="Clause 7.2 leaves it to the place."),
        one,
    )

    with acting_as(world.at("prime/prime-manager")):
        one = Directive.objects.get(pk=one.pk)
        steps = list(one.steps.values_list("act", flat=True))
        codes = list(
            LogEvent.objects.filter(kind__startswith="directive")
            .order_by("pk")
            .values_list("kind", "code")
        )
    assert one.state == "set-aside"
    assert steps == [
        "issue-directive",
        "negotiate-directive",
        "contest-directive",
        "set-directive-aside",
    ]
    assert codes == [
        ("directive-issued", "in_work_support"),
        ("directive-answered", "compromise:bargain"),
        ("directive-answered", "defy:appeal-to-contract"),
        ("directive-contested", "defy:appeal-to-contract"),
        ("directive-withdrawn", "defy:appeal-to-contract"),
    ]


def test_rulebook_that_protects_the_black_box_decides_at_once(protective_world):
    world = protective_world
    one = directive(world)

    world.do("anchor/sub-manager", CONTEST, one)

    with acting_as(SYSTEM):
        assert Directive.objects.get(pk=one.pk).state == "set-aside"


def test_history_of_a_directive_cannot_be_changed(world):
    one = directive(world)
    world.do("anchor/sub-manager", AcceptDirective(), one)

    with (
        acting_as(SYSTEM),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
    ):
        one.steps.update(text="Nothing was said")


def test_prime_directs_its_own_chain_alone(world):
    with pytest.raises(NotFound):
        world.do(
            "other-prime/prime-manager",
            IssueDirective(
                practice="caseload",
                text="Two hundred people each.",
                why="Because it is cheaper.",
                holds_from=TODAY + timedelta(days=30),
            ),
            "anchor-place",
        )
