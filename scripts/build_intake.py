"""Build the Work Programme's intake.csv from the published figures beside it.

No monthly series of referrals by area and group was published in what could be read.
`intake_facts.csv` holds what was: totals to a date, totals of a year, counts of some
groups, and where nothing was said an assumed figure with its reason. From these:

1. The cumulative total, and each group's, is joined by a monotone curve (Fritsch and
   Carlson), whose monthly steps are a first guess.
2. The guess is scaled in turn to the months' totals and to the groups' totals between
   their dates, until both hold (iterative proportional fitting).
3. Months are split between groups, and groups between areas by `intake_weight`, in
   whole people; what is owed after each month is carried forward, so that sums to any
   date stay within a person or so of the curve. Group 8 is referred in England only.
4. The forecast is what came, divided by its published share of the forecast, for the
   benefit groups until that share's last month, the average of those months after it,
   and for the other groups what is left of the published forecast, as they came.

It uses no chance and no library, and gives the same bytes each time:

    python scripts/build_intake.py          write intake.csv
    python scripts/build_intake.py --check  exit 1 if intake.csv is not up to date
"""

import csv
import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from quasimarket.core.dates import Month, months_from


FOLDER = (
    Path(__file__).parent.parent
    / "src"
    / "quasimarket"
    / "programmes"
    / "work-programme"
)
FIRST, LAST = Month(2011, 6), Month(2017, 3)
MONTHS = months_from(FIRST, LAST)
GROUPS = tuple("123456789")
BENEFIT_GROUPS = ("5", "6", "7", "8")
ENGLAND_ONLY = "8"
OUTSIDE_ENGLAND = ("Scotland", "Wales")
ROUNDS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One figure: published with its rounding, or assumed with its reason."""

    kind: str
    first: Month
    last: Month
    area: str
    group: str
    value: float | None
    rounding: float
    used: float

    @property
    def months(self) -> range:
        """The places of its months in MONTHS."""
        return range(MONTHS.index(self.first), MONTHS.index(self.last) + 1)


def read_facts() -> list[Fact]:
    """Read intake_facts.csv."""
    with (FOLDER / "intake_facts.csv").open(encoding="utf-8", newline="") as file:
        return [
            Fact(
                kind=row["kind"],
                first=Month.parse(row["first_month"]),
                last=Month.parse(row["last_month"]),
                area=row["area"],
                group=row["group"],
                value=float(row["value"]) if row["value"] else None,
                rounding=float(row["rounding"] or 0),
                used=float(row["used"]),
            )
            for row in csv.DictReader(file)
        ]


def read_weights() -> dict[str, dict[str, float]]:
    """Read each group's area weights, which add up to 1."""
    with (FOLDER / "areas.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    weights = {}
    for group in GROUPS:
        kept = {
            row["id"]: float(row["intake_weight"])
            for row in rows
            if group != ENGLAND_ONLY or row["nation"] not in OUTSIDE_ENGLAND
        }
        total = sum(kept.values())
        weights[group] = {area: weight / total for area, weight in kept.items()}
    return weights


def monotone_steps(points: Sequence[tuple[int, float]]) -> list[float]:
    """Give the monthly steps of a smooth rising curve through cumulative points.

    A point is a number of months from the start and the total reached by then.
    """
    places = [place for place, _ in points]
    heights = [height for _, height in points]
    slopes = [
        (heights[k + 1] - heights[k]) / (places[k + 1] - places[k])
        for k in range(len(points) - 1)
    ]
    tangents = [slopes[0], *map(_tangent, slopes, slopes[1:]), slopes[-1]]
    reached = []
    for month in range(places[0], places[-1] + 1):
        k = max(i for i in range(len(slopes)) if places[i] <= month)
        width = places[k + 1] - places[k]
        t = (month - places[k]) / width
        reached.append(
            heights[k] * (1 + 2 * t) * (1 - t) ** 2
            + width * tangents[k] * t * (1 - t) ** 2
            + heights[k + 1] * t * t * (3 - 2 * t)
            + width * tangents[k + 1] * t * t * (t - 1)
        )
    return [after - before for before, after in pairwise(reached)]


def _tangent(before: float, after: float) -> float:
    """Give a tangent that keeps the curve rising: the slopes' harmonic mean."""
    return 2 * before * after / (before + after) if before > 0 and after > 0 else 0.0


def cumulative_points(facts: Sequence[Fact], group: str) -> list[tuple[int, float]]:
    """Give a group's known totals to a date.

    The total of a period is added to the total before it.
    """
    start = 0
    if group == "9":
        start = MONTHS.index(
            min(f.first for f in facts if f.group == "9" and f.first > FIRST)
        )
    points = {start: 0.0}
    chosen = [
        fact
        for fact in facts
        if fact.kind == "referrals" and fact.group == group and not fact.area
    ]
    for fact in sorted(chosen, key=lambda fact: (fact.last, fact.first)):
        begins, ends = fact.months[0], fact.months[-1] + 1
        points[ends] = fact.used + (points[begins] if begins > start else 0.0)
    return sorted(points.items())


def fit(facts: Sequence[Fact]) -> tuple[list[float], dict[str, list[float]]]:
    """Fit monthly totals and monthly counts by group to all the figures."""
    totals = monotone_steps(cumulative_points(facts, "all"))
    points = {group: cumulative_points(facts, group) for group in GROUPS}
    counts = {}
    for group, known in points.items():
        counts[group] = [0.0] * known[0][0] + monotone_steps(known)
    for _ in range(ROUNDS):
        for place, total in enumerate(totals):
            factor = total / sum(counts[group][place] for group in GROUPS)
            for group in GROUPS:
                counts[group][place] *= factor
        for group, known in points.items():
            _scale_to_points(counts[group], known)
    return totals, counts


def _scale_to_points(counts: list[float], points: Sequence[tuple[int, float]]) -> None:
    for (begins, before), (ends, after) in pairwise(points):
        factor = (after - before) / sum(counts[begins:ends])
        for place in range(begins, ends):
            counts[place] *= factor


def share_out(
    wanted: Sequence[dict[str, float]], totals: Sequence[int]
) -> list[dict[str, int]]:
    """Share each month's whole number out, carrying forward what each is owed."""
    owed = dict.fromkeys(wanted[0], 0.0)
    months = []
    for month, total in zip(wanted, totals, strict=True):
        for name, count in month.items():
            owed[name] += count
        given = {name: max(0, int(due // 1)) for name, due in owed.items()}
        step = 1 if sum(given.values()) < total else -1
        while sum(given.values()) != total:
            allowed = [name for name in given if step > 0 or given[name] > 0]
            name = max(allowed, key=lambda name: step * (owed[name] - given[name]))
            given[name] += step
        for name, count in given.items():
            owed[name] -= count
        months.append(given)
    return months


def whole_totals(totals: Sequence[float]) -> list[int]:
    """Round monthly totals so that each sum to date is rounded once."""
    reached, before, whole = 0.0, 0, []
    for total in totals:
        reached += total
        whole.append(round(reached) - before)
        before = round(reached)
    return whole


def forecast_counts(
    facts: Sequence[Fact], counts: dict[str, list[float]]
) -> dict[str, list[float]]:
    """Give what had been forecast, by group and month."""
    total = next(f.used for f in facts if f.kind == "forecast" and f.group == "all")
    came = next(f for f in facts if f.kind == "forecast" and f.group != "all")
    known = len(came.months)
    forecast = {}
    for group in BENEFIT_GROUPS:
        early = [count / (came.used / 100) for count in counts[group][:known]]
        forecast[group] = early + [sum(early) / known] * (len(MONTHS) - known)
    rest = total - sum(map(sum, forecast.values()))
    others = [group for group in GROUPS if group not in BENEFIT_GROUPS]
    factor = rest / sum(sum(counts[group]) for group in others)
    for group in others:
        forecast[group] = [count * factor for count in counts[group]]
    return forecast


def by_area(
    counts: dict[str, list[float]], weights: dict[str, dict[str, float]]
) -> dict[tuple[int, str, str], int]:
    """Share monthly counts by group out to areas, in whole people."""
    totals = [
        sum(counts[group][place] for group in GROUPS) for place in range(len(MONTHS))
    ]
    wanted = [
        {group: counts[group][place] for group in GROUPS}
        for place in range(len(MONTHS))
    ]
    groups = share_out(wanted, whole_totals(totals))
    people = {}
    for group in GROUPS:
        monthly = [month[group] for month in groups]
        wanted = [
            {area: count * weight for area, weight in weights[group].items()}
            for count in monthly
        ]
        for place, month in enumerate(share_out(wanted, monthly)):
            for area, count in month.items():
                people[place, area, group] = count
    return people


def build() -> str:
    """Give the contents of intake.csv."""
    facts, weights = read_facts(), read_weights()
    _, counts = fit(facts)
    came = by_area(counts, weights)
    forecast = by_area(forecast_counts(facts, counts), weights)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("month", "area", "group", "referrals", "forecast"))
    for place, month in enumerate(MONTHS):
        for area in weights["1"]:
            for group in GROUPS:
                key = (place, area, group)
                writer.writerow(
                    (month, area, group, came.get(key, 0), forecast.get(key, 0))
                )
    return text.getvalue()


def main(arguments: Sequence[str]) -> int:
    """Write intake.csv, or check that it is up to date."""
    path = FOLDER / "intake.csv"
    text = build()
    if "--check" in arguments:
        return int(path.read_text(encoding="utf-8") != text)
    path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
