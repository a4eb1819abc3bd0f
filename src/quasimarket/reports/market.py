"""The market: who is named, who has a contract, who is sent anybody."""

from quasimarket.insight.observed import Observed
from quasimarket.insight.portrait import DeliveringRow, who_delivers
from quasimarket.reports import style, wording
from quasimarket.reports.drawing import chart, label_rows, new_chart
from quasimarket.reports.markup import Markup, element, paragraph, table
from quasimarket.reports.measures import measures_table, section_or_why
from quasimarket.reports.money import word_key
from quasimarket.reports.ranking import beyond_observed
from quasimarket.runs.summary import Summary


IN_NUMBERS = {
    "People whom primes keep in-house": "flow.retained_share",
    "Third sector's share of subcontracts": "flow.third_share.positions",
    "Its share of people, in-house included": "flow.third_share.people",
    "Its share of what providers received": "flow.third_share.money",
    "Its share of subcontracts still standing": "flow.third_share.survivors",
    "People with the four largest organisations": "dependence.cr4.starts",
    "Subcontracts ended by the end": "viability.exits.end",
}


def market_section(summary: Summary, observed: Observed) -> Markup:
    """Show who delivers, by tier and sector."""

    def build() -> tuple[Markup, ...]:
        rows = who_delivers(observed)
        return (
            beyond_observed(summary),
            paragraph(
                "Primes name a supply chain in their bids. Not all of it is given a "
                "contract, and not all with a contract are sent anybody."
            ),
            element(
                "div",
                _who(rows),
                measures_table(observed, "The market in numbers", IN_NUMBERS),
                class_="figures",
            ),
        )

    return section_or_why("market", "The market: who delivers", build)


def _who(rows: tuple[DeliveringRow, ...]) -> Markup:
    figure, axes = new_chart(0.42 * len(rows) + 0.75, left=1.75, right=0.95, top=0.35)
    places = range(len(rows))
    for count, colour, width in (
        ([row.named for row in rows], style.GRID, 20),
        ([row.contracted for row in rows], style.PALE_BLUE, 13),
        ([row.active for row in rows], style.BLUE, 6),
    ):
        axes.hlines(places, 0, count, color=colour, linewidth=width)
    for place, row in enumerate(rows):
        axes.write(
            f"{row.named} · {row.contracted} · {row.active}",
            (row.named, place),
            axes.transData,
            (6, 0),
            va="center",
            fontsize=style.SMALL_TEXT,
        )
    axes.set_xlim(0, max([row.named for row in rows] + [1]))
    label_rows(
        axes, [f"Tier {row.tier}, {wording.SECTOR_NAMES[row.sector]}" for row in rows]
    )
    word_key(
        axes,
        [
            ("Named", style.GRID),
            ("Contracted", style.PALE_BLUE),
            ("Sent anybody in year 1", style.BLUE),
        ],
    )
    contracted = sum(row.contracted for row in rows)
    return chart(
        figure,
        name="who-delivers",
        title="Named, contracted, active",
        says=f"Of {sum(row.named for row in rows)} subcontract positions named, "
        f"{contracted} were contracted and {sum(row.active for row in rows)} were sent "
        f"anybody in the first twelve months; {sum(row.standing for row in rows)} "
        "stood to the end. An organisation may hold several.",
        numbers=table(
            "Subcontract positions by tier and sector",
            (
                "Tier",
                "Sector",
                "Named",
                "Contracted",
                "Active in year 1",
                "Standing at the end",
                "People, whole run",
            ),
            (
                (
                    wording.TIER_NAMES[row.tier],
                    wording.SECTOR_NAMES[row.sector],
                    wording.count(row.named),
                    wording.count(row.contracted),
                    wording.count(row.active),
                    wording.count(row.standing),
                    wording.count(row.people),
                )
                for row in rows
            ),
            words=2,
        ),
    )
