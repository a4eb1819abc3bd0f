"""A run's summary adds its tables up as the reference says; every number by hand."""

from dataclasses import replace
from decimal import Decimal

import polars as pl
import pytest

from quasimarket.evidence.behaviour import Behaviour, Parameter
from quasimarket.rulebook.rulebook import Evidence, Rulebook, StatedValue
from quasimarket.runs.summary import (
    AttachmentRow,
    CashRow,
    ChainRow,
    EvidenceRow,
    GapRow,
    LevelYearRow,
    ManagementCost,
    Paid,
    ParameterRow,
    Summary,
    UncertainRow,
)
from quasimarket.runs.summary_schema import from_json, to_json
from quasimarket.simulation.summary import summarise
from tests.lib.programmes import programme
from tests.lib.tables import rows_of


NUMBERS = {
    pl.Int64: "participant score_band tier contract_year months rank count",
    pl.Float64: (
        "caseload referrals specialist_referrals service_low service_middle "
        "service_high hours_on_requests outcomes rate level cumulative_referrals "
        "cumulative_attachments cumulative_job_outcomes cumulative_job_starters"
    ),
}
KINDS = {name: kind for kind, names in NUMBERS.items() for name in names.split()}
KINDS |= dict.fromkeys(("referred", "attached", "earned", "first_start"), pl.Date)
KINDS |= dict.fromkeys(("claimed", "contracted", "met"), pl.Boolean)
PENCE = (
    "cash",
    "amount",
    "contract_management",
    "bought_directly",
    "held_back",
)

