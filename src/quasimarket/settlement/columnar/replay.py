"""One participant's payment story, and a chunk of participants one after another.

Late news parts a participant's months into stretches of equal knowledge. The last view
of a stretch tells from which month each line follows, so a stretch needs one look; at
its first month, what was issued before is held against what follows now.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quasimarket.entitlement.columnar.grouping import Slice, gather
from quasimarket.entitlement.columnar.milestones import DAYS_WITHOUT, reach
from quasimarket.entitlement.columnar.rules import Rules
from quasimarket.entitlement.columnar.workspace import (
    EARNED,
    HELD_AT,
    HELD_BY,
    IN_GROUP,
    KNOWN,
    Workspace,
)
from quasimarket.settlement.columnar import bench as column
from quasimarket.settlement.columnar.acceptance import (
    Reading,
    accept,
    terms_in_force,
)
from quasimarket.settlement.columnar.bench import Bench
from quasimarket.settlement.columnar.claims import fold_claims
from quasimarket.settlement.columnar.counted import note_facts
from quasimarket.settlement.columnar.issue import (
    first_event,
    passed_amount,
    stand_down,
    stand_up,
    still_follows,
    still_passed_on,
    write_down,
    write_up,
)
from quasimarket.settlement.columnar.lateness import find_late_months
from quasimarket.settlement.columnar.prices import BEYOND, Calendar, Prices, Terms
from quasimarket.settlement.columnar.rows import (
    LINES,
    OUTCOMES,
    PASSED,
    REFERRALS,
    UNPAID,
    Output,
    Row,
    Rows,
    sort_rows,
)
from quasimarket.settlement.columnar.unpaid import note_refused, note_unpaid


class Law(NamedTuple):
    """Everything that one participant's replay asks."""

    rules: Rules
    calendar: Calendar
    prices: Prices
    terms: Terms
    reading: Reading
    is_counted: NDArray[np.bool_]
    """By milestone and, in one more row, by group: whether excess payments count it."""


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def name_row(row: Row, month: int, participant: int, kind: int, number: int) -> None:
    """Write what a row has from the replay itself."""
    row["statement"] = month
    row["participant"] = participant
    row["kind"] = kind
    row["number"] = number


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def replay_slot(
    space: Workspace,
    law: Law,
    bench: Bench,
    participant: int,
    milestone: int,
    number: int,
    opens: int,
    closes: int,
    lines: Rows,
    passed: Rows,
    used: NDArray[np.int64],
) -> None:
    """Bring what stands for one milestone and number up to a stretch of months."""
    slot = law.rules.slot[milestone] + number - 1
    standing = bench.standing[slot]
    is_there = number <= space.reached_count[milestone]
    month = opens
    if standing[column.IS_UP] == 1 and not still_follows(
        space, bench, slot, is_there, opens
    ):
        row = lines[used[LINES]]
        name_row(row, opens, participant, milestone, number)
        write_up(standing, law.prices, True, row)
        used[LINES] += 1
        standing[column.IS_UP] = 0
    if standing[column.IS_DOWN] == 1 and not still_passed_on(
        space, bench, law.prices, law.terms, milestone, slot, opens
    ):
        row = passed[used[PASSED]]
        lag = standing[column.DOWN_LAG]
        name_row(row, opens + lag, participant, milestone, number)
        write_down(standing, True, row)
        used[PASSED] += 1
        standing[column.IS_DOWN] = 0
    if not is_there:
        return
    if standing[column.IS_UP] == 0:
        month = max(opens, bench.follows_from[slot])
        if month > closes:
            return
        stand_up(space, law.rules, bench, milestone, slot)
        row = lines[used[LINES]]
        name_row(row, month, participant, milestone, number)
        write_up(standing, law.prices, False, row)
        used[LINES] += 1
    if standing[column.IS_DOWN] == 0:
        amount, terms = passed_amount(
            space, bench, law.prices, law.terms, milestone, slot
        )
        if amount == 0:
            return
        lag = law.terms.lag[terms]
        stand_down(space, bench, slot, amount, lag)
        row = passed[used[PASSED]]
        name_row(row, month + lag, participant, milestone, number)
        write_down(standing, False, row)
        used[PASSED] += 1


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def replay_stretch(
    space: Workspace,
    law: Law,
    bench: Bench,
    participant: int,
    opens: int,
    closes: int,
    lines: Rows,
    passed: Rows,
    used: NDArray[np.int64],
) -> None:
    """Bring all that stands for a participant up to a stretch of months."""
    rules = law.rules
    for milestone in range(len(rules.basis)):
        # before the first stretch nothing stands, so only what is reached can matter
        count = space.reached_count[milestone]
        if opens >= 0:
            count = rules.slot[milestone + 1] - rules.slot[milestone]
        for number in range(1, count + 1):
            replay_slot(
                space,
                law,
                bench,
                participant,
                milestone,
                number,
                opens,
                closes,
                lines,
                passed,
                used,
            )


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def issue_once(
    space: Workspace,
    law: Law,
    bench: Bench,
    participant: int,
    lines: Rows,
    passed: Rows,
    used: NDArray[np.int64],
) -> None:
    """Issue what follows for a participant without late news."""
    rules = law.rules
    for milestone in range(len(rules.basis)):
        first = rules.slot[milestone]
        cause = first_event(space, rules, milestone)
        for slot in range(first, first + space.reached_count[milestone]):
            month = bench.follows_from[slot]
            if month == BEYOND:
                continue
            row = lines[used[LINES]]
            used[LINES] += 1
            price = bench.price[slot]
            name_row(row, month, participant, milestone, slot - first + 1)
            tell_row(space, row, slot, bench.payable[slot])
            row["amount"] = law.prices.pence[price]
            row["first_event"] = cause
            position = space.reached[slot, HELD_AT]
            if position < 0 or len(law.terms.lag) == 0:
                continue
            terms = terms_in_force(
                law.terms,
                space.reached[slot, HELD_BY],
                position,
                space.reached[slot, EARNED],
            )
            if terms < 0 or law.terms.factor[terms, milestone] < 0:
                continue
            amount = law.terms.amount[law.terms.factor[terms, milestone], price]
            if amount == 0:
                continue
            month += law.terms.lag[terms]
            row = passed[used[PASSED]]
            used[PASSED] += 1
            name_row(row, month, participant, milestone, slot - first + 1)
            tell_row(space, row, slot, 0)
            row["amount"] = amount
            row["first_event"] = cause


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def tell_row(space: Workspace, row: Row, slot: int, payable: int) -> None:
    """Write what a row has from the milestone that was reached."""
    row["contract"] = space.reached[slot, HELD_BY]
    row["position"] = space.reached[slot, HELD_AT]
    row["is_reversal"] = False
    row["earned"] = space.reached[slot, EARNED]
    row["payable"] = payable
    row["group"] = space.who[IN_GROUP]
    row["spell_event"] = space.reached_spell[slot]


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def replay(
    space: Workspace,
    law: Law,
    bench: Bench,
    participant: int,
    found: int,
    stretches: int,
    lines: Rows,
    passed: Rows,
    unpaid: Rows,
    referrals: Rows,
    outcomes: Rows,
    used: NDArray[np.int64],
) -> None:
    """Settle one participant month by month, stretch by stretch."""
    calendar = law.calendar
    if stretches > 1:
        bench.standing[:, column.IS_UP] = 0
        bench.standing[:, column.IS_DOWN] = 0
    known_events = 0
    for stretch in range(stretches):
        is_last = stretch == stretches - 1
        opens = -1 if stretch == 0 else bench.late_months[stretch - 1]
        closes = calendar.settled_month if is_last else bench.late_months[stretch] - 1
        if closes < calendar.first_month:
            continue
        view_day = calendar.month_end[closes - calendar.first_month]
        while known_events < found and space.events[known_events, KNOWN] <= view_day:
            known_events += 1
        if known_events == 0:
            continue
        reach(space, law.rules, known_events, view_day)
        fold_claims(
            space,
            law.rules,
            known_events,
            law.reading.claims_implied,
            law.reading.validation_implied,
            bench.states,
        )
        accept(space, law.rules, calendar, law.prices, bench)
        if stretches == 1:
            issue_once(space, law, bench, participant, lines, passed, used)
        else:
            replay_stretch(
                space, law, bench, participant, opens, closes, lines, passed, used
            )
        note_facts(
            space,
            law.rules,
            calendar,
            law.is_counted,
            law.reading.claims_implied,
            bench.states,
            participant,
            opens,
            BEYOND if is_last else closes + 1,
            referrals,
            outcomes,
            used,
        )
    note_unpaid(space, law.rules, calendar, bench, participant, unpaid, used)
    if not law.reading.claims_implied:
        note_refused(space, law.rules, found, participant, unpaid, used)


