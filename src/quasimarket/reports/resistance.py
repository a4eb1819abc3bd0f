"""Resistance and what it cost; complaints and what came of them."""

from collections.abc import Sequence

from quasimarket.insight.observed import Observed
from quasimarket.insight.portrait import (
    AnswererRow,
    ComplaintRow,
    TacticRow,
    complaints_over_time,
    tactics_used,
    what_answers_cost,
)
from quasimarket.reports import style, wording
from quasimarket.reports.drawing import (
    chart,
    label_rows,
    new_chart,
    place_of,
    scale_by,
    year_axis,
)
from quasimarket.reports.markup import Markup, element, paragraph, table
from quasimarket.reports.measures import measures_table, part_or_why, section_or_why
from quasimarket.reports.money import word_key
from quasimarket.reports.pressure import mark_extrapolation
from quasimarket.reports.ranking import beyond_observed
from quasimarket.runs.summary import Summary


ANSWERS_IN_NUMBERS = {
    "Offers of a subcontract refused": "responses.refusal_rate",
    "Clauses that primes conceded": "responses.concession_rate",
    "Answers that resist, to month 13": "responses.resistance_rate",
    "The same, private": "responses.resistance_rate.private",
    "The same, third sector": "responses.resistance_rate.third",
    "Contests won, clauses and directives": "responses.success_rate",
}
COMPLAINTS_IN_NUMBERS = {
    "Complaints for each 100 subcontracts a year": "complaints.per_100_positions",
    "With cause for complaint, who complained": "complaints.per_grievance",
    "Complaints resolved that were upheld": "complaints.upheld_share",
    "Referrals after a complaint, against the chain's": "complaints.flow_after",
}
BAR = 11
HALF_YEAR = 6


def resistance_section(summary: Summary, observed: Observed) -> Markup:
    """Show how directives were answered, and how those who answered fared."""

    def build() -> tuple[Markup, ...]:
        tactics = tactics_used(observed)
        return (
            beyond_observed(summary),
            paragraph(
                "Answers to what primes and the commissioner direct, by tactic. The "
                "paler part of a bar lies after month 13: extrapolation."
            ),
            element(
                "div",
                _tactics(tactics),
                element(
                    "div",
                    part_or_why(lambda: _costs(what_answers_cost(observed))),
                    measures_table(
                        observed, "Resistance in numbers", ANSWERS_IN_NUMBERS
                    ),
                    class_="stack",
                ),
                class_="figures",
            ),
        )

    return section_or_why("resistance", "Resistance, and what it cost", build)


def complaints_section(summary: Summary, observed: Observed) -> Markup:
    """Show complaints by half-year, and what came of them."""

    def build() -> tuple[Markup, ...]:
        rows = complaints_over_time(observed)
        return (
            beyond_observed(summary),
            paragraph(
                "Subcontractors complain of their prime to the commissioner. A "
                "complaint may cost referrals, so silence is no sign of content."
            ),
            element(
                "div",
                _complaints(summary, rows),
                measures_table(
                    observed, "Complaints in numbers", COMPLAINTS_IN_NUMBERS
                ),
                class_="figures",
            ),
        )

    return section_or_why("complaints", "Complaints", build)


def _tactics(rows: Sequence[TacticRow]) -> Markup:
    figure, axes = new_chart(0.36 * len(rows) + 0.75, left=1.6, right=1.15, top=0.35)
    for place, row in enumerate(rows):
        colour = style.RESPONSE_COLOURS[row.response]
        whole = row.early + row.later
        axes.hlines(place, 0, row.early, color=colour, linewidth=BAR)
        axes.hlines(place, row.early, whole, color=colour, linewidth=BAR, alpha=0.4)
        won = f", won {row.withdrawn} of {row.contested}" if row.contested else ""
        axes.write(
            f"{whole:,}{won}",
            (whole, place),
            axes.transData,
            (5, 0),
            va="center",
            fontsize=style.SMALL_TEXT,
        )
    axes.set_xlim(0, max([row.early + row.later for row in rows] + [1]))
    label_rows(axes, [wording.TACTIC_NAMES[row.tactic] for row in rows])
    word_key(
        axes,
        [
            (wording.RESPONSE_NAMES[one], colour)
            for one, colour in style.RESPONSE_COLOURS.items()
        ],
    )
    resisting = sum(
        row.early + row.later
        for row in rows
        if row.response not in ("acquiesce", "compromise")
    )
    total = sum(row.early + row.later for row in rows)
    return chart(
        figure,
        name="tactics",
        title="How directives were answered",
        says=f"Of {total:,} answers, {resisting:,} avoid, defy or manipulate. Where an "
        "answer is contested in the open, the label says how often the prime gave way.",
        numbers=table(
            "Answers to directives by tactic",
            ("Tactic", "Response", "To month 13", "Later", "Contested", "Won"),
            (
                (
                    wording.TACTIC_NAMES[row.tactic],
                    wording.RESPONSE_NAMES[row.response],
                    wording.count(row.early),
                    wording.count(row.later),
                    wording.count(row.contested),
                    wording.count(row.withdrawn),
                )
                for row in rows
            ),
            words=2,
        ),
    )


def _costs(rows: Sequence[AnswererRow]) -> Markup:
    return element(
        "div",
        table(
            "How tier 1 providers fared, by how they answered to month 12",
            (
                "They",
                "Providers",
                "Reserves, month 3 and 12",
                "Under notice",
                "Ended",
            ),
            (
                (
                    wording.ANSWER_NAMES[row.answer],
                    wording.count(row.positions),
                    f"{wording.number(row.reserves_early, 1)}, "
                    f"{wording.number(row.reserves_late, 1)}",
                    wording.percent(row.noticed, 0),
                    wording.percent(row.ended, 0),
                )
                for row in rows
            ),
            look="compact",
        ),
        paragraph(
            "Reserves are the median months of costs that cash covers; below 0 is "
            "credit. Notices are counted to month 13, endings over the whole run "
            "(extrapolation). Those who resist differ from the others in more than "
            "that, so a gap is not what resisting alone did.",
            class_="note",
        ),
    )


def _complaints(summary: Summary, rows: Sequence[ComplaintRow]) -> Markup:
    figure, axes = new_chart(2.6, top=0.35)
    places = [
        place_of(wording.month_at(summary, row.first_month)) + 3 / 12 for row in rows
    ]
    axes.vlines(
        places, 0, [row.made for row in rows], color=style.PALE_BLUE, linewidth=9
    )
    axes.vlines(places, 0, [row.upheld for row in rows], color=style.BLUE, linewidth=9)
    axes.set_ylim(0, max([row.made for row in rows] + [1]) * 1.15)
    axes.yaxis.set_major_formatter(scale_by(1))
    year_axis(
        axes,
        wording.month_at(summary, 0),
        wording.month_at(summary, rows[-1].first_month + HALF_YEAR - 1),
    )
    mark_extrapolation(axes, summary)
    word_key(axes, [("Made", style.PALE_BLUE), ("Upheld in the half-year", style.BLUE)])
    made = sum(row.made for row in rows)
    upheld = sum(row.upheld for row in rows)
    return chart(
        figure,
        name="complaints-made",
        title="Complaints, each half-year",
        says=f"{made:,} complaints were made over the run, and {upheld:,} upheld.",
        numbers=table(
            "Complaints by half-year",
            ("Half-year from", "Made", "Upheld"),
            (
                (
                    wording.short_month(wording.month_at(summary, row.first_month)),
                    wording.count(row.made),
                    wording.count(row.upheld),
                )
                for row in rows
            ),
        ),
    )
