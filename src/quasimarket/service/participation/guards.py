"""What acts of this room refuse alike: days, places, people."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import Refusal, Unmet, refuse
from quasimarket.service.participation.keeping import Keeper
from quasimarket.service.participation.models import Participation
from quasimarket.service.programme.models import Position


ANNOUNCED_DAYS = 92
"""How far ahead a job or a transfer can be told: beyond it a year was mistyped."""


def words(day: date) -> str:
    """Write a day in words."""
    return f"{day.day} {day:%B %Y}"


def check_day(
    doing: Doing,
    day: date,
    field: str,
    *,
    first: date | None = None,
    first_is: str = "the referral",
    last: date | None = None,
    last_is: str = "",
    may_be_announced: bool = False,
) -> None:
    """Refuse a day that is too early, or has not come yet.

    Args:
        doing: the act.
        day: the day given.
        field: the act's field that holds it.
        first: the first day that can be.
        first_is: what happened on that day.
        last: the last day that can be, where one is set besides today.
        last_is: what happens on that day.
        may_be_announced: it may be told ahead.
    """
    if first is not None and day < first:
        raise refuse(
            "too-early",
            f"The day is before {first_is}, {words(first)}.",
            field=field,
            remedy="Give a day on or after it, or have the earlier day corrected.",
        )
    ahead = ANNOUNCED_DAYS if may_be_announced else 0
    if day > doing.today + timedelta(days=ahead):
        limit = f"more than {ahead} days ahead" if ahead else "in the future"
        raise refuse(
            "in-the-future",
            f"The day is {limit}: today is {words(doing.today)}.",
            field=field,
            remedy="Give a day that has come, or report it when it has.",
        )
    if last is not None and day > last:
        raise refuse(
            "too-late",
            f"The day is after {last_is}, {words(last)}.",
            field=field,
            remedy="Give a day on or before it.",
        )


WITHHELD = ("address", "telephone", "email")
"""What is not written of somebody whose contact details are withheld (R019)."""


def check_withheld(is_withheld: bool, said: Mapping[str, Any]) -> None:
    """Refuse contact details of somebody for whom they are withheld."""
    given = [name for name in WITHHELD if said.get(name)] if is_withheld else []
    if given:
        raise Refusal(
            *(
                Unmet(
                    code="contact-withheld",
                    message="This person's contact details are withheld.",
                    field=name,
                    remedy="Leave it blank. The nominated officer tells the provider "
                    "by other means.",
                )
                for name in given
            )
        )


def check_place(
    keeper: Keeper,
    participation: Participation,
    position: str,
    day: date,
    *,
    contract: str = "",
    field: str = "position",
) -> Position:
    """Give a place that may take the participant on a day, or refuse it."""
    place = keeper.place(position)
    wanted = contract or participation.contract_id
    if place is None or place.contract_id != wanted:
        raise refuse(
            "not-a-place-of-this-contract",
            "This place is not in the contract's supply chain.",
            field=field,
            remedy="Choose one of the contract's places.",
        )
    if place.status == "listed":
        raise refuse(
            "not-contracted",
            "This organisation is listed, and has no subcontract yet.",
            field=field,
            remedy="The prime signs a subcontract first, or another place is chosen.",
        )
    if place.ended_on is not None and place.ended_on < day:
        raise refuse(
            "place-has-ended",
            f"This subcontract ended on {words(place.ended_on)}.",
            field=field,
            remedy="Choose a place that still takes participants.",
        )
    return place
