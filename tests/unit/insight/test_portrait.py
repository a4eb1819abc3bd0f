from datetime import date

import numpy as np
import polars as pl
import pytest

from quasimarket.insight.measure import NotSeen
from quasimarket.insight.observed import Observed
from quasimarket.insight.portrait import (
    complaints_over_time,
    tactics_used,
    what_answers_cost,
    who_delivers,
)
from quasimarket.insight.portrait_money import USES, money_flow
from quasimarket.insight.portrait_people import fates_by_kind
from quasimarket.insight.portrait_practice import (
    demands_by_source,
    practice_maps,
    pressure_over_time,
)
from tests.lib.made_market import Made, make_tables


@pytest.fixture(scope="module")
def tables():
    return make_tables(Made(primes=3, people=60))


@pytest.fixture(scope="module")
def observed(tables):
    return Observed(tables, times=0)


def event(kind, day, code, position="1-01", source="own", number=1):
    return {
        "event": 0,
        "kind": kind,
        "happened": day,
        "organisation": "O0001",
        "position": position,
        "contract": "1",
        "counterpart": "department",
        "source": source,
        "code": code,
        "number": number,
    }


def with_events(tables, *events):
    return Observed({**tables, "organisation_events": pl.DataFrame(events)}, times=0)


def test_chain_narrows_from_named_to_active(observed):
    rows = who_delivers(observed)

    assert sum(row.named for row in rows) == 3 * 13
    assert all(row.named >= row.contracted >= row.active for row in rows)


def test_position_named_only_is_not_contracted(tables):
    first = tables["positions"]["position"].to_list()[1]
    only = pl.col("position") != first
    positions = tables["positions"].with_columns(contracted=only)

    rows = who_delivers(Observed({**tables, "positions": positions}, times=0))

    assert sum(row.named - row.contracted for row in rows) == 1


def test_tactics_are_parted_at_month_13(tables):
    rows = tactics_used(
        with_events(
            tables,
            event("directive-answered", date(2012, 6, 30), "defy:appeal-to-contract"),
            event("directive-answered", date(2012, 7, 1), "defy:appeal-to-contract"),
            event("directive-contested", date(2012, 7, 1), "defy:appeal-to-contract"),
            event("directive-withdrawn", date(2012, 7, 1), "defy:appeal-to-contract"),
            event("directive-answered", date(2011, 8, 1), "acquiesce:comply"),
        )
    )

    assert [row.tactic for row in rows] == ["comply", "appeal-to-contract"]
    assert (rows[1].early, rows[1].later) == (1, 1)
    assert (rows[1].contested, rows[1].withdrawn) == (1, 1)


def test_who_resisted_once_is_not_counted_among_those_who_complied(tables):
    rows = what_answers_cost(
        with_events(
            tables,
            event("directive-answered", date(2011, 8, 1), "acquiesce:comply"),
            event("directive-answered", date(2011, 9, 1), "defy:refuse"),
            event("directive-answered", date(2011, 9, 1), "compromise:tie", "1-02"),
            event("directive-answered", date(2012, 9, 1), "defy:refuse", "1-02"),
        )
    )

    assert {row.answer: row.positions for row in rows} == {
        "bargained": 1,
        "resisted": 1,
    }
    assert rows[0].reserves_late == pytest.approx(4.0)


def test_no_complaint_is_no_fault(observed):
    rows = complaints_over_time(observed)

    assert sum(row.made + row.upheld for row in rows) == 0
    assert rows[0].first_month == 0


def test_complaints_fall_in_their_half_year(tables):
    rows = complaints_over_time(
        with_events(
            tables,
            event("complained", date(2011, 12, 1), ""),
            event("complaint-resolved", date(2012, 1, 1), "upheld"),
            event("complaint-resolved", date(2012, 1, 1), "not-upheld"),
        )
    )

    assert [(row.made, row.upheld) for row in rows[:2]] == [(0, 0), (1, 1)]


def test_conceded_clauses_press_nobody_and_requests_weigh_little(tables):
    rows = demands_by_source(
        with_events(
            tables,
            event("negotiated", date(2011, 3, 1), "price:conceded", source="prime"),
            event("negotiated", date(2011, 3, 1), "price:imposed", source="prime"),
            event(
                "information-requested",
                date(2011, 6, 1),
                "",
                source="prime",
                number=25,
            ),
        )
    )

    assert [(row.first_month, row.source) for row in rows] == [
        (-3, "prime"),
        (0, "prime"),
    ]
    assert [row.units for row in rows] == pytest.approx([1.0, 1.0])


