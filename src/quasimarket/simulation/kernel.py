"""The event clock: nothing happens to a person between events, so nothing is done.

A person's rate of finding work is their own rate times the pace of their cell (the
service that their provider gives to people like them, the labour market, learning).
Each cell has an *index*, the running sum of its pace; a person who starts looking draws
one unit exponential E and finds work in the first week in which the index passes

    index then + E / own rate.

That is exactly the law of weekly draws with chance 1 - exp(-rate x pace), whatever the
pace does in the meantime, with one draw a spell in place of one a week: a person is
touched only when something happens. Losing a job is a second clock on the index of work
at the position. What is certain (attachment, milestones, the end of the allotted time)
waits in `next_week`.

Someone in work after the outcome earns a following milestone every few weeks. Nothing
is done to the person for it: the position keeps a count of such people by the week in
which theirs fall, pays for all of them at the month's end, and is corrected when
somebody joins or leaves during the month.

A month goes: refer; scan who has an event (one flag a person, vectorised); walk the
flags; take each of those people through the month, event by event. Areas share nothing
but what is read, so they run in parallel and the result does not depend on threads.

`weekly` keeps the plain law beside it as an oracle.

One module of some length: compiled code is cached by the file it stands in, and a
change in a second file that it calls would not be noticed.
"""

import math

import numba as nb
import numpy as np
from numba.cpython.unsafe.numbers import trailing_zeros

from quasimarket.chance.draw import exponential_at, uniform_at
from quasimarket.simulation.borrowed import (
    borrow_counts,
    borrow_log,
    borrow_month,
    borrow_people,
    borrow_prices,
    borrow_progress,
    borrow_rules,
)
from quasimarket.simulation.state import (
    ALLOCATED,
    CALLED_OFF,
    CARRY,
    END,
    FINISHED,
    FIRST_START,
    FOLLOWED,
    LOOKING,
    NEVER,
    OUTCOME,
    SERVED,
    STARTED,
    WAITING,
    WORKING,
)


EVENTS_A_MONTH = 3
"""Most spells that can end, and most milestones that can be earned, by one person in a
month of five weeks."""

FAR = np.float32(np.inf)


@nb.njit(inline="always")
def first_passing(threshold, index, pace, week, first_week):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Give the first week, from `week` on, by whose end the index has passed.

    `index` is its value at the start of `first_week`. NEVER if it is far away.
    """
    if pace <= 0.0:
        return NEVER
    left = (threshold - index) / pace
    if not left <= 4096.0:
        return NEVER
    return max(week, first_week + math.ceil(left) - 1)


@nb.njit(inline="always")
def passing_this_month(threshold, cell, week, month):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Give the week in which a cell's index passes, NEVER if not in this month."""
    if threshold > month.index_end[cell]:
        return NEVER
    return first_passing(
        np.float64(threshold),
        month.index_start[cell],
        month.pace[cell],
        week,
        month.first_week,
    )


@nb.njit(inline="always")
def slot_of(luck, cumulative):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Give the first place whose cumulative share exceeds the luck.

    Shares rise, so it is the number of those passed; counted without a branch, since
    where to stop cannot be foreseen.
    """
    place = 0
    for k in range(len(cumulative) - 1):
        place += luck >= cumulative[k]
    return place


@nb.njit(inline="always")
def remainder(number, divisor):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Give what is left of a small number that is not negative; quicker in 32 bits."""
    return np.int64(np.uint32(number) % np.uint32(divisor))


@nb.njit(inline="always")
def first_in_cycle(phase, first_week, cycle):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Give the first week, from `first_week` on, that has this phase of the cycle."""
    wait = phase - remainder(first_week, cycle)
    return first_week + (wait if wait >= 0 else wait + cycle)


@nb.njit(inline="always")
def pay(counts, prices, people, i, kind, week):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Book the money of a milestone of a person to the month in which it is payable."""
    position = people.position[i]
    group = people.group[i]
    period = people.period[i]
    amount = prices.upstream[people.contract[i], group, period, kind]
    if amount > 0:
        month = prices.payable_month[kind, week]
        counts.paid_count[position, kind, month] += 1
        counts.paid_upstream[position, kind, month] += amount
        counts.paid_downstream[position, kind, month] += prices.downstream[
            position, group, period, kind
        ]


