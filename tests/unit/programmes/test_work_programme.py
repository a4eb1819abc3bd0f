"""The shipped Work Programme says what its sources say."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from quasimarket.rulebook import load_rulebook
from quasimarket.rulebook.rulebook import Evidence


@pytest.fixture(scope="module")
def programme():
    return load_rulebook("work-programme")


def test_it_has_the_published_numbers_of_parts(programme):
    assert len(programme.groups) == 9
    assert len(programme.areas) == 18
    assert [contract.id for contract in programme.contracts] == [
        str(number) for number in range(1, 41)
    ]
    assert len(programme.primes) == 18
    assert [clause.id for clause in programme.clauses] == [
        f"S{number}" for number in range(1, 86)
    ]


def test_contracts_by_sector_and_prime_are_as_published(programme):
    sector = {prime.id: prime.sector for prime in programme.primes}

    assert Counter(sector[one.prime] for one in programme.contracts) == {
        "private": 35,
        "third": 3,
        "public": 2,
    }
    held = Counter(one.prime for one in programme.contracts)
    assert [held[prime] for prime in ("ingeus", "a4e", "avanta", "g4s")] == [7, 5, 3, 3]


def test_four_largest_primes_are_referred_about_the_published_half(programme):
    share = {row.contract: row.share for row in programme.market_shares}
    people = Counter()
    for row in programme.intake:
        people[row.area] += row.referrals
    by_prime = Counter()
    for one in programme.contracts:
        by_prime[one.prime] += people[one.area] * share[one.id]

    four = sum(count for _, count in by_prime.most_common(4))

    assert abs(four / sum(by_prime.values()) - Decimal("0.53")) < Decimal("0.02")


TOTALS = [
    # group, attachment + outcome + all sustainments before discount, as published
    ("1", 3810),
    ("2", 4395),
    ("3", 6600),
    ("4", 6600),
    ("5", 3700),
    ("6", 6500),
    ("7", 13720),
    ("9", 5600),
]


@pytest.mark.parametrize(("group", "total"), TOTALS)
def test_fees_of_year_one_add_up_to_the_published_total(programme, group, total):
    first_day = programme.group(group).first_referral
    pence = 0
    for milestone in programme.milestones:
        (fee,) = [
            rate.fee
            for rate in programme.rates
            if (rate.milestone, rate.group) == (milestone.id, group)
            and rate.first_day <= first_day
            and (rate.last_day is None or first_day <= rate.last_day)
        ]
        pence += fee * milestone.maximum_for(group)

    assert pence == total * 100


@pytest.mark.parametrize(
    ("day", "ordinary", "harder"),
    [
        (date(2011, 6, 1), 40000, 60000),
        (date(2012, 3, 31), 40000, 60000),
        (date(2012, 4, 1), 30000, 45000),
        (date(2013, 4, 1), 20000, 30000),
        (date(2014, 3, 31), 20000, 30000),
        (date(2014, 4, 1), 0, 0),
        (date(2019, 3, 30), 0, 0),
    ],
)
def test_attachment_fee_steps_down_each_april(programme, day, ordinary, harder):
    prices = [
        programme.unit_price("attachment", "1", group, day) for group in ("1", "8", "7")
    ]

    assert prices == [ordinary, ordinary, harder]


def test_discount_comes_off_the_outcome_fee_only(programme):
    day = date(2012, 1, 1)

    assert programme.unit_price("job-outcome", "40", "7", day) == 329000
    assert programme.unit_price("sustainment", "40", "7", day) == 37000


def test_levels_of_known_years_and_after(programme):
    levels = [
        [
            programme.performance.level_for(group, year).level * 100
            for group in ("1", "2", "6")
        ]
        for year in (1, 2, 3, 4, 7)
    ]

    assert levels == [
        [Decimal("5.5")] * 3,
        [33, Decimal("27.5"), Decimal("16.5")],
        [44, 33, Decimal("16.5")],
        [44, 33, Decimal("16.5")],
        [44, 33, Decimal("16.5")],
    ]
    later = programme.performance.level_for("1", 5)
    assert later.evidence is Evidence.ASSUMED


def test_holidays_hold_the_years_that_differ(programme):
    odd = {
        date(2011, 4, 29),
        date(2012, 6, 4),
        date(2012, 6, 5),
        date(2020, 5, 8),
        date(2022, 6, 2),
        date(2022, 6, 3),
        date(2022, 9, 19),
        date(2023, 5, 8),
        date(2016, 12, 27),
    }

    assert odd <= programme.holidays
    assert not {date(2012, 5, 28), date(2020, 5, 4)} & programme.holidays
    assert all(day.weekday() < 5 for day in programme.holidays)


def test_unusual_years_have_more_than_eight_holidays(programme):
    by_year = Counter(day.year for day in programme.holidays)

    assert {year: n for year, n in by_year.items() if n != 8} == {
        2011: 9,
        2012: 9,
        2022: 10,
        2023: 9,
    }


def test_every_assumed_value_says_why(programme):
    silent = [
        value.key
        for value in programme.stated
        if value.evidence is Evidence.ASSUMED and not value.reason
    ]

    assert silent == []


def test_group_eight_is_referred_in_england_only(programme):
    nations = {area.id: area.nation for area in programme.areas}

    assert {
        nations[row.area]
        for row in programme.intake
        if row.group == "8" and row.referrals
    } == {"England"}
