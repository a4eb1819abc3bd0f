"""Whether a place's subcontract leaves doubts to the public agency."""

from datetime import date

from quasimarket.service.programme.models import Terms


def leaves_doubts_to_agency(position: str | None, day: date) -> bool:
    """Look at the terms in force on a day; in-house there are none."""
    if position is None:
        return False
    terms = (
        Terms.objects.filter(
            position_id=position, agreed_by__isnull=False, first_day__lte=day
        )
        .order_by("-first_day", "-pk")
        .first()
    )
    return terms is not None and terms.reports_doubts == "agency"
