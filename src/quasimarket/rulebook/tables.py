"""The tables a rulebook folder may hold: what a row is, and what makes it that row."""

from dataclasses import MISSING, dataclass, fields
from datetime import date
from typing import get_type_hints

from quasimarket.rulebook.regime import Lever
from quasimarket.rulebook.rulebook import (
    Area,
    Clause,
    Contract,
    Discount,
    Intake,
    MarketShare,
    PaymentGroup,
    PerformanceLevel,
    Prime,
    Rate,
    SubcontractTerms,
)
from quasimarket.rulebook.text_values import without_none


EVIDENCE_COLUMNS = ("evidence", "source", "reason")
DELETE_COLUMN = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A day that is not a working day."""

    day: date
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableShape:
    """One table: its name, its rows' record, and the columns that identify a row."""

    name: str
    record: type
    key: tuple[str, ...]
    stated: tuple[str, ...]
    """The columns that `explain` lists as values; none: the table as a whole."""
    required: bool = True
    is_listed: bool = True
    """Its rows are values that `explain` lists."""
    is_counted: bool = False
    """Rows that state no evidence of their own are listed as one number of rows."""
    effective: str = ""
    """The column that says from when a row holds."""

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.name}.csv"

    @property
    def required_columns(self) -> tuple[str, ...]:
        """The columns in which no cell may be blank."""
        hints = get_type_hints(self.record)
        return tuple(
            column.name
            for column in fields(self.record)
            if column.name in self.columns
            and column.default is MISSING
            and column.default_factory is MISSING
            and not without_none(hints[column.name])[1]
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the record, in order, without the evidence columns."""
        return tuple(
            column.name
            for column in fields(self.record)
            if column.name not in EVIDENCE_COLUMNS
        )


TABLES = (
    TableShape(name="clauses", record=Clause, key=("id",), stated=(), is_listed=False),
    TableShape(
        name="groups",
        record=PaymentGroup,
        key=("id",),
        stated=("first_referral", "last_referral"),
    ),
    TableShape(
        name="areas",
        record=Area,
        key=("id",),
        stated=("name", "intake_weight", "unemployment_index"),
    ),
    TableShape(name="primes", record=Prime, key=("id",), stated=("sector",)),
    TableShape(
        name="contracts",
        record=Contract,
        key=("id",),
        stated=("area", "prime", "delivery_model"),
    ),
    TableShape(
        name="market_shares",
        record=MarketShare,
        key=("contract", "group", "first_day"),
        stated=("share",),
        effective="first_day",
    ),
    TableShape(
        name="rate_card",
        record=Rate,
        key=("milestone", "group", "first_day"),
        stated=("fee",),
        effective="first_day",
    ),
    TableShape(
        name="discounts",
        record=Discount,
        key=("milestone", "contract", "group", "contract_year"),
        stated=("percent",),
        required=False,
    ),
    TableShape(
        name="performance_levels",
        record=PerformanceLevel,
        key=("group", "contract_year"),
        stated=("level", "non_intervention"),
        required=False,
    ),
    TableShape(
        name="subcontract_terms",
        record=SubcontractTerms,
        key=("contract", "position", "first_day"),
        stated=("management_fee", "passed_down", "lag_months"),
        required=False,
        effective="first_day",
    ),
    TableShape(
        name="holidays",
        record=Holiday,
        key=("day",),
        stated=("name",),
        required=False,
        effective="day",
    ),
    TableShape(
        name="intake",
        record=Intake,
        key=("month", "area", "group"),
        stated=(),
        is_counted=True,
    ),
    TableShape(
        name="levers", record=Lever, key=("id",), stated=("setting",), required=False
    ),
)
TABLE_BY_NAME = {shape.name: shape for shape in TABLES}


def row_path(shape: TableShape, key: tuple[str, ...]) -> str:
    """Name a row by its key: "rate_card.job-outcome.1.2011-06-01"."""
    return ".".join((shape.name, *(part or "any" for part in key)))
