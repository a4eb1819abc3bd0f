"""Play what the claims need: each design once a seed, on every core, and remember it.

Runs are shared between claims. A run's measures are kept in a file named for everything
that they depend on, so that a board that was stopped goes on where it was.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from quasimarket.evidence.claims import DEFAULT, Claim, ClaimTest
from quasimarket.experiments.claims import (
    ClaimResult,
    JudgedTest,
    claim_result,
    contrast,
    estimate,
    judge,
)
from quasimarket.experiments.designs import BY_ID, NamedDesign, make, why_unavailable
from quasimarket.experiments.many_runs import Told, Values, keep, kept, made
from quasimarket.simulation.simulate import refuse_impossible


EARLY_MONTHS = 25
"""Months that a test plays unless it asks for the whole: the studies saw 13."""
CODE = (
    "chance",
    "core",
    "entitlement",
    "events",
    "evidence",
    "experiments",
    "insight",
    "market",
    "performance",
    "population",
    "runs",
    "simulation",
)
"""Packages that a run's measures depend on."""
NOT_CODE = frozenset(("claims.yaml", "targets.csv"))


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Played:
    """One run: a design, on the null market or not, to a month, in a seed."""

    design: str
    on_null: bool
    whole: bool
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A run to make, and what to measure of it."""

    played: tuple[Played, ...]
    """The runs that it stands for: designs may come to the same settings."""
    programme: str
    areas: int | None
    measures: tuple[str, ...]
    beliefs: tuple[tuple[str, float], ...] = ()
    """Behaviour that is put in place of what is stated, whatever the design."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All runs that some claims need."""

    tasks: tuple[Task, ...]
    unavailable: Mapping[str, str]
    """Designs that cannot be made, and why."""
    seeds: int
    null_seeds: int
    is_posterior: bool = False
    """Each seed is played with a parameter set of its own."""


def plan(
    claims: Iterable[Claim],
    *,
    programme: str,
    areas: int | None,
    seeds: int,
    null_seeds: int,
    beliefs: Sequence[Mapping[str, float]] = (),
) -> Plan:
    """List the runs that the claims' tests need, each once.

    `beliefs` are a parameter set for each seed, the same for all designs: those of the
    stated behaviour where there are none.

    Raises InputFault where the programme as it is cannot be played at all.
    """
    refuse_impossible(make(BY_ID[DEFAULT], programme, seed=1, areas=areas))
    needed: dict[tuple[str, bool], set[str]] = {}
    for claim in claims:
        for test in claim.tests:
            for design, _ in test.contrast:
                needed.setdefault((design, test.whole), set()).update(test.measures)
    unavailable = {
        design: why
        for design in sorted({design for design, _ in needed})
        if (why := _why_not(design, programme))
    }
    wanted: dict[tuple[object, ...], tuple[list[Played], set[str]]] = {}
    sets = [tuple(sorted(one.items())) for one in beliefs]
    for on_null, last in ((False, seeds), (True, null_seeds)):
        for seed in range(1, last + 1):
            for (design, whole), measures in sorted(needed.items()):
                if design in unavailable:
                    continue
                played = Played(design=design, on_null=on_null, whole=whole, seed=seed)
                believed = sets[seed - 1] if sets else ()
                same, union = wanted.setdefault(
                    _settings(played, believed), ([], set())
                )
                same.append(played)
                union.update(measures)
    tasks = [
        Task(
            played=tuple(same),
            programme=programme,
            areas=areas,
            measures=tuple(sorted(union)),
            beliefs=sets[same[0].seed - 1] if sets else (),
        )
        for same, union in wanted.values()
    ]
    return Plan(
        tasks=tuple(tasks),
        unavailable=unavailable,
        seeds=seeds,
        null_seeds=null_seeds,
        is_posterior=bool(sets),
    )


def _named(played: Played, beliefs: Sequence[tuple[str, float]]) -> NamedDesign:
    named = BY_ID[played.design]
    if played.on_null:
        named = named.on_null_market()
    believed = {key: repr(value) for key, value in beliefs}
    return replace(named, behaviour={**believed, **named.behaviour})


def _settings(
    played: Played, beliefs: Sequence[tuple[str, float]]
) -> tuple[object, ...]:
    """Give everything that sets a run apart from others of the same programme."""
    named = _named(played, beliefs)
    return (
        tuple(sorted(named.rules.items())),
        tuple(sorted(named.behaviour.items())),
        named.at_forecast,
        None if played.whole else EARLY_MONTHS,
        played.seed,
    )


