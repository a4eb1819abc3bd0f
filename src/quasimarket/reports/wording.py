"""How numbers, months and labels are written for people."""

import calendar
from decimal import Decimal

from quasimarket.core.dates import Month
from quasimarket.runs.summary import Summary


UNKNOWN = "not measured"
SECTOR_NAMES = {"private": "Private", "third": "Third sector", "public": "Public"}
TIER_NAMES = {
    0: "In-house",
    1: "Tier 1 (end-to-end)",
    2: "Tier 2 (specialist)",
}
SIZE_NAMES = {"small": "Small", "medium": "Medium", "large": "Large"}
BAND_NAMES = {0: "Far from work", 1: "Between", 2: "Near to work"}
USE_NAMES = {
    "fit": "fitted",
    "check": "check",
    "arithmetic": "arithmetic",
    "forecast": "forecast",
}
RESPONSE_NAMES = {
    "acquiesce": "Comply",
    "compromise": "Compromise",
    "avoid": "Avoid",
    "defy": "Defy",
    "manipulate": "Manipulate",
}
TACTIC_NAMES = {
    "comply": "Comply",
    "bargain": "Bargain",
    "tie": "Tie or merge",
    "conceal": "Conceal",
    "change-tier": "Change tier",
    "diversify": "Diversify",
    "appeal-to-contract": "Appeal to contract",
    "block-scrutiny": "Block scrutiny",
    "refuse": "Refuse",
    "play-off": "Play primes off",
    "ally": "Ally with others",
}
ANSWER_NAMES = {
    "complied": "Complied every time",
    "bargained": "Bargained, never resisted",
    "resisted": "Resisted at least once",
}
FATE_NAMES = {
    "lasting-work": "Lasting work",
    "work": "Some work",
    "helped": "Helped",
    "sanctioned": "Sanctioned",
    "tracked": "Only tracked",
    "untouched": "Untouched",
}
SOURCE_NAMES = {
    "commissioner": "Commissioner",
    "prime": "Prime",
    "staff": "Staff",
    "peer": "Peers",
    "own": "Itself",
}
LONGEST_LABEL = 26
"""Letters that fit beside a chart."""
_MONTHS = tuple(calendar.month_name)[1:]
MINUS = "\N{MINUS SIGN}"
_SCALES = ((1e9, "bn"), (1e6, "m"))


def count(number: float | None) -> str:
    """Write a number of people or things, without fractions."""
    return UNKNOWN if number is None else f"{number:,.0f}"


def compact_count(number: float) -> str:
    """Write a number of people in few signs.

    >>> compact_count(1_999_412), compact_count(18_270)
    ('2.00m', '18,270')
    """
    for scale, letter in _SCALES:
        if abs(number) >= scale:
            return f"{number / scale:.2f}{letter}"
    return count(number)


def pounds(amount: Decimal | None) -> str:
    """Write an amount in whole pounds."""
    if amount is None:
        return UNKNOWN
    return f"{_sign(amount)}£{abs(amount):,.0f}"


def compact_pounds(amount: Decimal) -> str:
    """Write an amount in few signs.

    >>> compact_pounds(Decimal(1_372_000_000)), compact_pounds(Decimal(2_500))
    ('£1.37bn', '£2,500')
    """
    for scale, letter in _SCALES:
        size = abs(amount) / Decimal(scale)
        if size >= 1:
            digits = 2 if letter == "bn" else 1
            return f"{_sign(amount)}£{size:.{digits}f}{letter}"
    return pounds(amount)


def percent(share: float | None, digits: int = 1) -> str:
    """Write a fraction as a percentage."""
    return UNKNOWN if share is None else f"{100 * share:.{digits}f}%"


def signed_percent(share: float | None) -> str:
    """Write an error as a percentage with its sign."""
    if share is None:
        return UNKNOWN
    return f"{'+' if share >= 0 else MINUS}{abs(100 * share):.1f}%"


def in_unit(number: float | None, unit: str) -> str:
    """Write a figure in the unit its target names."""
    if number is None:
        return UNKNOWN
    match unit:
        case "fraction":
            return percent(number)
        case "GBP":
            return compact_pounds(Decimal(round(number)))
        case "people":
            return count(number)
        case _:
            return f"{number:,.4g} {unit}"


def month_name(month: str) -> str:
    """Write a month in words; a text that is no month stays as it is.

    >>> month_name("2014-03")
    'March 2014'
    """
    try:
        parsed = Month.parse(month)
    except ValueError:
        return month
    return f"{_MONTHS[parsed.month - 1]} {parsed.year}"


def short_month(month: str) -> str:
    """Write a month with three letters."""
    name = month_name(month)
    return name if name == month else f"{name[:3]} {name[-4:]}"


def month_at(summary: Summary, number: int) -> str:
    """Give a month by its number; 0 is the first with a referral."""
    return str(Month.parse(summary.first_month).plus(number))


def month_after(month: str) -> str:
    """Give the month that follows."""
    return str(Month.parse(month).plus(1))


def last_fact_month(summary: Summary) -> str:
    """Give the last month whose facts may be fitted."""
    return str(Month.parse(summary.forecast_from).plus(-1))


def contract_label(summary: Summary, contract: str) -> str:
    """Name a contract by area and number, never by who holds it."""
    row = summary.by_contract[contract]
    return f"Area {row.area}, contract {row.number}"


def group_label(summary: Summary, group: str) -> str:
    """Name a payment group by number and name."""
    row = summary.by_group.get(group)
    return f"{group} {row.name}" if row else group


def short_group_label(summary: Summary, group: str) -> str:
    """Name a payment group beside a chart: a long name loses what is in brackets."""
    label = group_label(summary, group)
    if len(label) > LONGEST_LABEL and label.endswith(")"):
        return label[: label.rindex("(")].rstrip()
    return label


def _sign(amount: Decimal) -> str:
    return MINUS if amount < 0 else ""


def pence(amount: int) -> str:
    """Write an amount of pence in few signs, as pounds."""
    return compact_pounds(Decimal(amount) / 100)


def number(value: float | None, digits: int = 2) -> str:
    """Write a number on a scale, with its sign if it is below nothing."""
    if value is None:
        return UNKNOWN
    return f"{MINUS if value < 0 else ''}{abs(value):,.{digits}f}"
