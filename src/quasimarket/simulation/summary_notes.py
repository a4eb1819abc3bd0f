"""What the reader of a run must know: how it falls short, what it assumes."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

import polars as pl

from quasimarket.core.dates import Month
from quasimarket.rulebook.rulebook import Basis, Evidence, Rulebook


def write_notes(
    rulebook: Rulebook,
    share_shifts: pl.DataFrame,
    *,
    scale: float,
    areas: int,
    first_month: str,
    observed_to: str,
) -> tuple[str, ...]:
    """Write the notes that hold for this run, most important first."""
    return (
        *_about_thinning(scale),
        *_about_areas(rulebook, areas),
        *_about_attachment_steps(rulebook),
        *_about_institutions(first_month, observed_to),
        *_about_share_shifts(rulebook, share_shifts),
    )


def _about_thinning(scale: float) -> Iterator[str]:
    if scale < 1:
        yield (
            f"{scale * 100:g}% of people were simulated and weighted up. Flows down "
            "the supply chains are not measured: they need every person."
        )


def _about_areas(rulebook: Rulebook, areas: int) -> Iterator[str]:
    if areas < len(rulebook.areas):
        yield (
            f"{areas} of {len(rulebook.areas)} areas were simulated, at full density: "
            "official national totals are not to be set beside these."
        )


def _about_attachment_steps(rulebook: Rulebook) -> Iterator[str]:
    """Name the days on which the attachment fee is assumed to change, and why."""
    kinds = {one.id for one in rulebook.milestones if one.basis is Basis.ATTACHMENT}
    steps = [
        rate
        for rate in rulebook.rates
        if rate.milestone in kinds
        and rate.evidence is Evidence.ASSUMED
        and rate.first_day > _first_day_priced(rulebook, rate.group)
    ]
    if steps:
        days = _list_days(sorted({rate.first_day for rate in steps}))
        reason = Counter(rate.reason for rate in steps).most_common(1)[0][0]
        yield f"The attachment fee changes on {days}. {reason.rstrip('.')}."


def _about_institutions(first_month: str, observed_to: str) -> Iterator[str]:
    first, last = Month.parse(first_month), Month.parse(observed_to)
    number = (last.year - first.year) * 12 + last.month - first.month + 1
    if number >= 1:
        yield (
            "Results about organisations (flows, service, cash, share shifts) after "
            f"month {number}, {last.first_day:%B %Y}, are extrapolation: the studies "
            "of the institutions end there."
        )


def _about_share_shifts(
    rulebook: Rulebook, share_shifts: pl.DataFrame
) -> Iterator[str]:
    rule = rulebook.performance.share_shift
    if rule is None:
        return
    if share_shifts.is_empty():
        yield (
            "No share shift was simulated: no two contracts of an area differed by "
            f"{float(rule.trigger * 100):g} percentage points in a year that counts."
        )
        return
    shifts = share_shifts.height
    first = share_shifts["first_day"].to_list()
    yield (
        f"{shifts} share {'shift was' if shifts == 1 else 'shifts were'} simulated, "
        f"from {min(first):%B %Y}, each of {float(rule.size * 100):g}% of an area's "
        "referrals in a payment group. They follow the simulated rates and are not the "
        "shifts that took place."
    )


def _first_day_priced(rulebook: Rulebook, group: str) -> date:
    """Give the day from which a group has an attachment fee at all."""
    kinds = {one.id for one in rulebook.milestones if one.basis is Basis.ATTACHMENT}
    return min(
        rate.first_day
        for rate in rulebook.rates
        if rate.group == group and rate.milestone in kinds
    )


def _list_days(days: list[date]) -> str:
    said = [f"{day.day} {day:%B %Y}" for day in days]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
