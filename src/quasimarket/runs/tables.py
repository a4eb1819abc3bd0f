"""The tables of a run, one Parquet file each: names, columns, units, meanings.

Counts are people unless said otherwise; in a thinned run they are weighted up. Money is
whole pence in tables. Months are "YYYY-MM". A blank position is the prime's own unit.
"""

import polars as pl


DAY = pl.Date
TABLES: dict[str, dict[str, pl.DataType | type[pl.DataType]]] = {
    # one row a referred person
    "participants": {
        "participant": pl.Int64,
        "area": pl.String,
        "contract": pl.String,
        "position": pl.String,  # where allocated; null for in-house or never attached
        "group": pl.String,
        "locality": pl.Int16,  # 0.. within the area
        "age_band": pl.String,
        "months_out_of_work": pl.Int16,  # at referral
        "qualification": pl.String,
        "need": pl.String,  # health disability housing offending language skills none
        "score_band": pl.Int8,  # 0 low, 1 middle, 2 high: what providers see
        "referred": DAY,
        "attached": DAY,
        "specialist": pl.String,  # position of the specialist called off, or null
        "weight": pl.Float32,
    },
    # one row a position in a contract's chain, the in-house unit included
    "positions": {
        "position": pl.String,
        "contract": pl.String,
        "area": pl.String,
        "organisation": pl.String,  # "O0001": invented; no real name
        "tier": pl.Int8,  # 0 in-house, 1 end-to-end, 2 specialist call-off
        "sector": pl.String,  # private, third, public
        "size": pl.String,  # small, medium, large
        "specialism": pl.String,  # a need (tier 2), else null
        "contracted": pl.Boolean,  # listed positions are not all contracted
        "management_fee": pl.Float64,
        "outcome_pass_down": pl.Float64,
        "lag_months": pl.Int8,
    },
    # one row a position and month in which it had a caseload, a flow or a balance
    "providers": {
        "position": pl.String,
        "month": pl.String,
        "caseload": pl.Float64,  # out of work, at the month's start
        "in_work": pl.Float64,
        "referrals": pl.Float64,  # allocated to it in the month
        "specialist_referrals": pl.Float64,  # call-offs received (tier 2)
        "job_starts": pl.Float64,
        "outcomes": pl.Float64,
        "sustainments": pl.Float64,
        "advisers": pl.Float64,
        "service_mean": pl.Float64,  # intensity, 1 = the founding average
        "service_low": pl.Float64,  # by score band
        "service_middle": pl.Float64,
        "service_high": pl.Float64,
        "receipts": pl.Int64,
        "wages": pl.Int64,
        "premises": pl.Int64,
        "specialist_costs": pl.Int64,
        "administration": pl.Int64,
        "interest": pl.Int64,
        "cash": pl.Int64,  # at the month's end
    },
    # the settlement's lines, added up
    "payments": {
        "contract": pl.String,
        "position": pl.String,
        "group": pl.String,
        "kind": pl.String,
        "month": pl.String,  # statement month
        "count": pl.Float64,
        "amount": pl.Int64,
    },
    "by_month": {
        "month": pl.String,
        "cumulative_referrals": pl.Float64,
        "cumulative_attachments": pl.Float64,
        "cumulative_job_outcomes": pl.Float64,
        "cumulative_job_starters": pl.Float64,
        "cumulative_paid_gbp": pl.Float64,
    },
    # performance: each number with numerator, denominator and exclusions
    "levels": {
        "contract_year": pl.Int16,
        "group": pl.String,
        "contract": pl.String,
        "outcomes": pl.Float64,
        "referrals": pl.Float64,
        "excluded": pl.Float64,
        "rate": pl.Float64,
        "level": pl.Float64,
        "met": pl.Boolean,
    },
    "cohorts": {
        "month": pl.String,  # of referral
        "months": pl.Int8,  # 12 or 24
        "group": pl.String,  # null: all groups
        "contract": pl.String,  # null: all contracts
        "outcomes": pl.Float64,
        "referrals": pl.Float64,
        "excluded": pl.Float64,
        "rate": pl.Float64,  # null where censored
    },
    "league": {
        "scope": pl.String,  # "national" or an area
        "contract_year": pl.Int16,
        "group": pl.String,  # null: all groups
        "contract": pl.String,
        "rank": pl.Int16,  # null: too few to rank
        "outcomes": pl.Float64,
        "referrals": pl.Float64,
        "rate": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
    },
    "share_shifts": {
        "area": pl.String,
        "group": pl.String,
        "contract_year": pl.Int16,
        "from_contract": pl.String,
        "to_contract": pl.String,
        "first_day": DAY,
        "size": pl.Float64,
        "from_rate": pl.Float64,
        "to_rate": pl.Float64,
    },
}
"""Table name -> column name -> type. `events`, `lines`, `downstream`, `statements` and
`ledger` have the schemas of their own packages."""
