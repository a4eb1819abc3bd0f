"""A programme in some of its areas only."""

from collections.abc import Collection
from dataclasses import replace

from quasimarket.rulebook.rulebook import Rulebook


def of_areas(rulebook: Rulebook, names: Collection[str]) -> Rulebook:
    """Give the rulebook of some areas, with their contracts and what concerns them."""
    contracts = tuple(one for one in rulebook.contracts if one.area in names)
    numbers = {one.id for one in contracts}
    return replace(
        rulebook,
        areas=tuple(area for area in rulebook.areas if area.id in names),
        contracts=contracts,
        market_shares=tuple(
            row for row in rulebook.market_shares if row.contract in numbers
        ),
        discounts=tuple(
            row for row in rulebook.discounts if row.contract in {None, *numbers}
        ),
        service_fees=tuple(
            fee for fee in rulebook.service_fees if fee.contract in {None, *numbers}
        ),
        intake=tuple(row for row in rulebook.intake if row.area in names),
    )
