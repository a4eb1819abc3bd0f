"""A made-up run, shaped like the Work Programme's, for tests of what reads runs.

Nothing here is simulated: smooth curves stand in for results, so that a report has
something of every kind to show. Long because it has every table of a run, and flat.
"""

from dataclasses import replace
from decimal import Decimal
from math import cos, exp, sin

import polars as pl

from quasimarket.core.dates import Month, months_from
from quasimarket.evidence.targets import load_targets
from quasimarket.runs.summary import (
    AttachmentRow,
    CashRow,
    ChainRow,
    ContractRow,
    EvidenceRow,
    FitRow,
    Flow,
    GapRow,
    GroupRow,
    LevelRow,
    LevelYearRow,
    ManagementCost,
    MonthRow,
    Paid,
    PaidMonthRow,
    ParameterRow,
    Summary,
    UncertainRow,
)
from quasimarket.runs.tables import TABLES


GROUPS = {
    "1": ("JSA 18-24", 0.22, 0.33),
    "2": ("JSA 25 and over", 0.42, 0.30),
    "3": ("JSA early entrants", 0.17, 0.29),
    "4": ("JSA ex-Incapacity Benefit", 0.02, 0.17),
    "5": ("ESA volunteers", 0.02, 0.12),
    "6": ("New ESA claimants", 0.09, 0.08),
    "7": ("ESA ex-Incapacity Benefit", 0.04, 0.04),
    "8": ("IB/IS (England only)", 0.005, 0.10),
    "9": ("JSA prison leavers", 0.015, 0.11),
}
AREA_NAMES = (
    "East of England",
    "East Midlands",
    "West London",
    "East London",
    "North East",
    "Merseyside, Halton, Cumbria and Lancashire",
    "Greater Manchester, Cheshire and Warrington",
    "Scotland",
    "Thames Valley, Hampshire and Isle of Wight",
    "Surrey, Sussex and Kent",
    "Devon, Cornwall, Dorset and Somerset",
    "Gloucestershire, Wiltshire and Swindon",
    "Wales",
    "Birmingham, Solihull and the Black Country",
    "Coventry, Warwickshire, Staffordshire and the Marches",
    "West Yorkshire",
    "South Yorkshire",
    "North East Yorkshire and the Humber",
)
IN_AREA = (2, 2, 3, 3, 2, 2, 3, 2, 2, 2, 2, 2, 2, 3, 2, 2, 2, 2)
FIRST, LAST = Month(2011, 6), Month(2021, 3)
LEVELS = {"1": (0.055, 0.33, 0.44), "2": (0.055, 0.275, 0.33), "6": (0.055, 0.165)}
SECTORS = ("private", "third", "public")
SIZES = ("small", "medium", "large")


