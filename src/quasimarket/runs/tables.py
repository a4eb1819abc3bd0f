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
        "weeks_in_work": pl.Int16,
        "weeks_served": pl.Int16,  # on the programme and out of work
        "contacts": pl.Float32,  # support contacts, as expected for such a person
        "sanction_referrals": pl.Int8,
        "sanctions": pl.Int8,
        "sanction_weeks": pl.Int16,
        "fate": pl.String,  # lasting-work work helped sanctioned tracked untouched
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
        "planned_caseload": pl.Float64,  # from the department's forecast
        "promised_referrals": pl.Float64,  # a month, as named in the bid
    },
    # one row an organisation: what a register or its accounts would show
    "organisations": {
        "organisation": pl.String,
        "sector": pl.String,  # the main one
        "private": pl.Float64,  # sector weights, which add up to 1
        "third": pl.Float64,
        "public": pl.Float64,
        "role": pl.String,  # prime, subcontractor
        "size": pl.String,
        "turnover": pl.Int64,  # pence a year, other work included
        "outside_income": pl.Float64,  # share of turnover from elsewhere, as planned
        "reserves": pl.Int64,  # pence, at the start
        "credit": pl.Int64,
        "brand": pl.Float64,  # 0 to 1: how well the public knows it
        "stated_mission": pl.Float64,  # 0 to 1: what its charter and website say
        "experience": pl.Boolean,  # of earlier prime-led programmes
        "staff_rule": pl.Float64,  # 0 to 1: how readily it dismisses
    },
    # what organisations did and had done to them: the organisational event log
    "organisation_events": {
        "event": pl.Int64,
        "kind": pl.String,  # events.organisation_event
        "happened": DAY,
        "organisation": pl.String,  # whom it is about
        "position": pl.String,  # null where it is about the whole organisation
        "contract": pl.String,
        "counterpart": pl.String,  # the other side: an organisation or "department"
        "source": pl.String,  # commissioner prime staff peer own
        "code": pl.String,  # clause, tactic, reason, public or private, ...
        "number": pl.Int32,  # how many alike, 1 unless requests of one month
        "hours": pl.Float32,  # notice given, or adviser hours spent
        "amount": pl.Int64,  # pence
    },
    # one row a move of one person between employers
    "staff_moves": {
        "month": pl.String,
        "person": pl.Int32,
        "kind": pl.String,  # staff-left, staff-hired
        "organisation": pl.String,
        "position": pl.String,
        "reason": pl.String,  # values, dismissed, other, recruited
        "background": pl.String,  # commercial, welfare-to-work, third, public
        "commercial": pl.Float32,  # 0 to 1: their norm, as a work history would show
    },
    # one row a bid in a simulated tender; empty where contracts are as awarded
    "bids": {
        "area": pl.String,
        "bidder": pl.String,
        "sector": pl.String,
        "discount": pl.Float64,
        "promised_rate": pl.Float64,
        "named_subcontractors": pl.Int32,
        "price_score": pl.Float64,
        "quality_score": pl.Float64,
        "score": pl.Float64,
        "contract": pl.String,  # what it won, else null
    },
    # one row a contract and payment group of a simulated tender; else empty
    "planned_spend": {
        "contract": pl.String,
        "group": pl.String,
        "amount": pl.Int64,  # pence on a person attached, as the winning bid reckoned
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
        # what is seen of practice: contacts by purpose in the month
        "contacts_job_search": pl.Float64,
        "contacts_training": pl.Float64,
        "contacts_specialist": pl.Float64,  # its own specialist sessions
        "contacts_in_work": pl.Float64,  # personal support in work
        "contacts_tracking": pl.Float64,  # is the job still held? fixed days
        "contacts_by_need": pl.Float64,  # of support contacts, those off the calendar
        "specialist_bought": pl.Float64,  # call-offs made
        "sanction_referrals": pl.Float64,
        "sanctions": pl.Float64,
        # pressure met, counted
        "requests": pl.Float64,  # for information, at short notice
        "requests_late": pl.Float64,
        "hours_on_requests": pl.Float64,
        "directives": pl.Float64,  # on how to deliver
        "reviews_public": pl.Float64,
        "reviews_private": pl.Float64,
        "notices": pl.Float64,  # that the work may be taken away
        "peers_visible": pl.Float64,  # peers whose results it could see
        "staff": pl.Float64,
        "staff_left": pl.Float64,
        "staff_hired": pl.Float64,
        "staff_hired_from_field": pl.Float64,  # from another provider
        # what it reports of itself to its prime, 0 to 1
        "reported_work_first": pl.Float64,
        "reported_specialism": pl.Float64,
        "reported_sanctioning": pl.Float64,
        "reported_monitoring": pl.Float64,
        "reported_in_work_support": pl.Float64,
        "reported_caseload": pl.Float64,
        "reported_discretion": pl.Float64,
        "grants": pl.Int64,  # for service, support in work, promises
        "starting": pl.Int64,  # assessment, travel, training of people taken on
        "surplus": pl.Int64,  # taken out by owners or a parent
        "held_back": pl.Int64,  # of a fund for specialists, while it is not spent
        "handed_over": pl.Int64,  # settled when the place changed hands
        "contract_management": pl.Int64,  # managing a chain
        "receipts": pl.Int64,
        "wages": pl.Int64,
        "premises": pl.Int64,
        "specialist_costs": pl.Int64,
        "administration": pl.Int64,
        "interest": pl.Int64,
        "cash": pl.Int64,  # at the month's end
    },
    # the department's own books, one row a month
    "department": {
        "month": pl.String,
        "contract_management": pl.Int64,  # managing its contracts
        "bought_directly": pl.Int64,  # specialist help paid past the primes
        "held_back": pl.Int64,  # of funds for specialists, while they are not spent
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
    # the hidden truth, for testing measures only; nothing else may read it
    "truth_practice": {
        "position": pl.String,
        "month": pl.Int16,  # -6 to -1 before the first referral, then 0, 1, ...
        "work_first": pl.Float32,
        "specialism": pl.Float32,
        "sanctioning": pl.Float32,
        "monitoring": pl.Float32,
        "in_work_support": pl.Float32,
        "caseload": pl.Float32,
        "discretion": pl.Float32,
        "coercive": pl.Float32,  # pull of each pressure on practice in the month
        "normative": pl.Float32,
        "mimetic": pl.Float32,
        "mission": pl.Float32,
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