def _why_not(design: str, programme: str) -> str:
    if design not in BY_ID:
        return f"there is no design '{design}'"
    return why_unavailable(BY_ID[design], programme)


def measured(task: Task) -> dict[str, float | None]:
    """Play a run and measure it; a measure that it cannot give is None."""
    from quasimarket.experiments.claims_measures import values_of
    from quasimarket.experiments.claims_tables import tables_of

    played = task.played[0]
    named = _named(played, task.beliefs)
    design = make(named, task.programme, seed=played.seed, areas=task.areas)
    tables = tables_of(design, None if played.whole else EARLY_MONTHS)
    return values_of(tables, task.measures)


def run_all(
    one_plan: Plan, folder: Path, *, processes: int, told: Told
) -> dict[Played, Values]:
    """Make every run of a plan that is not kept already, and give all of them.

    What is done when it is interrupted stays kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    code = code_hash()
    found: dict[Played, Values] = {}
    waiting: list[tuple[tuple[Task, Path], Task]] = []
    for task in one_plan.tasks:
        path = folder / f"{task_hash(task, code)}.json"
        before = kept(path)
        if before is None:
            waiting.append(((task, path), task))
        else:
            found |= dict.fromkeys(task.played, before)
    total = len(one_plan.tasks)
    done = total - len(waiting)
    told(done, total)
    for (task, path), values in made(waiting, measured, processes):
        keep(path, values)
        found |= dict.fromkeys(task.played, values)
        done += 1
        told(done, total)
    return found


def task_hash(task: Task, code: str) -> str:
    """Name everything that a run's measures depend on."""
    content = (
        code,
        task.programme,
        _settings(task.played[0], task.beliefs),
        task.areas,
        task.measures,
    )
    return hashlib.sha256(repr(content).encode()).hexdigest()[:24]


def code_hash() -> str:
    """Give the SHA-256 of the code, evidence and programmes that runs depend on."""
    digest = hashlib.sha256()
    root = files("quasimarket")
    for name in (*CODE, "programmes", "rulebook"):
        for file in _files(root / name):
            digest.update(file.name.encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _files(folder: Traversable) -> Iterator[Traversable]:
    for one in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if one.is_dir() and one.name != "__pycache__":
            yield from _files(one)
        elif one.name.endswith((".py", ".csv", ".yaml")) and one.name not in NOT_CODE:
            yield one


def judged(
    claims: Sequence[Claim], one_plan: Plan, found: Mapping[Played, Values]
) -> list[ClaimResult]:
    """Judge claims by the runs that were made for them."""
    return [
        claim_result(
            claim, [judged_test(test, one_plan, found) for test in claim.tests]
        )
        for claim in claims
    ]


def judged_test(
    test: ClaimTest, one_plan: Plan, found: Mapping[Played, Values]
) -> JudgedTest:
    """Judge one test here and on the null market."""
    here = estimate(_values(test, found, one_plan.seeds, on_null=False))
    null = estimate(_values(test, found, one_plan.null_seeds, on_null=True))
    return JudgedTest(
        test=test,
        here=here,
        verdict=judge(here, above=test.above, below=test.below),
        null=null,
        null_verdict=judge(null, above=test.above, below=test.below),
        note=_note(test, one_plan, found),
    )


def _values(
    test: ClaimTest, found: Mapping[Played, Values], seeds: int, *, on_null: bool
) -> list[float | None]:
    columns = {}
    for design, _ in test.contrast:
        column = []
        for seed in range(1, seeds + 1):
            played = Played(design=design, on_null=on_null, whole=test.whole, seed=seed)
            column.append(_value(test, found.get(played, {})))
        columns[design] = column
    return contrast(test, columns)


def _value(test: ClaimTest, values: Values) -> float | None:
    parts = [values.get(name) for name in test.measures]
    if parts[0] is None or parts[-1] is None:
        return None
    return parts[0] if test.less is None else parts[0] - parts[-1]


def _note(test: ClaimTest, one_plan: Plan, found: Mapping[Played, Values]) -> str:
    """Say why a test has no value, or that a design makes no difference at all."""
    for design, _ in test.contrast:
        if design in one_plan.unavailable:
            return f"design {design}: {one_plan.unavailable[design]}"
    if len(test.contrast) < 2:
        return ""
    values = _values(test, found, one_plan.seeds, on_null=False)
    known = [one for one in values if one is not None]
    if known and not any(known):
        return "the designs give the same value in every seed"
    return ""
