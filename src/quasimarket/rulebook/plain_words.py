"""Numbers, days and lists as people say them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from quasimarket.core.dates import Month
from quasimarket.core.money import format_pounds
from quasimarket.rulebook.units import percent_text


MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def say_day(day: date) -> str:
    """Say a date: "1 April 2012"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def say_month(month: Month) -> str:
    """Say a month: "April 2012"."""
    return f"{MONTHS[month.month - 1]} {month.year}"


def say_money(pence: int) -> str:
    """Say an amount, without pence where there are none.

    >>> say_money(112850), say_money(120000)
    ('£1,128.50', '£1,200')
    """
    return format_pounds(pence).removesuffix(".00")


def say_share(share: Decimal) -> str:
    """Say a share from 0 to 1 as a per cent.

    >>> say_share(Decimal("0.055"))
    '5.5%'
    """
    return percent_text(share)


def say_number(number: Decimal) -> str:
    """Say a decimal without idle noughts."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def say_days(days: int) -> str:
    """Say a number of days, in weeks too where they are whole weeks.

    >>> say_days(182), say_days(1), say_days(365)
    ('26 weeks (182 days)', '1 day', '365 days')
    """
    weeks, left = divmod(days, 7)
    if weeks >= 2 and not left:
        return f"{weeks} weeks ({days} days)"
    return say_count(days, "day")


def say_count(count: int, what: str) -> str:
    """Say so many of something: "1 day", "2,000 days"."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def say_list(parts: Sequence[str], last: str = "and") -> str:
    """Say a list: "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"
