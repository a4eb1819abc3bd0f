"""Money in the summary: whole pence added up, then told in pounds."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import polars as pl

from quasimarket.core.dates import Month, months_from
from quasimarket.rulebook.rulebook import Basis, Rulebook
from quasimarket.runs.summary import ManagementCost, MonthRow, Paid, PaidMonthRow
from quasimarket.simulation.summary_grouping import add_up


PURPOSES = ("attachment", "job_outcome", "sustainment", "incentive", "other")
_PURPOSE_OF_BASIS = {
    Basis.ATTACHMENT: "attachment",
    Basis.DAYS_IN_WORK: "job_outcome",
    Basis.DAYS_WITHOUT: "job_outcome",
    Basis.FOLLOWING_DAYS: "sustainment",
}
_CUMULATIVE = (
    "cumulative_referrals",
    "cumulative_attachments",
    "cumulative_job_outcomes",
    "cumulative_job_starters",
)


def add_up_money(rulebook: Rulebook, payments: pl.DataFrame) -> pl.DataFrame:
    """Give pence by contract, group, purpose and statement month.

    The purpose of a payment is what the rulebook says its kind is for; a service fee, a
    recovery and any other kind are `other`.
    """
    purposes = {
        str(one.id): _PURPOSE_OF_BASIS[one.basis] for one in rulebook.milestones
    }
    purposes |= {str(one.id): "incentive" for one in rulebook.excess_payments}
    keys = ("contract", "group", "month")
    return (
        add_up(payments, (*keys, "kind"), pl.col("amount").sum())
        .filter(pl.col("amount") != 0)
        .with_columns(
            pl.col("kind")
            .replace_strict(purposes, default="other", return_dtype=pl.String)
            .alias("purpose")
        )
    )


def paid_for(money: pl.DataFrame) -> Paid:
    """Give all money by purpose."""
    return _paid(money.group_by("purpose").agg(pl.col("amount").sum()).iter_rows())


def paid_by(money: pl.DataFrame, key: str) -> dict[str, Paid]:
    """Give money by purpose for each group or each contract that had any."""
    added = money.group_by(key, "purpose").agg(pl.col("amount").sum())
    rows: dict[str, list[tuple[str, int]]] = {}
    for one, purpose, pence in added.select(key, "purpose", "amount").iter_rows():
        if one is not None:
            rows.setdefault(one, []).append((purpose, pence))
    return {one: _paid(parts) for one, parts in rows.items()}


def stand_by_month(by_month: pl.DataFrame, money: pl.DataFrame) -> tuple[MonthRow, ...]:
    """Say where the programme stood each month from the first to the last payment.

    A month after the end of `by_month` stands where that ended.
    """
    added = money.group_by("month").agg(pl.col("amount").sum().alias("pence"))
    stood = (
        pl.DataFrame({"month": _calendar(by_month, money)}, schema={"month": pl.String})
        .join(by_month, on="month", how="left")
        .join(added, on="month", how="left")
        .sort("month")
        .with_columns(
            pl.col(*_CUMULATIVE).forward_fill().fill_null(0.0),
            pl.col("pence").fill_null(0).cum_sum(),
        )
    )
    return tuple(
        MonthRow(
            month=row["month"],
            cumulative_paid_gbp=to_pounds(row["pence"]),
            **{name: row[name] for name in _CUMULATIVE},
        )
        for row in stood.iter_rows(named=True)
    )


def money_by_month(
    money: pl.DataFrame, months: Sequence[str]
) -> tuple[PaidMonthRow, ...]:
    """Give the money on the statements of each month, by purpose."""
    paid = paid_by(money, "month")
    nothing = _paid(())
    return tuple(
        PaidMonthRow(
            month=month,
            **{
                purpose: getattr(paid.get(month, nothing), purpose)
                for purpose in PURPOSES
            },
        )
        for month in months
    )


def cost_of_managing(tables: Mapping[str, pl.DataFrame]) -> ManagementCost:
    """Give what contract management cost each layer over the whole programme."""
    own, books = tables["department"], tables["providers"]
    return ManagementCost(
        department_gbp=to_pounds(int(own["contract_management"].sum())),
        primes_gbp=to_pounds(int(books["contract_management"].sum())),
        subcontractor_hours=float(books["hours_on_requests"].sum()),
        bought_directly_gbp=to_pounds(int(own["bought_directly"].sum())),
        held_back_gbp=to_pounds(int(own["held_back"].sum())),
    )


def nothing_paid() -> Paid:
    """Give no money for any purpose."""
    return _paid(())


def to_pounds(pence: int) -> Decimal:
    """Turn whole pence into exact pounds."""
    return Decimal(pence).scaleb(-2)


def _paid(rows: Iterable[tuple[str, int]]) -> Paid:
    pence = dict(rows)
    pounds: Mapping[str, Decimal] = {
        purpose: to_pounds(pence.get(purpose, 0)) for purpose in PURPOSES
    }
    return Paid(**pounds, total=to_pounds(sum(pence.values())))


def _calendar(by_month: pl.DataFrame, money: pl.DataFrame) -> list[str]:
    """List the months from the first referral, or payment, to the last payment."""
    stood = by_month["month"].to_list()
    paid = money["month"].unique().to_list()
    first, last = min(stood + paid), max(paid or stood)
    return [str(one) for one in months_from(Month.parse(first), Month.parse(last))]
