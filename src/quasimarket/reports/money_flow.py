"""Money through the chain, from the commissioner to a subcontractor's reserves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quasimarket.insight.measure import NotSeen
from quasimarket.insight.observed import Observed
from quasimarket.insight.portrait_money import USES, MoneyFlow, TierMoney, money_flow
from quasimarket.reports import style, wording
from quasimarket.reports.drawing import chart, new_chart
from quasimarket.reports.markup import Markup, element, paragraph, table
from quasimarket.reports.measures import measures_table, section_or_why
from quasimarket.reports.ranking import beyond_observed
from quasimarket.runs.summary import Summary


if TYPE_CHECKING:
    from quasimarket.reports.panel import Panel


USE_NAMES = {
    "wages": "Staff",
    "starting": "Starting people",
    "premises": "Premises, offices",
    "specialists": "Specialists",
    "managing": "Managing, interest",
    "surplus": "Owners' surplus",
}
SAVED = "saved"
"""What was put into reserves, where they grew."""
TIER_NAMES = {0: "Primes", 1: "Tier 1", 2: "Tier 2"}
TIER_COLOURS = {0: style.BLUE, 1: style.ORANGE, 2: style.GREEN}
IN_NUMBERS = {
    "Contract management, primes": "additionality.contract_management.primes",
    "Contract management, subcontractors": (
        "additionality.contract_management.subcontractors"
    ),
    "Spent on specialists, of costs": "additionality.specialist_spend_share",
    "Paid for each job outcome": "additionality.cost_per_outcome",
    "Median reserves of subcontractors, month 12": "viability.reserves_months.median",
}
GAP = 0.05
"""Between two blocks of a column, as a share of all money."""
ENDS = (0.0, 0.42, 1.0)
"""Where the columns stand: commissioner, tiers, uses."""
BLOCK = 0.025
"""How wide a block is."""
LEAST_NAMED = 0.004
"""A stream with less of all money than this is in the table only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """A block in a column: from where to where."""

    low: float
    high: float


def chain_money_section(summary: Summary, observed: Observed) -> Markup:
    """Show where the commissioner's money went, tier by tier."""

    def build() -> tuple[Markup, ...]:
        flow = money_flow(observed)
        return (
            beyond_observed(summary),
            paragraph(_told(flow)),
            element(
                "div",
                _picture(flow),
                element(
                    "div",
                    _books(flow),
                    measures_table(observed, "The chain in numbers", IN_NUMBERS),
                    class_="stack",
                ),
                class_="figures",
            ),
        )

    return section_or_why("chain-money", "Money through the chain", build)


def _told(flow: MoneyFlow) -> str:
    tier = flow.tiers[1]
    told = f"The commissioner paid {wording.pence(flow.paid)}, forecast included. "
    if flow.for_passed_on:
        told += (
            f"Of that, {wording.pence(flow.for_passed_on)} was for people whom a tier "
            f"1 subcontractor had: {wording.pence(tier.received)} reached them, and "
            f"primes kept {wording.pence(flow.kept_back)}. "
        )
    told += (
        f"The reserves of tier 1 went from {wording.pence(tier.opening)} to "
        f"{wording.pence(tier.closing)}."
    )
    if flow.outside_books:
        told += (
            f" {wording.pence(flow.outside_books)} of incentives, settled after a "
            "contract year, are in nobody's monthly books and not in the picture."
        )
    return told