@nb.njit(inline="always")
def refer(area, month, people, counts, prices, progress, keys, until):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Take in the people referred this month, each to a contract by market share."""
    for i in range(progress.high[area], until):
        group = people.group[i]
        share = month.share[people.referral_week[i] - month.first_week, area, group]
        luck = uniform_at(keys[2], people.number[i], 0)
        contract = month.area_contracts[area, slot_of(luck, share)]
        people.contract[i] = contract
        year = prices.year_monday[people.referral_week[i]]
        counts.referrals[contract, group, year] += 1
        if people.attachment_week[i] >= 0:
            people.state[i] = WAITING
            people.next_week[i] = people.attachment_week[i]
        else:
            people.state[i] = FINISHED
    progress.high[area] = max(until, progress.high[area])


@nb.njit(inline="always")
def flag_events(low, high, month, people, flags):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Mark, a byte each, the people with an event this month; count them."""
    threshold = people.threshold[low:high]
    next_week = people.next_week[low:high]
    cell = people.cell[low:high]
    end = month.index_end
    last_week = month.last_week
    for k in range(high - low):
        flags[k] = (threshold[k] <= end[cell[k]]) | (next_week[k] < last_week)
    total = 0
    for k in range(high - low):
        total += flags[k]
    return total


@nb.njit(inline="always")
def attach(i, week, month, people, rules, hazards, prices, counts, keys, segments):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Attach a person: allocate to a position, call off a specialist or not, look."""
    person = people.number[i]
    contract = people.contract[i]
    shares = month.allocation[contract, people.locality[i]]
    slot = slot_of(uniform_at(keys[3], person, 0), shares)
    position = month.slot_position[contract, slot]
    segment = people.group[i] * 3 + people.band[i]
    need = people.need[i]
    people.position[i] = position
    people.cell[i] = position * segments + segment
    people.period[i] = prices.period[week]
    counts.tally[position, ALLOCATED] += 1
    counts.looking[people.cell[i]] += 1
    if need > 0:
        people.rate[i] *= month.need_effect[position, need]
        chance = month.call_off[position, segment, need]
        if uniform_at(keys[4], person, 0) < chance:
            key = contract * month.call_off.shape[2] + need
            first = month.specialist_first[key]
            last = month.specialist_first[key + 1]
            if last > first:
                place = slot_of(
                    uniform_at(keys[5], person, 0), month.specialist_share[first:last]
                )
                specialist = month.specialist_position[first + place]
                people.specialist[i] = specialist
                people.rate[i] *= hazards.specialist_gain
                counts.tally[position, CALLED_OFF] += 1
                counts.tally[specialist, SERVED] += 1
    people.state[i] = LOOKING
    if rules.pays_attachment:
        pay(counts, prices, people, i, 0, week)


@nb.njit(inline="always")
def look(i, week, month, people, rules, hazards, keys):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Start looking for work at the start of a week: draw the next threshold."""
    cell = people.cell[i]
    spell = people.spells[i]
    rate = people.rate[i]
    if spell > 0:
        rate *= hazards.again
    now = month.index_start[cell] + (week - month.first_week) * month.pace[cell]
    people.threshold[i] = now + exponential_at(keys[0], people.number[i], spell) / rate
    people.next_week[i] = people.referral_week[i] + rules.allotted_weeks - 1


@nb.njit(inline="always")
def finish(i, people):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Nothing more can be earned for this person."""
    people.state[i] = FINISHED
    people.threshold[i] = FAR
    people.next_week[i] = NEVER


@nb.njit(inline="always")
def first_due(i, people, rules):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Give the week at whose end the next milestone is earned if the job goes on."""
    group = people.group[i]
    if people.reached[i] == 0:
        return people.counted[i] + rules.outcome_weeks[group] - people.weeks[i] - 1
    return people.counted[i] + rules.following_weeks[group] - people.since[i] - 1


