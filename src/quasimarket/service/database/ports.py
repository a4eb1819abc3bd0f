"""Find a port of this machine that nobody listens on."""

import socket
from contextlib import closing


FIRST_PORT, PORTS = 15_432, 10_000
"""Below the ports that outgoing connections are given."""


def usual_port(number: int) -> int:
    """Give the same port for the same number, so that it is the same each time."""
    return FIRST_PORT + number % PORTS


def free_port(first: int) -> int:
    """Give a free port at or after the first, below those of outgoing connections."""
    for step in range(PORTS):
        port = FIRST_PORT + (first - FIRST_PORT + step) % PORTS
        if is_free(port):
            return port
    raise AssertionError("ten thousand ports were tried")


def is_free(port: int) -> bool:
    """Say whether a server could listen on the port."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
