"""Arrays lent to compiled code without counting references.

Compiled code counts a reference each time it takes an array out of a tuple, and two
threads that count on the same array spend their time waiting for one another (ten
times the work itself, measured). A borrowed array has no counter; its owner outlives
the call.
"""

import numba as nb
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

from quasimarket.simulation.state import (
    Counts,
    Log,
    MonthAhead,
    People,
    Prices,
    Progress,
    Rules,
)


@intrinsic
def borrow(typing_context, array):  # type: ignore[no-untyped-def]  # numba's own protocol
    """Give the same memory as an array whose reference counter is absent."""
    del typing_context

    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]  # numba's own protocol
        borrowed = make_array(signature.return_type)(context, builder, arguments[0])
        borrowed.meminfo = borrowed.meminfo.type(None)
        borrowed.parent = borrowed.parent.type(None)
        return borrowed._getvalue()

    return array(array), generate


@nb.njit(inline="always")
def borrow_people(people):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Borrow every array of People."""
    return People(
        borrow(people.lives),
        borrow(people.threshold),
        borrow(people.next_week),
        borrow(people.cell),
        borrow(people.attachment_week),
        borrow(people.locality),
        borrow(people.need),
        borrow(people.contract),
        borrow(people.specialist),
    )


@nb.njit(inline="always")
def borrow_rules(rules):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Borrow every array of Rules."""
    return Rules(
        borrow(rules.outcome_weeks),
        borrow(rules.following_weeks),
        borrow(rules.maximum),
        rules.allotted_weeks,
        rules.unbroken,
        rules.break_rule,
        rules.run_on,
        rules.pays_attachment,
    )


@nb.njit(inline="always")
def borrow_month(month):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Borrow every array of MonthAhead."""
    return MonthAhead(
        month.first_week,
        month.last_week,
        borrow(month.index_start),
        borrow(month.pace),
        borrow(month.index_end),
        borrow(month.share),
        borrow(month.area_contracts),
        borrow(month.allocation),
        borrow(month.slot_position),
        borrow(month.need_effect),
        borrow(month.call_off),
        borrow(month.specialist_first),
        borrow(month.specialist_position),
        borrow(month.specialist_share),
    )


@nb.njit(inline="always")
def borrow_prices(prices):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Borrow every array of Prices."""
    return Prices(
        borrow(prices.contract_of),
        borrow(prices.upstream),
        borrow(prices.downstream),
        borrow(prices.period),
        borrow(prices.payable_month),
        borrow(prices.year_monday),
        borrow(prices.year_sunday),
    )


@nb.njit(inline="always")
def borrow_counts(counts):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Borrow every array of Counts."""
    return Counts(
        borrow(counts.looking),
        borrow(counts.working),
        borrow(counts.tally),
        borrow(counts.paid_count),
        borrow(counts.paid_upstream),
        borrow(counts.paid_downstream),
        borrow(counts.referrals),
        borrow(counts.outcomes),
        borrow(counts.following),
        borrow(counts.followers),
    )


@nb.njit(inline="always")
def borrow_log(log):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Borrow every array of Log."""
    return Log(
        borrow(log.spell_person),
        borrow(log.spell_start),
        borrow(log.spell_end),
        borrow(log.milestone_person),
        borrow(log.milestone_week),
        borrow(log.milestone_number),
        borrow(log.milestone_count),
        borrow(log.first),
        borrow(log.spells_used),
        borrow(log.milestones_used),
    )


@nb.njit(inline="always")
def borrow_progress(progress):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Borrow every array of Progress."""
    return Progress(
        borrow(progress.area_start),
        borrow(progress.low),
        borrow(progress.high),
        borrow(progress.flags),
        borrow(progress.flag_first),
        borrow(progress.hits),
        borrow(progress.key_of),
        borrow(progress.number_of),
        borrow(progress.spell_of),
        borrow(progress.luck),
        borrow(progress.position_first),
        borrow(progress.positions),
        borrow(progress.full),
    )
