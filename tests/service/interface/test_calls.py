"""Calls: who may make them, what comes back, and what happens if they are repeated."""

from datetime import date

import pytest

from quasimarket.service.acting.act import ACTS
from quasimarket.service.interface import pace, reads
from quasimarket.service.interface.act_calls import plural
from quasimarket.service.interface.acts import EndApiKey
from quasimarket.service.log.models import LogEvent
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.models import ApiKey
from quasimarket.service.people.scope import acting_as
from tests.lib.calling import Caller, idempotency_key, make_key


TODAY = date(2013, 6, 13)
QUERY = {"code": "ineligible", "queried_on": "2013-06-14", "choice": "to wait"}


@pytest.fixture
def case(world):
    return world.participation(state="referred", referred=TODAY)


def problem_of(answer):
    assert answer["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == answer.status_code
    return said


def acknowledged(case):
    with acting_as(SYSTEM):
        return LogEvent.objects.filter(
            participation=case.pk, kind="acknowledged"
        ).count()


def test_a_call_without_a_key_is_refused(world):
    answer = Caller().get("/participations")
    assert problem_of(answer)["type"].endswith("no-key")
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "key", ["x", "qmk_1_2", "qmk_", "qmk_" + "a" * 10 + "_" + "b" * 43, "é"]
)
def test_a_call_with_an_invented_key_is_refused(world, key):
    assert Caller(key).get("/contracts").status_code == 401


def test_a_key_opens_no_longer_than_it_was_made_for(world):
    assert (
        Caller(make_key(world, "prime/prime-manager", days=0))
        .get("/contracts")
        .status_code
        == 401
    )


def test_a_key_that_was_ended_opens_nothing(world):
    key = make_key(world, "prime/prime-manager")
    with acting_as(SYSTEM):
        row = ApiKey.objects.get(prefix=key.split("_")[1])
    world.do("prime/prime-manager", EndApiKey(), row)
    assert Caller(key).get("/contracts").status_code == 401


def test_a_key_that_reads_cannot_write(call, case):
    caller = call("prime/prime-manager", may=["read"])
    assert caller.get(f"/participations/{case.reference}").status_code == 200
    assert problem_of(caller.acknowledge(case.reference))["type"].endswith("read-only")
    assert acknowledged(case) == 0


def test_a_key_acts_as_its_role_and_no_more(call, case):
    answer = call("prime/prime-finance").acknowledge(case.reference)
    assert problem_of(answer)["status"] == 403


def test_what_is_another_chains_is_not_there(call, case):
    for who in ("other-prime/prime-manager", "anchor/sub-manager"):
        caller = call(who)
        assert caller.get(f"/participations/{case.reference}").status_code == 404
        assert problem_of(caller.acknowledge(case.reference))["status"] == 404
        assert caller.get("/participations").json()["items"] == []


def test_an_act_is_done_by_a_call(call, case):
    answer = call("prime/prime-manager").acknowledge(case.reference)
    assert answer.status_code == 200, answer.content
    assert answer.json()["state"] == "acknowledged"
    assert acknowledged(case) == 1


def test_the_rules_refuse_with_a_code_and_a_remedy(call, case):
    caller = call("prime/prime-manager")
    caller.acknowledge(case.reference)
    said = problem_of(caller.acknowledge(case.reference))
    assert said["status"] == 409
    assert said["errors"][0]["code"] == "wrong-state"
    assert said["errors"][0]["remedy"]


def test_a_field_that_cannot_be_used_is_named(call, case):
    said = problem_of(call("prime/prime-manager").acknowledge(case.reference, "soon"))
    assert said["status"] == 422
    assert "acknowledged_on" in said["errors"][0]["field"]


@pytest.mark.parametrize("body", ["{", "", "[1, 2", '"\ud800"', "nonsense"])
def test_malformed_json_is_a_problem(call, case, body):
    path = f"/participations/{case.reference}/acknowledge-referral"
    said = problem_of(
        call("prime/prime-manager").post(path, body.encode("utf-8", "replace").decode())
    )
    assert said["status"] in (400, 422)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/", 404),
        ("/participations/x/y/z", 404),
        ("/participations/none/", 404),
        ("/participations?limit=0", 422),
        ("/participations?after=-1", 422),
        (f"/participations?after={2**70}", 422),
        ("/events?after=1;2", 422),
        ("/participations?updated_since=yesterday", 422),
        ("/statements/99/lines", 404),
        ("/claims/none", 404),
    ],
)
def test_an_address_that_leads_nowhere_is_a_problem(call, path, status):
    assert problem_of(call("prime/prime-manager").get(path))["status"] == status


def test_a_method_that_is_not_taken_is_a_problem(call):
    answer = call("prime/prime-manager").post("/contracts")
    assert problem_of(answer)["status"] == 405
    assert "GET" in answer["Allow"]


@pytest.mark.parametrize("path", ["/api/v2/contracts", "/api/", "/api/v1"])
def test_what_is_beside_the_interface_is_a_problem_as_well(world, path):
    assert problem_of(Caller().client.get(path))["status"] == 404


