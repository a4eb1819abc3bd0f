"""One run of a programme from its first referral to its last payment, on one page."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib.metadata import version

import numpy as np
import polars as pl

from quasimarket.core.errors import Fault, InputFault
from quasimarket.core.money import round_half_up
from quasimarket.entitlement.columns import EventColumns
from quasimarket.evidence.behaviour import Behaviour
from quasimarket.market.chain import Chain, build_chain
from quasimarket.market.commissioning import commission
from quasimarket.market.flow import AllocationMode
from quasimarket.market.specialist_lots import with_specialist_lots
from quasimarket.market.tender import Tender, hold_tender
from quasimarket.performance.measures import measure
from quasimarket.performance.referrals import referrals_from_arrays
from quasimarket.population.arrivals import monthly_counts, spread_over_weeks, thin
from quasimarket.population.participants import Population, build_population
from quasimarket.population.profiling import profiled
from quasimarket.rulebook.areas import of_areas
from quasimarket.rulebook.market_design import TenderMode
from quasimarket.rulebook.market_payments import (
    with_market_payments,
    without_market_payments,
)
from quasimarket.rulebook.rulebook import Rulebook, SubcontractTerms
from quasimarket.runs.summary import FitRow, Summary
from quasimarket.settlement.columnar.engine import ColumnarSettlement, settle_columns
from quasimarket.simulation.agreement import refuse_disagreement
from quasimarket.simulation.clock import Clock, build_clock
from quasimarket.simulation.course import Course
from quasimarket.simulation.event_log import (
    Milestones,
    Spells,
    milestones_of,
    spells_of,
    write_events,
)
from quasimarket.simulation.institution_tables import (
    department_table,
    fate_columns,
    fates_of,
    organisation_events_table,
    organisations_table,
    provider_columns,
    staff_moves_table,
    truth_practice_table,
)
from quasimarket.simulation.line_totals import LineTotals, add_up_lines
from quasimarket.simulation.play import Play
from quasimarket.simulation.prices import (
    price_tables,
    refuse_unplayable,
    rules_in_weeks,
    subcontract_terms,
)
from quasimarket.simulation.run_tables import (
    by_month_table,
    outcome_tables,
    participants_table,
    payments_table,
    positions_table,
    providers_table,
)
from quasimarket.simulation.state import Prices, without_entries
from quasimarket.simulation.summary import summarise
from quasimarket.simulation.tender_tables import bids_table, planned_spend_table


Progress = Callable[[str, float], None]
"""Told the stage and how much of it is done, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What to simulate: the two inputs and how much of them."""

    rulebook: Rulebook
    behaviour: Behaviour
    seed: int = 1
    scale: float = 1.0
    """Share of people simulated; each stands for 1 / scale."""
    areas: int | None = None
    """Only the first so many areas, whole; None is all."""
    allocation: AllocationMode = AllocationMode.PLACE
    tender: Tender | None = None
    """The tender whose awards the rulebook has, where one was held for this run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A programme set up and played: what every later stage reads."""

    rulebook: Rulebook
    clock: Clock
    population: Population
    chain: Chain
    terms: tuple[SubcontractTerms, ...]
    prices: Prices
    course: Course
    spells: Spells
    milestones: Milestones


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayedRun:
    """A run that is played: its events can be written already."""

    design: Design
    stage: Stage
    events: EventColumns
    timings: Mapping[str, float]
    """Seconds, by stage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidRun:
    """A run that is played and paid, without what is as long as its events."""

    design: Design
    stage: Stage
    to_primes: LineTotals
    timings: Mapping[str, float]
    """Seconds, by stage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledRun:
    """A run that is played and paid: its large tables can be written already."""

    paid: PaidRun
    events: EventColumns
    settlement: ColumnarSettlement


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredRun:
    """A run with its tables, but without what is as long as its events."""

    design: Design
    stage: Stage
    tables: Mapping[str, pl.DataFrame]
    timings: Mapping[str, float]
    """Seconds, by stage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run(MeasuredRun):
    """A finished run."""

    events: EventColumns
    settlement: ColumnarSettlement


def simulate(design: Design, progress: Progress | None = None) -> Run:
    """Simulate a programme: play it, settle it, measure it.

    Raises InputFault where the rulebook cannot be played.
    """
    settled = play_and_settle(design, progress)
    measured = measure_run(settled.paid, progress)
    return Run(
        design=measured.design,
        stage=measured.stage,
        tables=measured.tables,
        timings=measured.timings,
        events=settled.events,
        settlement=settled.settlement,
    )


def play_and_settle(design: Design, progress: Progress | None = None) -> SettledRun:
    """Play a programme and pay for it.

    Raises InputFault where the rulebook cannot be played.
    """
    return settle_run(play_run(design, progress), progress)


