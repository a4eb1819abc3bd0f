"""Let one transaction take longer than a page's may."""

from django.db import connection


def allow_long_work() -> None:
    """Lift the limits on the open transaction: on a statement, and between two.

    They keep pages quick; what works on everybody's records at once needs more, and
    settles them between one statement and the next. Rows that were just written have no
    statistics, from which the planner would loop over all for each, or walk the whole
    log in the order of an index: it is to hash.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute("SET LOCAL enable_mergejoin = off")
