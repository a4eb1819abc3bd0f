"""Referrals for performance cases, from tables in plain text."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from quasimarket.performance import Referrals, referrals_from_arrays
from quasimarket.rulebook.rulebook import Rulebook
from tests.lib.tables import rows_of


EPOCH = date(1970, 1, 1)


def referrals_in(
    table: str, rulebook: Rulebook, *, data_to: str, weight: float | None = None
) -> Referrals:
    """Read rows "people | contract | group | referred | outcome | at".

    A blank outcome is none, and a blank `at` the contract of the referral; an outcome
    in brackets was not claimed.
    """
    contracts = [contract.id for contract in rulebook.contracts]
    groups = [group.id for group in rulebook.groups]
    rows = [row for row in rows_of(table) for _ in range(int(row["people"]))]
    return referrals_from_arrays(
        rulebook,
        date.fromisoformat(data_to),
        contract=_codes([contracts.index(row["contract"]) for row in rows], np.int16),
        group=_codes([groups.index(row["group"]) for row in rows], np.int8),
        referred=_codes([_day(row["referred"]) for row in rows], np.int32),
        earned=_codes([_day(row["outcome"].strip("()")) for row in rows], np.int32),
        outcome_contract=_codes(
            [contracts.index(row.get("at") or row["contract"]) for row in rows],
            np.int16,
        ),
        is_counted=np.array([not row["outcome"].startswith("(") for row in rows], bool),
        weight=None if weight is None else np.full(len(rows), weight),
    )


def _day(text: str) -> int:
    return (date.fromisoformat(text) - EPOCH).days if text else -1


def _codes(
    values: list[int], kind: type[np.signedinteger]
) -> NDArray[np.signedinteger]:
    return np.array(values, kind)
