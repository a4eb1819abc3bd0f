"""What must hold of any settlement, whatever the programme and the log."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quasimarket.core.dates import Month
from quasimarket.core.identifiers import EventId, ParticipantId
from quasimarket.core.money import Pence
from quasimarket.events import EventKind
from quasimarket.settlement.columnar import settle_events
from quasimarket.settlement.records import Line, Settlement
from quasimarket.settlement.reference import settle
from tests.lib.strategies import (
    ATTACHMENT,
    CONTRACTS,
    FIRST_DAY,
    GROUPS,
    OUTCOME,
    QUIET,
    SUSTAINMENT,
    Case,
    cases,
)


ENGINES = pytest.mark.parametrize("engine", [settle, settle_events])
A_STRANGER = (ParticipantId("stranger"), ParticipantId("0"))
"""One that sorts after everybody, one that sorts before."""


def settled_by(
    case: Case, engine: object, settled_to: date | None = None
) -> Settlement:
    """Settle a case, reading its claims as the whole log has them."""
    kinds = {event.kind for event in case.log}
    settlement: Settlement = engine(  # type: ignore[operator]  # either engine
        case.rulebook,
        case.log,
        settled_to or case.settled_to,
        claims_implied=EventKind.CLAIMED not in kinds,
        validation_implied=EventKind.VALIDATED not in kinds,
    )
    return settlement


@ENGINES
@given(case=cases(most=3), months=st.integers(1, 6))
def test_settling_in_one_go_equals_settling_month_by_month(
    engine: object, case: Case, months: int
) -> None:
    earlier = Month.of(case.settled_to).plus(-months).last_day

    whole = settled_by(case, engine)
    part = settled_by(case, engine, earlier)

    until = Month.of(earlier)
    assert part.lines == tuple(one for one in whole.lines if one.statement <= until)
    reached = Counter(one for one in part.downstream if one.statement <= until)
    assert reached == Counter(one for one in whole.downstream if one.statement <= until)


@ENGINES
@given(case=cases(), shuffled=st.randoms(use_true_random=False))
def test_order_of_arrival_does_not_matter(
    engine: object, case: Case, shuffled: object
) -> None:
    mixed = list(case.log)
    shuffled.shuffle(mixed)  # type: ignore[attr-defined]  # a random.Random

    assert settled_by(replace(case, log=tuple(mixed)), engine) == settled_by(
        case, engine
    )


@ENGINES
@given(case=cases())
def test_settling_twice_pays_once(engine: object, case: Case) -> None:
    doubled = replace(case, log=(*case.log, *reversed(case.log)))

    assert settled_by(doubled, engine) == settled_by(case, engine)


@ENGINES
@given(case=cases())
def test_lines_and_clawbacks_sum_to_the_statement(engine: object, case: Case) -> None:
    settlement = settled_by(case, engine)

    owed: dict[tuple[object, ...], int] = defaultdict(int)
    for line in settlement.lines:
        owed[line.statement, line.contract, None] += line.amount
    for line in settlement.downstream:
        owed[line.statement, line.contract, line.position] += line.amount
    made = {
        (one.month, one.contract, one.position): one for one in settlement.statements
    }
    assert set(owed) <= set(made)
    for key, statement in made.items():
        total = statement.brought_forward + owed[key]
        assert statement.lines == owed[key]
        assert (statement.payable, statement.carried_forward) == (
            max(total, 0),
            min(total, 0),
        )
    for (month, *payee), statement in made.items():
        following = made.get((month.plus(1), *payee))
        if following is not None:
            assert following.brought_forward == statement.carried_forward


@ENGINES
@given(case=cases())
def test_no_participant_exceeds_the_cap(engine: object, case: Case) -> None:
    settlement = settled_by(case, engine)

    standing: Counter[tuple[object, ...]] = Counter()
    for line in settlement.lines:
        if line.participant is not None:
            key = (line.participant, line.kind, line.number)
            standing[key] += -1 if line.is_reversal else 1
    maximum = max(case.rulebook.milestone(SUSTAINMENT).maximum.values())
    for (_, kind, number), count in standing.items():
        assert count in (0, 1)
        assert number <= (maximum if kind == SUSTAINMENT else 1)


@ENGINES
@given(case=cases(), correction=st.integers(0, 200))
def test_a_later_correction_never_edits_an_earlier_line(
    engine: object, case: Case, correction: int
) -> None:
    kept = max((event.known for event in case.log), default=FIRST_DAY)
    known = max(kept, date(2012, 5, 1))
    news = tuple(
        replace(
            event,
            id=EventId(f"later-{event.id}"),
            known=known,
            happened=min(event.happened, known),
        )
        for event in case.log[correction % max(len(case.log), 1) :][:3]
        if event.kind in (EventKind.JOB_ENDED, EventKind.JOB_STARTED)
    )
    corrected = replace(case, log=case.log + news)

    before = settled_by(case, engine, date(2013, 6, 30))
    after = settled_by(corrected, engine, date(2013, 6, 30))

    earlier = Month.of(known)
    assert _until(before, earlier) == _until(after, earlier)


def _until(settlement: Settlement, month: Month) -> list[Line]:
    return [line for line in settlement.lines if line.statement < month]


@ENGINES
@given(case=cases(most=3), stranger=st.sampled_from(A_STRANGER))
def test_an_unrelated_participant_changes_nobody_elses_lines(
    engine: object, case: Case, stranger: ParticipantId
) -> None:
    # thresholds are of everybody's outcomes and referrals: that is a relation
    alone = replace(case, rulebook=replace(case.rulebook, excess_payments=()))
    own = {
        "participant": stranger,
        "happened": FIRST_DAY,
        "known": FIRST_DAY,
        "id": EventId("stranger-1"),
    }
    first = case.log[0]
    told = (
        replace(
            first,
            **own,
            kind=EventKind.REFERRED,
            contract=CONTRACTS[0],
            group=GROUPS[0],
        ),
        replace(first, **{**own, "id": EventId("stranger-2")}, kind=EventKind.ATTACHED),
    )

    without = settled_by(alone, engine)
    beside = settled_by(replace(alone, log=alone.log + told), engine)

    assert without.lines == tuple(
        line for line in beside.lines if line.participant != stranger
    )
    assert without.downstream == tuple(
        line for line in beside.downstream if line.participant != stranger
    )
    assert without.unpaid == tuple(
        one for one in beside.unpaid if one.participant != stranger
    )


@ENGINES
@given(case=cases())
def test_every_line_names_its_rule_and_events(engine: object, case: Case) -> None:
    settlement = settled_by(case, engine)

    own = {event.id: event.participant for event in case.log}
    clauses = {item.id: item.clause for item in case.rulebook.milestones}
    expected = {ATTACHMENT: 1, OUTCOME: 2, QUIET: 1, SUSTAINMENT: 2}
    for line in settlement.lines:
        assert line.rule
        assert line.rule == clauses.get(line.kind, line.rule)
        if line.participant is not None:
            assert {own[event] for event in line.events} == {line.participant}
        if line.kind in expected:
            assert len(line.events) == expected[line.kind]


@ENGINES
@given(case=cases())
def test_the_ledger_balances(engine: object, case: Case) -> None:
    settlement = settled_by(case, engine)

    entries: dict[int, int] = defaultdict(int)
    accounts: dict[str, int] = defaultdict(int)
    for posting in settlement.ledger:
        entries[posting.entry] += posting.amount
        accounts[posting.account] += posting.amount
    assert not any(entries.values())
    assert sum(accounts.values()) == 0
    assert len(entries) == len(settlement.lines) + len(settlement.downstream)
    assert -accounts["commissioner"] == Pence(
        sum(line.amount for line in settlement.lines)
    )
