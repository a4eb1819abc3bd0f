"""Read subcontract terms from a CSV file: one row a contract, position and first day.

Columns: contract, position (blank for all), first_day, management_fee, lag_months, and
`pass_<kind>` for each kind of payment that is shared. Shares run from 0 to 1.
"""

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

from quasimarket.core.errors import Fault, InputFault
from quasimarket.core.identifiers import ContractId, MilestoneId, PositionId
from quasimarket.rulebook.rulebook import Rulebook, SubcontractTerms


PASS = "pass_"
REQUIRED = ("contract", "position", "first_day", "management_fee", "lag_months")
_Value = TypeVar("_Value")


def read_terms(path: Path, rulebook: Rulebook) -> tuple[SubcontractTerms, ...]:
    """Read every row, or raise InputFault with every fault of the file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputFault(
            [Fault(where=str(path), found=str(error), expected="a CSV file in UTF-8")]
        ) from error
    rows = csv.DictReader(text.replace("\0", "").splitlines())
    reader = _Reader(path.name, rulebook)
    reader.check_columns(list(rows.fieldnames or ()))
    terms = [reader.read(place, row) for place, row in enumerate(rows, start=2)]
    if reader.faults:
        raise InputFault(reader.faults)
    return tuple(row for row in terms if row is not None)


def with_terms(rulebook: Rulebook, terms: Iterable[SubcontractTerms]) -> Rulebook:
    """Add terms to a rulebook; they replace its own for the same keys and first day."""
    added = {_keys(row): row for row in terms}
    kept = [row for row in rulebook.subcontract_terms if _keys(row) not in added]
    return replace(rulebook, subcontract_terms=(*kept, *added.values()))


def _keys(terms: SubcontractTerms) -> tuple[str | None, str | None, date]:
    return terms.contract, terms.position, terms.first_day


class _Reader:
    def __init__(self, file: str, rulebook: Rulebook) -> None:
        self.file = file
        self.contracts = {contract.id for contract in rulebook.contracts}
        self.kinds = [
            *(milestone.id for milestone in rulebook.milestones),
            *(payment.id for payment in rulebook.excess_payments),
        ]
        self.faults: list[Fault] = []

    def check_columns(self, columns: list[str]) -> None:
        """Refuse a file whose columns are not those of terms."""
        shared = [f"{PASS}{kind}" for kind in self.kinds]
        for name in REQUIRED:
            if name not in columns:
                self._add(self.file, f"no column {name}", f"columns {REQUIRED}")
        for name in columns:
            if name not in (*REQUIRED, *shared):
                expected = f"one of {', '.join((*REQUIRED, *shared))}"
                self._add(self.file, f"column {name!r}", expected)
        if self.faults:
            raise InputFault(self.faults)

    def read(
        self, place: int, row: Mapping[str | None, str | None]
    ) -> SubcontractTerms | None:
        """Read one row; None where it has faults."""
        where = f"{self.file}, row {place}"
        before = len(self.faults)
        if None in row or None in row.values():
            self._add(where, "another number of cells", "a cell for each column")
            return None
        cells = {name: (cell or "").strip() for name, cell in row.items() if name}
        contract = cells["contract"]
        if contract and contract not in self.contracts:
            self._add(where, f"contract {contract!r}", "a contract of the programme")
        first_day = self._value(where, cells, "first_day", date.fromisoformat, "a day")
        fee = self._value(where, cells, "management_fee", _share, "a share, 0 to 1")
        lag = self._value(where, cells, "lag_months", _months, "whole months")
        passed = {
            kind: self._value(where, cells, f"{PASS}{kind}", _share, "a share, 0 to 1")
            for kind in self.kinds
            if cells.get(f"{PASS}{kind}")
        }
        if len(self.faults) > before or first_day is None or fee is None or lag is None:
            return None
        return SubcontractTerms(
            contract=ContractId(contract) if contract else None,
            position=PositionId(cells["position"]) if cells["position"] else None,
            first_day=first_day,
            management_fee=fee,
            passed_down={
                MilestoneId(kind): share
                for kind, share in passed.items()
                if share is not None
            },
            lag_months=lag,
        )

    def _value(
        self,
        where: str,
        cells: Mapping[str, str],
        column: str,
        read: Callable[[str], _Value],
        expected: str,
    ) -> _Value | None:
        try:
            return read(cells[column])
        except (ValueError, InvalidOperation):
            self._add(where, f"{column} {cells[column]!r}", expected)
            return None

    def _add(self, where: str, found: str, expected: str) -> None:
        self.faults.append(Fault(where=where, found=found, expected=expected))


def _share(text: str) -> Decimal:
    share = Decimal(text)
    if not 0 <= share <= 1:
        raise ValueError(text)
    return share


def _months(text: str) -> int:
    months = int(text)
    if months < 0:
        raise ValueError(text)
    return months