def test_a_null_letter_is_not_our_fault(call, case):
    answer = call("prime/prime-manager").get("/participations/a%00b")
    assert problem_of(answer)["status"] == 422


def test_a_demonstration_says_that_it_is_a_sandbox(call):
    assert call("prime/prime-manager").get("/contracts")["X-Quasimarket-Sandbox"]


def test_the_same_call_with_the_same_key_is_done_once(call, case):
    caller, key = call("prime/prime-manager"), idempotency_key()
    first = caller.acknowledge(case.reference, idempotency_key=key)
    second = caller.acknowledge(case.reference, idempotency_key=key)
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert first["ETag"] == second["ETag"]
    assert acknowledged(case) == 1


def test_the_same_key_for_another_call_is_refused(call, case):
    caller, key = call("prime/prime-manager"), idempotency_key()
    caller.acknowledge(case.reference, idempotency_key=key)
    said = problem_of(
        caller.acknowledge(case.reference, "2013-06-12", idempotency_key=key)
    )
    assert said["status"] == 409


def test_a_call_that_was_refused_may_be_made_again(call, case):
    caller, key = call("prime/prime-manager"), idempotency_key()
    refused = caller.acknowledge(case.reference, "2014-01-01", idempotency_key=key)
    assert refused.status_code == 422
    assert caller.acknowledge(case.reference, idempotency_key=key).status_code == 200


def test_two_organisations_may_use_the_same_idempotency_key(world, call, case):
    other = world.participation("compass-place", state="referred", referred=TODAY)
    for who, one in (
        ("prime/prime-manager", case),
        ("other-prime/prime-manager", other),
    ):
        answer = call(who).acknowledge(one.reference, idempotency_key="same")
        assert answer.status_code == 200


def test_a_change_on_top_of_what_was_not_seen_is_refused(call, case):
    caller = call("prime/prime-manager")
    seen = caller.get(f"/participations/{case.reference}")["ETag"]
    changed = caller.acknowledge(case.reference, if_match=seen)
    assert changed.status_code == 200
    assert changed["ETag"] != seen
    path = f"/participations/{case.reference}/query-referral"
    assert problem_of(caller.post(path, QUERY, if_match=seen))["status"] == 412
    assert caller.post(path, QUERY, if_match=changed["ETag"]).status_code == 200


def test_what_has_not_changed_is_not_sent_again(call, case):
    caller = call("prime/prime-manager")
    path = f"/participations/{case.reference}"
    tag = caller.get(path)["ETag"]
    again = caller.get(path, if_none_match=tag)
    assert (again.status_code, again.content) == (304, b"")


def test_a_key_that_calls_too_often_is_told_when_to_go_on(call, monkeypatch):
    monkeypatch.setattr(pace, "CALLS", 3)
    caller, other = call("prime/prime-manager"), call("prime/prime-manager")
    assert [caller.get("/contracts").status_code for _ in range(4)] == [200] * 3 + [429]
    answer = caller.get("/contracts")
    assert problem_of(answer)["status"] == 429
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert other.get("/contracts").status_code == 200


def test_money_and_law_are_for_people(call):
    schema = call("prime/prime-manager").get("/openapi.json").json()
    names = {one["operationId"] for path in schema["paths"].values()
             for one in path.values()}  # fmt: skip
    assert "acknowledge-referral" in names
    assert not names & {"change-bank-details", "approve-payment-run", "make-api-key"}


def test_a_key_is_never_written_to_a_log(call, case, caplog, monkeypatch):
    def fails(*given, **named):
        raise RuntimeError("with something private in it")

    monkeypatch.setattr(reads, "paged_news", fails)
    caller = call("prime/prime-manager")
    caplog.set_level(0)
    assert problem_of(caller.get("/participations"))["status"] == 500
    caller.acknowledge(case.reference)
    assert "RuntimeError" in caplog.text
    assert "private" not in caplog.text
    assert caller.headers["authorization"].split("_", 2)[-1] not in caplog.text
    with acting_as(SYSTEM):
        rows = str(list(LogEvent.objects.values()))
    assert caller.headers["authorization"].split("_", 2)[-1] not in rows


def test_what_the_database_forbids_is_not_our_fault(call):
    """A disclosure is a person's own: no system makes one for its organisation."""
    answer = call("anchor/sub-adviser").post(
        "/fairness/make-disclosure",
        {"about": "safety", "contract": "", "text": "Something here is unsafe"},
    )
    assert problem_of(answer)["status"] == 403


def test_things_are_called_by_their_plural_in_addresses():
    kinds = {one.on._meta.verbose_name for one in ACTS.values() if one.on}

    found = {one: plural(one) for one in kinds}

    odd = {one: many for one, many in found.items() if many != f"{one}s"}
    assert odd == {
        "material breach": "material breaches",
        "bank details": "bank details",
        "recovery": "recoveries",
        "terms": "terms",
    }
