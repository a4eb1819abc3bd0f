from datetime import date, timedelta

import pytest

from quasimarket.service.acting.refusals import NotAllowed, NotFound, Refusal
from quasimarket.service.fairness.acts.assessments import (
    AnswerSurvey,
    AwardStandard,
    OpenAssessment,
    RefuseStandard,
    ScorePrinciple,
)
from quasimarket.service.fairness.acts.breaches import (
    AcceptRemedy,
    ConfirmBreach,
    DeclareBreach,
    EndContract,
)
from quasimarket.service.fairness.acts.complaints import (
    AnswerComplaint,
    AppealDecision,
    CloseComplaint,
    DecideAppeal,
    DecideComplaint,
    FindCommercialMatter,
    FindMerlinMatter,
    RaiseComplaint,
    ReferToMerlin,
)
from quasimarket.service.fairness.flow import flow_around
from quasimarket.service.fairness.models import (
    Assessment,
    Complaint,
    MaterialBreach,
    SurveyAnswer,
)
from quasimarket.service.fairness.principles import PRINCIPLES
from quasimarket.service.log.models import LogEvent
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Contract, Programme
from tests.lib.fair_world import TODAY


WORDS = "Referrals stopped in March without a word of explanation."


def set_clock(day):
    with acting_as(SYSTEM):
        Programme.objects.update(today=day)


def complain(world, who="anchor/sub-manager", **changes):
    given = {
        "contract": world.contract.pk,
        "principle": "conduct",
        "text": WORDS,
        "remedy": "Send us what was promised.",
    }
    return world.do(who, RaiseComplaint(**given | changes))


def fresh(world, one):
    with acting_as(SYSTEM):
        return type(one).objects.get(pk=one.pk)


def decided(world, *, is_upheld=True):
    one = complain(world)
    world.do(
        "prime/prime-manager", AnswerComplaint(answer="We shared them out." * 2), one
    )
    world.do("anchor/sub-manager", ReferToMerlin(why="Nothing changed."), one)
    world.do("merlin/merlin-assessor", FindMerlinMatter(principle="conduct"), one)
    world.do(
        "merlin/merlin-assessor",
        DecideComplaint(is_upheld=is_upheld, finding="The promise was not kept."),
        one,
    )
    return one


def test_primes_own_procedure_comes_first_and_has_its_time(world):
    one = complain(world)

    with pytest.raises(Refusal, match="comes first"):
        world.do("anchor/sub-manager", ReferToMerlin(why="It is urgent."), one)
    set_clock(one.due + timedelta(days=1))
    world.do("anchor/sub-manager", ReferToMerlin(why="No answer came."), one)

    assert fresh(world, one).state == "with-merlin"


def test_examiner_is_not_who_decided_before(world):
    one = decided(world)
    world.do("prime/prime-manager", AppealDecision(why="We disagree with it."), one)
    verdict = DecideAppeal(is_upheld=True, finding="The decision was right.")

    with pytest.raises(Refusal, match="decided the stage before"):
        world.do("merlin/merlin-assessor#2", verdict, one)
    world.do("examiner/merlin-assessor", verdict, one)

    with acting_as(world.at("commissioner/contract-manager")):
        resolved = LogEvent.objects.get(kind="complaint-resolved")
    assert fresh(world, one).state == "closed"
    assert resolved.code == "upheld"


def test_decision_is_final_only_after_the_time_to_appeal(world):
    one = decided(world)

    with pytest.raises(Refusal, match="may appeal until"):
        world.do("merlin/merlin-assessor", CloseComplaint(), one)
    set_clock(fresh(world, one).due + timedelta(days=1))
    with pytest.raises(Refusal, match="time to appeal ended"):
        world.do("prime/prime-manager", AppealDecision(why="We disagree."), one)
    world.do("merlin/merlin-assessor", CloseComplaint(), one)

    assert fresh(world, one).state == "closed"


def test_commercial_matter_goes_back_to_the_contract(world):
    one = complain(world)
    set_clock(one.due + timedelta(days=1))
    world.do("anchor/sub-manager", ReferToMerlin(why="No answer came."), one)

    world.do(
        "merlin/merlin-assessor",
        FindCommercialMatter(finding="It is about the price alone."),
        one,
    )

    assert fresh(world, one).state == "commercial"


def test_prospective_partner_may_complain(world):
    one = complain(world, "compass/sub-manager", principle="supply-chain-design")

    assert one.position_id is None
    assert one.prime_id == world.contract.prime_id


def test_matter_before_a_court_is_not_mediated(world):
    with pytest.raises(Refusal, match="court"):
        complain(world, in_court=True)


def test_rulebook_says_whether_a_complaint_may_be_in_confidence(world):
    with pytest.raises(Refusal, match="begin every complaint with the prime"):
        complain(world, in_confidence=True)


def test_confidential_complaint_is_nowhere_for_the_prime(protective_world):
    world = protective_world

    one = complain(world, in_confidence=True)

    assert one.state == "with-merlin"
    for who in ("prime/prime-manager", "commissioner/contract-manager"):
        with acting_as(world.at(who)):
            assert not Complaint.objects.exists()
            assert not LogEvent.objects.filter(act="raise-complaint").exists()
    with acting_as(world.at("merlin/merlin-assessor")):
        assert LogEvent.objects.filter(kind="complained").exists()


DECLARE = {
    "ground": "The promise of referrals was not kept.",
    "must_do": "Keep to the promised flow.",
}


