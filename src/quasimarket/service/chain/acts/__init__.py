"""What is done about performance and the chain."""

from quasimarket.service.chain.acts import (
    leagues,
    organisations,
    places,
    plans,
    prospects,
    shifts,
    terms,
)


__all__ = [
    "leagues",
    "organisations",
    "places",
    "plans",
    "prospects",
    "shifts",
    "terms",
]
