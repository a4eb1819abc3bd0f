"""The headline columns by which designs are compared, read from a run's tables.

A column is None where a run cannot tell: nobody of the kind, or no such table.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import polars as pl

from quasimarket.rulebook.rulebook import Rulebook


Tables = Mapping[str, pl.DataFrame]
SETTLED_MONTHS = 36
"""Reserves are looked at after so many months, when payment by results is in full."""
RESISTED = ("avoid", "defy", "manipulate")
COSTS = (
    "wages",
    "premises",
    "specialist_costs",
    "administration",
    "interest",
    "contract_management",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a comparison."""

    id: str
    label: str
    unit: str
    """people, GBP, share, months or number."""
    read: Callable[[Tables], float | None]


def headline(
    tables: Tables, rulebook: Rulebook, counted: int, weight: float
) -> dict[str, float | None]:
    """Give every headline column of a run that was played and not settled.

    `counted` is the pence for results that were counted while playing, `weight` what
    each of its people stands for. Grants in the books are the commissioner's besides,
    service fees among them; what a prime pays its chain of them adds up to nothing.
    What is held back of a fund for specialists is not paid.
    """
    pence = counted * weight + excess_pay(rulebook, tables)
    pence += _total(tables, "providers", "grants") or 0.0
    pence -= _total(tables, "providers", "held_back") or 0.0
    money = {**tables, "paid": pl.DataFrame({"pounds": [pence / 100]})}
    return {one.id: one.read(money) for one in COLUMNS}


def excess_pay(rulebook: Rulebook, tables: Tables) -> float:
    """Give the pence of all excess payments."""
    amounts = {str(one.id): one.amount for one in rulebook.excess_payments}
    excess = tables.get("excess")
    if excess is None or not amounts:
        return 0.0
    rows = excess.select("payment", "above").iter_rows()
    return math.fsum(above * amounts[payment] for payment, above in rows)


def _has(tables: Tables, table: str, *columns: str) -> bool:
    return table in tables and set(columns) <= set(tables[table].columns)


def _total(tables: Tables, table: str, column: str) -> float | None:
    if not _has(tables, table, column):
        return None
    return float(tables[table][column].sum() or 0)


def _ratio(above: float | None, below: float | None) -> float | None:
    return above / below if above is not None and below else None


def _paid(tables: Tables) -> float | None:
    return _total(tables, "paid", "pounds")


def _outcomes(tables: Tables) -> float | None:
    return _total(tables, "providers", "outcomes")


def _attachments(tables: Tables) -> float | None:
    return _total(tables, "providers", "referrals")


def _subcontracts(tables: Tables) -> pl.DataFrame:
    """Join months in the books to what a position is, subcontracts under contract."""
    wanted = ("position", "tier", "sector", "contracted")
    return tables["providers"].join(tables["positions"].select(wanted), on="position")


def _sent_nobody(tier: int, tables: Tables) -> float | None:
    """Give the share of a tier's contracted positions that nobody was ever sent to."""
    column = "referrals" if tier == 1 else "specialist_referrals"
    if not _has(tables, "providers", column) or "positions" not in tables:
        return None
    places = tables["positions"].filter(pl.col("contracted"), pl.col("tier") == tier)
    sent = tables["providers"].filter(pl.col(column) > 0)["position"].unique()
    nobody = places.filter(~pl.col("position").is_in(sent.implode()))
    return _ratio(float(len(nobody)), float(len(places)))


def _third_sector_share(tables: Tables) -> float | None:
    if not _has(tables, "providers", "referrals") or "positions" not in tables:
        return None
    months = _subcontracts(tables)
    third = months.filter(pl.col("sector") == "third")["referrals"].sum()
    return _ratio(float(third), float(months["referrals"].sum()))


def _events_of(kind: str, tables: Tables) -> float | None:
    events = tables.get("organisation_events")
    if events is None:
        return None
    return float(events.filter(pl.col("kind") == kind)["number"].sum())


def _resistance(tables: Tables) -> float | None:
    """Give the share of answers to directives that avoid, defy or manipulate."""
    events = tables.get("organisation_events")
    if events is None:
        return None
    answers = events.filter(pl.col("kind") == "directive-answered")
    response = pl.col("code").cast(pl.String).str.split(":").list.first()
    resisted = answers.filter(response.is_in(RESISTED))
    return _ratio(float(resisted["number"].sum()), float(answers["number"].sum()))


