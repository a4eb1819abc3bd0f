"""Holding one's own takes money: resistance, concealment and exits in the books."""

import numpy as np
import pytest

from tests.lib.institutions import stage, tier_1


def institutions(**changed):
    return stage(**changed).course.institutions


def anchor(month, among, **changed):
    """Mean pull back to what each stands for."""
    return institutions(**changed).months[month].pulls.anchor[among].mean()


def paid(what, positions, **changed):
    books = stage(**changed).course.books
    return sum(int(getattr(book, what)[positions].sum()) for book in books)


def survivors(**changed):
    found = tier_1(stage(**changed))
    return found.sum()


def test_resistance_decays_while_reserves_fall():
    among = tier_1(stage())
    books = stage().course.books
    cash = [book.cash[among].sum() for book in (books[0], books[12])]

    assert cash[1] < cash[0]
    assert anchor(12, among) < 0.9 * anchor(0, among)


def test_whoever_begins_poor_resists_less():
    poor = {"finance__reserve_months": 1.0}
    both = tier_1(stage()) & tier_1(stage(**poor))

    assert both.sum() >= 5
    assert anchor(12, both, **poor) < anchor(12, both)


def test_resistance_follows_each_ones_own_money():
    made, books = institutions(), stage().course.books
    among = tier_1(stage())
    months = range(0, 24, 3)
    within = []
    for place in np.flatnonzero(among):
        held = np.array([made.months[m].pulls.anchor[place] for m in months])
        cash = np.array([books[m].cash[place] for m in months])
        if held.std() > 0 and cash.std() > 0:
            within.append(np.corrcoef(held, cash)[0, 1])

    assert len(within) >= 5
    assert np.mean(within) > 0.3


def test_concealing_costs_money_and_only_those_who_conceal():
    free, dear = (
        {"response__duplicity": -1.0, "response__duplicity_cost": cost}
        for cost in (0.0, 20.0)
    )
    month = institutions(**free).months[1]
    gap = np.abs(month.reported - month.practice).mean(axis=1)
    has_people = np.zeros(len(gap), bool)
    has_people[: stage().chain.delivering] = stage(**free).course.looking[1] > 0
    hides = tier_1(stage(**free)) & has_people & (gap > 1e-3)
    assert hides.any()

    wages = {
        name: stage(**one).course.books[2].wages
        for name, one in (("free", free), ("dear", dear))
    }

    assert (wages["dear"][hides] > wages["free"][hides]).all()
    honest = tier_1(stage(**free)) & (gap == 0)
    np.testing.assert_array_equal(wages["dear"][honest], wages["free"][honest])


def test_cheaper_concealment_is_chosen_more():
    def gap(**changed):
        month = institutions(**changed).months[0]
        off = np.abs(month.reported - month.practice).mean(axis=1)
        return off[institutions(**changed).is_sub].mean()

    assert gap(response__duplicity=-0.5) > 1.5 * gap(response__duplicity=2.0)


def test_fewer_end_to_end_subcontractors_survive_without_reserves():
    poor = {"finance__reserve_months": 0.0, "finance__credit_months": 0.5}

    assert survivors(**poor) < survivors() <= survivors(finance__reserve_months=24.0)


def test_exits_are_never_taken_back():
    played = stage()
    events = played.course.institutions.book.entries
    gone: set[int] = set()
    for one in events:
        if str(one.kind) in ("exited", "subcontract-ended"):
            assert not gone & set(one.position.tolist())
            gone |= set(one.position.tolist())

    assert gone
    assert not played.course.institutions.is_open[list(gone)].any()
    assert not played.course.institutions.flow[list(gone)].any()


def test_chains_are_managed_at_a_cost_that_rises_with_pressure():
    own = stage().chain.tier == 0
    gentle = {"institution__coercion": 0.0}

    managing = paid("contract_management", own)
    assert managing > paid("contract_management", own, **gentle) > 0
    assert paid("contract_management", ~own) == 0


@pytest.mark.parametrize(
    ("name", "tolerance"), [("coercive", 0.15), ("normative", 0.15), ("anchor", 0.25)]
)
def test_thinned_run_is_pressed_like_the_whole(name, tolerance):
    def pull(scale):
        played = stage(24, scale=scale)
        subs = played.course.institutions.is_sub & (played.chain.tier == 1)
        months = played.course.institutions.months
        return np.mean([getattr(one.pulls, name)[subs].mean() for one in months])

    assert pull(0.1) == pytest.approx(pull(1.0), rel=tolerance)
