from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quasimarket.core.dates import nth_working_day_after
from quasimarket.core.errors import InputFault
from quasimarket.core.identifiers import ContractId, EventId, GroupId, ParticipantId
from quasimarket.core.money import round_half_up
from quasimarket.entitlement.columnar import batches
from quasimarket.entitlement.columnar.rules import day_number, make_rules
from quasimarket.entitlement.read_columns import (
    columns_from_events,
    columns_from_parquet,
    columns_from_table,
)
from quasimarket.events import Event, EventKind
from quasimarket.events.arrow import to_table
from quasimarket.settlement.columnar import engine, settle_columns, settle_events
from quasimarket.settlement.columnar.parquet import write_parquet
from quasimarket.settlement.columnar.prices import _share_out
from tests.lib.programmes import programme


SETTLED_TO = date(2012, 12, 31)
RULEBOOK = programme(claim_after_working_days=15).rulebook


def referral(number: int, **changes: object) -> Event:
    event = Event(
        id=EventId(str(number)),
        kind=EventKind.REFERRED,
        happened=date(2011, 7, 1),
        known=date(2011, 7, 1),
        participant=ParticipantId(str(number // 2)),
        contract=ContractId("1"),
        group=GroupId("1"),
    )
    return replace(event, **changes)


def attached(people: int) -> list[Event]:
    return [
        event
        for person in range(people)
        for event in (
            referral(2 * person),
            referral(
                2 * person + 1, kind=EventKind.ATTACHED, happened=date(2011, 7, 1)
            ),
        )
    ]


@given(
    pence=st.lists(st.integers(0, 10**9), min_size=1, max_size=5),
    share=st.decimals(0, 1, places=28),
    fee=st.decimals(0, 1, places=4),
)
def test_share_is_rounded_half_up_however_fine(
    pence: list[int], share: Decimal, fee: Decimal
) -> None:
    part = Fraction(share) * (1 - Fraction(fee))

    shared = _share_out(np.array(pence, np.int64), part)

    exact = [Fraction(one) * part for one in pence]
    assert shared.tolist() == [int((2 * one + 1) // 2) for one in exact]


def test_half_a_penny_goes_up_as_money_says() -> None:
    shared = _share_out(np.array([1, 3], np.int64), Fraction(1, 2))

    assert shared.tolist() == [round_half_up(Decimal(one)) for one in ("0.5", "1.5")]


def test_claim_dates_are_those_of_the_calendar() -> None:
    first = date(2011, 12, 1)
    days = [first + timedelta(days=ahead) for ahead in range(60)]

    rules = make_rules(RULEBOOK, day_number(first), day_number(days[-1]))

    found = rules.claimable[
        [item.id for item in RULEBOOK.milestones].index("sustainment")
    ]
    assert found.tolist() == [
        day_number(nth_working_day_after(day, 15, RULEBOOK.holidays)) for day in days
    ]


@pytest.mark.parametrize("batch_events", [1, 30, 10**9])
@pytest.mark.parametrize("slice_events", [1, 7, 10**9])
def test_slices_do_not_change_the_result(
    monkeypatch: pytest.MonkeyPatch, slice_events: int, batch_events: int
) -> None:
    log = attached(40)
    whole = settle_events(RULEBOOK, log, SETTLED_TO)

    monkeypatch.setattr(batches, "SLICE_EVENTS", slice_events)
    monkeypatch.setattr(batches, "FEWEST_PARTICIPANTS", 1)
    monkeypatch.setattr(batches, "BATCH_EVENTS", batch_events)
    monkeypatch.setattr(engine, "FIRST_ROOM", 1)

    assert settle_events(RULEBOOK, log, SETTLED_TO) == whole
    assert len(whole.lines) == 40


def test_a_day_within_a_month_is_refused() -> None:
    with pytest.raises(InputFault, match="the last day of a month"):
        settle_events(RULEBOOK, [], date(2012, 12, 30))


def test_an_id_for_two_events_is_refused() -> None:
    log = [referral(1), referral(1, happened=date(2011, 6, 30))]

    with pytest.raises(InputFault, match="event 1: found two events"):
        settle_events(RULEBOOK, log, SETTLED_TO)


def test_unknown_names_are_all_refused() -> None:
    log = [referral(1, contract=ContractId("99")), referral(2, group=GroupId("x"))]

    with pytest.raises(InputFault) as refused:
        columns_from_events(RULEBOOK, log)

    assert [fault.where for fault in refused.value.faults] == ["event 1", "event 2"]


def test_a_log_settles_alike_from_events_tables_and_files(tmp_path: Path) -> None:
    log = attached(5)
    table = to_table(log)
    pq.write_table(table, tmp_path / "log.parquet")

    amounts = [
        settle_columns(RULEBOOK, columns, SETTLED_TO).lines.amount.tolist()
        for columns in (
            columns_from_events(RULEBOOK, log),
            columns_from_table(RULEBOOK, table),
            columns_from_parquet(RULEBOOK, tmp_path / "log.parquet"),
        )
    ]

    assert amounts == [[40_000] * 5] * 3


@pytest.mark.parametrize("longest", [2**31 - 1, 2**31, 10**18])
def test_lines_name_events_by_ids_of_any_length(longest: int) -> None:
    numbered = columns_from_events(RULEBOOK, attached(5))
    longer = numbered.event.astype(np.int64) + longest - int(numbered.event.max())

    plain = settle_columns(RULEBOOK, replace(numbered, events=None), SETTLED_TO)
    settled = settle_columns(
        RULEBOOK, replace(numbered, event=longer, events=None), SETTLED_TO
    )

    moved = longest - int(numbered.event.max())
    assert settled.lines.first_event.tolist() == [
        one + moved for one in plain.lines.first_event.tolist()
    ]
    assert set(settled.lines.spell_event.tolist()) == {-1}
    assert settled.lines.amount.tolist() == plain.lines.amount.tolist()


def test_written_lines_are_those_settled(tmp_path: Path) -> None:
    columns = columns_from_events(RULEBOOK, attached(3))
    settlement = settle_columns(RULEBOOK, columns, SETTLED_TO)

    write_parquet(RULEBOOK, columns, settlement, tmp_path)

    written = pq.read_table(tmp_path / "lines.parquet").to_pylist()
    assert [
        (line["statement"], line["participant"], line["kind"], line["amount"])
        for line in written
    ] == [("2011-07", str(person), "attachment", 40_000) for person in range(3)]
    assert {line["reason"] for line in written} == {"earned"}
    assert sorted(path.stem for path in tmp_path.iterdir()) == [
        "downstream",
        "ledger",
        "lines",
        "statements",
        "unpaid",
    ]


def test_an_empty_log_settles_to_nothing() -> None:
    settlement = settle_events(RULEBOOK, [], SETTLED_TO)

    assert settlement.lines == ()
    assert settlement.statements == ()