@nb.njit(inline="always")
def certain_week(i, people, rules):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Give the week of the next certain event of someone in work.

    It is the outcome, or the last of the following milestones; without run-on nothing
    counts after the allotted time, which then is the last event.
    """
    group = people.group[i]
    last = people.referral_week[i] + rules.allotted_weeks - 1
    due = first_due(i, people, rules)
    if people.reached[i] == 0:
        if rules.outcome_weeks[group] == 0:
            return NEVER
    else:
        left = rules.maximum[group] - people.reached[i]
        due += left * rules.following_weeks[group]
    if due > last and not rules.run_on:
        return NEVER if people.reached[i] == 0 else last
    return due


@nb.njit(inline="always")
def count_following(i, sign, until, month, people, rules, counts, prices):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Let a person into (+1) or out of (-1) the position's count of those who follow.

    The count is paid for every week of the month; so the weeks of this month before
    somebody joins are taken off, and those up to the week of leaving put on.
    """
    group = people.group[i]
    cycle = rules.following_weeks[group]
    phase = remainder(first_due(i, people, rules), cycle)
    position = people.position[i]
    period = people.period[i]
    claims = people.claims[i]
    counts.following[position, group, period, claims, phase] += sign
    counts.followers[position, group, period] += sign
    week = first_in_cycle(phase, month.first_week, cycle)
    while week < until:
        pay_following(-sign, week, position, group, period, claims, counts, prices)
        week += cycle


@nb.njit(inline="always")
def pay_following(people, week, position, group, period, claims, counts, prices):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Book the following milestones of so many people in a week."""
    counts.tally[position, FOLLOWED] += people
    if claims == 1:
        amount = prices.upstream[prices.contract_of[position], group, period, 2]
        if amount > 0:
            month = prices.payable_month[2, week]
            counts.paid_count[position, 2, month] += people
            counts.paid_upstream[position, 2, month] += people * amount
            counts.paid_downstream[position, 2, month] += (
                people * prices.downstream[position, group, period, 2]
            )


@nb.njit(inline="always")
def pay_all_following(area, month, rules, counts, prices, progress):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Book the month's following milestones of everyone in the positions' counts."""
    groups, periods = counts.following.shape[1], counts.following.shape[2]
    for place in range(
        progress.position_first[area], progress.position_first[area + 1]
    ):
        position = progress.positions[place]
        for group in range(groups):
            cycle = rules.following_weeks[group]
            if cycle == 0:
                continue
            for period in range(periods):
                if counts.followers[position, group, period] == 0:
                    continue
                for claims in range(2):
                    for phase in range(cycle):
                        people = counts.following[
                            position, group, period, claims, phase
                        ]
                        if people > 0:
                            week = first_in_cycle(phase, month.first_week, cycle)
                            while week < month.last_week:
                                pay_following(
                                    people, week, position, group, period, claims,
                                    counts, prices,
                                )  # fmt: skip
                                week += cycle


@nb.njit(inline="always")
def leave_following(i, week, area, month, people, rules, counts, prices, log):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Write down what a person earned in the run of work that ends with a week."""
    group = people.group[i]
    cycle = rules.following_weeks[group]
    due = first_due(i, people, rules)
    count_following(i, -1, week + 1, month, people, rules, counts, prices)
    earned = np.int64(0)
    if week >= due:
        since = remainder(week - due, cycle)
        earned = np.int64(np.uint32(week - due) // np.uint32(cycle)) + 1
        if people.claims[i] == 1 and log.first[area + 1] > log.first[area]:
            at = log.first[area] + log.milestones_used[area]
            log.milestone_person[at] = i
            log.milestone_week[at] = due
            log.milestone_number[at] = people.reached[i]
            log.milestone_count[at] = earned
            log.milestones_used[area] += 1
        people.reached[i] += earned
        people.since[i] = since
    else:
        people.since[i] += week - people.counted[i] + 1


@nb.njit(inline="always")
def start_work(i, week, month, people, rules, hazards, prices, counts, keys, works):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Begin a job on the first day of a week: draw how long it lasts."""
    position = people.position[i]
    counts.looking[people.cell[i]] -= 1
    counts.working[position] += 1
    counts.tally[position, STARTED] += 1
    if people.spells[i] == 0:
        counts.tally[position, FIRST_START] += 1
    people.state[i] = WORKING
    people.started[i] = week
    people.counted[i] = week
    people.cell[i] = works + position
    rate = hazards.loss_before if people.reached[i] == 0 else hazards.loss_after
    rate *= people.loss[i]
    now = (
        month.index_start[works + position]
        + (week - month.first_week) * month.pace[works + position]
    )
    draw = exponential_at(keys[1], people.number[i], people.spells[i])
    people.threshold[i] = now + draw / rate
    people.spells[i] += 1
    people.next_week[i] = certain_week(i, people, rules)
    if people.reached[i] > 0:
        count_following(i, 1, week, month, people, rules, counts, prices)


