"""The shipped parameters are what the fit finds with the model as it is now.

A change of the model that moves a fitted figure asks for the documented command anew:
`docs/how-to/fit.md` says how its output is kept.
"""

import csv
from pathlib import Path

import pytest

from quasimarket.evidence.behaviour import load_behaviour
from quasimarket.evidence.targets import Use, load_targets
from quasimarket.experiments.moments_run import figures
from quasimarket.rulebook import load_rulebook
from quasimarket.simulation.simulate import Design


KEPT = Path(__file__).parents[2] / "docs" / "explanation" / "fitted-figures.csv"
SAME = 0.002
"""Far within every tolerance; values are shipped with four figures."""


@pytest.fixture(scope="module")
def kept():
    rows = csv.DictReader(KEPT.read_text("utf-8").splitlines())
    return {row["target"]: row for row in rows}


def test_fitted_figures_are_those_that_the_fit_left(kept):
    targets = [one for one in load_targets() if one.use is Use.FIT]
    design = Design(
        rulebook=load_rulebook("work-programme"), behaviour=load_behaviour(), seed=1
    )

    now = dict(zip(targets, figures(design, {}, targets).tolist(), strict=True))

    moved = {
        target.id: figure
        for target, figure in now.items()
        if figure != pytest.approx(float(kept[target.id]["simulated"]), rel=SAME)
    }
    assert moved == {}, "fit anew: see docs/how-to/fit.md"
    assert all(abs(one.tolerances_off(figure)) <= 1 for one, figure in now.items())


def test_kept_figures_are_of_the_shipped_targets(kept):
    known = {one.id: one for one in load_targets() if one.use is not Use.FORECAST}

    assert set(kept) == set(known)
    for key, row in kept.items():
        assert (row["use"], row["official"]) == (
            known[key].use,
            f"{known[key].value:g}",
        )