def play_run(design: Design, progress: Progress | None = None) -> PlayedRun:
    """Play a programme.

    Raises InputFault where the rulebook cannot be played.
    """
    timings: dict[str, float] = {}
    told = progress or (lambda stage, done: None)
    with _timed("people and chains", timings, told):
        refuse_unplayable(design.rulebook)
        design = after_tender(design)
        play = set_up(design)
    with _timed("simulation", timings, told):
        stage = finish(play, lambda done, of: told("simulation", done / of))
        del play
    with _timed("events", timings, told):
        events = write_events(
            stage.rulebook,
            stage.clock,
            stage.chain,
            stage.course,
            stage.spells,
            stage.milestones,
        )
    return PlayedRun(design=design, stage=stage, events=events, timings=timings)


def settle_run(played: PlayedRun, progress: Progress | None = None) -> SettledRun:
    """Pay for a programme that is played."""
    stage, timings = played.stage, dict(played.timings)
    told = progress or (lambda stage, done: None)
    with _timed("settlement", timings, told):
        settlement = settle_columns(
            stage.rulebook,
            played.events,
            stage.clock.months[-1].last_day,
            extra_terms=stage.terms,
        )
        to_primes = add_up_lines(settlement.lines)
        refuse_disagreement(
            stage.rulebook,
            stage.chain,
            stage.clock,
            stage.course,
            to_primes,
            add_up_lines(settlement.downstream),
        )
    return SettledRun(
        paid=PaidRun(
            design=played.design, stage=stage, to_primes=to_primes, timings=timings
        ),
        events=played.events,
        settlement=settlement,
    )


def measure_run(paid: PaidRun, progress: Progress | None = None) -> MeasuredRun:
    """Lay out a run's tables and measure its contracts."""
    timings = dict(paid.timings)
    told = progress or (lambda stage, done: None)
    with _timed("performance and tables", timings, told):
        tables = make_tables(paid.stage, paid.to_primes)
        tables["bids"] = bids_table(paid.design.tender)
        tables["planned_spend"] = planned_spend_table(paid.design.tender)
    return MeasuredRun(
        design=paid.design, stage=paid.stage, tables=tables, timings=timings
    )


def sum_up(
    run: MeasuredRun, fit: tuple[FitRow, ...] = (), *, evidence_hash: str = ""
) -> Summary:
    """Sum a run up; `fit` sets it beside official figures of that hash."""
    return summarise(
        run.design.rulebook,
        run.design.behaviour,
        run.tables,
        seed=run.design.seed,
        scale=run.design.scale,
        areas=len(run.stage.rulebook.areas),
        code_version=version("quasimarket"),
        evidence_hash=evidence_hash or run.design.behaviour.content_hash,
        fit=fit,
        timings=run.timings,
    )


def refuse_impossible(design: Design) -> None:
    """Raise InputFault with everything that is wrong with how much to simulate."""
    faults = []
    if not 0 < design.scale <= 1:
        faults.append(
            Fault(
                where="--scale",
                found=str(design.scale),
                expected="more than 0, and at most 1",
            )
        )
    most = len(design.rulebook.areas)
    if design.areas is not None and not 1 <= design.areas <= most:
        faults.append(
            Fault(where="--areas", found=str(design.areas), expected=f"1 to {most}")
        )
    if not 0 <= design.seed < 2**63:
        faults.append(
            Fault(where="--seed", found=str(design.seed), expected="0 to 2**63 - 1")
        )
    if faults:
        raise InputFault(faults)


def set_up(design: Design, *, keep_log: bool = True) -> Play:
    """Draw people and chains, and set the scene."""
    refuse_impossible(design)
    design = after_tender(design)
    rulebook = thin_fees(only_areas(design.rulebook, design.areas), design.scale)
    clock = build_clock(rulebook)
    counts = thin(monthly_counts(rulebook, clock.months), design.scale, design.seed)
    population = build_population(
        rulebook,
        design.behaviour,
        spread_over_weeks(counts, clock.month_of_week),
        seed=design.seed,
        weight=1 / design.scale,
    )
    if rulebook.market.profiles_groups:
        population = profiled(population, rulebook, design.behaviour)
    chain = build_chain(
        rulebook,
        design.behaviour,
        seed=design.seed,
        named=design.tender.named if design.tender else None,
    )
    chain = with_specialist_lots(rulebook, design.behaviour, chain, seed=design.seed)
    commissioned = commission(rulebook, design.behaviour, chain, seed=design.seed)
    chain = commissioned.chain
    return Play(
        rulebook,
        design.behaviour,
        clock,
        population,
        commissioned,
        rules_in_weeks(rulebook),
        price_tables(rulebook, chain, subcontract_terms(rulebook, chain), clock),
        monthly_counts(rulebook, clock.months, forecast=True),
        seed=design.seed,
        mode=design.allocation,
        keep_log=keep_log,
    )