@nb.njit(inline="always")
def earn_outcome(i, week, area, people, prices, counts, log):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Earn the outcome at the end of a week."""
    counts.tally[people.position[i], OUTCOME] += 1
    if log.first[area + 1] > log.first[area]:
        at = log.first[area] + log.milestones_used[area]
        log.milestone_person[at] = i
        log.milestone_week[at] = week
        log.milestone_number[at] = 0
        log.milestone_count[at] = 1
        log.milestones_used[area] += 1
    if people.claims[i] == 1:
        year = prices.year_sunday[week]
        counts.outcomes[people.contract[i], people.group[i], year] += 1
        pay(counts, prices, people, i, 1, week)
    people.reached[i] = 1
    people.since[i] = 0
    people.counted[i] = week + 1


@nb.njit(inline="always")
def lose_work(i, week, area, month, people, rules, segments, counts, prices, log):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """End a job on the last day of a week; say whether the person looks again."""
    group = people.group[i]
    position = people.position[i]
    counts.working[position] -= 1
    if log.first[area + 1] > log.first[area]:
        at = log.first[area] + log.spells_used[area]
        log.spell_person[at] = i
        log.spell_start[at] = people.started[i]
        log.spell_end[at] = week
        log.spells_used[area] += 1
    if people.reached[i] == 0:
        done = week - people.counted[i] + 1
        people.weeks[i] = 0 if rules.unbroken else people.weeks[i] + done
    else:
        leave_following(i, week, area, month, people, rules, counts, prices, log)
        if rules.break_rule == END:
            people.reached[i] = 255
        elif rules.break_rule != CARRY:
            people.since[i] = 0
    last_hazard = people.referral_week[i] + rules.allotted_weeks - 2
    if week + 1 > last_hazard or people.reached[i] > rules.maximum[group]:
        finish(i, people)
        return False
    people.state[i] = LOOKING
    people.cell[i] = position * segments + group * 3 + people.band[i]
    counts.looking[people.cell[i]] += 1
    return True


@nb.njit(inline="always")
def live(  # type: ignore[no-untyped-def]  # compiled: numba infers
    i, area, month, people, rules, hazards, prices, counts, log, keys, segments, works
):
    """Take one person through the month, event by event."""
    week = month.first_week
    end = month.last_week
    while week < end:
        state = people.state[i]
        due = np.int64(people.next_week[i])
        if state == WAITING:
            if due >= end:
                return
            week = due
            attach(
                i, week, month, people, rules, hazards, prices, counts, keys, segments
            )
            look(i, week, month, people, rules, hazards, keys)
        elif state == LOOKING:
            cell = people.cell[i]
            found = passing_this_month(people.threshold[i], cell, week, month)
            if min(found, due) >= end:
                return
            if found >= due:
                counts.looking[cell] -= 1
                finish(i, people)
                return
            week = found + 1
            start_work(
                i, week, month, people, rules, hazards, prices, counts, keys, works
            )
        elif state == WORKING:
            cell = people.cell[i]
            lost = passing_this_month(people.threshold[i], cell, week, month)
            if min(lost, due) >= end:
                return
            if due <= lost:
                group = people.group[i]
                if people.reached[i] > 0:
                    leave_following(
                        i, due, area, month, people, rules, counts, prices, log
                    )
                    counts.working[people.position[i]] -= 1
                    finish(i, people)
                    return
                earn_outcome(i, due, area, people, prices, counts, log)
                if rules.maximum[group] == 0:
                    counts.working[people.position[i]] -= 1
                    finish(i, people)
                    return
                count_following(i, 1, due + 1, month, people, rules, counts, prices)
                if lost > due:
                    week = due + 1
                    people.next_week[i] = certain_week(i, people, rules)
                    now = (
                        month.index_start[cell]
                        + (week - month.first_week) * month.pace[cell]
                    )
                    left = np.float64(people.threshold[i]) - now
                    people.threshold[i] = now + left * (
                        hazards.loss_before / hazards.loss_after
                    )
                    continue
            week = lost + 1
            if not lose_work(
                i, lost, area, month, people, rules, segments, counts, prices, log
            ):
                return
            look(i, week, month, people, rules, hazards, keys)
        else:
            return


@nb.njit(cache=True, error_model="numpy")
def live_area(  # type: ignore[no-untyped-def]  # compiled: numba infers
    area,
    month,
    people,
    rules,
    hazards,
    prices,
    counts,
    log,
    progress,
    keys,
    segments,
    works,
    until,
):
    """Take one area through the month; do nothing if the log has no room for it."""
    month = borrow_month(month)
    people = borrow_people(people)
    rules = borrow_rules(rules)
    prices = borrow_prices(prices)
    counts = borrow_counts(counts)
    log = borrow_log(log)
    progress = borrow_progress(progress)
    refer(area, month, people, counts, prices, progress, keys, until)
    low = progress.low[area]
    high = progress.high[area]
    while low < high and people.state[low] == FINISHED:
        low += 1
    progress.low[area] = low
    words = (high - low + 7) >> 3
    base = progress.flag_first[area]
    flags = progress.flags[base : base + words]
    bytes_of = flags.view(np.uint8)
    if words > 0:
        flags[words - 1] = 0
    hits = flag_events(low, high, month, people, bytes_of)
    room = log.first[area + 1] - log.first[area]
    needed = hits * EVENTS_A_MONTH
    if room > 0 and (
        log.spells_used[area] + needed > room
        or log.milestones_used[area] + needed > room
    ):
        progress.full[area] = 1
        return
    progress.full[area] = 0
    for word in range(words):
        bits = flags[word]
        while bits != np.uint64(0):
            i = low + (word << 3) + (np.int64(trailing_zeros(bits)) >> 3)
            live(
                i, area, month, people, rules, hazards, prices, counts, log, keys,
                segments, works,
            )  # fmt: skip
            bits &= bits - np.uint64(1)
    pay_all_following(area, month, rules, counts, prices, progress)


@nb.njit(parallel=True, nogil=True, cache=True, error_model="numpy")
def live_month(  # type: ignore[no-untyped-def]  # compiled: numba infers
    areas,
    month,
    people,
    rules,
    hazards,
    prices,
    counts,
    log,
    progress,
    keys,
    segments,
    works,
    until,
):
    """Take the areas named through one month.

    `until` is, by area, one past the last person referred by the month's end. Areas
    whose log is full are marked in `progress.full` and must be asked again.
    """
    for k in nb.prange(len(areas)):
        area = areas[k]
        live_area(
            area, month, people, rules, hazards, prices, counts, log, progress, keys,
            segments, works, until[area],
        )  # fmt: skip


@nb.njit(nogil=True, cache=True, error_model="numpy")
def live_month_alone(  # type: ignore[no-untyped-def]  # compiled: numba infers
    areas,
    month,
    people,
    rules,
    hazards,
    prices,
    counts,
    log,
    progress,
    keys,
    segments,
    works,
    until,
):
    """Do as `live_month` on one thread, which is quicker for few people."""
    for k in range(len(areas)):
        area = areas[k]
        live_area(
            area, month, people, rules, hazards, prices, counts, log, progress, keys,
            segments, works, until[area],
        )  # fmt: skip
