"""From where a request comes, when a proxy that is trusted passed it on.

Locks on wrong passwords go by address and sign-in: behind a proxy everybody has the
proxy's, unless it is believed about whom it passes on.
"""

from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse


Networks = Sequence[IPv4Network | IPv6Network]
HEADER = "HTTP_X_FORWARDED_FOR"


def networks(text: str) -> Networks:
    """Read addresses and networks parted by commas: "127.0.0.1, 10.0.0.0/8".

    Raises:
        ValueError: one is neither.
    """
    return tuple(ip_network(one.strip()) for one in text.split(",") if one.strip())


def client_of(peer: str, passed_on: str, trusted: Networks) -> str:
    """Give the nearest address that no trusted proxy has.

    Each proxy adds, on the right, whom it got the request from. What stands further
    left than the first that is not trusted may have been made up by a caller.

    >>> client_of("127.0.0.1", "1.1.1.1, 203.0.113.9", networks("127.0.0.1"))
    '203.0.113.9'
    """
    nearest = peer
    for one in (peer, *reversed(passed_on.split(","))):
        try:
            address = ip_address(one.strip())
        except ValueError:
            return nearest
        nearest = str(address)
        if not any(address in network for network in trusted):
            return nearest
    return nearest


class ClientAddress:
    """Put the client's address in the place of a trusted proxy's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on with the address of who asks."""
        trusted: Networks = settings.TRUSTED_PROXIES
        if trusted and HEADER in request.META:
            request.META["REMOTE_ADDR"] = client_of(
                request.META.get("REMOTE_ADDR", ""), request.META[HEADER], trusted
            )
        return self.get_response(request)
