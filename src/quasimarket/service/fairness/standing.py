"""Who may do an act on this one thing, beyond what their role allows."""

from datetime import date
from typing import Any

from quasimarket.core.dates import nth_working_day_after
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import NotAllowed, refuse
from quasimarket.service.fairness.operating import OperatingValue
from quasimarket.service.people.roles import Role
from quasimarket.service.programme.models import Contract, Position
from quasimarket.service.programme.rules import agreed_rulebook


def must_be_of(doing: Doing, *organisations: str) -> None:
    """Refuse a doer of any other organisation; the system stands for any."""
    if doing.actor.role is Role.SYSTEM:
        return
    if doing.actor.organisation not in organisations:
        raise NotAllowed(doing.act)


def must_be_another(doing: Doing, person: int | None, *, did: str) -> None:
    """Refuse the person who did the step before: two people are needed."""
    if person is not None and doing.actor.id == person:
        raise refuse(
            "four-eyes",
            f"You {did}; another person must do this.",
            remedy="Ask a colleague with the same role.",
        )


def working_days_on(day: date, length: OperatingValue | int) -> date:
    """Give the day that lies so many working days after another."""
    count = length if isinstance(length, int) else length.value
    return nth_working_day_after(day, count, agreed_rulebook().holidays)


def not_after_today(doing: Doing, day: date, field: str) -> None:
    """Refuse a day that is yet to come."""
    if day > doing.today:
        raise refuse(
            "day-ahead",
            f"The day must be today, {doing.today:%-d %B %Y}, or earlier.",
            field=field,
            remedy="Give the day on which it happened.",
        )


def contract_choices(subject: Any, actor: Any) -> dict[str, list[tuple[str, str]]]:
    """Offer every contract, by its area and prime: that much is published."""
    return {
        "contract": [
            (one.pk, f"{one.area_name}: {one.prime.name} (contract {one.pk})")
            for one in Contract.objects.filter(ended_on=None).select_related("prime")
        ]
    }


def contract_called(contract: str) -> Contract:
    """Find the contract that was chosen."""
    found = Contract.objects.filter(pk=contract).first()
    if found is None:
        raise refuse(
            "no-such-contract",
            f"There is no contract {contract}.",
            field="contract",
            remedy="Choose one of those listed.",
        )
    return found


def own_position(contract: Contract, organisation: str) -> Position | None:
    """Find the place that an organisation has in a contract's chain, if any."""
    return (
        Position.objects.filter(contract=contract, organisation_id=organisation)
        .order_by("ended_on", "pk")
        .first()
    )
