"""A made-up simulator whose facts are plain functions of a few parameters."""

import numpy as np

from quasimarket.evidence.behaviour import Parameter
from quasimarket.evidence.stylised_facts import Fact, FactUse
from quasimarket.experiments.calibrate_prior import Prior


NAMES = ("rate", "share", "one", "other", "idle")
"""`rate` and `share` are told by a fact each, `one` and `other` only as a product."""


def made_prior():
    return Prior(
        parameters=tuple(
            Parameter(
                key=name,
                value=0.3,
                unit="share",
                low=0.0,
                high=1.0,
                evidence="assumed",
                source="",
                reason="",
            )
            for name in NAMES
        )
    )


def shows(values):
    return {
        "m.rate": 10 * values["rate"],
        "m.share": values["share"] + 0.2 * values["rate"],
        "m.product": values["one"] * values["other"],
    }


def made_facts(values, error=0.05):
    """Give the facts that these values would show."""
    return [
        made_fact(f"F00{number}", measure, value, error * (10 if number == 1 else 1))
        for number, (measure, value) in enumerate(shows(values).items(), 1)
    ]


def made_fact(id, measure, value, error):
    return Fact(
        id=id,
        fact="It is so",
        measure=measure,
        less=None,
        unit="share",
        use=FactUse.FIT,
        value=value,
        error=error,
        discrepancy=0.0,
        above=None,
        below=None,
        source="made up",
        note="",
    )


def play(trials, noise=0.02):
    """Play trials; each has the luck of its seed."""
    found = []
    for trial in trials:
        luck = np.random.default_rng(trial.seed).normal(size=3)
        exact = shows(dict(trial.values))
        found.append(
            {
                name: value + noise * one
                for (name, value), one in zip(exact.items(), luck, strict=True)
            }
        )
    return found
