"""Measures of a market from its events and books: never from the simulator's state."""

from quasimarket.insight.catalogue import CATALOGUE, measure_all
from quasimarket.insight.live import LogMeasures, measure_log
from quasimarket.insight.measure import Measure


__all__ = ["CATALOGUE", "LogMeasures", "Measure", "measure_all", "measure_log"]
