"""The run's summary, added up from its tables: the story in order.

Counts of people in `participants`, `outcomes`, `sustained` and `starts` are those
simulated; each stands for 1 / scale people. All other tables are weighted already.
"""

from collections.abc import Mapping
from decimal import Decimal

import polars as pl

from quasimarket.evidence.behaviour import Behaviour
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.runs.summary import FitRow, Summary
from quasimarket.simulation.summary_chain import measure_flow, take_cash_quartiles
from quasimarket.simulation.summary_gaps import measure_gaps
from quasimarket.simulation.summary_levels import (
    choose_league_year,
    list_levels,
    list_levels_by_year,
)
from quasimarket.simulation.summary_money import (
    add_up_money,
    cost_of_managing,
    money_by_month,
    paid_by,
    paid_for,
    stand_by_month,
)
from quasimarket.simulation.summary_notes import write_notes
from quasimarket.simulation.summary_people import (
    cohort_rates,
    count_people,
    describe_contracts,
    describe_groups,
    total_people,
)
from quasimarket.simulation.summary_provenance import (
    count_evidence,
    list_fitted,
    list_uncertain,
)


FORECAST_FROM = "2014-04"
"""The first month after those whose facts may be fitted."""
INSTITUTIONS_OBSERVED_TO = "2012-06"
"""The studies of the institutions observed months 9 to 13."""
PENNY = Decimal("0.01")


def summarise(
    rulebook: Rulebook,
    behaviour: Behaviour,
    tables: Mapping[str, pl.DataFrame],
    *,
    seed: int,
    scale: float,
    areas: int,
    code_version: str,
    evidence_hash: str,
    fit: tuple[FitRow, ...],
    timings: Mapping[str, float],
) -> Summary:
    """Fill the summary of a run that simulated `areas` of the rulebook's areas.

    Job outcomes and sustainments are those reached and claimed, dated when reached.
    """
    weight = 1 / scale
    money = add_up_money(rulebook, tables["payments"])
    people = count_people(tables, weight)
    totals = total_people(people)
    paid = paid_for(money)
    by_month = stand_by_month(tables["by_month"], money)
    levels = list_levels(tables["levels"])
    return Summary(
        programme=rulebook.id,
        title=rulebook.name,
        seed=seed,
        scale=scale,
        areas=areas,
        areas_in_programme=len(rulebook.areas),
        code_version=code_version,
        rulebook_hash=rulebook.content_hash,
        behaviour_hash=behaviour.content_hash,
        evidence_hash=evidence_hash,
        first_month=by_month[0].month,
        last_month=by_month[-1].month,
        forecast_from=FORECAST_FROM,
        institutions_observed_to=INSTITUTIONS_OBSERVED_TO,
        referrals=totals.referrals,
        attachments=totals.attachments,
        job_outcomes=totals.job_outcomes,
        job_starters=tables["starts"]["first_start"].count() * weight,
        sustainment_payments=totals.sustainments,
        paid_gbp=paid,
        paid_per_job_outcome_gbp=(
            (paid.total / Decimal(totals.job_outcomes)).quantize(PENNY)
            if totals.job_outcomes
            else None
        ),
        contract_management=cost_of_managing(tables),
        by_month=by_month,
        paid_by_month=money_by_month(money, [row.month for row in by_month]),
        cohort_12m=cohort_rates(tables["cohorts"], 12),
        cohort_24m=cohort_rates(tables["cohorts"], 24),
        by_group=describe_groups(
            rulebook, people, tables["cohorts"], paid_by(money, "group")
        ),
        by_contract=describe_contracts(
            rulebook, people, tables["cohorts"], paid_by(money, "contract")
        ),
        mpl=levels,
        mpl_by_year=list_levels_by_year(rulebook, levels),
        league_year=choose_league_year(rulebook, tables["league"], FORECAST_FROM),
        gaps=measure_gaps(rulebook, tables, weight),
        flow=measure_flow(rulebook, tables, is_thinned=scale < 1),
        cash=take_cash_quartiles(tables["providers"], tables["positions"]),
        fit=fit,
        parameters=list_fitted(behaviour),
        evidence=count_evidence(rulebook, behaviour),
        uncertain=list_uncertain(rulebook, behaviour),
        notes=write_notes(
            rulebook,
            tables["share_shifts"],
            scale=scale,
            areas=areas,
            first_month=by_month[0].month,
            observed_to=INSTITUTIONS_OBSERVED_TO,
        ),
        timings=dict(timings),
    )
