"""How a value is written for people: dates in words, money in pounds, yes and no."""

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.timezone import is_aware, localtime
from django.utils.translation import gettext as _

from quasimarket.core.money import format_pounds


NOTHING = "–"


def shown(value: object) -> str:
    """Write a value for people; markup is left to the caller.

    >>> shown(12500)
    '12,500'
    """
    match value:
        case None | "":
            return NOTHING
        case bool():
            return _("Yes") if value else _("No")
        case int():
            return f"{value:,}"
        case datetime():
            return shown_time(value)
        case date():
            return date_format(value, "j F Y")
        case _:
            return str(value)


def shown_shortly(value: object) -> str:
    """Write a value for a cell of a table, where a month is three letters.

    >>> shown_shortly(True)
    'Yes'
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        return date_format(value, "j M Y")
    return shown(value)


def shown_month(month: object) -> str:
    """Write a month that is kept as year and number.

    >>> shown_month("2013-05")
    'May 2013'
    """
    text = str(month or "")
    if not text:
        return NOTHING
    return date_format(date.fromisoformat(f"{text}-01"), "F Y")


def shown_time(moment: datetime) -> str:
    """Write a moment as a day and an hour in the service's own time zone."""
    local = localtime(moment) if is_aware(moment) else moment
    return date_format(local, "j F Y, H:i")


def shown_pounds(pence: object) -> str:
    """Write pence as pounds, a true minus sign before a negative amount."""
    if not isinstance(pence, int):
        return shown(pence)
    return format_pounds(pence).replace("-", "\u2212")
