"""T20: what is said in confidence is nowhere for the prime, nor for one's own managers.

Everything that a provider can read is read before and after: every row of every table
that the database lets them see, and every page. Nothing may differ.
"""

import pytest
from django.db import connection
from django.urls import reverse

from quasimarket.service.acting.refusals import NotAllowed, NotFound
from quasimarket.service.fairness.acts.assessments import AnswerSurvey, OpenAssessment
from quasimarket.service.fairness.acts.complaints import RaiseComplaint
from quasimarket.service.fairness.acts.disclosures import (
    AddToDisclosure,
    CloseDisclosure,
    MakeDisclosure,
    TakeUpDisclosure,
)
from quasimarket.service.fairness.models import Disclosure
from quasimarket.service.fairness.views.hub import PAGES
from quasimarket.service.log.models import AccessEntry
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from tests.lib.fair_world import TODAY


OUTSIDERS = (
    "prime/prime-manager",
    "prime/prime-adviser#2",
    "prime/prime-finance",
    "other-prime/prime-manager",
    "anchor/sub-manager",
    "anchor/sub-finance",
    "beacon/sub-manager",
    "commissioner/contract-manager",
    "commissioner/policy",
    "commissioner/payment",
    "audit/auditor",
    "university/researcher",
)
DISCLOSE = MakeDisclosure(
    about="false-claims",
    contract="1",
    text="Job outcomes are claimed for people who never began.",
)
UNREADABLE = ("log_logblock", "log_logopen")


def tables():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid "
            "WHERE p.polname = 'scope' AND has_table_privilege(c.oid, 'SELECT')"
        )
        return sorted({name for (name,) in cursor.fetchall()})


def everything_seen(world, who):
    """Read every row that somebody may see, of every table, and the counts."""
    seen = {}
    with acting_as(world.at(who)), connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"SELECT to_jsonb(t) #>> '{{}}' FROM {table} t")
            rows = [row for (row,) in cursor.fetchall()]
            seen[table] = sorted(row for row in rows if row)
    return seen


def pages_seen(world, who):
    browser = world.browser(who)
    found = {}
    for name, *_ in PAGES:
        for query in ("", "?format=csv"):
            answer = browser.get(reverse(f"fairness:{name}") + query)
            text = b"".join(answer).decode()
            found[name + query] = (answer.status_code, without_tokens(text))
    return found


def without_tokens(text):
    return "\n".join(
        line for line in text.splitlines() if "csrfmiddlewaretoken" not in line
    )


@pytest.fixture
def disclosed(world):
    """Take a disclosure by a prime's own adviser through its whole course."""

    def go():
        one = world.do("prime/prime-adviser", DISCLOSE)
        world.do("commissioner/assurance", TakeUpDisclosure(), one)
        world.do("commissioner/assurance", AddToDisclosure(text="Since when?"), one)
        world.do("prime/prime-adviser", AddToDisclosure(text="Since May."), one)
        world.do(
            "commissioner/assurance",
            CloseDisclosure(found="substantiated", outcome="An audit is opened."),
            one,
        )
        return one

    return go


@pytest.mark.parametrize("who", OUTSIDERS)
def test_disclosure_changes_nothing_that_anybody_else_can_read(world, disclosed, who):
    sees_blocks = who in ("commissioner/contract-manager", "commissioner/payment",
                          "audit/auditor")  # fmt: skip
    before = everything_seen(world, who)

    disclosed()

    after = everything_seen(world, who)
    if sees_blocks:
        del before["log_logblock"], after["log_logblock"]
    assert after == before


@pytest.mark.parametrize("who", ["prime/prime-manager", "anchor/sub-manager"])
def test_disclosure_changes_no_page_of_a_provider(world, disclosed, who):
    before = pages_seen(world, who)

    one = disclosed()

    assert pages_seen(world, who) == before
    assert world.browser(who).get(one.get_absolute_url()).status_code == 404


def test_who_disclosed_and_assurance_read_it(world, disclosed):
    one = disclosed()

    for who in ("prime/prime-adviser", "commissioner/assurance"):
        page = world.browser(who).get(one.get_absolute_url())
        assert page.status_code == 200
        assert "never began" in page.content.decode()


def test_only_assurance_looks_into_it(world):
    one = world.do("anchor/sub-adviser", DISCLOSE)

    with pytest.raises(NotFound):
        world.do("prime/prime-manager", AddToDisclosure(text="Who?"), one)
    with pytest.raises(NotAllowed):
        world.do("anchor/sub-adviser", TakeUpDisclosure(), one)
    with acting_as(world.at("merlin/merlin-assessor")):
        assert not Disclosure.objects.exists()


def test_access_log_tells_nobodys_manager_who_disclosed(world):
    with acting_as(SYSTEM):
        for route, subject in (
            ("in-confidence/disclosures/", ""),
            ("do/<slug:act>/", "make-disclosure"),
            ("api/v1/disclosures", ""),
            ("requests/", ""),
        ):
            AccessEntry.objects.create(
                at=f"{TODAY}T09:00Z",
                actor_kind="user",
                actor=world.at("prime/prime-adviser").id,
                organisation=world.contract.prime_id,
                method="GET",
                route=route,
                subject=subject,
                status=200,
                milliseconds=1,
            )

    with acting_as(world.at("prime/prime-manager")):
        routes = list(AccessEntry.objects.values_list("route", flat=True))

    assert routes == ["requests/"]


def test_survey_answer_changes_nothing_for_the_prime(world):
    one = world.do("merlin/merlin-assessor", OpenAssessment(contract=world.contract.pk))
    before = everything_seen(world, "prime/prime-manager")

    world.do(
        "anchor/sub-manager",
        AnswerSurvey(design=1, commitment=1, conduct=1, review=1, comment="Afraid"),
        one,
    )

    assert everything_seen(world, "prime/prime-manager") == before


def test_confidential_complaint_changes_nothing_for_the_prime(protective_world):
    world = protective_world
    before = everything_seen(world, "prime/prime-manager")

    world.do(
        "anchor/sub-manager",
        RaiseComplaint(
            contract=world.contract.pk,
            principle="conduct",
            text="Referrals stopped without a word.",
            remedy="Send them.",
            in_confidence=True,
        ),
    )

    assert everything_seen(world, "prime/prime-manager") == before


@pytest.mark.parametrize(("answers", "published"), [(4, 0), (5, 4)])
def test_survey_is_published_only_of_five_answers_or_more(world, answers, published):
    one = world.do("merlin/merlin-assessor", OpenAssessment(contract=world.contract.pk))
    names = ("anchor", "beacon", "compass", "audit", "university")[:answers]
    with acting_as(SYSTEM), connection.cursor() as cursor:
        for name in names:
            cursor.execute(
                "INSERT INTO fairness_surveyanswer (assessment_id, organisation_id, "
                "scores, comment, by_id) VALUES (%s, %s, %s, '', %s)",
                [
                    one.pk,
                    name,
                    '{"conduct": 2, "review": 3, "commitment": 4, '
                    '"supply-chain-design": 1}',
                    world.at("anchor/sub-manager").id,
                ],
            )
        cursor.execute(
            "UPDATE fairness_assessment SET state = 'awarded' WHERE id = %s", [one.pk]
        )
    with acting_as(world.at("prime/prime-manager")), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM fairness_survey_means(%s)", [one.pk])
        assert len(cursor.fetchall()) == published
