"""Measures of a market from its events and books: never from the simulator's state."""

from quasimarket.insight.catalogue import CATALOGUE, measure_all
from quasimarket.insight.measure import Measure


__all__ = ["CATALOGUE", "Measure", "measure_all"]
