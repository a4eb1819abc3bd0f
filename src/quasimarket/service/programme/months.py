"""Who fixes what a month is paid by, one at a time."""

from django.db import connection


LOCK = 8_246_013


def hold_months() -> None:
    """Wait for whoever begins a payment run or agrees terms, and go before the next.

    Terms are then agreed before a run that reads them begins, or after it, when their
    month is refused. It is held until the transaction ends, and taken first by both:
    before the log, whose writers a beginning run waits for.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