@njit(cache=True, nogil=True, _nrt=False)
def settle_some(
    events: Slice,
    law: Law,
    space: Workspace,
    bench: Bench,
    first: int,
    end: int,
    output: Output,
    used: NDArray[np.int64],
) -> int:
    """Settle participants from the first on, until the end or until room runs out.

    Gives the participant to go on with. Nothing is allocated here: counting references
    to arrays would cost two threads more than the rules do.
    """
    slots = law.rules.slot[len(law.rules.slot) - 1]
    milestones = len(law.rules.basis)
    pays_unattached = False
    for basis in law.rules.basis:
        pays_unattached = pays_unattached or basis == DAYS_WITHOUT
    for participant in range(first, end):
        found = gather(space, events, participant)
        if found == 0:
            continue
        stretches = 1 + find_late_months(
            space.events,
            found,
            law.calendar.month,
            law.calendar.first_day,
            pays_unattached,
            bench.late_months,
        )
        most = 2 * slots * stretches
        if (
            used[LINES] + most > len(output.lines)
            or used[PASSED] + most > len(output.passed)
            or used[UNPAID] + slots + found > len(output.unpaid)
            or used[REFERRALS] + stretches > len(output.referrals)
            or used[OUTCOMES] + stretches * milestones > len(output.outcomes)
        ):
            return participant
        first_line = used[LINES]
        first_passed = used[PASSED]
        replay(
            space,
            law,
            bench,
            participant,
            found,
            stretches,
            output.lines,
            output.passed,
            output.unpaid,
            output.referrals,
            output.outcomes,
            used,
        )
        if stretches > 1:
            sort_rows(output.lines, first_line, used[LINES])
            sort_rows(output.passed, first_passed, used[PASSED])
    return end
