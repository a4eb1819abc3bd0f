"""Two engines, one specification: they agree on any programme and any log."""

from collections import Counter

from hypothesis import given

from quasimarket.settlement.columnar import settle_events
from quasimarket.settlement.reference import Reading, SettlingInParts, settle
from tests.lib.strategies import Case, cases


@given(cases())
def test_engines_agree_on_any_log(case: Case) -> None:
    plain = settle(case.rulebook, case.log, case.settled_to)
    fast = settle_events(case.rulebook, case.log, case.settled_to)

    assert fast.lines == plain.lines
    assert fast.downstream == plain.downstream
    assert fast.unpaid == plain.unpaid
    assert fast.statements == plain.statements
    assert fast.ledger == plain.ledger
    assert fast == plain


@given(cases())
def test_people_settled_one_by_one_give_what_all_give_together(case: Case) -> None:
    reading = Reading(claims_implied=True, validation_implied=True)
    whole = settle(
        case.rulebook,
        case.log,
        case.settled_to,
        claims_implied=True,
        validation_implied=True,
    )
    parts = SettlingInParts(case.rulebook, case.settled_to, reading)
    people = sorted({event.participant for event in case.log}, key=str)

    found = [
        parts.settle_people(one for one in case.log if one.participant == person)
        for person in people
    ]
    found.append(parts.settle_everybody())

    assert Counter(one for part in found for one in part.lines) == Counter(whole.lines)
    below = Counter(one for part in found for one in part.downstream)
    assert below == Counter(whole.downstream)
    assert sum(len(part.unpaid) for part in found) == len(whole.unpaid)
