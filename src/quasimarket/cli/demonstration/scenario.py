"""What a run has not, from `scenario.yaml`: notices, disputes, directives, a complaint.

Each entry is one act: who does it, to what, with which answers, on which day.
"""

from quasimarket.cli.demonstration.run import PlayedRun
from quasimarket.core.dates import Month


def play_scenario(month: Month, run: PlayedRun) -> None:
    """Do the acts of a month."""