PARTICIPANTS = """
participant | contract | position | group | score_band | referred   | attached   | specialist
1           | 1        | 1-01     | 1     | 0          | 2011-06-06 | 2011-06-13 | -
2           | 1        | -        | 1     | 2          | 2011-06-13 | 2011-06-20 | 1-02
3           | 1        | -        | 1     | 0          | 2011-07-04 | -          | -
4           | 3        | 3-01     | 2     | 1          | 2011-07-11 | 2011-07-18 | -
5           | 3        | -        | 2     | 1          | 2012-09-03 | 2012-09-10 | -
"""  # noqa: E501 - a table is read across
# 1 is in time for 24 months by a day, 2 late by a day, 4 unclaimed, 5 not yet followed
OUTCOMES = """
participant | contract | group | earned     | claimed
1           | 1        | 1     | 2013-06-30 | true
2           | 1        | 1     | 2013-07-01 | true
4           | 3        | 2     | 2012-01-15 | false
5           | 3        | 2     | 2013-03-01 | true
"""
SUSTAINED = """
contract | group | count | claimed
1        | 1     | 5     | true
1        | 1     | 2     | true
3        | 2     | 4     | false
"""
STARTS = """
participant | first_start
1           | 2012-12-03
2           | 2012-12-31
4           | 2011-08-01
5           | 2012-09-10
"""
PAYMENTS = """
contract | group | kind        | month   | amount
1        | 1     | attachment  | 2011-07 | 800.00
1        | -     | service-fee | 2011-07 | 50.00
3        | 2     | attachment  | 2011-08 | 400.00
1        | 1     | job-outcome | 2013-07 | 2400.50
1        | 1     | sustainment | 2013-09 | 850.00
3        | -     | recovery    | 2013-09 | -12.50
1        | 1     | incentive   | 2014-05 | 1000.00
"""
BY_MONTH = """
month   | cumulative_referrals | cumulative_attachments | cumulative_job_outcomes | cumulative_job_starters
2011-06 | 2                    | 2                      | 0                       | 0
2011-07 | 4                    | 3                      | 0                       | 0
2013-07 | 5                    | 4                      | 3                       | 4
"""  # noqa: E501 - a table is read across
COHORTS = """
month   | months | group | contract | outcomes | referrals | rate
2011-06 | 12     | -     | -        | 0        | 2         | 0
2011-06 | 24     | -     | -        | 1        | 2         | 0.5
2011-07 | 24     | -     | -        | 0        | 2         | 0
2012-09 | 24     | -     | -        | 1        | 1         | -
2011-06 | 24     | 1     | -        | 1        | 2         | 0.5
2011-07 | 24     | 1     | -        | 0        | 1         | 0
2011-07 | 24     | 2     | -        | 0        | 1         | 0
2012-09 | 24     | 2     | -        | 1        | 1         | -
2011-06 | 24     | -     | 1        | 1        | 2         | 0.5
2011-07 | 24     | -     | 1        | 0        | 1         | 0
"""
LEVELS = """
contract_year | group | contract | outcomes | referrals | rate | level | met
3             | 1     | 1        | 10       | 40        | 0.25 | 0.44  | false
3             | 1     | 3        | 20       | 40        | 0.5  | 0.44  | true
4             | 1     | 1        | 10       | 20        | 0.5  | 0.44  | true
4             | 1     | 3        | 1        | 0         | -    | 0.44  | -
8             | 1     | 1        | 3        | 0         | -    | 0.44  | -
"""
LEAGUE = """
scope    | contract_year | group | contract | rank
national | 2             | -     | 1        | 1
national | 3             | -     | 1        | 1
national | 4             | -     | 1        | 1
national | 5             | -     | 1        | -
"""
POSITIONS = """
position | contract | organisation | tier | sector  | size   | contracted
1-00     | 1        | O1           | 0    | private | large  | true
1-01     | 1        | O2           | 1    | third   | small  | true
1-02     | 1        | O3           | 2    | third   | small  | true
1-03     | 1        | O3           | 2    | third   | small  | true
1-04     | 1        | O4           | 2    | third   | small  | true
1-05     | 1        | O5           | 2    | third   | small  | false
3-00     | 3        | O6           | 0    | public  | large  | true
3-01     | 3        | O7           | 1    | third   | medium | true
"""
# month 15 is August 2012: the first referral to 3-01 comes a month too late
PROVIDERS = """
position | month   | caseload | referrals | specialist_referrals | service_low | service_middle | service_high | cash     | hours_on_requests | contract_management
1-01     | 2011-06 | 1        | 1         | 0                    | 0.4         | 1              | 1.6          | -1000.00 | 4                 | 0.00
1-01     | 2011-07 | 3        | 0         | 0                    | 0.8         | 1              | 1.2          | -3000.00 | 1.5               | 0.00
1-02     | 2011-06 | 0        | 0         | 0                    | -           | -              | -            | 100.00   | 0                 | 0.00
1-02     | 2012-08 | 0        | 0         | 1                    | -           | -              | -            | 100.00   | 0                 | 0.00
1-03     | 2011-06 | 0        | 0         | 0                    | -           | -              | -            | 400.00   | 0                 | 0.00
1-05     | 2011-06 | 0        | 0         | 0                    | -           | -              | -            | 9999.00  | 0                 | 0.00
3-01     | 2012-10 | 0        | 1         | 0                    | -           | -              | -            | 0.00     | 0                 | 300.25
"""  # noqa: E501 - a table is read across
DEPARTMENT = """
month   | contract_management | bought_directly | held_back
2011-06 | 30000.00            | 0.00            | 70.00
2011-07 | 30000.50            | 900.00          | -20.00
"""
SHIFTS = """
area | first_day
A    | 2013-10-01
A    | 2014-10-01
"""

BEHAVIOUR = Behaviour(
    tuple(
        Parameter(
            key=key,
            value=value,
            unit=unit,
            low=0,
            high=10,
            evidence=evidence,
            source="a paper",
            reason=reason,
            standard_error=error,
        )
        for key, value, unit, evidence, reason, error in (
            ("hazard.1", 0.01, "a week", "fitted", "Rate of finding work", 0.001),
            ("claim.rate", 0.91, "share", "fitted", "Share claimed", None),
            ("loss.before", 0.03, "a week", "assumed", "", None),
            ("wage", 2900.0, "GBP", "read", "", None),
        )
    )
)


def frame(text: str) -> pl.DataFrame:
    """Read a table: "-" is null, money is in pounds there and in pence here."""
    rows = rows_of(text)
    columns = []
    for name in rows[0]:
        column = pl.Series(
            name, [None if row[name] in ("-", "") else row[name] for row in rows]
        ).cast(pl.String)
        if name in PENCE:
            column = (column.cast(pl.Float64) * 100).round().cast(pl.Int64)
        elif KINDS.get(name) is pl.Boolean:
            column = (column == "true").alias(name)
        elif name == "first_day" or KINDS.get(name) is pl.Date:
            column = column.str.to_date()
        else:
            column = column.cast(KINDS.get(name, pl.String))
        columns.append(column)
    return pl.DataFrame(columns)


