"""T11, T12: names and numbers are in no log, queue or address; markup stays text."""

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils.html import escape

from quasimarket.service.acting.act import ACTS
from quasimarket.service.acting.performing import perform
from quasimarket.service.acting.refusals import Refused
from quasimarket.service.participation.models import Person
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from tests.lib.fair_world import build_world
from tests.lib.participation_acts import SOUND
from tests.service.security.matrix import ask


NAME = "Zyxwv"
NUMBER = "ZX987654C"
SEEDS = (NAME, NUMBER, "0300 123", "@example.org", "496 0999")
PLACES = (
    "log_logevent",
    "log_accessentry",
    "procrastinate_jobs",
    "procrastinate_events",
)
PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "{{ 7|add:7 }}{% debug %}",
    "<a href=javascript:alert(1)>x</a>",
)
RAW = ("<script>alert", "<img src=x", "<svg/onload", "<a href=javascript")
DOERS = ("prime/prime-manager", "prime/prime-adviser", "commissioner/contract-manager",
         "commissioner/decision-maker", "commissioner/assurance")  # fmt: skip


@pytest.fixture
def world(db, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    return build_world()


def somebody(world, **fields):
    return world.participation(
        "anchor-place", telephone="0113 496 0999", email=f"{NAME}@example.org", **fields
    )


LAST = ("complete", "cancel-referral", "move-contract", "transfer", "restrict-case",
        "lift-restriction")  # fmt: skip
"""After these there is less to do."""


def do_what_can_be_done(world, case):
    done = set()
    for name in [*(one for one in SOUND if one not in LAST), *LAST]:
        make = SOUND[name]
        for who in DOERS:
            if world.at(who).role not in ACTS[name].by:
                continue
            try:
                with transaction.atomic():
                    perform(make(case, world), world.at(who), case.reference)
            except Refused:
                continue
            done.add(name)
            break
    return done


def test_no_act_writes_a_name_into_log_or_queue(world):
    case = somebody(world)
    early = world.participation("anchor-place", state="referred")
    with acting_as(SYSTEM):
        Person.objects.filter(pk__in=[case.person_id]).update(
            name=f"Ann {NAME}", national_insurance=NUMBER
        )

    done = do_what_can_be_done(world, case) | do_what_can_be_done(world, early)
    browser = world.browser("anchor/sub-adviser")
    browser.post("/cases/find/", {"text": NAME})
    browser.get(f"/cases/{case.reference}/?{NAME}")

    assert len(done) >= 12, sorted(done)
    with acting_as(SYSTEM), connection.cursor() as cursor:
        for table in PLACES:
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t")
            text = "\n".join(row for (row,) in cursor.fetchall())
            assert [seed for seed in SEEDS if seed in text] == [], table


def test_search_goes_by_post_so_that_no_address_holds_a_name(world):
    somebody(world)
    browser = world.browser("anchor/sub-adviser")

    answer = ask(browser, "GET", f"/cases/find/?text={NAME}")

    assert f'value="{NAME}"' not in answer.text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markup_that_was_typed_is_shown_as_text(guarded, payload):
    case = guarded.things["case"].row
    with acting_as(SYSTEM), connection.cursor() as cursor:
        Person.objects.filter(pk=case.person_id).update(
            name=payload, address=payload, needs=payload
        )
        for table, columns in (
            ("fairness_complaint", ("text", "remedy", "answer")),
            ("fairness_directive", ("text", "reason", "clause")),
            ("fairness_informationrequest", ("purpose", "question")),
            ("fairness_disclosure", ("text", "outcome")),
            ("participation_calloff", ("need", "answer")),
            ("chain_improvementplan", ("reason", "may_lose")),
            ("payments_recovery", ("why",)),
            ("people_organisation", ("name",)),
        ):
            values = ", ".join(f"{name} = %s" for name in columns)
            cursor.execute(f"UPDATE {table} SET {values}", [payload] * len(columns))
    pages = {
        "anchor/sub-manager": (
            f"/cases/{case.reference}/", "/cases/", "/complaints/complaint-1/",
            "/directives/directive-1/", "/requests/request-1/", "/plans/plan-1/",
            "/notices/notice-1/", "/chain/", "/do/contest-directive/directive-1/",
        ),
        "commissioner/assurance": (
            f"/cases/{case.reference}/held/",
            "/in-confidence/disclosures/disclosure-1/",
            "/recoveries/recovery-1/", "/complaints/", "/asked/",
        ),
        "participants/participant": ("/my-record/",),
    }  # fmt: skip
    shown = 0
    for who, addresses in pages.items():
        browser = guarded.browser(who)
        for address in addresses:
            answer = ask(browser, "GET", address)
            assert answer.status == 200, (who, address)
            assert [one for one in RAW if one in answer.text] == [], address
            shown += escape(payload) in answer.text
    assert shown >= 3