def test_breach_needs_an_upheld_complaint_and_two_people(world):
    one = decided(world)
    with pytest.raises(Refusal, match="no such complaint"):
        world.do(
            "commissioner/contract-manager",
            DeclareBreach(complaint=one.reference, **DECLARE),
            world.contract.pk,
        )
    set_clock(fresh(world, one).due + timedelta(days=1))
    world.do("merlin/merlin-assessor", CloseComplaint(), one)
    breach = world.do(
        "commissioner/contract-manager",
        DeclareBreach(complaint=one.reference, **DECLARE),
        world.contract.pk,
    )
    with acting_as(world.at("prime/prime-manager")):
        assert not MaterialBreach.objects.exists()
    with pytest.raises(Refusal, match="another person"):
        world.do("commissioner/contract-manager", ConfirmBreach(), breach)
    world.do("commissioner/assurance", ConfirmBreach(), breach)

    with acting_as(world.at("prime/prime-manager")):
        assert MaterialBreach.objects.get().state == "open"


def test_breach_not_put_right_ends_the_contract(world):
    breach = world.do(
        "commissioner/contract-manager", DeclareBreach(**DECLARE), world.contract.pk
    )
    world.do("commissioner/contract-manager#2", ConfirmBreach(), breach)
    end = EndContract(why="Nothing was done in all that time.")

    with pytest.raises(Refusal, match="The prime has until"):
        world.do("commissioner/contract-manager", end, breach)
    set_clock(TODAY + timedelta(days=60))
    world.do("commissioner/contract-manager", end, breach)

    with acting_as(SYSTEM):
        assert Contract.objects.get(pk=world.contract.pk).ended_on is not None
    with pytest.raises(Refusal):
        world.do("commissioner/assurance", AcceptRemedy(what="It is too late."), breach)


def assess(world):
    return world.do(
        "merlin/merlin-assessor", OpenAssessment(contract=world.contract.pk)
    )


def score(world, assessment, **scores):
    for principle in PRINCIPLES:
        world.do(
            "merlin/merlin-assessor",
            ScorePrinciple(
                principle=principle,
                score=scores.get(principle.replace("-", "_"), 70),
                evidence="Read the terms of five places.",
            ),
            assessment,
        )


def test_award_follows_from_the_scores(world):
    one = assess(world)
    award = AwardStandard(summary="It meets the standard.")

    with pytest.raises(Refusal, match="Not scored"):
        world.do("merlin/merlin-assessor", award, one)
    score(world, one, conduct=40)
    with pytest.raises(Refusal, match="lowest score is 40%"):
        world.do("merlin/merlin-assessor", award, one)
    world.do(
        "merlin/merlin-assessor",
        RefuseStandard(summary="Its demands are not fair."),
        one,
    )

    one = fresh(world, one)
    assert one.state == "not-awarded"
    assert one.again_on == date(2013, 12, 1)


def test_prime_sees_no_evidence_before_the_decision(world):
    one = assess(world)
    score(world, one)

    with acting_as(world.at("prime/prime-manager")):
        assert Assessment.objects.get().scores.count() == 0
    with pytest.raises(NotAllowed):
        world.do(
            "prime/prime-manager",
            ScorePrinciple(principle="conduct", score=99, evidence="We are fair." * 3),
            one,
        )


SURVEY = AnswerSurvey(design=2, commitment=3, conduct=1, review=2, comment="Afraid")


def test_survey_is_between_the_answerer_and_the_assessor(world):
    one = assess(world)

    world.do("anchor/sub-manager", SURVEY, one)

    for who in ("prime/prime-manager", "commissioner/assurance", "beacon/sub-manager"):
        with acting_as(world.at(who)):
            assert not SurveyAnswer.objects.exists()
    with acting_as(world.at("prime/prime-manager")):
        assert not LogEvent.objects.filter(act="answer-survey").exists()
    with acting_as(world.at("merlin/merlin-assessor")):
        assert SurveyAnswer.objects.get().comment == "Afraid"
    with pytest.raises(NotFound):
        world.do("compass/sub-manager", SURVEY, one)


def test_neighbour_of_another_contract_is_not_asked_to_answer_a_complaint(world):
    one = complain(world)

    with pytest.raises(NotFound):
        world.do(
            "other-prime/prime-manager",
            AnswerComplaint(answer="It is not about us at all."),
            one,
        )


@pytest.mark.parametrize(
    ("after", "reading"), [(0, "fell beyond chance"), (5, "as before")]
)
def test_flow_before_and_after_a_complaint_is_compared(world, after, reading):
    raised = date(2013, 1, 15)
    for months, to_anchor in ((-2, 5), (2, after)):
        for number in range(10):
            day = raised + timedelta(days=30 * months)
            for _ in range(2):
                world.participation(
                    "anchor-place" if number < to_anchor else "beacon-place",
                    state="referred",
                    referred=day,
                )
    one = complain(world)
    with acting_as(SYSTEM):
        Complaint.objects.filter(pk=one.pk).update(raised_on=raised)

    with acting_as(world.at("commissioner/assurance")):
        (row,) = flow_around(list(Complaint.objects.all()), 6)
    with acting_as(world.at("prime/prime-manager")):
        (hidden,) = flow_around(list(Complaint.objects.all()), 6)

    assert (row.before, row.before_of) == (10, 20)
    assert row.reading == reading
    assert hidden.before_of == 0
