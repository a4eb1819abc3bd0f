"""`quasimarket calibrate`: what stylised facts leave of what institutions might do."""

import argparse
import json
import time
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from quasimarket.cli.batch_options import (
    RUNS,
    add_areas,
    add_only,
    add_processes,
    add_result,
    add_seed,
    processes_of,
    progress_shown,
    refuse,
    refuse_areas,
    too_large,
    too_small,
)
from quasimarket.core.errors import Fault, InputFault
from quasimarket.evidence.behaviour import load_behaviour
from quasimarket.evidence.stylised_facts import FITTED, Fact, FactUse, load_facts
from quasimarket.experiments.calibrate import (
    Calibration,
    NothingLeft,
    calibrate,
    entwined,
    met,
    ranges,
    trials_at,
)
from quasimarket.experiments.calibrate_files import (
    DRAWS,
    POSTERIOR,
    Met,
    as_json,
    draws_text,
    posterior_text,
    write,
)
from quasimarket.experiments.calibrate_measures import SEEN_EARLY
from quasimarket.experiments.calibrate_prior import calibrated_prior
from quasimarket.experiments.calibrate_runs import Bench, Setting, Trial
from quasimarket.experiments.many_runs import Values
from quasimarket.experiments.official import FOUNDING_CASE


NAME = "calibrate"
HELP = "find what stylised facts leave of what institutions might do"
RESULT = "calibration.json"
MONTHS = 25
"""Months that a run plays: the latest fact to fit is of June 2013."""
CHECKED_MONTHS = 74
"""Months that a run plays for the facts to check by."""
CHECK_SEED = 90_000
"""Added to seeds, so that checks are not played with the luck that was fitted to."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument(
        "--waves", type=int, default=2, help="waves of runs (default %(default)s)"
    )
    parser.add_argument(
        "--points", type=int, default=60, help="runs a wave (default %(default)s)"
    )
    add_areas(parser, 2)
    add_only(parser, "PARAMETER", "calibrate only this parameter")
    parser.add_argument(
        "--draws",
        type=int,
        default=200,
        metavar="N",
        help="parameter sets drawn from the posterior (default %(default)s)",
    )
    parser.add_argument(
        "--checks",
        type=int,
        default=20,
        metavar="N",
        help="draws that are played to see what they show (default %(default)s)",
    )
    add_seed(parser, "which points and luck")
    add_processes(parser)
    add_result(parser, "calibrate", "the posterior")


def run(arguments: argparse.Namespace) -> int:
    """Calibrate, play the draws, write the posterior, print it."""
    refuse_impossible(arguments)
    prior = calibrated_prior(load_behaviour(), arguments.only)
    facts = load_facts()
    refuse_areas(FOUNDING_CASE, arguments.areas)
    began = time.perf_counter()
    fitted = [fact for fact in facts if fact.use in FITTED]
    seen = [fact for fact in facts if fact in fitted or is_seen_early(fact)]
    first: list[Values] = []
    with progress_shown(arguments.json) as told:
        bench = bench_of(arguments, MONTHS, seen, told)
        bench.foreseen = arguments.waves * arguments.points + 2 * arguments.checks

        def shown(trials: Sequence[Trial]) -> list[Values]:
            values = bench.shown(trials)
            if not first:
                first.extend(values)
            return values

        try:
            found = calibrate(
                prior,
                fitted,
                shown,
                waves=arguments.waves,
                points=arguments.points,
                seed=arguments.seed,
                draws=arguments.draws,
            )
        except NothingLeft as nothing:
            raise InputFault(
                [
                    Fault(
                        where="calibrate",
                        found=str(nothing),
                        expected="facts that some parameter set meets",
                        hint="look at the discrepancies in stylised_facts.csv",
                    )
                ]
            ) from nothing
        after = played(arguments, found, facts, bench)
    before = met(seen, first)
    command = as_typed(arguments)
    given = as_json(found, facts, before, after, command)
    write(arguments.out, POSTERIOR, posterior_text(found, command))
    write(arguments.out, DRAWS, draws_text(found))
    text = json.dumps(given, indent=2, ensure_ascii=False) + "\n"
    write(arguments.out, RESULT, text)
    if arguments.json:
        print(text, end="")
    else:
        print_calibration(found, facts, before, after, Console())
        print_end(arguments, found, time.perf_counter() - began, Console())
    return 0


def refuse_impossible(arguments: argparse.Namespace) -> None:
    """Raise InputFault with every number that cannot be."""
    faults = too_small(
        arguments,
        {
            "waves": 1,
            "points": 12,
            "areas": 1,
            "draws": 20,
            "checks": 0,
            "seed": 0,
            "processes": 1,
        },
    )
    faults += too_large(
        "checks", arguments.checks, arguments.draws, "the number of draws"
    )
    refuse(faults)


def is_seen_early(fact: Fact) -> bool:
    """Tell whether a fact held out shows in runs as short as those fitted to."""
    return all(name in SEEN_EARLY for name in fact.measures)


def bench_of(
    arguments: argparse.Namespace,
    months: int | None,
    facts: Sequence[Fact],
    told: object,
) -> Bench:
    """Make what plays runs for some facts."""
    measures = sorted({name for fact in facts for name in fact.measures})
    return Bench(
        Setting(
            programme=FOUNDING_CASE,
            areas=arguments.areas,
            months=months,
            measures=tuple(measures),
        ),
        arguments.out / RUNS,
        processes=processes_of(arguments),
        told=told,  # type: ignore[arg-type]  # rich's own callable
    )


def played(
    arguments: argparse.Namespace,
    found: Calibration,
    facts: Sequence[Fact],
    bench: Bench,
) -> Met:
    """Play some draws, and give what they show of every fact."""
    if not arguments.checks:
        return {}
    step = arguments.draws // arguments.checks
    points = found.draws[::step][: arguments.checks]
    trials = trials_at(
        found.prior, points, first_seed=arguments.seed * 1_000_000 + CHECK_SEED
    )
    fitted = [fact for fact in facts if fact.use in FITTED]
    checks = [fact for fact in facts if fact.use is FactUse.CHECK]
    shown = met(fitted, bench.shown(trials))
    longer = bench_of(arguments, CHECKED_MONTHS, checks, bench.told)
    longer.done, longer.foreseen = bench.done, bench.foreseen
    return {**shown, **met(checks, longer.shown(trials))}


def as_typed(arguments: argparse.Namespace) -> str:
    """Write the command that gives the same result."""
    words = [
        "quasimarket calibrate",
        f"--waves {arguments.waves}",
        f"--points {arguments.points}",
        f"--areas {arguments.areas}",
        f"--draws {arguments.draws}",
        f"--checks {arguments.checks}",
        f"--seed {arguments.seed}",
        *(f"--only {name}" for name in arguments.only),
    ]
    return " ".join(words)


def print_calibration(
    found: Calibration,
    facts: Sequence[Fact],
    before: Met,
    after: Met,
    console: Console,
) -> None:
    """Print what was fitted, what was checked, and what is left of each parameter."""
    explained = {
        fact.id: emulator.explained
        for fact, emulator in zip(
            found.waves[-1].facts, found.waves[-1].emulators, strict=True
        )
    }
    for uses, title in (
        (FITTED, "Facts that were fitted: no test of the model"),
        ((FactUse.CHECK,), "Facts held out: the test"),
    ):
        table = Table(title=title)
        for heading in ("Fact", "Wanted", "Prior", "Posterior", "Shown by"):
            table.add_column(heading)
        for fact in (fact for fact in facts if fact.use in uses):
            known = explained.get(fact.id)
            told = "" if known is None else f" [dim](emulated {known:.0%})[/dim]"
            table.add_row(
                f"{fact.id} {fact.fact}{told}",
                fact.wanted,
                _band(before.get(fact.id)),
                _band(after.get(fact.id)),
                f"{after[fact.id][3]:.0%}" if fact.id in after else "",
            )
        console.print(table)
    table = Table(title="Parameters, 5% to 95%")
    table.add_column("Parameter", no_wrap=True)
    for heading in ("Prior", "Posterior", "Median", "Narrower by"):
        table.add_column(heading)
    for one in sorted(ranges(found), key=lambda each: -each.narrowed):
        table.add_row(
            one.key,
            f"{one.prior_low:.3g} to {one.prior_high:.3g}",
            f"{one.low:.3g} to {one.high:.3g}",
            f"{one.median:.3g}",
            f"{max(one.narrowed, 0):.0%}" if one.is_identified else "not identified",
        )
    console.print(table)


def print_end(
    arguments: argparse.Namespace, found: Calibration, seconds: float, console: Console
) -> None:
    """Print what goes together, what is left of the prior, and where it is written."""
    for one, other, tied in entwined(found)[:8]:
        console.print(
            f"{one} and {other} are known best together: correlation {tied:+.2f}",
            highlight=False,
        )
    for number, wave in enumerate(found.waves, 1):
        missed = f"; nobody meets {', '.join(wave.missed)}" if wave.missed else ""
        console.print(
            f"Wave {number}: {wave.runs} runs leave {wave.left:.2g} of the prior"
            f"{missed}.",
            highlight=False,
        )
    console.print(
        f"{found.effective:.0f} effective draws, {seconds:.0f} s. Written to"
        f" {arguments.out}/{POSTERIOR}, {DRAWS} and {RESULT}",
        highlight=False,
    )


def _band(one: tuple[float, float, float, float] | None) -> str:
    if one is None:
        return ""
    return f"{one[1]:.3g} ({one[0]:.3g} to {one[2]:.3g})"
