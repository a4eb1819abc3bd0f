"""The four promises of a quasi-market, each with one measured indicator."""

from quasimarket.insight.measure import NotSeen
from quasimarket.insight.observed import Observed
from quasimarket.reports import wording
from quasimarket.reports.fates import Fates, parked
from quasimarket.reports.markup import Markup, badge, element, paragraph, section
from quasimarket.reports.measures import measured
from quasimarket.runs.summary import Summary


NOTHING = "not measured"


def promises_section(summary: Summary, observed: Observed, fates: Fates) -> Markup:
    """Set each promise beside its indicator; no verdict is given."""
    return section(
        "promises",
        "The four promises: a scorecard",
        paragraph(
            "Competition among providers paid by results was to bring new ways of "
            "helping, an account of public money, more people in work, and a service "
            "to fit each person. One indicator each; what it would be if the promise "
            "were kept is said, the verdict is the reader's."
        ),
        element(
            "ul",
            _innovation(observed),
            _accountability(observed),
            _outcomes(summary),
            _service(fates),
            class_="cards promises",
        ),
    )


def _innovation(observed: Observed) -> Markup:
    start = measured(observed, "diversity.effective_models.start")
    later = measured(observed, "diversity.effective_models.month13")
    if start.value is None or later.value is None:
        return _card("Innovation", NOTHING, start.note or later.note, "to month 13")
    return _card(
        "Innovation",
        f"{start.value:.1f} \N{RIGHTWARDS ARROW} {later.value:.1f}",
        "Effective number of different ways to serve people, at the start and in month "
        "13. Kept: it grows, as providers that are free to choose try new ways.",
        "to month 13",
    )


def _accountability(observed: Observed) -> Markup:
    gap = measured(observed, "decoupling.gap")
    if gap.value is None:
        return _card("Accountability", NOTHING, gap.note, "to month 13")
    return _card(
        "Accountability",
        f"{gap.value:.2f} off",
        "Mean gap between what subcontractors report of their practice and what they "
        "are seen to do, on a scale of 0 to 1. Kept: 0, a true account.",
        "to month 13",
    )


def _outcomes(summary: Summary) -> Markup:
    rows = summary.mpl_by_year
    contracts = sum(row.contracts for row in rows)
    if not contracts:
        return _card("Outcomes", NOTHING, "No minimum level applies.", "forecast")
    met = sum(row.contracts_met for row in rows)
    return _card(
        "Outcomes",
        wording.percent(met / contracts, 0),
        f"Times a contract reached its minimum performance level: {met:,} of "
        f"{contracts:,}, over groups and contract years. Kept: all.",
        "includes forecast",
    )


def _service(fates: Fates) -> Markup:
    if isinstance(fates, NotSeen):
        return _card("Service", NOTHING, str(fates), "extrapolation")
    bands = {row.band: parked(row) for row in fates if row.band is not None}
    if not {0, 2} <= set(bands):
        return _card("Service", NOTHING, "No score was recorded.", "extrapolation")
    return _card(
        "Service",
        f"{wording.percent(bands[0], 0)} parked",
        "Of people far from work, the share only tracked or untouched; of those near "
        f"to work it is {wording.percent(bands[2], 0)}. Kept: nobody is parked, "
        "however far from work.",
        "extrapolation",
    )


def _card(name: str, value: str, says: str, seen: str) -> Markup:
    kind = "check" if seen == "to month 13" else "forecast"
    return element(
        "li",
        element("h3", name, class_="card-name"),
        element("strong", value, class_="card-value"),
        element("span", says, class_="card-says"),
        badge(seen, kind),
    )