def after_tender(design: Design) -> Design:
    """Hold the tender where the rulebook asks for one that has not been held."""
    rulebook = design.rulebook
    if design.tender is not None or rulebook.market.tender is TenderMode.AS_AWARDED:
        return design
    tender = hold_tender(rulebook, design.behaviour, seed=design.seed)
    held = with_market_payments(without_market_payments(tender.rulebook))
    return replace(design, rulebook=held, tender=tender)


def finish(
    play: Play,
    step: Callable[[int, int], None] | None = None,
    *,
    months: int | None = None,
) -> Stage:
    """Play every month, or only the first so many."""
    course = play.run(step, months=months)
    spells, milestones = spells_of(course), milestones_of(course, play.rules)
    return Stage(
        rulebook=play.rulebook,
        clock=play.clock,
        population=play.population,
        chain=play.chain,
        terms=subcontract_terms(play.rulebook, play.chain),
        prices=play.prices,
        course=replace(course, log=without_entries(course.log)),
        spells=spells,
        milestones=milestones,
    )


def only_areas(rulebook: Rulebook, areas: int | None) -> Rulebook:
    """Give the rulebook of the first so many areas, with their contracts."""
    if areas is None:
        return rulebook
    return of_areas(rulebook, {area.id for area in rulebook.areas[:areas]})


def thin_fees(rulebook: Rulebook, scale: float) -> Rulebook:
    """Scale fees that no person earns, since everything paid is weighted up again."""
    if scale == 1 or not rulebook.service_fees:
        return rulebook
    share = Decimal(str(scale))
    return replace(
        rulebook,
        service_fees=tuple(
            replace(fee, monthly=round_half_up(fee.monthly * share))
            for fee in rulebook.service_fees
        ),
    )


def make_tables(stage: Stage, to_primes: LineTotals) -> dict[str, pl.DataFrame]:
    """Lay out the run's tables and measure its contracts."""
    weight = stage.population.weight
    institutions = stage.course.institutions
    fates = fates_of(
        stage.rulebook,
        stage.clock,
        stage.population,
        stage.course,
        stage.spells,
        stage.milestones,
        seed=institutions.seed,
        upheld=institutions.behaviour["sanction.upheld"],
    )
    tables = {
        "participants": participants_table(
            stage.rulebook, stage.clock, stage.chain, stage.population, stage.course
        ).with_columns(**fate_columns(fates)),
        "positions": positions_table(stage.rulebook, stage.chain).with_columns(
            planned_caseload=10 * institutions.promised * (stage.chain.tier < 2),
            promised_referrals=institutions.promised,
        ),
        "organisations": organisations_table(institutions),
        "organisation_events": organisation_events_table(
            stage.rulebook, stage.clock, stage.chain, institutions
        ),
        "department": department_table(stage.clock, stage.course),
        "staff_moves": staff_moves_table(stage.clock, stage.chain, stage.course),
        "truth_practice": truth_practice_table(stage.chain, stage.course),
        "providers": providers_table(
            stage.clock,
            stage.chain,
            stage.course,
            weight,
            provider_columns(stage.course),
        ),
        "payments": payments_table(stage.rulebook, stage.chain, to_primes, weight),
        **outcome_tables(
            stage.rulebook,
            stage.clock,
            stage.chain,
            stage.course,
            stage.spells,
            stage.milestones,
        ),
    }
    tables["by_month"] = by_month_table(stage.clock, tables, weight)
    return tables | _performance(stage)


def _performance(stage: Stage) -> dict[str, pl.DataFrame]:
    people, milestones = stage.course.people, stage.milestones
    first = milestones.number == 0
    earned = np.full(len(people.number), -1, np.int32)
    earned[milestones.person[first]] = stage.clock.monday[milestones.week[first]] + 6
    referrals = referrals_from_arrays(
        stage.rulebook,
        stage.clock.months[-1].last_day,
        contract=people.contract,
        group=people.group.astype(np.int8),
        referred=stage.clock.monday[people.referral_week],
        earned=earned,
        outcome_contract=people.contract,
        is_counted=people.claims == 1,
        weight=np.full(len(people.number), stage.population.weight),
    )
    return measure(referrals).tables()


@contextmanager
def _timed(stage: str, timings: dict[str, float], told: Progress) -> Iterator[None]:
    told(stage, 0.0)
    began = time.perf_counter()
    yield
    timings[stage] = round(time.perf_counter() - began, 3)
    told(stage, 1.0)
