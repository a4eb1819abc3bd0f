"""Where messages may be sent: the public internet, and never this machine's own net.

Whoever could choose any address could have the service call what only the service can
reach. A name is looked up once, every address it stands for is judged, and the message
goes to the one that was judged, so that a second look-up cannot lead elsewhere.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from quasimarket.service.programme.models import Programme


OWN = "127.0.0.1"
HTTPS_PORT = 443
FREE_PORTS = 1024
"""Below stand other services than the web's."""
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv4 addresses as a translating network writes them."""


class AddressRefused(Exception):
    """A message may not be sent there."""


def fault_of(address: str) -> str:
    """Say what is wrong with an address, without looking its name up; blank if not."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return "It is not an address."
    host = parts.hostname or ""
    if host == OWN and is_trial():
        return ""
    if parts.scheme != "https":
        return "The address does not begin with https://."
    if parts.username or parts.password:
        return "The address has a name or password in it."
    if port not in (None, HTTPS_PORT) and port < FREE_PORTS:
        return f"Port {port} is not the web's."
    if ("." not in host and ":" not in host) or host.endswith((".local", ".internal")):
        return "The address is of a private network."
    try:
        found = ip_address(host)
    except ValueError:
        return ""
    return "" if is_public(found) else "The address is of a private network."


def is_trial() -> bool:
    """Say whether this is a demonstration: there one's own machine may be told."""
    return Programme.objects.filter(id=1, is_demonstration=True).exists()


def is_public(found: IPv4Address | IPv6Address) -> bool:
    """Say whether an address is on the public internet, by whatever name it goes."""
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if inner is not None:
            return is_public(inner)
        if found.teredo is not None or found in _TRANSLATED:
            return False
    return found.is_global and not found.is_multicast


def looked_up(address: str, *, may_be_own: bool) -> tuple[SplitResult, str, int]:
    """Look an address's name up; give its parts, the IP address and the port.

    Raises:
        AddressRefused: it stands, or stands also, for an address that is not public.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    port = parts.port or (HTTPS_PORT if parts.scheme == "https" else 80)
    if host == OWN and may_be_own:
        return parts, host, port
    if parts.scheme != "https":
        raise AddressRefused("not https")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise AddressRefused("the name is not known") from error
    for one in found:
        if not is_public(ip_address(str(one[4][0]).partition("%")[0])):
            raise AddressRefused("the name stands for a private address")
    return parts, str(found[0][4][0]), port