TABLES = {
    "participants": frame(PARTICIPANTS),
    "outcomes": frame(OUTCOMES),
    "sustained": frame(SUSTAINED),
    "starts": frame(STARTS),
    "payments": frame(PAYMENTS),
    "by_month": frame(BY_MONTH),
    "cohorts": frame(COHORTS),
    "levels": frame(LEVELS),
    "league": frame(LEAGUE),
    "positions": frame(POSITIONS),
    "providers": frame(PROVIDERS),
    "department": frame(DEPARTMENT),
    "share_shifts": frame(SHIFTS),
}


def summary_of(
    *,
    rulebook: Rulebook | None = None,
    scale: float = 1.0,
    areas: int = 2,
    **tables: pl.DataFrame,
) -> Summary:
    return summarise(
        rulebook or programme(incentive=True, share_shift=True).rulebook,
        BEHAVIOUR,
        {**TABLES, **tables},
        seed=7,
        scale=scale,
        areas=areas,
        code_version="0.1.0",
        evidence_hash="e" * 64,
        fit=(),
        timings={"simulation": 1.5},
    )


def test_counts_hold_what_was_claimed() -> None:
    summary = summary_of()

    assert summary.referrals == 5
    assert summary.attachments == 4
    assert summary.job_outcomes == 3
    assert summary.job_starters == 4
    assert summary.sustainment_payments == 7


def test_money_is_told_by_what_it_was_paid_for() -> None:
    summary = summary_of()

    assert summary.paid_gbp == Paid(
        attachment=Decimal(1200),
        job_outcome=Decimal("2400.50"),
        sustainment=Decimal(850),
        incentive=Decimal(1000),
        other=Decimal("37.50"),  # a service fee of 50 less a recovery of 12.50
        total=Decimal(5488),
    )
    assert summary.paid_per_job_outcome_gbp == Decimal("1829.33")
    assert summary.by_contract["3"].paid_gbp == Decimal("387.50")
    assert summary.by_contract["1"].paid_by_kind_gbp.other == 50
    assert summary.by_group["1"].paid_gbp == Decimal("5050.50")
    assert summary.by_group["9"].paid_gbp == 0


def test_months_run_from_the_first_referral_to_the_last_payment() -> None:
    summary = summary_of()
    stood = {row.month: row for row in summary.by_month}
    paid = {row.month: row for row in summary.paid_by_month}

    assert (summary.first_month, summary.last_month) == ("2011-06", "2014-05")
    assert len(stood) == len(paid) == 36
    assert stood["2012-01"].cumulative_referrals == 4  # as in the month before
    assert stood["2014-05"].cumulative_job_outcomes == 3
    assert stood["2011-06"].cumulative_paid_gbp == 0
    assert stood["2011-08"].cumulative_paid_gbp == 1250
    assert stood["2014-05"].cumulative_paid_gbp == summary.paid_gbp.total
    assert paid["2013-09"].sustainment == 850
    assert paid["2013-09"].other == Decimal("-12.50")


def test_rates_are_of_the_intakes_that_were_followed() -> None:
    summary = summary_of()

    assert summary.cohort_12m == {"2011-06": 0}
    assert summary.cohort_24m == {"2011-06": 0.5, "2011-07": 0}
    assert summary.by_group["1"].rate_24m == pytest.approx(1 / 3)
    assert summary.by_group["2"].rate_24m == 0
    assert summary.by_group["3"].rate_24m is None
    assert summary.by_contract["1"].rate_24m == pytest.approx(1 / 3)


def test_contracts_and_groups_are_described() -> None:
    summary = summary_of()

    assert list(summary.by_contract) == ["1", "3"]  # nobody was referred to 2
    assert summary.by_contract["1"].area_name == "Area A"
    assert summary.by_contract["1"].job_outcomes == 2
    assert summary.by_contract["1"].sustainment_payments == 7
    assert summary.by_contract["3"].attachments == 2
    assert len(summary.by_group) == 9
    assert summary.by_group["1"].referrals == 3
    assert summary.by_group["1"].attachments == 2


