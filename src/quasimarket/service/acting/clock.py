"""What time it is on the programme's own clock."""

from datetime import UTC, date, datetime, time

from quasimarket.service.programme.rules import programme


def now() -> datetime:
    """Give the time; a demonstration's clock stands at noon of its own day."""
    row = programme()
    if row.today is not None:
        return datetime.combine(row.today, time(12), UTC)
    return datetime.now(UTC)


def today() -> date:
    """Give the day."""
    return now().date()
