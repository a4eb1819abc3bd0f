"""Who is parked: what became of participants."""

from collections.abc import Callable, Sequence

from quasimarket.insight.measure import NotSeen
from quasimarket.insight.observed import Observed
from quasimarket.insight.portrait_people import FateRow, fates_by_kind
from quasimarket.reports import style, wording
from quasimarket.reports.drawing import chart, label_rows, new_chart, scale_by
from quasimarket.reports.markup import Markup, element, paragraph, table
from quasimarket.reports.measures import section_or_why
from quasimarket.reports.money import word_key
from quasimarket.reports.ranking import beyond_observed
from quasimarket.runs.summary import Summary


MEANINGS = (
    "Each person attached counts once, by the first that fits: lasting work brought a "
    "job outcome; some work did not; sanctioned had a sanction and no work; helped had "
    "a contact a month or more; only tracked had fewer; untouched had next to none."
)
PARKED = ("tracked", "untouched")
Fates = Sequence[FateRow] | NotSeen
"""What became of people, or why it is not known."""
BY_SCORE: dict[str, Callable[[FateRow], str]] = {
    "People attached": lambda row: wording.count(row.people),
    "Parked: only tracked or untouched": lambda row: wording.percent(parked(row)),
    "Days between support contacts": lambda row: wording.number(
        row.days_between_contacts, 0
    ),
    "Sanctions for each 100 people": lambda row: wording.number(row.sanctions, 0),
    "Weeks in work, each person": lambda row: wording.number(row.weeks_in_work, 0),
    "Lasting work": lambda row: wording.percent(row.shares["lasting-work"]),
}


def parked(row: FateRow) -> float:
    """Give the share of people who were only tracked or untouched."""
    return sum(row.shares[fate] for fate in PARKED)


def fates_seen(observed: Observed) -> Fates:
    """Give fates for the sections that show them, or why there are none."""
    try:
        return fates_by_kind(observed)
    except NotSeen as why:
        return why


def fates_section(summary: Summary, rows: Fates) -> Markup:
    """Show what became of people, by payment group and by score."""

    def build() -> tuple[Markup, ...]:
        if isinstance(rows, NotSeen):
            raise rows
        return (
            beyond_observed(summary),
            paragraph(MEANINGS),
            element(
                "div",
                _fates(summary, rows),
                _by_score(rows),
                class_="figures",
            ),
        )

    return section_or_why("fates", "Who is parked: what became of people", build)


def _fates(summary: Summary, rows: Sequence[FateRow]) -> Markup:
    labels = [_label(summary, row) for row in rows]
    figure, axes = new_chart(0.31 * len(rows) + 1.05, left=2.0, top=0.62)
    starts = [0.0] * len(rows)
    for fate, colour in style.FATE_COLOURS.items():
        ends = [
            start + row.shares[fate] for start, row in zip(starts, rows, strict=True)
        ]
        axes.hlines(range(len(rows)), starts, ends, color=colour, linewidth=14)
        starts = ends
    axes.set_xlim(0, 1)
    label_rows(axes, labels)
    axes.xaxis.set_major_formatter(scale_by(0.01, after="%"))
    names = [
        (wording.FATE_NAMES[fate], colour)
        for fate, colour in style.FATE_COLOURS.items()
    ]
    word_key(axes, names[:3], above=25)
    word_key(axes, names[3:])
    far = next((row for row in rows if row.band == 0), None)
    says = "Shares of people attached, by payment group and by score."
    if far is not None:
        says += (
            f" Of those far from work, {wording.percent(parked(far))} were parked: "
            "only tracked or untouched."
        )
    return chart(
        figure,
        name="fates-chart",
        title="What became of people",
        says=says,
        numbers=table(
            "Fates by payment group and score",
            ("People", "Attached", *wording.FATE_NAMES.values()),
            (
                (
                    label,
                    wording.count(row.people),
                    *(wording.percent(row.shares[fate]) for fate in wording.FATE_NAMES),
                )
                for label, row in zip(labels, rows, strict=True)
            ),
        ),
    )


def _label(summary: Summary, row: FateRow) -> str:
    if row.band is not None:
        return wording.BAND_NAMES[row.band]
    return wording.short_group_label(summary, row.group or "")


def _by_score(rows: Sequence[FateRow]) -> Markup:
    bands = [row for row in rows if row.band is not None]
    return table(
        "By how near to work the provider thought people",
        ("", *(wording.BAND_NAMES[row.band or 0] for row in bands)),
        ((name, *(shown(row) for row in bands)) for name, shown in BY_SCORE.items()),
        look="compact",
    )
