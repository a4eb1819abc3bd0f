"""People in the summary: counts, and the rates of those followed long enough."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from quasimarket.core.identifiers import ContractId, GroupId
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.runs.summary import ContractRow, GroupRow, Paid
from quasimarket.simulation.summary_grouping import add_up
from quasimarket.simulation.summary_money import nothing_paid


FOLLOWED_MONTHS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleCounted:
    """Counts of people, weighted; outcomes and sustainments are those claimed."""

    referrals: float = 0.0
    attachments: float = 0.0
    job_outcomes: float = 0.0
    sustainments: float = 0.0


COUNTED = ("referrals", "attachments", "job_outcomes", "sustainments")


def count_people(tables: Mapping[str, pl.DataFrame], weight: float) -> pl.DataFrame:
    """Count people and their claimed results by contract and group, weighted."""
    keys = ("contract", "group")
    claimed = pl.col("claimed")
    parts = (
        add_up(
            tables["participants"],
            keys,
            pl.len().alias("referrals"),
            pl.col("attached").count().alias("attachments"),
        ),
        add_up(tables["outcomes"], keys, claimed.sum().alias("job_outcomes")),
        add_up(
            tables["sustained"],
            keys,
            pl.col("count").filter(claimed).sum().alias("sustainments"),
        ),
    )
    return (
        pl.concat(parts, how="diagonal")
        .group_by(keys)
        .agg(pl.col(*COUNTED).sum() * weight)
    )


def total_people(people: pl.DataFrame) -> PeopleCounted:
    """Add up everyone."""
    return PeopleCounted(**{name: float(people[name].sum()) for name in COUNTED})


def cohort_rates(cohorts: pl.DataFrame, months: int) -> dict[str, float]:
    """Give the rate of each month's referrals that were followed that many months."""
    followed = _followed(cohorts, months).filter(
        pl.col("group").is_null() & pl.col("contract").is_null()
    )
    return dict(followed.sort("month").select("month", "rate").iter_rows())


def describe_groups(
    rulebook: Rulebook,
    people: pl.DataFrame,
    cohorts: pl.DataFrame,
    paid: Mapping[str, Paid],
) -> dict[str, GroupRow]:
    """Describe every payment group of the rulebook, in its order."""
    counted = _by(people, "group")
    rates = _intake_rates(cohorts, "group")
    return {
        group.id: GroupRow(
            name=group.name,
            referrals=(own := counted.get(group.id, PeopleCounted())).referrals,
            attachments=own.attachments,
            job_outcomes=own.job_outcomes,
            rate_24m=rates.get(group.id),
            paid_gbp=paid.get(group.id, nothing_paid()).total,
        )
        for group in rulebook.groups
    }


def describe_contracts(
    rulebook: Rulebook,
    people: pl.DataFrame,
    cohorts: pl.DataFrame,
    paid: Mapping[str, Paid],
) -> dict[str, ContractRow]:
    """Describe the contracts that had people or money, in the rulebook's order."""
    counted = _by(people, "contract")
    rates = _intake_rates(cohorts, "contract")
    area_names = {area.id: area.name for area in rulebook.areas}
    rows = {}
    for contract in rulebook.contracts:
        if contract.id not in counted and contract.id not in paid:
            continue
        own = counted.get(contract.id, PeopleCounted())
        by_purpose = paid.get(contract.id, nothing_paid())
        rows[str(contract.id)] = ContractRow(
            number=contract.number,
            area=contract.area,
            area_name=area_names[contract.area],
            referrals=own.referrals,
            attachments=own.attachments,
            job_outcomes=own.job_outcomes,
            sustainment_payments=own.sustainments,
            rate_24m=rates.get(contract.id),
            paid_gbp=by_purpose.total,
            paid_by_kind_gbp=by_purpose,
        )
    return rows


def followed_months(cohorts: pl.DataFrame) -> list[str]:
    """List the months whose referrals were all followed 24 months."""
    return list(cohort_rates(cohorts, FOLLOWED_MONTHS))


def _followed(cohorts: pl.DataFrame, months: int) -> pl.DataFrame:
    """Give the cohorts that the data follow to the end: those with a rate."""
    return cohorts.filter((pl.col("months") == months) & pl.col("rate").is_not_null())


def _intake_rates(cohorts: pl.DataFrame, key: str) -> dict[str, float]:
    """Give the rate of all followed intakes together, by group or by contract."""
    added = (
        _followed(cohorts, FOLLOWED_MONTHS)
        .filter(pl.col(key).is_not_null())
        .group_by(pl.col(key).cast(pl.String))
        .agg(pl.col("outcomes").sum() / pl.col("referrals").sum())
    )
    return dict(added.iter_rows())


def _by(
    people: pl.DataFrame, key: str
) -> dict[GroupId | ContractId | str, PeopleCounted]:
    added = people.group_by(key).agg(pl.col(*COUNTED).sum())
    return {
        row.pop(key): PeopleCounted(**row)
        for row in added.select(key, *COUNTED).iter_rows(named=True)
    }
