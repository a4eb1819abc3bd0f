"""Money is whole pence. Floats never touch it; fractions are rounded once, half up."""

from decimal import ROUND_HALF_UP, Decimal
from typing import NewType


Pence = NewType("Pence", int)


def to_pence(pounds: Decimal | str | int) -> Pence:
    """Turn pounds into pence; the amount must have no fraction of a penny.

    >>> to_pence("1128.50")
    112850
    """
    amount = Decimal(pounds) * 100
    if amount != amount.to_integral_value():
        raise ValueError(f"{pounds} pounds is not a whole number of pence")
    return Pence(int(amount))


def round_half_up(pence: Decimal) -> Pence:
    """Round exact pence to a whole number, halves away from zero.

    >>> round_half_up(Decimal("112799.5"))
    112800
    """
    return Pence(int(pence.quantize(Decimal(1), rounding=ROUND_HALF_UP)))


def format_pounds(pence: int) -> str:
    """Write pence as pounds and pence.

    >>> format_pounds(-112850)
    '-£1,128.50'
    """
    sign = "-" if pence < 0 else ""
    whole, part = divmod(abs(pence), 100)
    return f"{sign}£{whole:,}.{part:02d}"
