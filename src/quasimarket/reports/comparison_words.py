"""How the columns of a comparison and their differences are written."""

from decimal import Decimal

from quasimarket.reports import wording
from quasimarket.reports.wording import MINUS


CANNOT_TELL = "cannot tell"


def level(number: float, unit: str) -> str:
    """Write a column's value in its unit.

    >>> level(0.1234, "share"), level(1_200_000, "GBP"), level(2.345, "months")
    ('12.3%', '£1.2m', '2.3 months')
    """
    match unit:
        case "share":
            return wording.percent(number)
        case "GBP":
            return wording.compact_pounds(Decimal(round(number)))
        case "months":
            return f"{_number(number)} months"
        case "people":
            return wording.compact_count(number)
    return _number(number)


def change(difference: float, low: float | None, high: float | None, unit: str) -> str:
    """Write a difference with its interval; shares in points.

    >>> change(0.05, 0.01, 0.09, "share"), change(3.0, None, None, "number")
    ('+5.0 (+1.0 to +9.0) points', '+3.0')
    """
    name = {"share": " points", "months": " months"}.get(unit, "")
    if low is None or high is None:
        return f"{_signed(difference, unit)}{name}"
    ends = f"{_signed(low, unit)} to {_signed(high, unit)}"
    return f"{_signed(difference, unit)} ({ends}){name}"


def verdict(difference: float, low: float | None, high: float | None) -> str:
    """Say whether chance alone could be it."""
    if low is None or high is None:
        return CANNOT_TELL
    if low == high == difference == 0:
        return "the same"
    return "clear" if low > 0 or high < 0 else "may be chance"


def _signed(number: float, unit: str) -> str:
    size = abs(number)
    if unit == "share":
        text = f"{100 * size:.1f}"
    elif unit in ("GBP", "people"):
        text = level(size, unit)
    else:
        text = _number(size)
    is_nothing = not any(digit in text for digit in "123456789")
    sign = "" if is_nothing else "+" if number > 0 else MINUS
    return f"{sign}{text}"


def _number(number: float) -> str:
    digits = 0 if abs(number) >= 100 else 1
    return f"{number:,.{digits}f}".replace("-", MINUS)
