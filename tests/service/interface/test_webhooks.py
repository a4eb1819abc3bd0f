"""Webhooks: signed, of one's own chain alone, at least once, and not for ever."""

import hashlib
import hmac
import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from quasimarket.service.acting.refusals import Refusal
from quasimarket.service.interface.acts import AddWebhook, EndWebhook, ResumeWebhook
from quasimarket.service.interface.kinds import KINDS
from quasimarket.service.interface.models import Webhook
from quasimarket.service.interface.webhooks import SIGNATURE, deliver_all
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.models import User
from quasimarket.service.people.scope import acting_as
from tests.lib.calling import NOON
from tests.lib.fair_world import build_world
from tests.lib.paid_world import write


class Receiver(HTTPServer):
    """Somebody else's system."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.messages = []
        self.status = 200
        self.thread = threading.Thread(target=self.serve_forever, daemon=True)
        self.thread.start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}/hook?from=us"

    @property
    def kinds(self):
        return [one["kind"] for _, body in self.messages
                for one in json.loads(body)["events"]]  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.messages.append((self.headers[SIGNATURE], body))
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *about):
        pass


@pytest.fixture
def receiver():
    server = Receiver()
    yield server
    server.shutdown()
    server.server_close()
    server.thread.join()


@pytest.fixture
def committed(fresh_database):
    """Give a world in a database to commit to: blocks are sealed by commits alone."""
    return build_world()


def hook(world, receiver, who="prime/prime-manager", kinds=""):
    made = world.do(who, AddWebhook(address=receiver.address, kinds=kinds))
    return made["reference"], made["secret"]


def row_of(reference):
    with acting_as(SYSTEM):
        return Webhook.objects.select_related("key").get(reference=reference)


def try_again(reference):
    with acting_as(SYSTEM):
        Webhook.objects.filter(reference=reference).update(next_try=None)
    return deliver_all()


def test_what_happens_in_the_chain_is_told_signed_and_once(committed, receiver):
    _, secret = hook(committed, receiver)
    case = committed.participation("anchor-place")
    write(case, ("attached", NOON.date(), {}))
    assert deliver_all() == 1
    assert deliver_all() == 0
    [(signature, body)] = receiver.messages
    at, given = (part.split("=")[1] for part in signature.split(","))
    wanted = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
    assert given == wanted.hexdigest()
    assert abs(int(at) - datetime.now(UTC).timestamp()) < 60
    [event] = [one for one in json.loads(body)["events"] if one["kind"] == "attached"]
    assert event["participant"] == case.reference


def test_another_chain_and_a_restricted_case_are_not_told(committed, receiver):
    hook(committed, receiver, "anchor/sub-manager", "attached")
    mine = committed.participation("anchor-place")
    restricted = committed.participation("anchor-place")
    with acting_as(SYSTEM):
        restricted.restricted_to = [committed.at("anchor/sub-manager").id]
        restricted.save()
    for case in (
        committed.participation("beacon-place"),
        committed.participation("compass-place"),
        restricted,
        mine,
    ):
        write(case, ("attached", NOON.date(), {}))
    deliver_all()
    assert receiver.kinds == ["attached"]
    assert mine.reference in receiver.messages[0][1].decode()


@pytest.mark.parametrize(
    "kinds",
    ["Job started", "job-started; attached", "x" * 41, "attached, job-startd"],
)
def test_what_no_kind_can_be_called_is_refused_at_its_field(committed, receiver, kinds):
    with pytest.raises(Refusal) as refused:
        hook(committed, receiver, kinds=kinds)

    unmet = refused.value.unmet[0]
    assert (unmet.code, unmet.field) == ("kind-refused", "kinds")
    assert "called attached" not in unmet.message
    assert all(f" {one}" in unmet.remedy for one in ("job-started", *KINDS))
    if "job-startd" in kinds:
        assert unmet.remedy.startswith("Perhaps job-started")


def test_only_the_kinds_that_were_asked_for_are_told(committed, receiver):
    reference, _ = hook(committed, receiver, kinds="job-started, job-ended")
    case = committed.participation("anchor-place")
    write(case, ("attached", NOON.date(), {}))
    assert deliver_all() == 0
    assert row_of(reference).after != "0.0"
    write(case, ("job-started", NOON.date(), {"spell": "j"}))
    deliver_all()
    assert receiver.kinds == ["job-started"]


@pytest.mark.parametrize("status", [500, 404, 302])
def test_a_message_that_was_not_taken_is_sent_again(committed, receiver, status):
    reference, _ = hook(committed, receiver, kinds="attached")
    write(committed.participation("anchor-place"), ("attached", NOON.date(), {}))
    receiver.status = status
    assert deliver_all() == 0
    row = row_of(reference)
    assert (row.failures, row.last_outcome) == (1, f"answered {status}")
    assert row.next_try > datetime.now(UTC)
    assert deliver_all() == 0  # not yet
    receiver.status = 204
    assert try_again(reference) == 1
    assert receiver.messages[0][1] == receiver.messages[1][1]
    assert row_of(reference).failures == 0


def test_after_ten_failures_it_is_paused_until_it_is_resumed(committed, receiver):
    reference, _ = hook(committed, receiver, kinds="attached")
    write(committed.participation("anchor-place"), ("attached", NOON.date(), {}))
    receiver.status = 500
    for _ in range(12):
        try_again(reference)
    assert len(receiver.messages) == 10
    assert row_of(reference).is_paused
    receiver.status = 200
    committed.do("prime/prime-manager", ResumeWebhook(), reference)
    assert deliver_all() == 1


def test_it_ends_with_its_key_and_with_who_made_it(committed, receiver):
    first, _ = hook(committed, receiver)
    second, _ = hook(committed, receiver, "anchor/sub-manager")
    committed.do("prime/prime-manager", EndWebhook(), first)
    with acting_as(SYSTEM):
        User.objects.filter(pk=committed.at("anchor/sub-manager").id).update(
            is_active=False
        )
    write(committed.participation("anchor-place"), ("attached", NOON.date(), {}))
    deliver_all()
    assert receiver.messages == []
    assert row_of(second).is_paused


def test_a_commit_that_comes_late_is_not_missed(committed, receiver):
    """The first event's id is drawn before the second's, and seen after it."""
    hook(committed, receiver, kinds="attached")
    early, late = (committed.participation("anchor-place") for _ in range(2))
    drawn, may_commit = threading.Event(), threading.Event()

    def slow():
        from django.db import connections, transaction

        with transaction.atomic():
            write(early, ("attached", NOON.date(), {}))
            drawn.set()
            may_commit.wait(30)
        connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    assert drawn.wait(30)
    write(late, ("attached", NOON.date(), {}))
    deliver_all()
    told = receiver.messages[-1][1].decode()
    may_commit.set()
    thread.join()
    deliver_all()
    assert (late.reference in told, early.reference in told) == (True, False)
    assert early.reference in receiver.messages[-1][1].decode()