def sample_summary(*, contracts: int = 40) -> Summary:
    """Make a summary with something in every section."""
    areas = [area for area, count in enumerate(IN_AREA, 1) for _ in range(count)]
    areas = areas[:contracts]
    by_contract = {
        str(number): _contract(number, area, contracts)
        for number, area in enumerate(areas, 1)
    }
    months = months_from(FIRST, LAST)
    paid_by_month = tuple(
        _paid_in_month(str(month), age) for age, month in enumerate(months)
    )
    paid = Paid(
        **(
            parts := {
                kind: sum((getattr(row, kind) for row in paid_by_month), Decimal(0))
                for kind in (
                    "attachment",
                    "job_outcome",
                    "sustainment",
                    "incentive",
                    "other",
                )
            }
        ),
        total=sum(parts.values(), Decimal(0)),
    )
    levels = _levels(list(by_contract))
    return Summary(
        programme="work-programme",
        title="The Work Programme",
        seed=1,
        scale=1.0,
        areas=len(set(areas)),
        areas_in_programme=18,
        code_version="0.1.0",
        rulebook_hash="3f1c" * 16,
        behaviour_hash="b07d" * 16,
        evidence_hash="91aa" * 16,
        first_month=str(FIRST),
        last_month=str(LAST),
        forecast_from="2014-04",
        institutions_observed_to="2012-06",
        referrals=1_999_412.0,
        attachments=1_903_120.0,
        job_outcomes=601_233.0,
        job_starters=1_011_900.0,
        sustainment_payments=4_811_020.0,
        paid_gbp=paid,
        paid_per_job_outcome_gbp=(paid.total / 601_233).quantize(Decimal("0.01")),
        contract_management=ManagementCost(
            department_gbp=Decimal(70_200_000),
            primes_gbp=Decimal(31_400_000),
            subcontractor_hours=640_000.0,
            bought_directly_gbp=Decimal(0),
            held_back_gbp=Decimal(0),
        ),
        by_month=tuple(_month(str(month), age) for age, month in enumerate(months)),
        paid_by_month=paid_by_month,
        cohort_12m={
            str(month): 0.08 + 0.075 * (1 - exp(-age / 14)) + 0.004 * sin(age / 3)
            for age, month in enumerate(months[:70])
        },
        cohort_24m={
            str(month): 0.21 + 0.08 * (1 - exp(-age / 14)) + 0.004 * sin(age / 3)
            for age, month in enumerate(months[:70])
        },
        by_group={
            group: GroupRow(
                name=name,
                referrals=1_999_412 * share,
                attachments=1_903_120 * share,
                job_outcomes=1_999_412 * share * rate,
                rate_24m=rate * 0.95,
                paid_gbp=Decimal(round(2.6e9 * share)),
            )
            for group, (name, share, rate) in GROUPS.items()
        },
        by_contract=by_contract,
        mpl=levels,
        mpl_by_year=_levels_by_year(levels),
        league_year=3,
        gaps=tuple(
            GapRow(
                group=group,
                score_band=band,
                referrals=1_500_000 * share / 3,
                rate_24m=rate * (0.45 + 0.55 * band),
                service=0.55 + 0.42 * band,
            )
            for group, (_, share, rate) in GROUPS.items()
            for band in range(3)
        ),
        flow=_flow(),
        cash=_cash(),
        fit=_fit(),
        parameters=(
            ParameterRow(
                name="hazard.base",
                meaning="weekly chance of finding work, the founding average person",
                unit="a week",
                value=0.00712,
                standard_error=0.00011,
                low=0.0069,
                high=0.00734,
            ),
            ParameterRow(
                name="learning.rate",
                meaning="how fast providers learn",
                unit="a year",
                value=0.31,
                standard_error=None,
                low=None,
                high=None,
            ),
        ),
        evidence=(
            EvidenceRow(
                input="rulebook",
                read=142,
                derived=38,
                recalled=61,
                assumed=27,
                fitted=0,
            ),
            EvidenceRow(
                input="behaviour", read=9, derived=4, recalled=2, assumed=31, fitted=12
            ),
        ),
        uncertain=(
            UncertainRow(
                input="rulebook",
                key="rate_card.attachment.8",
                value="£0",
                evidence="assumed",
                reason="no source states the fee; none is safest",
            ),
            UncertainRow(
                input="rulebook",
                key="contracts.1.prime",
                value="an organisation",
                evidence="recalled",
                reason="list of preferred bidders, April 2011",
            ),
        ),
        notes=(),
        timings={"population": 0.8, "simulation": 1.6, "settlement": 2.2},
    )