def test_levels_are_set_against_contracts_and_against_all_together() -> None:
    summary = summary_of()

    # nobody was referred in year 8
    assert [row.contract_year for row in summary.mpl] == [3, 3, 4, 4]
    assert [row.met for row in summary.mpl] == [False, True, True, None]
    assert summary.mpl_by_year == tuple(
        LevelYearRow(
            contract_year=year,
            last_month=last_month,
            group="1",
            rate=rate,
            level=0.44,
            evidence="assumed",
            contracts=contracts,
            contracts_met=1,
        )
        for year, last_month, rate, contracts in (
            (3, "2014-03", 30 / 80, 2),
            (4, "2015-03", 11 / 20, 1),
        )
    )
    assert summary.league_year == 3  # the last to end before the forecast


def test_gaps_count_an_outcome_in_the_24th_month_and_none_later() -> None:
    service = {0: 0.7, 1: 1.0, 2: 1.3}

    assert summary_of().gaps == tuple(
        GapRow(
            group=group,
            score_band=band,
            referrals=referrals,
            rate_24m=rate,
            service=pytest.approx(service[band]),
        )
        for group, band, referrals, rate in (
            ("1", 0, 2, 0.5),
            ("1", 2, 1, 0),
            ("2", 1, 1, 0),
        )
    )


def test_an_organisation_is_without_referrals_if_no_position_of_its_tier_had_any() -> (
    None
):
    flow = summary_of().flow

    assert flow.organisations == (
        ChainRow(sector="third", tier=1, listed=2, contracted=2, without_referrals=1),
        ChainRow(sector="third", tier=2, listed=4, contracted=2, without_referrals=1),
    )
    assert flow.zero_referral_share == {"third": {"1": 0.5, "2": 0.5}}


def test_attachments_belong_to_the_position_that_holds_the_person() -> None:
    flow = summary_of().flow

    assert flow.third_sector_share_of_attachments == 0.5
    assert flow.attachments == tuple(
        AttachmentRow(tier=tier, sector=sector, attachments=people, share=people / 4)
        for tier, sector, people in (
            (0, "private", 1),
            (0, "public", 1),
            (1, "third", 2),
            (2, "third", 1),
        )
    )


def test_cash_has_quartiles_over_contracted_positions_at_the_ends_of_quarters() -> None:
    assert summary_of().cash == (
        CashRow(
            month="2011-06",
            sector="third",
            size="small",
            positions=3,
            lower_quartile_gbp=Decimal(-450),
            median_gbp=Decimal(100),
            upper_quartile_gbp=Decimal(250),
            share_below_zero=1 / 3,
        ),
    )


def test_a_thinned_run_weights_people_up_and_measures_no_flow() -> None:
    summary = summary_of(scale=0.5)

    assert summary.referrals == 10
    assert summary.job_starters == 8
    assert summary.sustainment_payments == 14
    assert summary.gaps[0].referrals == 4
    assert summary.gaps[0].rate_24m == 0.5
    assert summary.paid_gbp.total == 5488  # payments are weighted already
    assert summary.flow.zero_referral_share == {}
    assert summary.flow.third_sector_share_of_attachments is None
    assert summary.notes[0].startswith("50% of people were simulated")


def test_notes_say_what_the_reader_must_know() -> None:
    rulebook = programme(share_shift=True).rulebook
    step = replace(
        rulebook.rates[0],
        first_day=rulebook.second_year_first_day,
        evidence=Evidence.ASSUMED,
        reason="July would fit too",
    )
    notes = summary_of(
        rulebook=replace(rulebook, rates=(*rulebook.rates, step)), areas=1
    ).notes

    assert notes[0].startswith("1 of 2 areas were simulated")
    assert notes[1] == (
        "The attachment fee changes on 1 April 2012. July would fit too."
    )
    assert "after month 13, June 2012, are extrapolation" in notes[2]
    assert notes[3].startswith("2 share shifts were simulated, from October 2013")
    assert len(notes) == 4


def test_a_complete_run_of_a_rulebook_without_steps_says_little() -> None:
    notes = summary_of(rulebook=programme().rulebook).notes

    assert len(notes) == 1
    assert "extrapolation" in notes[0]


