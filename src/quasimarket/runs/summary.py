"""What a run says about itself: the records behind `summary.json`.

Counts are people unless said otherwise (weighted up in a thinned run), rates and shares
are fractions, money is pounds, months are "YYYY-MM". A measure that a run cannot give
is null or an empty list, and `notes` says why. `summary_schema` reads and writes them.
"""

from dataclasses import dataclass
from typing import Annotated

from quasimarket.runs.summary_fields import (
    Count,
    Limits,
    Mark,
    MonthText,
    Pounds,
    Rate,
    Sector,
    Series,
    Share,
    Size,
    Use,
)


SCHEMA_VERSION = "1.1"
"""The second number grows when a field is added, the first when one changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """Money paid by the commissioner to the primes, by what it was paid for."""

    attachment: Annotated[Pounds, "For attachments."]
    job_outcome: Annotated[Pounds, "For job outcomes."]
    sustainment: Annotated[Pounds, "For sustainments."]
    incentive: Annotated[Pounds, "For outcomes above the incentive threshold."]
    other: Annotated[Pounds, "Service fees and anything else, less recoveries."]
    total: Annotated[Pounds, "The five together."]


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagementCost:
    """What managing contracts costs at each layer, and what the department adds."""

    department_gbp: Annotated[Pounds, "The department's own, for its contracts."]
    primes_gbp: Annotated[Pounds, "The primes', for their chains."]
    subcontractor_hours: Annotated[
        Count, "Adviser hours that subcontractors spent on answering their primes."
    ]
    bought_directly_gbp: Annotated[
        Pounds, "Specialist help that the department paid for past the primes."
    ]
    held_back_gbp: Annotated[
        Pounds, "Money fenced for specialists and not spent, which primes do not get."
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRow:
    """Where the programme stood at the end of a month."""

    month: Annotated[MonthText, "The month."]
    cumulative_referrals: Annotated[Count, "People referred so far."]
    cumulative_attachments: Annotated[Count, "People attached so far."]
    cumulative_job_outcomes: Annotated[Count, "Job outcomes reached and claimed."]
    cumulative_job_starters: Annotated[Count, "People who ever started a job."]
    cumulative_paid_gbp: Annotated[Pounds, "Money paid so far."]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidMonthRow:
    """Money on the statements of one month."""

    month: Annotated[MonthText, "The statement month."]
    attachment: Annotated[Pounds, "For attachments."]
    job_outcome: Annotated[Pounds, "For job outcomes."]
    sustainment: Annotated[Pounds, "For sustainments."]
    incentive: Annotated[Pounds, "For outcomes above the incentive threshold."]
    other: Annotated[Pounds, "Service fees and anything else, less recoveries."]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """A payment group over the whole programme."""

    name: Annotated[str, "What the rulebook calls it."]
    referrals: Annotated[Count, "People referred."]
    attachments: Annotated[Count, "People attached."]
    job_outcomes: Annotated[Count, "Job outcomes reached and claimed."]
    rate_24m: Annotated[
        Share | None,
        "Share of all intakes followed 24 months with a job outcome by then.",
    ]
    paid_gbp: Annotated[Pounds, "Money paid."]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractRow:
    """A contract over the whole programme, known by area and number."""

    number: Annotated[int, "The contract's number."]
    area: Annotated[str, "The area's id."]
    area_name: Annotated[str, "The area's name."]
    referrals: Annotated[Count, "People referred."]
    attachments: Annotated[Count, "People attached."]
    job_outcomes: Annotated[Count, "Job outcomes reached and claimed."]
    sustainment_payments: Annotated[Count, "Sustainments reached and claimed."]
    rate_24m: Annotated[Share | None, "As for a group."]
    paid_gbp: Annotated[Pounds, "Money paid to the prime."]
    paid_by_kind_gbp: Annotated[Paid, "The same money, by what it was paid for."]


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRow:
    """A contract against a minimum performance level in one contract year."""

    contract_year: Annotated[int, "1 is the first."]
    group: Annotated[str, "The payment group's id."]
    contract: Annotated[str, "The contract's id."]
    rate: Annotated[
        Rate | None, "Outcomes of the year over referrals of the year; null if none."
    ]
    level: Annotated[Rate, "The minimum performance level."]
    met: Annotated[bool | None, "Whether the rate reached the level."]
    outcomes: Annotated[Count, "The numerator."]
    referrals: Annotated[Count, "The denominator."]


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelYearRow:
    """All contracts together against the level, by group and contract year."""

    contract_year: Annotated[int, "1 is the first."]
    last_month: Annotated[MonthText, "The last month of the contract year."]
    group: Annotated[str, "The payment group's id."]
    rate: Annotated[Rate | None, "Outcomes over referrals, all contracts together."]
    level: Annotated[Rate, "The minimum performance level."]
    evidence: Annotated[Mark, "How the level is known."]
    contracts: Annotated[int, "Contracts with referrals in the year."]
    contracts_met: Annotated[int, "Of those, how many reached the level."]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentRow:
    """Who delivered: attachments by tier and sector of the position."""

    tier: Annotated[int, Limits(least=0, greatest=2), "0 in-house, 1, 2."]
    sector: Annotated[Sector, "Of the organisation."]
    attachments: Annotated[Count, "People attached there (tier 2: people called off)."]
    share: Annotated[Share, "Of all attachments."]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainRow:
    """Subcontracted organisations at the end of month 15, by sector and tier."""

    sector: Annotated[Sector, "Of the organisation."]
    tier: Annotated[int, Limits(least=1, greatest=2), "1 end-to-end, 2 specialist."]
    listed: Annotated[int, "Positions listed."]
    contracted: Annotated[int, "Organisations contracted."]
    without_referrals: Annotated[int, "Of those, how many had had no referral at all."]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Where people went in the supply chains. Empty in a thinned run."""

    zero_referral_share: Annotated[
        dict[str, dict[str, Share]],
        "Sector, then tier: share of contracted organisations without any referral "
        "by the end of month 15.",
    ]
    third_sector_share_of_attachments: Annotated[
        Share | None, "Attachments to third-sector organisations, over all."
    ]
    organisations: Annotated[tuple[ChainRow, ...], "Behind the zero-referral shares."]
    attachments: Annotated[tuple[AttachmentRow, ...], "By tier and sector."]


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRow:
    """How people with one score fared in one payment group."""

    group: Annotated[str, "The payment group's id."]
    score_band: Annotated[
        int,
        Limits(least=0, greatest=2),
        "What the provider saw: 0 far from work, 1 between, 2 near to work.",
    ]
    referrals: Annotated[Count, "People referred, followed 24 months."]
    rate_24m: Annotated[Share | None, "Of those, share with a job outcome by then."]
    service: Annotated[
        Rate | None, "Mean intensity of service; 1 is the founding average."
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class CashRow:
    """Cash of positions of one sector and size at the end of a month."""

    month: Annotated[MonthText, "The month."]
    sector: Annotated[Sector, "Of the organisation."]
    size: Annotated[Size, "Of the organisation."]
    positions: Annotated[int, "Positions with books."]
    lower_quartile_gbp: Annotated[Pounds, "A quarter have this or less."]
    median_gbp: Annotated[Pounds, "Half have this or less."]
    upper_quartile_gbp: Annotated[Pounds, "A quarter have this or more."]
    share_below_zero: Annotated[Share, "Positions with cash below zero."]


@dataclass(frozen=True, slots=True, kw_only=True)
class FitRow:
    """One official figure beside the simulated one."""

    target: Annotated[str, "The target's id."]
    label: Annotated[str, "What it is, in words."]
    unit: Annotated[str, '"fraction", "people", "GBP", "payments" or another word.']
    date: Annotated[str, "The day or month it speaks of."]
    official: Annotated[float, "The published figure."]
    simulated: Annotated[float | None, "The same thing in this run."]
    error: Annotated[
        float | None, "Simulated over official, less 1; null where official is 0."
    ]
    tolerance: Annotated[
        Rate | None, "The size of error aimed at; null where official is 0."
    ]
    within: Annotated[bool | None, "Whether the simulated figure is near enough."]
    use: Annotated[
        Use,
        "fit: parameters were chosen to meet it; check: held out; arithmetic: follows "
        "from the intake and the prices; forecast: after the last fact used.",
    ]
    evidence: Annotated[Mark, "How the official figure is known."]
    source: Annotated[str, "Where the official figure was published."]
    series: Annotated[
        Series | None, "The monthly series that it is a point of; null if none."
    ]
    series_month: Annotated[MonthText | None, "Its month in that series."]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterRow:
    """A fitted parameter."""

    name: Annotated[str, "Its key."]
    meaning: Annotated[str, "What it does, in words."]
    unit: Annotated[str, "Its unit."]
    value: Annotated[float, "The estimate."]
    standard_error: Annotated[Rate | None, "Of the estimate."]
    low: Annotated[float | None, "Lower end of the 95% interval."]
    high: Annotated[float | None, "Upper end of the 95% interval."]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """How many values of an input rest on which evidence."""

    input: Annotated[str, '"rulebook" or "behaviour".']
    read: Annotated[int, "Seen in a source."]
    derived: Annotated[int, "Worked out from values seen."]
    recalled: Annotated[int, "Remembered from a source, not seen again."]
    assumed: Annotated[int, "Assumed, for a stated reason."]
    fitted: Annotated[int, "Estimated."]


@dataclass(frozen=True, slots=True, kw_only=True)
class UncertainRow:
    """A value, or a family of them, that was recalled or assumed."""

    input: Annotated[str, '"rulebook" or "behaviour".']
    key: Annotated[str, "Where it stands."]
    value: Annotated[
        str, "As people read it, with its unit; no real organisation's name."
    ]
    evidence: Annotated[Mark, "recalled or assumed."]
    reason: Annotated[str, "Why this value, or whence."]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A run in one record."""

    schema_version: Annotated[str, "Of this description."] = SCHEMA_VERSION
    programme: Annotated[str, "The rulebook's id."]
    title: Annotated[str, "The rulebook's name."]
    seed: Annotated[int, "The run's seed."]
    scale: Annotated[
        float, Limits(least=0, greatest=1), "Share of people simulated; 1 is everyone."
    ]
    areas: Annotated[int, "Areas simulated."]
    areas_in_programme: Annotated[int, "Areas in the rulebook."]
    code_version: Annotated[str, "The version of Quasimarket."]
    rulebook_hash: Annotated[str, "Of what the commissioner decides."]
    behaviour_hash: Annotated[str, "Of what the modeller assumes."]
    evidence_hash: Annotated[str, "Of targets and parameters."]
    first_month: Annotated[MonthText, "The first month of referrals."]
    last_month: Annotated[MonthText, "The month of the last payment."]
    forecast_from: Annotated[
        MonthText, "The first month after the facts that may be fitted."
    ]
    institutions_observed_to: Annotated[
        MonthText, "The last month in which the studies observed the institutions."
    ]
    referrals: Annotated[Count, "People referred."]
    attachments: Annotated[Count, "People attached."]
    job_outcomes: Annotated[Count, "Job outcomes reached and claimed."]
    job_starters: Annotated[Count, "People who ever started a job."]
    sustainment_payments: Annotated[Count, "Sustainments reached and claimed."]
    paid_gbp: Annotated[Paid, "Money paid over the whole programme."]
    paid_per_job_outcome_gbp: Annotated[Pounds | None, "All money over job outcomes."]
    contract_management: Annotated[
        ManagementCost, "Managing contracts costs money at each layer."
    ]
    by_month: Annotated[
        tuple[MonthRow, ...], "Every month from the first referral to the last payment."
    ]
    paid_by_month: Annotated[tuple[PaidMonthRow, ...], "The same months."]
    cohort_12m: Annotated[
        dict[str, Share],
        "Month of referral: share with a job outcome by the end of the month 12 later.",
    ]
    cohort_24m: Annotated[dict[str, Share], "The same for 24 months."]
    by_group: Annotated[dict[str, GroupRow], "By payment group."]
    by_contract: Annotated[dict[str, ContractRow], "By contract."]
    mpl: Annotated[tuple[LevelRow, ...], "Minimum performance levels by contract."]
    mpl_by_year: Annotated[tuple[LevelYearRow, ...], "And for all together."]
    league_year: Annotated[
        int | None, "The contract year that the report ranks; null if none."
    ]
    gaps: Annotated[tuple[GapRow, ...], "By payment group and score band."]
    flow: Annotated[Flow, "Where people went in the supply chains."]
    cash: Annotated[tuple[CashRow, ...], "By quarter's last month, sector and size."]
    fit: Annotated[tuple[FitRow, ...], "Official figures beside simulated ones."]
    parameters: Annotated[tuple[ParameterRow, ...], "What was fitted."]
    evidence: Annotated[tuple[EvidenceRow, ...], "On what the values rest."]
    uncertain: Annotated[tuple[UncertainRow, ...], "What was recalled or assumed."]
    notes: Annotated[tuple[str, ...], "What the reader must know of this run."]
    timings: Annotated[dict[str, Count], "Stage: seconds."]
