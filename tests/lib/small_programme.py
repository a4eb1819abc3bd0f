"""Small programmes that the simulation can play in a second or two."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from quasimarket.evidence.behaviour import Behaviour, load_behaviour
from quasimarket.rulebook import load_rulebook
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.simulation.simulate import Design, only_areas


SEED = 20_110_601
"""The luck of every small run, unless a test names another."""

DATED_2014 = """extends: work-programme
id: work-programme-2014
"""


@cache
def work_programme(areas: int | None = None) -> Rulebook:
    """The shipped Work Programme, or its first areas with their contracts."""
    return only_areas(load_rulebook("work-programme"), areas)


@cache
def teaching_pilot() -> Rulebook:
    """The shipped teaching pilot: two years, two groups, an unbroken outcome."""
    return load_rulebook("teaching-pilot")


def behaviour(**changed: float) -> Behaviour:
    """The shipped behaviour; `need__penalty=0` changes need.penalty."""
    shipped = load_behaviour()
    values = {name.replace("__", "."): value for name, value in changed.items()}
    unknown = values.keys() - shipped.keys()
    assert not unknown, unknown
    return shipped.with_values(values)


def small_design(**changed: Any) -> Design:  # any field of Design
    """One area of the Work Programme, thinned to a hundredth."""
    design = Design(
        rulebook=work_programme(1), behaviour=behaviour(), seed=SEED, scale=0.01
    )
    return replace(design, **changed)


def pilot_design(**changed: Any) -> Design:  # any field of Design
    """The whole teaching pilot, everyone in it."""
    design = Design(rulebook=teaching_pilot(), behaviour=behaviour(), seed=SEED)
    return replace(design, **changed)


def child_of_work_programme(folder: Path, **files: str) -> Path:
    """Write a rulebook that extends the Work Programme; `rate_card="..."` is a CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "programme.yaml").write_text(DATED_2014, encoding="utf-8")
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder
