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

from quasimarket.chance.draw import exponential, exponential_at, uniform_at
from quasimarket.simulation.borrowed import (
    borrow,
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
PEOPLE_A_WORD = 64
PEOPLE_A_BATCH = 1024
SPENT = -1.0
"""In place of luck that has been used."""


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
def pay(counts, prices, life, kind, week):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Book the money of a milestone of a person to the month in which it is payable."""
    position = life.position
    group = life.group
    period = life.period
    amount = prices.upstream[prices.contract_of[position], group, period, kind]
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
        life = people.lives[i]
        group = life.group
        share = month.share[life.referral_week - month.first_week, area, group]
        place = 0
        if len(share) > 1:
            place = slot_of(uniform_at(keys[2], life.number, 0), share)
        contract = month.area_contracts[area, place]
        people.contract[i] = contract
        year = prices.year_monday[life.referral_week]
        counts.referrals[contract, group, year] += 1
        if people.attachment_week[i] >= 0:
            life.state = WAITING
            people.next_week[i] = people.attachment_week[i]
        else:
            life.state = FINISHED
    progress.high[area] = max(until, progress.high[area])


@nb.njit(inline="always")
def flag_events(low, high, month, people, flags):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Mark, a bit each, the people with an event this month."""
    threshold = people.threshold[low:high]
    next_week = people.next_week[low:high]
    cell = people.cell[low:high]
    end = month.index_end
    last_week = month.last_week
    whole = (high - low) // PEOPLE_A_WORD
    for word in range(whole):
        bits = np.uint64(0)
        # a loop of this one length and without a store is vectorised
        for place in range(PEOPLE_A_WORD):
            k = word * PEOPLE_A_WORD + place
            hit = (threshold[k] <= end[cell[k]]) | (next_week[k] < last_week)
            bits |= np.uint64(hit) << np.uint64(place)
        flags[word] = bits
    bits = np.uint64(0)
    for k in range(whole * PEOPLE_A_WORD, high - low):
        hit = (threshold[k] <= end[cell[k]]) | (next_week[k] < last_week)
        bits |= np.uint64(hit) << np.uint64(k - whole * PEOPLE_A_WORD)
    flags[whole] = bits


@nb.njit(inline="always")
def list_hits(low, flags, hits):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """List the people who are marked; count them."""
    count = 0
    for word in range(len(flags)):
        bits = flags[word]
        while bits != np.uint64(0):
            hits[count] = np.uint32(
                low + word * PEOPLE_A_WORD + np.int64(trailing_zeros(bits))
            )
            count += 1
            bits &= bits - np.uint64(1)
    return count


@nb.njit(inline="always")
def draw_ahead(area, hits, people, keys, progress):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Draw for each person the luck of the next spell, in work or out of it.

    Ahead and all at once, since a draw takes long to come back and many can be under
    way; this also brings the people's lives into the cache.
    """
    key_of = progress.key_of[area]
    number_of = progress.number_of[area]
    spell_of = progress.spell_of[area]
    for k in range(len(hits)):
        life = people.lives[hits[k]]
        key_of[k] = keys[1] if life.state == LOOKING else keys[0]
        number_of[k] = life.number
        spell_of[k] = life.spells
    exponential(key_of, number_of, spell_of, progress.luck[area], len(hits))


@nb.njit(inline="always")
def attach(  # type: ignore[no-untyped-def]  # compiled: numba infers
    i, life, week, month, people, rules, hazards, prices, counts, keys, segments
):
    """Attach a person: allocate to a position, call off a specialist or not, look."""
    person = life.number
    contract = people.contract[i]
    shares = month.allocation[contract, people.locality[i]]
    slot = slot_of(uniform_at(keys[3], person, 0), shares)
    position = month.slot_position[contract, slot]
    segment = life.group * 3 + life.band
    need = people.need[i]
    life.position = position
    people.cell[i] = position * segments + segment
    life.period = prices.period[week]
    counts.tally[position, ALLOCATED] += 1
    counts.looking[people.cell[i]] += 1
    if need > 0:
        life.rate *= month.need_effect[position, need]
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
                life.rate *= hazards.specialist_gain
                counts.tally[position, CALLED_OFF] += 1
                counts.tally[specialist, SERVED] += 1
    life.state = LOOKING
    if rules.pays_attachment:
        pay(counts, prices, life, 0, week)


@nb.njit(inline="always")
def look(i, life, luck, week, month, people, rules, hazards):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Start looking for work at the start of a week: draw the next threshold."""
    cell = people.cell[i]
    spell = life.spells
    rate = life.rate
    if spell > 0:
        rate *= hazards.again
    now = month.index_start[cell] + (week - month.first_week) * month.pace[cell]
    people.threshold[i] = now + luck / rate
    people.next_week[i] = life.referral_week + rules.allotted_weeks - 1


@nb.njit(inline="always")
def finish(i, life, people):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Nothing more can be earned for this person."""
    life.state = FINISHED
    people.threshold[i] = FAR
    people.next_week[i] = NEVER


@nb.njit(inline="always")
def first_due(life, rules):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Give the week at whose end the next milestone is earned if the job goes on."""
    group = life.group
    if life.reached == 0:
        needed = rules.outcome_weeks[group]
    else:
        needed = rules.following_weeks[group]
    return life.counted + needed - life.carried - 1


@nb.njit(inline="always")
def certain_week(life, rules):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Give the week of the next certain event of someone in work.

    It is the outcome, or the last of the following milestones; without run-on nothing
    counts after the allotted time, which then is the last event.
    """
    if life.reached == 0 and rules.outcome_weeks[life.group] == 0:
        return NEVER
    last = life.referral_week + rules.allotted_weeks - 1
    due = last_due(life, rules)
    if due > last and not rules.run_on:
        return NEVER if life.reached == 0 else last
    return due


@nb.njit(inline="always")
def last_due(life, rules):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Give the week of the outcome or, once it is reached, of all that may follow."""
    due = first_due(life, rules)
    if life.reached > 0:
        left = rules.maximum[life.group] - life.reached
        due += left * rules.following_weeks[life.group]
    return due


@nb.njit(inline="always")
def count_following(life, sign, until, month, rules, counts, prices):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Let a person into (+1) or out of (-1) the position's count of those who follow.

    The count is paid for every week of the month; so the weeks of this month before
    somebody joins are taken off, and those up to the week of leaving put on.
    """
    group = life.group
    cycle = rules.following_weeks[group]
    phase = remainder(first_due(life, rules), cycle)
    position = life.position
    period = life.period
    claims = life.claims
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
                    phase = remainder(month.first_week, cycle)
                    for week in range(month.first_week, month.last_week):
                        people = counts.following[
                            position, group, period, claims, phase
                        ]
                        if people > 0:
                            pay_following(
                                people, week, position, group, period, claims, counts,
                                prices,
                            )  # fmt: skip
                        phase = phase + 1 if phase + 1 < cycle else 0


@nb.njit(inline="always")
def leave_following(i, life, week, area, month, rules, counts, prices, log):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Write down what a person earned in the run of work that ends with a week."""
    group = life.group
    cycle = rules.following_weeks[group]
    due = first_due(life, rules)
    count_following(life, -1, week + 1, month, rules, counts, prices)
    earned = np.int64(0)
    if week >= due:
        since = remainder(week - due, cycle)
        earned = np.int64(np.uint32(week - due) // np.uint32(cycle)) + 1
        if life.claims == 1 and log.first[area + 1] > log.first[area]:
            at = log.first[area] + log.milestones_used[area]
            log.milestone_person[at] = i
            log.milestone_week[at] = due
            log.milestone_number[at] = life.reached
            log.milestone_count[at] = earned
            log.milestones_used[area] += 1
        life.reached += earned
        life.carried = since
    else:
        life.carried += week - life.counted + 1


@nb.njit(inline="always")
def start_work(  # type: ignore[no-untyped-def]  # compiled: numba infers
    i, life, luck, week, month, people, rules, hazards, prices, counts, works
):
    """Begin a job on the first day of a week: draw how long it lasts."""
    position = life.position
    counts.looking[people.cell[i]] -= 1
    counts.working[position] += 1
    counts.tally[position, STARTED] += 1
    if life.spells == 0:
        counts.tally[position, FIRST_START] += 1
    life.state = WORKING
    life.started = week
    life.counted = week
    cell = np.uint32(works + position)
    people.cell[i] = cell
    rate = hazards.loss_before if life.reached == 0 else hazards.loss_after
    rate *= life.loss
    now = month.index_start[cell] + (week - month.first_week) * month.pace[cell]
    people.threshold[i] = now + luck / rate
    life.spells += 1
    people.next_week[i] = certain_week(life, rules)
    if life.reached > 0:
        count_following(life, 1, week, month, rules, counts, prices)


@nb.njit(inline="always")
def earn_outcome(i, life, week, area, prices, counts, log):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Earn the outcome at the end of a week."""
    counts.tally[life.position, OUTCOME] += 1
    if log.first[area + 1] > log.first[area]:
        at = log.first[area] + log.milestones_used[area]
        log.milestone_person[at] = i
        log.milestone_week[at] = week
        log.milestone_number[at] = 0
        log.milestone_count[at] = 1
        log.milestones_used[area] += 1
    if life.claims == 1:
        year = prices.year_sunday[week]
        contract = prices.contract_of[life.position]
        counts.outcomes[contract, life.group, year] += 1
        pay(counts, prices, life, 1, week)
    life.reached = 1
    life.carried = 0
    life.counted = week + 1


@nb.njit(inline="always")
def lose_work(  # type: ignore[no-untyped-def]  # compiled: numba infers
    i, life, week, area, month, people, rules, segments, counts, prices, log
):
    """End a job on the last day of a week; say whether the person looks again."""
    group = life.group
    position = life.position
    counts.working[position] -= 1
    if log.first[area + 1] > log.first[area]:
        at = log.first[area] + log.spells_used[area]
        log.spell_person[at] = i
        log.spell_start[at] = life.started
        log.spell_end[at] = week
        log.spells_used[area] += 1
    if life.reached == 0:
        done = week - life.counted + 1
        life.carried = 0 if rules.unbroken else life.carried + done
    else:
        leave_following(i, life, week, area, month, rules, counts, prices, log)
        if rules.break_rule == END:
            life.reached = 255
        elif rules.break_rule != CARRY:
            life.carried = 0
    last_hazard = life.referral_week + rules.allotted_weeks - 2
    if week + 1 > last_hazard or life.reached > rules.maximum[group]:
        finish(i, life, people)
        return False
    life.state = LOOKING
    people.cell[i] = position * segments + group * 3 + life.band
    counts.looking[people.cell[i]] += 1
    return True


@nb.njit(inline="always")
def live(  # type: ignore[no-untyped-def]  # compiled: numba infers
    i, luck, area, month, people, rules, hazards, prices, counts, log, keys, segments,
    works,
):  # fmt: skip
    """Take one person through the month, event by event; the first has its luck."""
    life = people.lives[i]
    week = month.first_week
    end = month.last_week
    while week < end:
        state = life.state
        due = np.int64(people.next_week[i])
        if state == WAITING:
            if due >= end:
                return
            week = due
            attach(
                i, life, week, month, people, rules, hazards, prices, counts, keys,
                segments,
            )  # fmt: skip
            look(i, life, luck, week, month, people, rules, hazards)
            luck = SPENT
        elif state == LOOKING:
            cell = people.cell[i]
            found = passing_this_month(people.threshold[i], cell, week, month)
            if min(found, due) >= end:
                return
            if found >= due:
                counts.looking[cell] -= 1
                finish(i, life, people)
                return
            week = found + 1
            if luck == SPENT:
                luck = exponential_at(keys[1], life.number, life.spells)
            start_work(
                i, life, luck, week, month, people, rules, hazards, prices, counts,
                works,
            )  # fmt: skip
            luck = SPENT
        elif state == WORKING:
            cell = people.cell[i]
            lost = passing_this_month(people.threshold[i], cell, week, month)
            if min(lost, due) >= end:
                return
            if due <= lost:
                group = life.group
                if life.reached == 0:
                    earn_outcome(i, life, due, area, prices, counts, log)
                    if rules.maximum[group] == 0:
                        counts.working[life.position] -= 1
                        finish(i, life, people)
                        return
                    count_following(life, 1, due + 1, month, rules, counts, prices)
                    if lost > due:
                        week = due + 1
                        people.next_week[i] = certain_week(life, rules)
                        now = (
                            month.index_start[cell]
                            + (week - month.first_week) * month.pace[cell]
                        )
                        left = np.float64(people.threshold[i]) - now
                        people.threshold[i] = now + left * (
                            hazards.loss_before / hazards.loss_after
                        )
                        continue
                elif lost > due or last_due(life, rules) == due:
                    leave_following(
                        i, life, due, area, month, rules, counts, prices, log
                    )
                    counts.working[life.position] -= 1
                    finish(i, life, people)
                    return
                # else the job is lost in the very week in which time is up
            week = lost + 1
            if not lose_work(
                i, life, lost, area, month, people, rules, segments, counts, prices, log
            ):
                return
            if luck == SPENT:
                luck = exponential_at(keys[0], life.number, life.spells)
            look(i, life, luck, week, month, people, rules, hazards)
            luck = SPENT
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
    keys = borrow(keys)
    refer(area, month, people, counts, prices, progress, keys, until)
    low = progress.low[area]
    high = progress.high[area]
    while low < high and people.lives[low].state == FINISHED:
        low += 1
    progress.low[area] = low
    base = progress.flag_first[area]
    flags = progress.flags[base : base + (high - low) // PEOPLE_A_WORD + 1]
    hits = progress.hits[progress.area_start[area] : progress.area_start[area + 1]]
    flag_events(low, high, month, people, flags)
    count = list_hits(low, flags, hits)
    room = log.first[area + 1] - log.first[area]
    needed = count * EVENTS_A_MONTH
    if room > 0 and (
        log.spells_used[area] + needed > room
        or log.milestones_used[area] + needed > room
    ):
        progress.full[area] = 1
        return
    progress.full[area] = 0
    luck = progress.luck[area]
    for first in range(0, count, PEOPLE_A_BATCH):
        batch = hits[first : min(first + PEOPLE_A_BATCH, count)]
        draw_ahead(area, batch, people, keys, progress)
        for k in range(len(batch)):
            live(
                batch[k], luck[k], area, month, people, rules, hazards, prices, counts,
                log, keys, segments, works,
            )  # fmt: skip
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
