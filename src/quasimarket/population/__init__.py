"""Who is referred: participants with places, needs and an employability."""

from quasimarket.population.participants import (
    AGE_BANDS,
    QUALIFICATIONS,
    Population,
    build_population,
)


__all__ = [
    "AGE_BANDS",
    "QUALIFICATIONS",
    "Population",
    "build_population",
]