def test_exposure_is_given_by_quarter(observed):
    rows = pressure_over_time(observed)

    assert [row.first_month for row in rows] == list(range(0, 24, 3))
    assert all(0 < (row.coercive or 0) < 1 for row in rows)


def test_map_goes_as_far_as_the_run_is_seen(observed):
    maps = practice_maps(observed)

    assert [one.month for one in maps] == [-6, 0, 13]
    assert [one.is_reported for one in maps] == [True, False, False]
    assert maps[2].months == (11, 13)
    assert sum(dot.is_prime for dot in maps[0].dots) == 3
    assert all(0 <= dot.across <= 1 and 0 <= dot.up <= 1 for dot in maps[1].dots)


def test_pulled_chain_draws_together_on_the_map():
    pulled = make_tables(Made(primes=3, people=60, coercive=0.3, noisy=False))

    first, last = practice_maps(Observed(pulled, times=0))[1:]

    assert last.to_template < first.to_template / 2


def test_map_without_reports_lacks_month_minus_six(tables):
    unsaid = tables["providers"].drop("reported_work_first")

    maps = practice_maps(Observed({**tables, "providers": unsaid}, times=0))

    assert [one.month for one in maps] == [0, 13]


def test_books_of_a_tier_add_up():
    months = ["2011-06", "2011-07"]
    rows = [
        {
            "position": "1-01",
            "month": month,
            "caseload": 1.0,
            "referrals": 1.0,
            "receipts": 1_000,
            "wages": 700,
            "premises": 50,
            "specialist_costs": 10,
            "administration": 40,
            "interest": 0,
            "contract_management": 0,
            "starting": 100,
            "surplus": 60,
            "cash": 500 + 40 * number,
        }
        for number, month in enumerate(months, 1)
    ]
    positions = pl.DataFrame(
        {
            "position": ["1-00", "1-01"],
            "contract": ["1", "1"],
            "organisation": ["P1", "O1"],
            "tier": [0, 1],
            "sector": ["private", "third"],
            "contracted": [True, True],
        }
    )
    payments = pl.DataFrame(
        {
            "position": [None, "1-01", None],
            "kind": ["attachment", "attachment", "incentive"],
            "amount": [5_000, 2_500, 300],
        }
    )
    observed = Observed(
        {"providers": pl.DataFrame(rows), "positions": positions, "payments": payments},
        times=0,
    )

    flow = money_flow(observed)
    tier = flow.tiers[1]

    assert (flow.paid, flow.for_passed_on, flow.outside_books) == (7_800, 2_500, 300)
    assert flow.kept_back == 500
    assert (tier.opening, tier.received, tier.closing) == (500, 2_000, 580)
    spent = sum(getattr(tier, use) for use in USES)
    assert tier.opening + tier.received - spent == tier.closing


def test_no_books_are_no_flow(tables):
    cashless = tables["providers"].with_columns(cash=pl.lit(None, pl.Int64))

    with pytest.raises(NotSeen, match="cash"):
        money_flow(Observed({**tables, "providers": cashless}, times=0))


def test_fates_add_up_and_leave_out_who_never_came():
    people = pl.DataFrame(
        {
            "group": ["1", "1", "2", "2"],
            "score_band": [0, 2, 0, 0],
            "fate": ["untouched", "lasting-work", "tracked", "never-attached"],
            "weight": [2.0, 1.0, 1.0, 9.0],
            "contacts": [1.0, 4.0, 1.0, 0.0],
            "weeks_served": [10, 8, 20, 0],
        }
    )

    one, two, far, near = fates_by_kind(Observed({"participants": people}))

    assert (one.group, two.group, far.band, near.band) == ("1", "2", 0, 2)
    assert one.shares["untouched"] == pytest.approx(2 / 3)
    assert two.people == 1
    assert far.days_between_contacts == pytest.approx(7 * (20 + 20) / (2 + 1))
    assert far.sanctions is None
    assert all(np.isclose(sum(row.shares.values()), 1) for row in (one, two, far, near))
