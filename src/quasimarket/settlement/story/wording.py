"""How a payment story says days, months, counts and reasons in plain English."""

from calendar import month_name
from collections.abc import Mapping
from datetime import date

from quasimarket.core.dates import Month


WHY_NOT_PAID: Mapping[str, str] = {
    "rejected": (
        "its claim was rejected. It is paid once it is claimed again and accepted, or "
        "the rejection is lifted by a validation."
    ),
    "unclaimed": "nobody has claimed it. It is paid once it is claimed.",
    "awaiting-validation": (
        "its claim has not been validated. It is paid once it is validated."
    ),
    "earlier-number-unclaimed": (
        "an earlier one of its kind has not been accepted, and they are paid in order. "
        "It is paid once every earlier one is claimed and accepted."
    ),
    "awaiting-outcome": (
        "what it follows has not been accepted. It is paid once that is claimed and "
        "accepted."
    ),
    "held-until-claimable": (
        "it may not be paid yet. Nothing need be done: it is paid when its day comes."
    ),
}
WHY_REFUSED: Mapping[str, str] = {
    "not-reached": "it has not been reached. The claim takes effect if it ever is.",
    "never-attached": (
        "the participant was never attached, and without an attachment nothing is "
        "earned. It is looked at again if an attachment is reported."
    ),
    "no-participation": (
        "no referral of this participant stands. It is looked at again if one is "
        "reported."
    ),
}


def in_words(day: date) -> str:
    """Write a day.

    >>> in_words(date(2011, 7, 4))
    '4 July 2011'
    """
    return f"{day.day} {month_name[day.month]} {day.year}"


def month_in_words(month: Month) -> str:
    """Write a month.

    >>> month_in_words(Month(2011, 7))
    'July 2011'
    """
    return f"{month_name[month.month]} {month.year}"


def ordinal(number: int) -> str:
    """Write a place in a row.

    >>> [ordinal(number) for number in (1, 12, 22, 91, 113)]
    ['1st', '12th', '22nd', '91st', '113th']
    """
    endings = {1: "st", 2: "nd", 3: "rd"}
    is_teen = number % 100 in (11, 12, 13)
    return f"{number}{'th' if is_teen else endings.get(number % 10, 'th')}"


def counted(number: int, thing: str) -> str:
    """Write a count of things.

    >>> counted(1, "day"), counted(91, "day")
    ('1 day', '91 days')
    """
    return f"{number} {thing}" if number == 1 else f"{number:,} {thing}s"