def test_fitted_parameters_have_intervals_from_their_standard_errors() -> None:
    first, second = summary_of().parameters

    assert first == ParameterRow(
        name="hazard.1",
        meaning="Rate of finding work",
        unit="a week",
        value=0.01,
        standard_error=0.001,
        low=pytest.approx(0.00804, abs=1e-6),
        high=pytest.approx(0.01196, abs=1e-6),
    )
    assert (second.low, second.high) == (None, None)


def stated(key: str, value: str, unit: str, mark: str, reason: str = "") -> StatedValue:
    return StatedValue(
        key=key,
        value=value,
        unit=unit,
        evidence=Evidence(mark),
        source="a source",
        reason=reason,
    )


def test_what_is_uncertain_is_told_by_family_and_names_no_prime() -> None:
    rulebook = replace(
        programme().rulebook,
        stated=(
            stated("discounts.job-outcome.1.percent", "5", "percent", "assumed", "A"),
            stated("discounts.job-outcome.2.percent", "10", "percent", "assumed", "A"),
            stated("discounts.job-outcome.3.percent", "8", "percent", "assumed", "B"),
            stated("discounts.job-outcome.4.percent", "7", "percent", "assumed", "C"),
            stated("discounts.job-outcome.5.percent", "7", "percent", "read"),
            stated("contracts.1.prime", "P1", "", "recalled", "Prime 1 said so"),
            stated("contracts.2.prime", "P2", "", "recalled"),
            stated("primes.P1.sector", "private", "", "recalled"),
            stated("rate_card.attachment.8.2011-06-01.fee", "400", "GBP", "assumed"),
        ),
    )
    summary = summary_of(rulebook=rulebook)

    assert summary.uncertain == tuple(
        UncertainRow(input=source, key=key, value=value, evidence=mark, reason=reason)
        for source, key, value, mark, reason in (
            ("rulebook", "discounts.job-outcome.*.percent", "5% to 10% (4 values)",
             "assumed", "A; B; C"),
            ("rulebook", "contracts.*.prime", "an organisation",
             "recalled", "an organisation said so; a source"),
            ("rulebook", "primes.*.sector", "private", "recalled", "a source"),
            ("rulebook", "rate_card.attachment.8.2011-06-01.fee", "£400",
             "assumed", "a source"),
            ("behaviour", "loss.before", "0.03 a week", "assumed", "a paper"),
        )
    )  # fmt: skip
    assert summary.evidence == (
        EvidenceRow(
            input="rulebook", read=1, derived=0, recalled=3, assumed=5, fitted=0
        ),
        EvidenceRow(
            input="behaviour", read=1, derived=0, recalled=0, assumed=1, fitted=2
        ),
    )


def test_contract_management_is_told_for_each_layer() -> None:
    assert summary_of().contract_management == ManagementCost(
        department_gbp=Decimal("60000.50"),
        primes_gbp=Decimal("300.25"),
        subcontractor_hours=5.5,
        bought_directly_gbp=Decimal("900.00"),
        held_back_gbp=Decimal("50.00"),
    )


def test_tables_may_hold_categories_in_any_order_of_people() -> None:
    names = ["contract", "group"]
    categories = {
        name: TABLES[name].reverse().with_columns(pl.col(names).cast(pl.Categorical))
        for name in ("participants", "outcomes", "sustained", "payments")
    }

    assert summary_of(**categories) == summary_of()


def test_a_run_without_results_gives_what_it_can() -> None:
    nothing = ("outcomes", "sustained", "starts", "payments", "cohorts", "levels")
    summary = summary_of(
        **{name: TABLES[name].clear() for name in (*nothing, "league", "providers")}
    )

    assert summary.referrals == 5
    assert summary.last_month == "2013-07"  # where by_month ends
    assert summary.paid_per_job_outcome_gbp is None
    assert summary.league_year is None
    assert (summary.mpl, summary.gaps, summary.cash) == ((), (), ())
    assert summary.flow.zero_referral_share == {"third": {"1": 1, "2": 1}}
    assert from_json(to_json(summary)) == summary


def test_the_summary_can_be_written_and_read_back() -> None:
    summary = summary_of()

    assert from_json(to_json(summary)) == summary
