"""Quasimarket: design, simulate and settle prime-led, payment-by-results programmes.

import quasimarket as qm

programme = qm.load("work-programme")
run = qm.simulate(programme, seed=1)
run.summary(); run.payments; run.report("report.html")
"""

from __future__ import annotations

from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from quasimarket.experiments.finished_run import FinishedRun
    from quasimarket.rulebook.rulebook import Rulebook

__all__ = ["load", "simulate"]


def load(programme: str | Path, settings: Mapping[str, str] | None = None) -> Rulebook:
    """Load a rulebook by its shipped name or its folder, with settings put over it.

    Raises InputFault with every fault of the folder and the settings.
    """
    from quasimarket.rulebook import load_rulebook

    return load_rulebook(programme, settings or {})


def simulate(
    programme: Rulebook,
    *,
    seed: int = 1,
    scale: float = 1.0,
    areas: int | None = None,
    behaviour: Mapping[str, str] | None = None,
) -> FinishedRun:
    """Simulate a programme from its first referral to its last payment.

    `scale` is the share of people simulated, `areas` how many whole areas; `behaviour`
    changes what is assumed of people and organisations, by key.
    """
    from quasimarket.evidence.behaviour import load_behaviour
    from quasimarket.experiments.finished_run import play
    from quasimarket.simulation.simulate import Design

    return play(
        Design(
            rulebook=programme,
            behaviour=load_behaviour(behaviour),
            seed=seed,
            scale=scale,
            areas=areas,
        )
    )
