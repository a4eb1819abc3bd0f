"""Make a comparison's runs in several processes."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from quasimarket.experiments.compare import Named, Task, Values, design_of, measured
from quasimarket.experiments.many_runs import Told, made
from quasimarket.simulation.simulate import Design


def play_all(
    tasks: Sequence[Task], *, processes: int, told: Told
) -> dict[tuple[str, int], Values]:
    """Make every run; give its columns by the design's name and the seed."""
    found: dict[tuple[str, int], Values] = {}
    told(0, len(tasks))
    jobs = [((task.named.name, task.seed), task) for task in tasks]
    for key, values in made(jobs, play_task, processes):
        found[key] = values
        told(len(found), len(tasks))
    return found


def play_task(task: Task) -> dict[str, float | None]:
    """Play one task; what its design says is read once a process."""
    design = _loaded(task.named, task.areas, task.scale)
    return measured(replace(design, seed=task.seed))


@cache
def _loaded(named: Named, areas: int | None, scale: float) -> Design:
    return design_of(Task(named=named, seed=1, areas=areas, scale=scale))
