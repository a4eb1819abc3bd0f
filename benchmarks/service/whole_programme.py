"""Make the database of a whole programme: its log, and its claims as paid rows.

    python whole_programme.py --run FOLDER --until DAY

It works on the database of the environment, which `load.py --whole` gives it.
"""

import argparse
import sys
import time
from datetime import date
from pathlib import Path

import django


def main() -> None:
    """Load the run and what was paid; say on the way how long each took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--until", type=date.fromisoformat, required=True)
    given = parser.parse_args()
    django.setup()
    from loaded_money import load_money  # needs Django set up, as the next
    from loaded_run import load_run, paying_people

    from quasimarket.core.dates import Month
    from quasimarket.service.migrating import migrate

    migrate()
    _timed("log", lambda: load_run(given.run, until=given.until))
    preparer, approver = paying_people()
    month = Month.of(given.until)
    _timed("money", lambda: load_money(month.first_day, preparer.id, approver.id))
    _timed("vacuum", _vacuum)


def _timed(what, work) -> None:
    started = time.perf_counter()
    work()
    took = time.perf_counter() - started
    print(f"{what}: {took:.1f} s", file=sys.stderr, flush=True)


def _vacuum() -> None:
    """Do what the server does by itself in the months between."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    main()
