"""The top of the report: what happened in all, and what to know before reading on."""

from quasimarket.reports import wording
from quasimarket.reports.markup import (
    Markup,
    badge,
    element,
    join,
    paragraph,
    section,
)
from quasimarket.runs.summary import Summary


def headline_section(summary: Summary) -> Markup:
    """Show the main totals as cards, with how well the run meets the facts."""
    return section(
        "headline",
        "The programme in short",
        paragraph(
            f"From {wording.month_name(summary.first_month)} to the last payment in "
            f"{wording.month_name(summary.last_month)}. Totals include a forecast: "
            "behaviour was fitted to facts up to "
            f"{wording.month_name(wording.last_fact_month(summary))}.",
        ),
        *(paragraph(note, class_="warning") for note in _warnings(summary)),
        element("ul", *_cards(summary), class_="cards"),
    )


def _warnings(summary: Summary) -> list[str]:
    warnings = list(summary.notes)
    if summary.areas < summary.areas_in_programme:
        warnings.append(
            f"This run covers {summary.areas} of {summary.areas_in_programme} areas: "
            "totals are not national."
        )
    if summary.scale < 1:
        warnings.append(
            f"This run is thinned: {wording.percent(summary.scale, 2)} of people were "
            "simulated and weighted up."
        )
    return warnings


def _cards(summary: Summary) -> list[Markup]:
    forecast = badge("includes forecast", "forecast")
    paid = summary.paid_gbp
    cards = [
        _card(
            "Referrals",
            wording.compact_count(summary.referrals),
            badge("input", "arithmetic"),
        ),
        _card("Attachments", wording.compact_count(summary.attachments), forecast),
        _card("Job outcomes", wording.compact_count(summary.job_outcomes), forecast),
        _card(
            "Sustainment payments",
            wording.compact_count(summary.sustainment_payments),
            forecast,
        ),
        _card("Paid to primes", wording.compact_pounds(paid.total), forecast),
    ]
    if summary.paid_per_job_outcome_gbp is not None:
        cards.append(
            _card(
                "Paid for each job outcome",
                wording.pounds(summary.paid_per_job_outcome_gbp),
                forecast,
            )
        )
    for use, name in (("fit", "Fitted figures met"), ("check", "Held-out checks met")):
        rows = [row for row in summary.fit if row.use == use]
        if rows:
            met = sum(bool(row.within) for row in rows)
            cards.append(
                _card(name, f"{met} of {len(rows)}", badge(wording.USE_NAMES[use], use))
            )
    return cards


def _card(name: str, value: str, label: Markup) -> Markup:
    return element(
        "li",
        join(
            [
                element("span", name, class_="card-name"),
                element("strong", value, class_="card-value"),
                label,
            ]
        ),
    )
