"""The service's PostgreSQL: found, made, started, kept, and proved.

A server that is given by URL, else one of our own from the machine's programs, else
from those of a wheel.
"""

from quasimarket.service.database.connections import Connections
from quasimarket.service.database.server import (
    Status,
    ensure_database,
    remove,
    status,
    stop,
)


__all__ = ["Connections", "Status", "ensure_database", "remove", "status", "stop"]
