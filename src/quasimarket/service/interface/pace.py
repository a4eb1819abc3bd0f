"""How often a key may call: counted in the database, for all workers together."""

from django.db import connection

from quasimarket.service.acting.refusals import Refused


CALLS = 600
SECONDS = 60


class TooMany(Refused):
    """The key has called too often."""

    def __init__(self, seconds: int) -> None:
        """Keep how long to wait."""
        self.seconds = seconds
        super().__init__(f"wait {seconds} seconds")


def keep_pace() -> None:
    """Count a call of the key in whose scope this runs.

    Raises:
        TooMany: it has made as many as it may.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT interface_count_call(%s, %s)", [CALLS, SECONDS])
        wait = int(cursor.fetchone()[0])
    if wait:
        raise TooMany(wait)
