"""A run's tables, as `runs.tables` describes them, from what the run did.

Counts are weighted up in a thinned run where the schema says so; money is whole pence.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from quasimarket.core.dates import Month
from quasimarket.evidence.people import NEEDS
from quasimarket.market.chain import SECTORS, SIZES, Chain
from quasimarket.population.participants import (
    AGE_BANDS,
    QUALIFICATIONS,
    Population,
)
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.runs.tables import TABLES
from quasimarket.settlement.columnar.records import kinds_of_payment
from quasimarket.simulation.clock import Clock
from quasimarket.simulation.course import Course
from quasimarket.simulation.event_log import Milestones, Spells, position_names
from quasimarket.simulation.line_totals import LineTotals
from quasimarket.simulation.state import (
    ALLOCATED,
    FOLLOWED,
    OUTCOME,
    SERVED,
    STARTED,
)


UNITS_OF_MONTH = 12


def named(codes: NDArray[np.integer], names: Sequence[str]) -> pl.Series:
    """Give names by code as categories; -1 is null."""
    listed = list(dict.fromkeys(names))
    place_of = {name: place for place, name in enumerate(listed)}
    place = np.array([place_of[name] for name in names], np.uint32)
    known = codes >= 0
    physical = place[np.where(known, codes, 0)] if len(names) else codes * 0
    return (
        pl.select(pl.when(pl.Series(known)).then(pl.Series(physical.astype(np.uint32))))
        .to_series()
        .cat.to(pl.Enum(listed))
    )


def day_series(days: NDArray[np.integer]) -> pl.Series:
    """Give days from 1 January 1970 as dates; below zero is null."""
    series = pl.Series(days.astype(np.int32))
    return series.set(series < 0, None).cast(pl.Date)


def participants_table(
    rulebook: Rulebook,
    clock: Clock,
    chain: Chain,
    population: Population,
    course: Course,
) -> pl.DataFrame:
    """Lay out everyone who was referred."""
    people = course.people
    areas = np.repeat(np.arange(len(rulebook.areas)), np.diff(population.area_start))
    names, code = position_names(chain)
    place = people.position.astype(np.int64)
    position = np.where(place >= 0, code[np.maximum(place, 0)], -1)
    served = people.specialist.astype(np.int64)
    specialist = np.where(served >= 0, code[np.maximum(served, 0)], -1)
    attached = np.where(
        population.attachment_week >= 0,
        clock.monday[np.maximum(population.attachment_week, 0)],
        -1,
    )
    return pl.DataFrame(
        {
            "participant": population.number,
            "area": named(areas, [area.id for area in rulebook.areas]),
            "contract": named(people.contract, [c.id for c in rulebook.contracts]),
            "position": named(position, names.tolist()),
            "group": named(people.group, [group.id for group in rulebook.groups]),
            "locality": population.locality.astype(np.int16),
            "age_band": named(population.age_band, AGE_BANDS),
            "months_out_of_work": population.months_out_of_work.astype(np.int16),
            "qualification": named(population.qualification, QUALIFICATIONS),
            "need": named(population.need, NEEDS),
            "score_band": population.band.astype(np.int8),
            "referred": day_series(clock.monday[population.referral_week]),
            "attached": day_series(attached),
            "specialist": named(specialist, names.tolist()),
            "weight": np.full(len(population), population.weight, np.float32),
        }
    )


def positions_table(rulebook: Rulebook, chain: Chain) -> pl.DataFrame:
    """Lay out every position of every chain."""
    contracts = rulebook.contracts
    return pl.DataFrame(
        {
            "position": list(chain.id),
            "contract": [contracts[c].id for c in chain.contract],
            "area": [contracts[c].area for c in chain.contract],
            "organisation": list(chain.organisation),
            "tier": chain.tier.astype(np.int8),
            "sector": [SECTORS[one] for one in chain.sector],
            "size": [SIZES[one] for one in chain.size],
            "specialism": [
                NEEDS[need] if tier == 2 else None
                for need, tier in zip(chain.specialism, chain.tier, strict=True)
            ],
            "contracted": chain.contracted,
            "management_fee": chain.management_fee,
            "outcome_pass_down": chain.outcome_pass_down,
            "lag_months": chain.lag_months.astype(np.int8),
        },
        schema={
            name: kind
            for name, kind in TABLES["positions"].items()
            if name not in ("planned_caseload", "promised_referrals")
        },
    )


def providers_table(
    clock: Clock,
    chain: Chain,
    course: Course,
    weight: float,
    institutional: Mapping[str, NDArray[np.generic]],
) -> pl.DataFrame:
    """Lay out every position's months: people, flows, advisers, service and books.

    `institutional` are further columns, every position's months in order.
    """
    months = course.months_played
    everywhere = len(chain)
    inside = chain.delivering

    def spread(column: NDArray[np.float64]) -> NDArray[np.float64]:
        wide = np.zeros((months, everywhere))
        wide[:, :inside] = column
        return wide.ravel()

    def tally(kind: int) -> NDArray[np.float64]:
        return (course.tally[:, :, kind] * weight).astype(np.float64).ravel()

    band_mean = course.service_by_band.mean(axis=2)
    columns = {
        "position": np.tile(np.array(chain.id), months),
        "month": np.repeat([str(month) for month in clock.months[:months]], everywhere),
        "caseload": spread(course.looking * weight),
        "in_work": spread(course.working * weight),
        "referrals": tally(ALLOCATED),
        "specialist_referrals": tally(SERVED),
        "job_starts": tally(STARTED),
        "outcomes": tally(OUTCOME),
        "sustainments": tally(FOLLOWED),
        "advisers": spread(course.advisers),
        "service_mean": spread(band_mean),
        "service_low": spread(course.service_by_band[:, :, 0]),
        "service_middle": spread(course.service_by_band[:, :, 1]),
        "service_high": spread(course.service_by_band[:, :, 2]),
    }
    for name in (
        "receipts",
        "wages",
        "premises",
        "specialist_costs",
        "administration",
        "interest",
        "cash",
        "grants",
        "contract_management",
        "starting",
        "surplus",
        "held_back",
        "handed_over",
    ):
        columns[name] = np.concatenate([getattr(book, name) for book in course.books])
    columns |= institutional
    table = pl.DataFrame(columns, schema_overrides=TABLES["providers"]).select(
        *TABLES["providers"]
    )
    has_books = np.tile(chain.contracted, months)
    return table.filter(pl.Series(has_books))


def payments_table(
    rulebook: Rulebook, chain: Chain, totals: LineTotals, weight: float
) -> pl.DataFrame:
    """Lay out the lines to primes, added up."""
    names, _ = position_names(chain)
    kinds = [str(kind) for kind, _ in kinds_of_payment(rulebook)]
    months = totals.month
    return pl.DataFrame(
        {
            "contract": named(totals.contract, [c.id for c in rulebook.contracts]),
            "position": named(totals.position, names.tolist()),
            "group": named(totals.group, [group.id for group in rulebook.groups]),
            "kind": named(totals.kind, kinds),
            "month": pl.Series(months).replace_strict(
                {month: month_text(month) for month in np.unique(months).tolist()},
                return_dtype=pl.String,
            ),
            "count": totals.count * weight,
            "amount": pl.Series(totals.amount * weight).round().cast(pl.Int64),
        }
    ).cast(TABLES["payments"])  # type: ignore[arg-type]  # the schema's types are classes


def month_text(number: int) -> str:
    """Write a month counted from January of the year 0 as "YYYY-MM"."""
    return str(Month(number // UNITS_OF_MONTH, number % UNITS_OF_MONTH + 1))


def outcome_tables(
    rulebook: Rulebook,
    clock: Clock,
    chain: Chain,
    course: Course,
    spells: Spells,
    milestones: Milestones,
) -> dict[str, pl.DataFrame]:
    """Lay out outcomes reached, what followed them, and first job starts."""
    people = course.people
    sunday = clock.monday + 6
    first = milestones.number == 0
    person = milestones.person
    names, code = position_names(chain)
    contract_names = [c.id for c in rulebook.contracts]
    group_names = [group.id for group in rulebook.groups]
    earner = person[first]
    outcomes = pl.DataFrame(
        {
            "participant": people.number[earner],
            "contract": named(people.contract[earner], contract_names),
            "position": named(code[people.position[earner]], names.tolist()),
            "group": named(people.group[earner], group_names),
            "earned": day_series(sunday[milestones.week[first]]),
            "claimed": people.claims[earner] == 1,
        }
    )
    rest = ~first
    following = person[rest]
    first_month, month_of_week = _months_of_sundays(clock)
    months = int(month_of_week.max()) + 1
    # Everyone's place is in one contract, so that it tells the contract too.
    cell = people.position[following].astype(np.int64)
    cell *= len(group_names)
    cell += people.group[following]
    cell *= months
    cell += month_of_week[milestones.week[rest]]
    count = np.bincount(cell, minlength=chain.delivering * len(group_names) * months)
    found = np.flatnonzero(count)
    left, month = np.divmod(found, months)
    held, group = np.divmod(left, len(group_names))
    month_names = [month_text(first_month + one) for one in range(months)]
    sustained = pl.DataFrame(
        {
            "contract": named(chain.contract[held], contract_names),
            "position": named(code[held], names.tolist()),
            "group": named(group, group_names),
            "month": named(month, month_names).cast(pl.String),
            "count": count[found].astype(np.uint32),
            "claimed": np.ones(len(found), np.bool_),
        }
    ).sort("contract", "position", "group", "month")
    order = np.full(len(people.number), clock.weeks, np.int32)
    np.minimum.at(order, spells.person, spells.start_week)
    started = order < clock.weeks
    starts = pl.DataFrame(
        {
            "participant": people.number[started],
            "first_start": day_series(clock.monday[order[started]]),
        }
    )
    return {"outcomes": outcomes, "sustained": sustained, "starts": starts}


def by_month_table(
    clock: Clock, tables: Mapping[str, pl.DataFrame], weight: float
) -> pl.DataFrame:
    """Add up, month by month, who came, who was placed and what was paid."""
    participants, outcomes = tables["participants"], tables["outcomes"]
    dated = {
        "cumulative_referrals": participants["referred"],
        "cumulative_attachments": participants["attached"].drop_nulls(),
        "cumulative_job_outcomes": outcomes.filter("claimed")["earned"],
        "cumulative_job_starters": tables["starts"]["first_start"],
    }
    payments = tables["payments"]
    last = str(payments["month"].max()) if len(payments) else str(clock.months[0])
    months = pl.DataFrame({"month": months_to(clock, last)})
    for name, days in dated.items():
        counted = (
            pl.DataFrame({"day": days})
            .group_by("day")
            .agg(pl.len().alias("people"))
            .group_by(pl.col("day").dt.strftime("%Y-%m").alias("month"))
            .agg((pl.col("people").sum() * weight).alias(name))
        )
        months = _accumulate(months, counted, name)
    paid = payments.group_by(pl.col("month").cast(pl.String)).agg(
        (pl.col("amount").sum() / 100).alias("cumulative_paid_gbp")
    )
    return _accumulate(months, paid, "cumulative_paid_gbp").cast(
        TABLES["by_month"]  # type: ignore[arg-type]  # the schema's types are classes
    )


def _months_of_sundays(clock: Clock) -> tuple[int, NDArray[np.int64]]:
    """Give the month of the first week's Sunday, and those of all weeks after it."""
    sundays = (clock.monday + 6).astype("datetime64[D]").astype("datetime64[M]")
    months = sundays.astype(np.int64) + 1970 * UNITS_OF_MONTH
    return int(months[0]), months - months[0]


def months_to(clock: Clock, last: str) -> list[str]:
    """List months from the run's first to the last one named."""
    listed = [str(clock.months[0])]
    month = clock.months[0]
    while listed[-1] < last:
        month = month.plus(1)
        listed.append(str(month))
    return listed


def _accumulate(months: pl.DataFrame, counted: pl.DataFrame, name: str) -> pl.DataFrame:
    return months.join(
        counted, on="month", how="left", maintain_order="left"
    ).with_columns(pl.col(name).fill_null(0).cum_sum())
