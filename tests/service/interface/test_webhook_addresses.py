"""Where a webhook may lead, and what a worker that died leaves behind."""

import socket
from datetime import UTC, datetime, timedelta

import pytest

from quasimarket.service.acting.refusals import Refusal
from quasimarket.service.interface import webhooks
from quasimarket.service.interface.acts import AddWebhook
from quasimarket.service.interface.addresses import AddressRefused, looked_up
from quasimarket.service.interface.models import Webhook
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Programme


def found(*addresses):
    def look(host, port, **how):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
                for one in addresses]  # fmt: skip

    return look


@pytest.mark.parametrize(
    "addresses", [["10.1.2.3"], ["127.0.0.1"], ["93.184.215.14", "192.168.0.1"]]
)
def test_a_name_that_stands_for_a_private_address_is_refused(monkeypatch, addresses):
    monkeypatch.setattr(socket, "getaddrinfo", found(*addresses))
    with pytest.raises(AddressRefused):
        looked_up("https://example.org/", may_be_own=True)


def test_the_address_that_was_judged_is_the_one_that_is_called(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", found("93.184.215.14"))
    parts, ip, port = looked_up("https://example.org/x", may_be_own=False)
    assert (parts.hostname, ip, port) == ("example.org", "93.184.215.14", 443)


def test_ones_own_machine_is_told_in_a_demonstration_alone(world):
    with acting_as(SYSTEM):
        Programme.objects.update(is_demonstration=False)
    with pytest.raises(Refusal):
        world.do("prime/prime-manager", AddWebhook(address="http://127.0.0.1:8000/"))
    with pytest.raises(AddressRefused):
        looked_up("http://127.0.0.1:8000/", may_be_own=False)


def test_a_worker_that_died_lets_another_go_on(world):
    world.do("prime/prime-manager", AddWebhook(address="http://127.0.0.1:9/"))
    with acting_as(SYSTEM):
        Webhook.objects.update(next_try=datetime.now(UTC) + webhooks.LEASE)
    assert webhooks._due() == []
    with acting_as(SYSTEM):
        Webhook.objects.update(next_try=datetime.now(UTC) - timedelta(seconds=1))
    assert len(webhooks._due()) == 1
