"""The only source of random numbers: a draw is named, never taken from a stream.

A draw is a function of (seed, purpose, person, spell), so it does not depend on order,
threads or batches, and two designs share their luck.
"""

from quasimarket.chance.draw import Purpose, purpose_key, uniform, uniforms


__all__ = ["Purpose", "purpose_key", "uniform", "uniforms"]