def sample_tables(summary: Summary) -> dict[str, pl.DataFrame]:
    """Make the tables that a report reads, beside a summary of `sample_summary`."""
    names = list(summary.by_contract)
    rates = {name: 0.24 + 0.09 * sin(int(name) * 1.7) for name in names}
    ordered = sorted(names, key=lambda name: -rates[name])
    too_few = ordered[len(ordered) // 2]
    ranked = [name for name in ordered if name != too_few]
    league = [
        {
            "scope": "national",
            "contract_year": 3,
            "group": None,
            "contract": name,
            "rank": ranked.index(name) + 1 if name != too_few else None,
            "outcomes": rates[name] * (5000 if name != too_few else 20),
            "referrals": 5000.0 if name != too_few else 20.0,
            "rate": rates[name],
            "low": rates[name] - (0.012 if name != too_few else 0.15),
            "high": rates[name] + (0.012 if name != too_few else 0.19),
        }
        for name in ordered
    ]
    tables = {
        name: pl.DataFrame(schema=schema)
        for name, schema in TABLES.items()
        if name in ("league", "share_shifts")
    }
    tables["league"] = pl.DataFrame(league, schema=TABLES["league"])
    if len(names) > 1:
        shift = {
            "area": summary.by_contract[names[0]].area,
            "group": "1",
            "contract_year": 3,
            "from_contract": names[0],
            "to_contract": names[1],
            "first_day": Month(2013, 9).first_day,
            "size": 0.05,
            "from_rate": 0.21,
            "to_rate": 0.28,
        }
        tables["share_shifts"] = pl.DataFrame([shift], schema=TABLES["share_shifts"])
    return tables


def thinned_summary() -> Summary:
    """Make the summary of a thinned run, which refuses measures of flow."""
    return replace(
        sample_summary(),
        scale=0.01,
        flow=Flow(
            zero_referral_share={},
            third_sector_share_of_attachments=None,
            organisations=(),
            attachments=(),
        ),
        notes=("One person in a hundred was simulated; flows are not measured.",),
    )


def with_every_target(summary: Summary) -> Summary:
    """Set a summary beside all the figures that evidence ships, some far off."""
    rows = []
    for place, target in enumerate(load_targets()):
        error = 0.06 * sin(place * 1.3) + (0.9 if place % 23 == 0 else 0.0)
        rows.append(
            FitRow(
                target=target.id,
                label=target.label,
                unit=target.unit,
                date=str(target.last_month),
                official=target.value,
                simulated=target.value * (1 + error),
                error=error if target.value else None,
                tolerance=target.tolerance / target.value if target.value else None,
                within=abs(error) * target.value <= target.tolerance,
                use=target.use,
                evidence=target.evidence,
                source=target.source,
                series=None,
                series_month=None,
            )
        )
    return replace(summary, fit=tuple(rows))


def bare_summary() -> Summary:
    """Make a summary whose every measure that may be missing is missing."""
    return replace(
        thinned_summary(),
        by_contract={},
        cohort_12m={},
        cohort_24m={},
        mpl=(),
        mpl_by_year=(),
        league_year=None,
        gaps=(),
        cash=(),
        fit=(),
        parameters=(),
        evidence=(),
        uncertain=(),
        paid_per_job_outcome_gbp=None,
        timings={},
    )


def _progress(age: int, length: float, delay: float = 0.0) -> float:
    reached = max(age + 1 - delay, 0.0)
    return (1 - exp(-reached / length)) / (1 - exp(-118 / length))


def _month(month: str, age: int) -> MonthRow:
    referred = min(_progress(age, 34) / _progress(69, 34), 1.0)
    return MonthRow(
        month=month,
        cumulative_referrals=float(round(1_999_412 * referred)),
        cumulative_attachments=float(round(1_903_120 * referred)),
        cumulative_job_outcomes=float(round(601_233 * _progress(age, 50, 5))),
        cumulative_job_starters=float(round(1_011_900 * _progress(age, 45, 1))),
        cumulative_paid_gbp=Decimal(round(2_310_000_000 * _progress(age, 48, 2))),
    )


def _paid_in_month(month: str, age: int) -> PaidMonthRow:
    wave = exp(-(((age - 38) / 22) ** 2))
    return PaidMonthRow(
        month=month,
        attachment=Decimal(round(26e6 * exp(-age / 12))) if age < 36 else Decimal(0),
        job_outcome=Decimal(round(14e6 * wave)),
        sustainment=Decimal(round(24e6 * exp(-(((age - 46) / 24) ** 2)))),
        incentive=Decimal(2_500_000 if 36 <= age < 70 and age % 12 == 11 else 0),
        other=Decimal(0),
    )


def _contract(number: int, area: int, contracts: int) -> ContractRow:
    size = 1 + 0.4 * sin(number * 2.3)
    total = round(2.3e9 * size / contracts)
    parts = {
        "attachment": Decimal(total * 22 // 100),
        "job_outcome": Decimal(total * 30 // 100),
        "sustainment": Decimal(total * 46 // 100),
        "incentive": Decimal(total // 100),
        "other": Decimal(0),
    }
    return ContractRow(
        number=number,
        area=str(area),
        area_name=AREA_NAMES[area - 1],
        referrals=50_000 * size,
        attachments=47_500 * size,
        job_outcomes=15_000 * size,
        sustainment_payments=120_000 * size,
        rate_24m=0.27 + 0.03 * cos(number),
        paid_gbp=sum(parts.values(), Decimal(0)),
        paid_by_kind_gbp=Paid(**parts, total=sum(parts.values(), Decimal(0))),
    )


def _levels(contracts: list[str]) -> tuple[LevelRow, ...]:
    rows = []
    for year in range(1, 8):
        for group, levels in LEVELS.items():
            level = levels[min(year, len(levels)) - 1]
            for place, contract in enumerate(contracts):
                rate = level * (0.3 + 0.17 * year + 0.16 * sin(place * 2.1 + year))
                rows.append(
                    LevelRow(
                        contract_year=year,
                        group=group,
                        contract=contract,
                        rate=rate,
                        level=level,
                        met=rate >= level,
                        outcomes=round(2000 * rate),
                        referrals=2000,
                    )
                )
    return tuple(rows)


def _levels_by_year(levels: tuple[LevelRow, ...]) -> tuple[LevelYearRow, ...]:
    rows = []
    for year in range(1, 8):
        for group in LEVELS:
            own = [
                row
                for row in levels
                if row.group == group and row.contract_year == year
            ]
            if own:
                rows.append(
                    LevelYearRow(
                        contract_year=year,
                        last_month=str(Month(2011 + year, 3)),
                        group=group,
                        rate=sum(row.rate or 0 for row in own) / len(own),
                        level=own[0].level,
                        evidence="read" if year <= 3 else "assumed",
                        contracts=len(own),
                        contracts_met=sum(bool(row.met) for row in own),
                    )
                )
    return tuple(rows)


def _flow() -> Flow:
    organisations = tuple(
        ChainRow(
            sector=sector,
            tier=tier,
            listed=listed,
            contracted=listed * 3 // 5,
            without_referrals=round(listed * 3 // 5 * zero),
        )
        for sector, tier, listed, zero in (
            ("private", 1, 190, 0.06),
            ("private", 2, 180, 0.38),
            ("third", 1, 126, 0.09),
            ("third", 2, 380, 0.55),
            ("public", 1, 110, 0.08),
            ("public", 2, 113, 0.47),
        )
    )
    zero: dict[str, dict[str, float]] = {}
    for row in organisations:
        share = row.without_referrals / row.contracted
        zero.setdefault(row.sector, {})[str(row.tier)] = share
    shares = {
        (0, "private"): 0.41,
        (0, "third"): 0.03,
        (0, "public"): 0.01,
        (1, "private"): 0.27,
        (1, "third"): 0.14,
        (1, "public"): 0.09,
        (2, "private"): 0.02,
        (2, "third"): 0.02,
        (2, "public"): 0.01,
    }
    return Flow(
        zero_referral_share=zero,
        third_sector_share_of_attachments=0.19,
        organisations=organisations,
        attachments=tuple(
            AttachmentRow(
                tier=tier, sector=sector, attachments=1_903_120 * share, share=share
            )
            for (tier, sector), share in shares.items()
        ),
    )


def _cash() -> tuple[CashRow, ...]:
    rows = []
    for quarter in range(39):
        month = FIRST.plus(quarter * 3)
        for wide, sector in enumerate(SECTORS):
            for large, size in enumerate(SIZES):
                spread = 12_000 * 6**large
                middle = spread * (sin(quarter / 6 + wide) - 0.25 * wide)
                rows.append(
                    CashRow(
                        month=str(month),
                        sector=sector,
                        size=size,
                        positions=60 - 20 * large,
                        lower_quartile_gbp=Decimal(round(middle - spread)),
                        median_gbp=Decimal(round(middle)),
                        upper_quartile_gbp=Decimal(round(middle + spread)),
                        share_below_zero=0.35 - 0.1 * large,
                    )
                )
    return tuple(rows)


def _fit() -> tuple[FitRow, ...]:
    source = "House of Commons Library, SN/EP/6340, 26 September 2013"
    cases = (
        (
            "cohort-12m-2011-06",
            "June 2011 intake with an outcome in 12 months",
            "fraction",
            "2012-06",
            0.085,
            0.0861,
            0.05,
            "fit",
        ),
        (
            "cohort-12m-2012-06",
            "June 2012 intake with an outcome in 12 months",
            "fraction",
            "2013-06",
            0.13,
            0.127,
            0.05,
            "fit",
        ),
        (
            "outcomes-2012-05",
            "Job outcomes to May 2012",
            "people",
            "2012-05",
            18270,
            16800,
            0.05,
            "fit",
        ),
        (
            "outcomes-2013-03",
            "Job outcomes to March 2013",
            "people",
            "2013-03",
            132000,
            130411,
            0.05,
            "fit",
        ),
        (
            "outcomes-2014-03",
            "Job outcomes to March 2014",
            "people",
            "2014-03",
            296000,
            297880,
            0.05,
            "fit",
        ),
        (
            "starters-2013-09",
            "People who ever started a job",
            "people",
            "2013-09",
            444000,
            431200,
            0.1,
            "check",
        ),
        (
            "sustainment-2014-03",
            "Sustainment money to March 2014",
            "GBP",
            "2014-03",
            502200000,
            560000000,
            0.1,
            "check",
        ),
        (
            "attachment-2014-03",
            "Attachment money to March 2014",
            "GBP",
            "2014-03",
            538000000,
            541000000,
            0.05,
            "arithmetic",
        ),
        (
            "outcomes-2016-12",
            "Job outcomes to December 2016",
            "people",
            "2016-12",
            565000,
            590000,
            0.1,
            "forecast",
        ),
        (
            "never",
            "A figure this run cannot give",
            "people",
            "2017-03",
            1000,
            None,
            0.1,
            "forecast",
        ),
    )

    def series_of(target: str) -> str | None:
        starts = {
            "cohort-12m": "cohort_12m",
            "outcomes": "cumulative_job_outcomes",
            "starters": "cumulative_job_starters",
        }
        return next(
            (name for start, name in starts.items() if target.startswith(start)), None
        )

    return tuple(
        FitRow(
            target=target,
            label=label,
            unit=unit,
            date=day,
            official=official,
            simulated=simulated,
            error=None if simulated is None else simulated / official - 1,
            tolerance=tolerance,
            within=None
            if simulated is None
            else abs(simulated / official - 1) <= tolerance,
            evidence="read",
            use=use,
            source=source,
            series=series_of(target),
            series_month=target[-7:] if series_of(target) else None,
        )
        for target, label, unit, day, official, simulated, tolerance, use in cases
    )
