"""Tables of a log, as a run's are laid out: from its events, and from nothing else.

What is known of people at referral, and of organisations, is in no event: it is given
beside the events where there is any. A position is of the tier that it was offered or
accepted at; of one that no offer names, specialists are tier 2 and others tier 1. A
contract's in-house unit is a position of its own, of tier 0.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

import polars as pl

from quasimarket.core.errors import Fault, InputFault
from quasimarket.events.event import EventKind
from quasimarket.events.organisation_event import OrganisationEventKind as Act
from quasimarket.insight.log_months import month_of, months_of_positions
from quasimarket.insight.log_people import (
    ALLOTTED_DAYS,
    LogSpan,
    of_kind,
    participants,
    spells,
    stays,
)
from quasimarket.rulebook.rulebook import Rulebook


Table: TypeAlias = Any  # a Polars frame, or a pyarrow table: pyarrow ships no types
IN_HOUSE = "in-house"
TEXTS = ("kind", "participant", "contract", "position", "group", "spell", "milestone")
ACT_TEXTS = ("kind", "organisation", "position", "contract", "counterpart", "source")
CONTRACTS_OF_TIER = {"tier-1": 1, "tier-2": 2}


def tables_of_log(
    events: Table,
    organisation_events: Table | None = None,
    *,
    programme: Rulebook | None = None,
    people: Table | None = None,
    organisations: Table | None = None,
) -> dict[str, pl.DataFrame]:
    """Lay a log out as the tables that measures look at.

    `programme` says whose a contract is and how long people may stay; `people` what was
    known at referral (`participant`, and of `age_band`, `months_out_of_work`,
    `qualification`, `need`, `locality` what there is); `organisations` their `sector`,
    `size` and so on. Raises InputFault where the log refers nobody.
    """
    log = _typed(
        events,
        "events",
        (*TEXTS, "code"),
        ("number", "amount"),
        ("kind", "participant"),
    )
    acts = _typed(
        organisation_events if organisation_events is not None else pl.DataFrame(),
        "organisation events",
        (*ACT_TEXTS, "code"),
        ("number",),
        ("kind",) if organisation_events is not None else (),
    )
    if len(of_kind(log, EventKind.REFERRED)) == 0:
        raise InputFault(
            [Fault(where="events", found="nobody referred", expected="referrals")]
        )
    days = pl.concat([log.select("happened"), acts.select("happened")])["happened"]
    span = LogSpan(
        last_day=pl.lit(days.max(), pl.Date),
        allotted_days=ALLOTTED_DAYS if programme is None else programme.allotted_days,
    )
    working = spells(log, span)
    staying = stays(log, span).with_columns(
        place=pl.coalesce(
            "position", pl.concat_str("contract", pl.lit(IN_HOUSE), separator="-")
        ),
        day=pl.coalesce("allocated", "attached"),
    )
    positions = _positions(log, acts, staying, programme)
    told = _frame(organisations)
    if told is not None:
        told = told.with_columns(pl.col("organisation").cast(pl.String))
        if "sector" in told.columns:
            held = told.select("organisation", pl.col("sector").cast(pl.String))
            positions = positions.drop("sector").join(
                held.unique("organisation", keep="first"), on="organisation", how="left"
            )
    first = staying.select(month_of("referred").min()).item()
    months = range(first, _month_number(days) + 1)
    seen = participants(log, staying, working)
    tables = {
        "positions": positions,
        "participants": _with_people(
            seen.with_columns(position=pl.col("place")), _frame(people), positions
        ),
        "providers": months_of_positions(
            log, acts, staying, working, positions["position"].to_list(), months
        ),
        "payments": _payments(log, staying),
    }
    if len(acts):
        tables["organisation_events"] = acts
        moved = acts.filter(
            pl.col("kind").is_in([str(Act.STAFF_HIRED), str(Act.STAFF_LEFT)])
        )
        tables["staff_moves"] = moved.select(
            "kind", "organisation", "position", reason="code", month=_month_text()
        )
    if told is not None:
        tables["organisations"] = told
    return {name: table for name, table in tables.items() if len(table)}


def _month_number(days: pl.Series) -> int:
    return int(pl.DataFrame({"day": days}).select(month_of("day").max()).item())


def _month_text() -> pl.Expr:
    return pl.col("happened").dt.strftime("%Y-%m")


def _frame(table: Table | None) -> pl.DataFrame | None:
    if table is None or isinstance(table, pl.DataFrame):
        return table
    return pl.DataFrame(pl.from_arrow(table))


def _typed(
    table: Table,
    where: str,
    texts: tuple[str, ...],
    numbers: tuple[str, ...],
    needed: tuple[str, ...],
) -> pl.DataFrame:
    """Give a log with all its columns: text, whole numbers, and the day it happened."""
    frame = _frame(table)
    if frame is None:
        frame = pl.DataFrame()
    faults = [
        Fault(where=where, found=f"no column {name}", expected=f"a column {name}")
        for name in (*needed, *(("happened",) if needed else ()))
        if name not in frame.columns
    ]
    if faults:
        raise InputFault(faults)
    frame = frame.with_columns(
        pl.lit(None).alias(name)
        for name in (*texts, *numbers, "happened")
        if name not in frame.columns
    )
    day = pl.col("happened")
    if frame.schema["happened"] == pl.String:
        day = day.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    typed = frame.select(
        *(pl.col(name).cast(pl.String) for name in texts),
        *(pl.col(name).cast(pl.Int64, strict=False) for name in numbers),
        happened=day.cast(pl.Date),
    )
    wrong = int(typed["happened"].null_count())
    if wrong:
        raise InputFault(
            [
                Fault(
                    where=f"{where}, column happened",
                    found=f"{wrong} rows without a day",
                    expected="a day, as YYYY-MM-DD",
                )
            ]
        )
    return typed.with_columns(
        pl.when(pl.col(name) == "").then(None).otherwise(pl.col(name)).alias(name)
        for name in texts
    )


def _positions(
    log: pl.DataFrame,
    acts: pl.DataFrame,
    staying: pl.DataFrame,
    programme: Rulebook | None,
) -> pl.DataFrame:
    """List every position that the log names, and each contract's in-house unit."""
    contracts = staying["contract"].drop_nulls().unique().sort().to_list()
    primes, areas = _contracts(acts, programme)
    rows: dict[str, dict[str, object]] = {}
    for contract in contracts:
        rows[f"{contract}-{IN_HOUSE}"] = {
            "contract": contract,
            "organisation": primes.get(contract, contract),
            "tier": 0,
        }
    offers = acts.filter(
        pl.col("kind").is_in([str(Act.OFFERED), str(Act.ACCEPTED)])
        & pl.col("position").is_not_null()
    )
    named = offers.select("position", "contract", "organisation", "code").iter_rows()
    for position, contract, organisation, code in named:
        rows[position] = {
            "contract": contract,
            "organisation": organisation,
            "tier": CONTRACTS_OF_TIER.get(code, 1),
        }
    owners = dict(
        acts.filter(pl.col("position").is_not_null())
        .unique("position", keep="first", maintain_order=True)
        .select("position", "organisation")
        .iter_rows()
    )
    called = of_kind(log, EventKind.SPECIALIST_REFERRED).join(
        staying.select("participant", "contract"),
        on="participant",
        how="inner",
        suffix="_of_person",
    )
    for table, contract_column, tier in (
        (called, "contract_of_person", 2),
        (staying, "contract", 1),
    ):
        for position, contract in (
            table.filter(pl.col("position").is_not_null())
            .select("position", contract_column)
            .unique(maintain_order=True)
            .iter_rows()
        ):
            rows.setdefault(
                position,
                {
                    "contract": contract,
                    "organisation": owners.get(position) or position,
                    "tier": tier,
                },
            )
    refused = set(
        acts.filter(pl.col("kind") == str(Act.REFUSED))["position"].drop_nulls()
    ) - set(acts.filter(pl.col("kind") == str(Act.ACCEPTED))["position"].drop_nulls())
    return pl.DataFrame(
        [
            {
                "position": position,
                **row,
                "area": areas.get(str(row["contract"]), ""),
                "contracted": position not in refused,
                "sector": None,
            }
            for position, row in rows.items()
        ],
        schema_overrides={
            "organisation": pl.String,
            "tier": pl.Int8,
            "sector": pl.String,
        },
    )


