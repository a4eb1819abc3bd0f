"""What the measures leave out, and why."""

import polars as pl

from quasimarket.performance.referrals import Referrals


EXCLUSIONS = pl.Schema(
    {
        "counted": pl.String,  # "referrals" or "outcomes"
        "contract_year": pl.Int16,
        "group": pl.String,
        "contract": pl.String,
        "reason": pl.String,
        "people": pl.Float64,
    }
)


def list_exclusions(referrals: Referrals) -> pl.DataFrame:
    """Count the referrals and outcomes left out, by year, group and contract."""
    rulebook = referrals.rulebook
    parts = []
    for counted, reason, quarter, contract in (
        ("referrals", "excluded", "referred_quarter", "contract"),
        ("outcomes", "outcome_excluded", "earned_quarter", "outcome_contract"),
    ):
        part = (
            referrals.frame.filter(
                pl.col(reason).is_not_null() & pl.col(contract).is_not_null()
            )
            .group_by(
                _contract_year(pl.col(quarter)).alias("contract_year"),
                pl.col("group"),
                pl.col(contract).alias("contract"),
                pl.col(reason).alias("reason"),
            )
            .agg(pl.col("weight").sum().alias("people"))
            .sort("contract_year", "group", "contract", "reason")
            .with_columns(pl.lit(counted).alias("counted"))
        )
        parts.append(part)
    groups = [group.id for group in rulebook.groups]
    contracts = [contract.id for contract in rulebook.contracts]
    return (
        pl.concat(parts)
        .with_columns(
            pl.col("group").replace_strict(
                range(len(groups)), groups, return_dtype=pl.String
            ),
            pl.col("contract").replace_strict(
                range(len(contracts)), contracts, return_dtype=pl.String
            ),
        )
        .select(list(EXCLUSIONS))
        .cast(EXCLUSIONS)
    )


def _contract_year(quarter: pl.Expr) -> pl.Expr:
    return pl.when(quarter < 0).then(1).otherwise(quarter // 4 + 2)
