"""What is done from referral to completion, each act declared once."""

from quasimarket.service.participation.acts import (
    access,
    beginning,
    benefits,
    circumstances,
    delivery,
    ending,
    evidence,
    referral,
    specialists,
    transfer,
    versions,
    work,
)


__all__ = [
    "access",
    "beginning",
    "benefits",
    "circumstances",
    "delivery",
    "ending",
    "evidence",
    "referral",
    "specialists",
    "transfer",
    "versions",
    "work",
]
