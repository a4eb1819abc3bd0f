"""Official figures beside simulated ones, with error and verdict."""

import hashlib

from quasimarket.evidence.behaviour import Behaviour
from quasimarket.evidence.sheets import shipped
from quasimarket.evidence.targets import Measure, Target, load_targets
from quasimarket.experiments.moments import Facts, compute, facts_of
from quasimarket.runs.summary import FitRow
from quasimarket.simulation.simulate import MeasuredRun


FOUNDING_CASE = "work-programme"
"""The programme whose figures were published."""
SERIES = {
    Measure.REFERRALS: "cumulative_referrals",
    Measure.JOB_OUTCOMES: "cumulative_job_outcomes",
    Measure.JOB_STARTERS: "cumulative_job_starters",
    Measure.TOTAL_MONEY: "cumulative_paid_gbp",
    Measure.COHORT_12M: "cohort_12m",
}
"""The monthly series of a summary that a measure is a point of, for all groups."""


def evidence_hash(behaviour: Behaviour) -> str:
    """Give the SHA-256 of the targets and the behaviour that a run is set beside."""
    digest = hashlib.sha256(shipped("targets.csv").encode())
    digest.update(behaviour.content_hash.encode())
    return digest.hexdigest()


def beside_official(run: MeasuredRun) -> tuple[FitRow, ...]:
    """Set a run beside the published figures; only the whole programme has them."""
    if run.design.areas is not None or run.design.rulebook.id != FOUNDING_CASE:
        return ()
    return rows_beside_official(facts_of(run.stage), load_targets())


def rows_beside_official(
    facts: Facts, targets: tuple[Target, ...]
) -> tuple[FitRow, ...]:
    """Give a row a target that this run has a figure for."""
    rows = []
    for target in targets:
        simulated = compute(facts, target)
        if simulated is not None:
            rows.append(_row(target, simulated))
    return tuple(rows)


def _row(target: Target, simulated: float) -> FitRow:
    official = float(target.value)
    series = None if target.groups or target.scope else SERIES.get(target.measure)
    month = (
        target.first_month
        if target.measure is Measure.COHORT_12M
        else target.last_month
    )
    return FitRow(
        target=target.id,
        label=target.label,
        unit=str(target.unit),
        date=str(target.seen_to),
        official=official,
        simulated=simulated,
        error=simulated / official - 1 if official else None,
        tolerance=target.tolerance / official if official else None,
        within=abs(target.tolerances_off(simulated)) <= 1,
        use=str(target.use),
        evidence=str(target.evidence),
        source=target.source,
        series=series,
        series_month=str(month) if series else None,
    )