def _picture(flow: MoneyFlow) -> Markup:
    figure, axes = new_chart(4.6, left=0.12, right=1.65, top=0.42, bottom=0.12)
    tiers = [one for one in flow.tiers if one.received > LEAST_NAMED * flow.paid]
    money = sum(one.received for one in tiers)
    gap = GAP * money
    spent = {one.tier: _spent(one) for one in tiers}
    totals = {use: sum(one[use] for one in spent.values()) for use in (*USES, SAVED)}
    uses = {
        use: all_of for use, all_of in totals.items() if all_of > LEAST_NAMED * money
    }
    if not uses:
        raise NotSeen("no money went through the chain")
    middle = _stack(
        [
            float(max(one.received, sum(spent[one.tier][use] for use in uses)))
            for one in tiers
        ],
        gap,
    )
    right = _stack(list(uses.values()), gap)
    shift = (right[-1].high - middle[-1].high) / 2
    left = _Block(low=shift, high=shift + money)
    _block(axes, ENDS[0], left, style.INK)
    filled = dict.fromkeys(range(len(uses)), 0.0)
    at = left.low
    for tier, block in zip(tiers, middle, strict=True):
        colour = TIER_COLOURS[tier.tier]
        here = _Block(low=block.low + shift, high=block.high + shift)
        _block(axes, ENDS[1], here, colour)
        start = here.low
        for amount, paint in _sources(flow, tier):
            _stream(axes, ENDS[0], ENDS[1], (at, start), amount, colour=paint)
            at += amount
            start += amount
        axes.write(
            f"{TIER_NAMES[tier.tier]}\n{wording.pence(tier.received)}",
            (ENDS[1], here.low + tier.received / 2),
            axes.transData,
            (-4, 0),
            ha="right",
            va="center",
            fontsize=style.SMALL_TEXT,
            linespacing=1.15,
        )
        start = here.low
        for place, use in enumerate(uses):
            amount = spent[tier.tier][use]
            end = right[place].low + filled[place]
            _stream(axes, ENDS[1], ENDS[2], (start, end), amount, colour=colour)
            start += amount
            filled[place] += amount
    for use, block in zip(uses, right, strict=True):
        _block(axes, ENDS[2], block, style.INK)
        axes.write(
            f"{(USE_NAMES | {SAVED: 'Reserves'})[use]}\n{wording.pence(uses[use])}",
            (ENDS[2] + BLOCK, (block.low + block.high) / 2),
            axes.transData,
            (5, 0),
            va="center",
            fontsize=style.SMALL_TEXT,
            linespacing=1.15,
        )
    axes.write(
        f"Commissioner\n{wording.pence(money)}",
        (ENDS[0], left.low),
        axes.transData,
        (0, 4),
        fontsize=style.SMALL_TEXT,
    )
    axes.set_xlim(0, ENDS[2] + BLOCK)
    axes.set_ylim(right[-1].high, 0)
    for axis in ("x", "y"):
        axes.mark_at(axis, [])
    axes.spines["bottom"].set_visible(False)
    return chart(
        figure,
        name="money-flow",
        title="Where the money went",
        says="Streams are as thick as the money in them, whole run. The purple one, if "
        "any, is what primes kept of the money paid for tier 1's people. A tier that "
        "spends more than it receives draws down its reserves: the table has those, "
        "and streams too thin to see.",
    )


def _sources(flow: MoneyFlow, tier: TierMoney) -> list[tuple[float, str]]:
    """Part what a tier received by what it was paid for."""
    if tier.tier > 0 or not 0 < flow.kept_back < tier.received:
        return [(tier.received, style.MUTED)]
    return [
        (tier.received - flow.kept_back, style.MUTED),
        (flow.kept_back, style.PURPLE),
    ]


def _spent(tier: TierMoney) -> dict[str, int]:
    """Give what a tier did with its money, and what it put by."""
    saved = max(tier.closing - tier.opening, 0)
    return {use: getattr(tier, use) for use in USES} | {SAVED: saved}


def _stack(sizes: Sequence[float], gap: float) -> list[_Block]:
    blocks: list[_Block] = []
    for size in sizes:
        low = blocks[-1].high + gap if blocks else 0.0
        blocks.append(_Block(low=low, high=low + size))
    return blocks


def _block(axes: "Panel", place: float, block: _Block, colour: str) -> None:
    axes.fill_between(
        [place, place + BLOCK], block.low, block.high, color=colour, linewidth=0
    )


def _stream(
    axes: "Panel",
    start: float,
    end: float,
    lows: tuple[float, float],
    amount: float,
    *,
    colour: str,
) -> None:
    """Draw a band of even thickness that bends from one block to another."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    if amount <= 0:
        return
    start += BLOCK
    half = (start + end) / 2
    one, other = lows
    axes.add_patch(
        PathPatch(
            Path(
                [
                    (start, one),
                    (half, one),
                    (half, other),
                    (end, other),
                    (end, other + amount),
                    (half, other + amount),
                    (half, one + amount),
                    (start, one + amount),
                    (start, one),
                ],
                [
                    Path.MOVETO,
                    *[Path.CURVE4] * 3,
                    Path.LINETO,
                    *[Path.CURVE4] * 3,
                    Path.CLOSEPOLY,
                ],
            ),
            facecolor=colour,
            alpha=0.35,
            linewidth=0,
        )
    )


def _books(flow: MoneyFlow) -> Markup:
    lines = (
        ("Reserves at the start", "opening"),
        ("Received", "received"),
        *((f"{name}", use) for use, name in USE_NAMES.items()),
        ("Reserves at the end", "closing"),
    )
    return table(
        "Books of each tier, whole run",
        ("", *(TIER_NAMES[one.tier] for one in flow.tiers)),
        (
            (name, *(wording.pence(getattr(one, field)) for one in flow.tiers))
            for name, field in lines
        ),
        look="compact",
    )
