"""Settle a log by either engine, in whole or for one participant.

Each engine is imported only when it is asked for: compiled code takes a while to load.
"""

from dataclasses import fields, replace
from datetime import date
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from quasimarket.core.identifiers import ParticipantId
from quasimarket.events import Event, EventKind
from quasimarket.events.arrow import to_events
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.settlement.records import Settlement
from quasimarket.settlement.tables import tables_of


if TYPE_CHECKING:
    from quasimarket.settlement.columnar import IssuedColumns, UnpaidColumns

ENGINES = ("columnar", "reference")
_Rows = TypeVar("_Rows", "IssuedColumns", "UnpaidColumns")


def settle_to_tables(
    rulebook: Rulebook, table: pa.Table, settled_to: date, engine: str
) -> dict[str, pa.Table]:
    """Settle a log and lay the result out as tables."""
    if engine == "reference":
        from quasimarket.settlement.reference import settle

        return tables_of(settle(rulebook, to_events(table), settled_to))
    from quasimarket.entitlement.read_columns import columns_from_table
    from quasimarket.settlement.column_tables import tables_of_columns
    from quasimarket.settlement.columnar import settle_columns

    columns = columns_from_table(rulebook, _without_payments(table))
    settlement = settle_columns(rulebook, columns, settled_to)
    return tables_of_columns(rulebook, columns, settlement)


def tell_story(
    rulebook: Rulebook,
    table: pa.Table,
    settled_to: date,
    participant: ParticipantId,
) -> str:
    """Settle a log and tell one participant's payment story in plain English.

    Raises:
        InputFault: the log has no such participant.
    """
    from quasimarket.settlement.story import tell

    kinds = set(pc.unique(table["kind"]).to_pylist())
    return tell(
        rulebook,
        _events_of(table, participant),
        _settle_for(rulebook, table, settled_to, participant),
        participant,
        claims_implied=EventKind.CLAIMED not in kinds,
        validation_implied=EventKind.VALIDATED not in kinds,
    )


def _settle_for(
    rulebook: Rulebook,
    table: pa.Table,
    settled_to: date,
    participant: ParticipantId,
) -> Settlement:
    """Settle everybody, since thresholds need it, and keep one participant's rows."""
    from quasimarket.entitlement.read_columns import columns_from_table
    from quasimarket.settlement.columnar import settle_columns, to_records

    columns = columns_from_table(rulebook, _without_payments(table))
    settlement = settle_columns(rulebook, columns, settled_to)
    codes = [
        code
        for code, name in enumerate(columns.participants)
        if str(name) == participant
    ]
    code = codes[0] if codes else -2
    own = replace(
        settlement,
        lines=_only_of(settlement.lines, code),
        downstream=_only_of(settlement.downstream, code),
        unpaid=_only_of(settlement.unpaid, code),
    )
    return to_records(rulebook, columns, own)


def _only_of(rows: _Rows, participant: int) -> _Rows:
    own = rows.participant == participant
    return replace(
        rows, **{one.name: getattr(rows, one.name)[own] for one in fields(rows)}
    )


def _events_of(table: pa.Table, participant: ParticipantId) -> list[Event]:
    named = table["participant"].cast(pa.string())
    return to_events(table.filter(pc.equal(named, participant)))


def _without_payments(table: pa.Table) -> pa.Table:
    """Leave out what only records a payment: it may name more than a milestone."""
    return table.filter(pc.not_equal(table["kind"], str(EventKind.PAID)))
