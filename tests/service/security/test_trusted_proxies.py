"""From where a request comes is believed of a proxy that is named, and of nobody else.

T14: whoever could choose their address would be locked out of nothing, or could lock
others out.
"""

import pytest
from axes.helpers import get_client_ip_address
from django.core.cache import cache
from django.test import Client, RequestFactory, override_settings

from quasimarket.service.people.client_address import ClientAddress, networks
from quasimarket.service.people.roles import Role
from tests.lib.sign_ins import PASSWORD, make_person, make_programme


PROXY = "127.0.0.1"
OFFICE = "203.0.113.9"
ELSEWHERE = "198.51.100.7"


@pytest.mark.parametrize(
    ("trusted", "peer", "sent", "expected"),
    [
        ("", PROXY, OFFICE, PROXY),
        ("", ELSEWHERE, OFFICE, ELSEWHERE),
        (PROXY, PROXY, None, PROXY),
        (PROXY, PROXY, OFFICE, OFFICE),
        (PROXY, PROXY, f"{ELSEWHERE}, {OFFICE}", OFFICE),  # forged on the left
        (PROXY, ELSEWHERE, OFFICE, ELSEWHERE),  # it did not come by the proxy
        (f"{PROXY}, 10.0.0.0/8", PROXY, f"{OFFICE}, 10.1.2.3", OFFICE),
        (PROXY, PROXY, f"{OFFICE}, nonsense", PROXY),
        ("::1", "::1", "2001:db8::7", "2001:db8::7"),
    ],
)
def test_lock_knows_the_nearest_address_that_is_no_trusted_proxys(
    trusted, peer, sent, expected
):
    headers = {} if sent is None else {"X-Forwarded-For": sent}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer)

    with override_settings(TRUSTED_PROXIES=networks(trusted)):
        found = ClientAddress(get_client_ip_address)(request)

    assert found == expected


def test_network_that_is_none_is_refused():
    with pytest.raises(ValueError, match="proxy"):
        networks("proxy.example.org")


def tries(email, sender, password, times=1):
    for _ in range(times):
        answer = Client(REMOTE_ADDR=PROXY).post(
            "/accounts/login/",
            {"login": email, "password": password},
            headers={"X-Forwarded-For": sender},
        )
    return answer


def test_wrong_passwords_lock_where_they_came_from_alone(fresh_database):
    cache.clear()
    make_programme()
    person = make_person(Role.PAYMENT)

    with override_settings(TRUSTED_PROXIES=networks(PROXY)):
        locked = tries(person.email, f"1.1.1.1, {ELSEWHERE}", "not it at all", times=6)
        forged = tries(person.email, f"2.2.2.2, {ELSEWHERE}", PASSWORD)
        own = tries(person.email, OFFICE, PASSWORD)

    assert locked.status_code == 429
    assert forged.status_code == 429
    assert own.status_code == 302
