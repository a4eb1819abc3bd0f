"""A fingerprint of the values that decide results.

Names, wording, sources, reasons and evidence marks are left out: a better source for
the same fee is the same rulebook to an engine.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from quasimarket.core.dates import Month
from quasimarket.core.identifiers import order_key
from quasimarket.rulebook.rulebook import Rulebook


WORDING = frozenset(
    {
        "clauses",
        "content_hash",
        "evidence",
        "levers",
        "name",
        "geography",
        "intake_weight",
        "reason",
        "referral_point",
        "source",
        "stated",
        "summary",
    }
)
"""Fields that tell people something and decide nothing."""


def content_hash(rulebook: Rulebook) -> str:
    """Give the SHA-256 of a rulebook's deciding values, in hexadecimal."""
    canonical = json.dumps(
        _canonical(rulebook), ensure_ascii=True, separators=(",", ":"), sort_keys=True
    )
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _canonical(value: object) -> object:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date | Month):
        return str(value)
    if isinstance(value, Mapping):
        return [
            [str(key), _canonical(value[key])] for key in sorted(value, key=order_key)
        ]
    if isinstance(value, frozenset):
        return sorted(str(item) for item in value)
    if isinstance(value, tuple):
        return [_canonical(item) for item in value]
    if is_dataclass(value):
        return {
            one.name: _canonical(getattr(value, one.name))
            for one in fields(value)
            if one.name not in WORDING
        }
    raise TypeError(f"a rulebook holds no {type(value).__name__}")
