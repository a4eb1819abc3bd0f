"""Measures of a run in a report: taken by insight, written here."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from quasimarket.insight.catalogue import CATALOGUE, take
from quasimarket.insight.measure import Measure, NotSeen
from quasimarket.insight.observed import Observed
from quasimarket.reports import wording
from quasimarket.reports.markup import Markup, not_measured, section, table


def measured(observed: Observed, name: str) -> Measure:
    """Take a measure by its id, as a value alone."""
    return take(observed, CATALOGUE[name])


def measures_table(
    observed: Observed, caption: str, named: Mapping[str, str]
) -> Markup:
    """Set measures out: what a reader calls each -> its id in the catalogue."""
    return table(
        caption,
        ("Measure", "Value", "Units"),
        (
            (name, in_words(one), wording.count(one.n))
            for name, one in (
                (name, measured(observed, measure)) for name, measure in named.items()
            )
        ),
        look="compact",
    )


def in_words(measure: Measure) -> str:
    """Write a measure's value in its unit."""
    value = measure.value
    if value is None:
        return wording.UNKNOWN
    match measure.unit:
        case "share":
            return wording.percent(value)
        case "GBP":
            return wording.pounds(Decimal(round(value)))
        case "months":
            return f"{wording.number(value, 1)} months"
        case "pence in the pound":
            return f"{wording.number(value, 1)}p in £1"
        case "requests a week":
            return f"{wording.number(value, 1)} a week"
        case _:
            return wording.number(value)


def section_or_why(
    name: str, heading: str, build: Callable[[], tuple[Markup, ...]]
) -> Markup:
    """Build a section, or say in a line what the run lacks for it."""
    try:
        parts = build()
    except NotSeen as why:
        return section(name, heading, not_measured(str(why)))
    return section(name, heading, *parts)


def part_or_why(build: Callable[[], Markup]) -> Markup:
    """Build a part of a section, or say in a line what the run lacks for it."""
    try:
        return build()
    except NotSeen as why:
        return not_measured(str(why))