def _contracts(
    acts: pl.DataFrame, programme: Rulebook | None
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Give each contract's prime and area: from its award, then from the rulebook."""
    held = () if programme is None else programme.contracts
    awarded = acts.filter(pl.col("kind") == str(Act.AWARDED))
    pairs = awarded.select("contract", "organisation").drop_nulls().iter_rows()
    primes = {str(one.id): str(one.prime) for one in held} | dict(pairs)
    return primes, {str(one.id): str(one.area) for one in held}


def _with_people(
    seen: pl.DataFrame, people: pl.DataFrame | None, positions: pl.DataFrame
) -> pl.DataFrame:
    """Add what was known at referral, and the contract's area."""
    areas = positions.filter(pl.col("tier") == 0).select("contract", "area")
    seen = seen.join(areas.unique("contract"), on="contract", how="left")
    if people is None:
        return seen
    told = people.with_columns(pl.col("participant").cast(pl.String))
    kept = ["participant", *set(told.columns).difference(seen.columns)]
    return seen.join(
        told.select(sorted(kept)).unique("participant", keep="first"),
        on="participant",
        how="left",
    )


def _payments(log: pl.DataFrame, staying: pl.DataFrame) -> pl.DataFrame:
    """Add up what was paid by contract, group, milestone and month."""
    paid = of_kind(log, EventKind.PAID).join(
        staying.select("participant", "contract", "group"),
        on="participant",
        how="inner",
        suffix="_of_person",
    )
    return (
        paid.with_columns(
            contract=pl.coalesce("contract", "contract_of_person"),
            group=pl.coalesce("group", "group_of_person"),
            month=_month_text(),
        )
        .group_by("contract", "position", "group", "month", kind="milestone")
        .agg(count=pl.len().cast(pl.Float64), amount=pl.col("amount").sum())
        .sort("contract", "group", "month", "kind", "position")
    )
