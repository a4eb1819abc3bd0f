"""Checks of the market's design against itself and the programme's time."""

from quasimarket.core.errors import Fault
from quasimarket.rulebook.draft import Draft
from quasimarket.rulebook.market_design import refusals
from quasimarket.rulebook.reading import REFUSED


def check_market_values(draft: Draft) -> list[Fault]:
    """Find every value that no market can have; the reader reports only the first."""
    market = draft.rulebook.market
    if draft.reading.stand_ins.get(id(market)) != frozenset({REFUSED}):
        return []
    return [
        draft.fault(market, one.found, one.expected, one.hint, one.field)
        for one in list(refusals(market))[1:]
    ]


def check_protections_end(draft: Draft) -> list[Fault]:
    """Find protections that would end before they could begin."""
    rulebook = draft.rulebook
    ends = rulebook.market.protections_end
    if (
        ends is None
        or not draft.is_sound(rulebook, "first_day")
        or not draft.is_sound(rulebook.market, "protections_end")
        or ends > rulebook.first_day
    ):
        return []
    return [
        draft.fault(
            rulebook.market,
            f"protections that end on {ends}",
            f"a day after the programme's first, {rulebook.first_day}",
            "leave a protection out if it is never to hold",
            "protections_end",
        )
    ]


def check_area_index(draft: Draft) -> list[Fault]:
    """Find prices that follow local unemployment where no area states any."""
    rulebook = draft.rulebook
    if (
        not draft.is_usable(rulebook.market, "area_adjustment")
        or not rulebook.market.area_adjustment
        or not draft.is_whole("areas")
        or any(area.unemployment_index != 1 for area in rulebook.areas)
    ):
        return []
    return [
        draft.fault(
            rulebook.market,
            "area_adjustment where every area is average",
            "unemployment_index in areas.csv",
            field="area_adjustment",
        )
    ]


def check_minimum_service(draft: Draft) -> list[Fault]:
    """Find a promise of service that cannot be kept, or binds to nothing."""
    offer = draft.rulebook.minimum_service_offer
    if offer is None:
        return []
    faults = [
        draft.fault(offer, f"{name} {days}", "1 day or more", field=name)
        for name in ("contact_interval_days", "action_plan_days")
        if (days := getattr(offer, name)) is not None
        and draft.is_usable(offer, name)
        and days < 1
    ]
    if (
        draft.is_usable(offer, "is_binding")
        and draft.is_usable(offer, "contact_interval_days")
        and offer.is_binding
        and offer.contact_interval_days is None
    ):
        faults.append(
            draft.fault(
                offer,
                "a binding minimum service without contact_interval_days",
                "the most days between two contacts, such as 14",
                "or is_binding: no, where each prime writes its own",
                "is_binding",
            )
        )
    return faults