def _reserves(tables: Tables) -> float | None:
    """Give the median tier 1 subcontractor's cash, in months of its costs."""
    if not _has(tables, "providers", "cash", "wages") or "positions" not in tables:
        return None
    costs = [name for name in COSTS if name in tables["providers"].columns]
    months = _subcontracts(tables).filter(pl.col("tier") == 1, pl.col("contracted"))
    last = sorted(months["month"].unique())[:SETTLED_MONTHS][-1:]
    books = (
        months.filter(pl.col("month") <= (last[0] if last else ""))
        .sort("month")
        .group_by("position")
        .agg(
            pl.col("cash").last(),
            pl.sum_horizontal(costs).mean().alias("costs"),
        )
        .filter(pl.col("costs") > 0)
    )
    found = books.select((pl.col("cash") / pl.col("costs")).median()).item()
    return None if found is None else float(found)


def _service_gap(tables: Tables) -> float | None:
    """Give how far the lowest band's service is below the highest band's."""
    bands = ("service_low", "service_high")
    if not _has(tables, "providers", "caseload", *bands):
        return None
    served = tables["providers"].filter(pl.col("caseload") > 0)
    low, high = (
        float((served[band].fill_null(0) * served["caseload"]).sum()) for band in bands
    )
    ratio = _ratio(low, high)
    return None if ratio is None else 1 - ratio


def _sanction_referrals(tables: Tables) -> float | None:
    doubts = _total(tables, "providers", "sanction_referrals")
    share = _ratio(doubts, _attachments(tables))
    return None if share is None else 100 * share


def _fates(fates: tuple[str, ...], tables: Tables) -> float | None:
    if not _has(tables, "participants", "fate"):
        return None
    people = tables["participants"].filter(pl.col("attached").is_not_null())
    met = people.filter(pl.col("fate").cast(pl.String).is_in(fates))
    return _ratio(float(len(met)), float(len(people)))


def _specialist_help(tables: Tables) -> float | None:
    """Give the share of those attached with a specific need who saw a specialist."""
    if not _has(tables, "participants", "specialist", "need"):
        return None
    needy = tables["participants"].filter(
        pl.col("attached").is_not_null(), pl.col("need").cast(pl.String) != "none"
    )
    return _ratio(float(needy["specialist"].count()), float(len(needy)))


COLUMNS = (
    Column(id="outcomes", label="Job outcomes", unit="people", read=_outcomes),
    Column(id="paid", label="Paid by the commissioner", unit="GBP", read=_paid),
    Column(
        id="cost_per_outcome",
        label="Paid for each job outcome",
        unit="GBP",
        read=lambda tables: _ratio(_paid(tables), _outcomes(tables)),
    ),
    Column(
        id="outcome_rate",
        label="Outcomes over attachments",
        unit="share",
        read=lambda tables: _ratio(_outcomes(tables), _attachments(tables)),
    ),
    Column(
        id="service_gap",
        label="Service gap, low to high band",
        unit="share",
        read=_service_gap,
    ),
    Column(
        id="parked",
        label="Only tracked, or untouched",
        unit="share",
        read=partial(_fates, ("tracked", "untouched")),
    ),
    Column(
        id="specialist_help",
        label="Needs that a specialist saw",
        unit="share",
        read=_specialist_help,
    ),
    Column(
        id="sanction_referrals",
        label="Doubts raised per 100 people",
        unit="number",
        read=_sanction_referrals,
    ),
    Column(
        id="sent_nobody_tier_1",
        label="Tier 1 that were sent nobody",
        unit="share",
        read=partial(_sent_nobody, 1),
    ),
    Column(
        id="sent_nobody_tier_2",
        label="Tier 2 that were sent nobody",
        unit="share",
        read=partial(_sent_nobody, 2),
    ),
    Column(
        id="third_sector",
        label="Third sector's attachments",
        unit="share",
        read=_third_sector_share,
    ),
    Column(
        id="reserves",
        label="Tier 1 reserves, the median",
        unit="months",
        read=_reserves,
    ),
    Column(
        id="exits",
        label="Organisations that left",
        unit="number",
        read=partial(_events_of, "exited"),
    ),
    Column(
        id="directives",
        label="Directives on how to work",
        unit="number",
        read=partial(_events_of, "directive-issued"),
    ),
    Column(
        id="resistance",
        label="Directives that are resisted",
        unit="share",
        read=_resistance,
    ),
    Column(
        id="complaints",
        label="Complaints",
        unit="number",
        read=partial(_events_of, "complained"),
    ),
)
COLUMN_BY_ID = {one.id: one for one in COLUMNS}
