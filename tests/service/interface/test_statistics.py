"""What is published of people: enough to see, too little to find anybody."""

import csv
import io
from collections import Counter
from datetime import date, timedelta
from itertools import product

import pytest
from django.db import DatabaseError, connection, transaction
from scipy.optimize import linprog

from quasimarket.service.interface.statistics import (
    EVERY,
    as_csv,
    metadata,
    published,
)
from quasimarket.service.interface.statistics_sql import LEAST
from quasimarket.service.participation.acts.access import RestrictCase
from quasimarket.service.people.actor import SIGN_IN, SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Contract, Programme
from tests.lib.paid_world import write


MARCH = date(2013, 3, 1)
GROUPS = ("1", "2", "3")
READER = "university/researcher"


def refer(world, contract, group, count, month=MARCH, known=None):
    """Refer so many people in a month."""
    for _ in range(count):
        case = world.participation(referred=month)
        write(
            case,
            (
                "referred",
                month + timedelta(days=9),
                {
                    "contract": contract.pk,
                    "group": group,
                    "known": known or month + timedelta(days=9),
                },
            ),
        )
    return case if count else None


def figures(world, who=READER):
    with acting_as(world.at(who)):
        return published()


def cells(found):
    return {(one.contract, one.group): one.people for one in found}


@pytest.fixture
def contracts(world):
    return [world.contract, world.other_contract]


def test_counts_are_rounded_and_small_ones_suppressed(world, contracts):
    first, second = contracts
    for contract, group, count in (
        (first, "1", 12), (first, "2", 9), (first, "3", 3),
        (second, "1", 8), (second, "2", 21), (second, "3", 14),
    ):  # fmt: skip
        refer(world, contract, group, count)
    seen = cells(figures(world))
    assert seen[first.pk, "3"] is None
    assert seen[first.pk, "1"] == 10
    assert seen[first.pk, EVERY] == 25
    assert seen[EVERY, EVERY] == 65


def test_no_line_has_only_one_figure_suppressed(world, contracts):
    counts = (12, 9, 3, 8, 21, 14)
    for (contract, group), count in zip(
        product(contracts, GROUPS), counts, strict=True
    ):
        refer(world, contract, group, count)
    seen = cells(figures(world))
    for line in (0, 1):
        hidden = Counter(key[line] for key, people in seen.items() if people is None)
        assert hidden
        assert 1 not in hidden.values(), hidden


@pytest.mark.parametrize("small", [1, 4])
def test_whoever_solves_the_whole_table_finds_no_small_count(world, contracts, small):
    """T23: every way to add the lines up leaves each of 1 to 4 possible."""
    counts = dict(
        zip(product(contracts, GROUPS), (12, small, 9, 8, 21, 14), strict=True)
    )
    for (contract, group), count in counts.items():
        refer(world, contract, group, count)
    seen = cells(figures(world))
    target = (contracts[0].pk, "2")
    assert seen[target] is None
    least, most = possible(seen, target)
    assert least <= 1
    assert most >= 4


def possible(seen, target):
    """Give the least and the most that a figure can be, from all that is published."""
    keys = list(seen)
    half = LEAST / 2
    bounds = [
        (0, None) if seen[key] is None else (seen[key] - half, seen[key] + half)
        for key in keys
    ]
    sums = []
    for line in (0, 1):
        for name in {key[line] for key in keys}:
            members = [key for key in keys if key[line] == name]
            sums.append([
                0 if key not in members else -1 if key[1 - line] == EVERY else 1
                for key in keys
            ])  # fmt: skip
    aim = [int(key == target) for key in keys]
    found = [
        linprog([sign * one for one in aim], A_eq=sums, b_eq=[0] * len(sums),
                bounds=bounds)
        for sign in (1, -1)
    ]  # fmt: skip
    assert all(one.success for one in found)
    return found[0].fun, -found[1].fun


def test_two_releases_subtract_to_nothing(world, contracts):
    """T23: what becomes known between releases changes no month that was published."""
    refer(world, contracts[0], "1", 7)
    refer(world, contracts[1], "2", 9)
    before = figures(world)
    assert before
    refer(world, contracts[0], "1", 1, known=date(2013, 6, 13))
    with acting_as(SYSTEM):
        Programme.objects.update(today=date(2013, 7, 20))
    after = figures(world)
    assert [one for one in after if one.month == "2013-03"] == before


def test_restricting_a_case_later_changes_nothing(world, contracts):
    case = refer(world, contracts[0], "1", 8)
    before = figures(world)
    world.do(
        "prime/prime-manager",
        RestrictCase(people=[world.at("prime/prime-manager").id]),
        case,
    )
    assert figures(world) == before


def test_a_restricted_case_is_not_counted(world, contracts):
    case = refer(world, contracts[0], "1", 5)
    assert cells(figures(world))[contracts[0].pk, "1"] == 5
    with acting_as(SYSTEM):
        case.restricted_to = [world.at("prime/prime-manager").id]
        case.save()
    assert cells(figures(world))[contracts[0].pk, "1"] is None


def test_a_month_waits_until_it_and_the_next_are_over(world, contracts):
    refer(world, contracts[0], "1", 9, month=date(2013, 4, 1))
    refer(world, contracts[0], "1", 9, month=date(2013, 5, 1))
    assert {one.month for one in figures(world)} == {"2013-04"}


def test_everybody_gets_the_same_figures(world, contracts):
    refer(world, contracts[0], "1", 9)
    refer(world, contracts[1], "1", 3)
    whole = figures(world)
    assert figures(world, "prime/prime-manager") == whole
    assert figures(world, "commissioner/policy") == whole


def test_who_has_not_signed_in_gets_none(world):
    with (
        pytest.raises(DatabaseError, match="sign in"),
        transaction.atomic(),
        acting_as(SIGN_IN),
    ):
        published()


def test_a_researcher_sees_no_row_of_anybody(world, contracts):
    refer(world, contracts[0], "1", 9)
    with acting_as(world.at(READER)), connection.cursor() as cursor:
        for table in (
            "participation_participation", "participation_person", "log_logevent",
            "claims_claim", "payments_paymentline",
        ):  # fmt: skip
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,), table


def test_the_file_is_what_its_metadata_says(world, contracts):
    refer(world, contracts[0], "1", 9)
    refer(world, contracts[1], "2", 2)
    rows = list(csv.DictReader(io.StringIO(as_csv(figures(world)))))
    columns = metadata("A programme")["tableSchema"]["columns"]
    assert list(rows[0]) == [one["name"] for one in columns]
    keys = metadata("A programme")["tableSchema"]["primaryKey"]
    assert len({tuple(row[key] for key in keys) for row in rows}) == len(rows)
    null = columns[-1]["null"][0]
    assert {row["people"] for row in rows} >= {null, "10"}
    assert all(row["people"] == null or row["people"].isdigit() for row in rows)


def test_the_statistics_are_read_by_key_and_on_the_page(world, contracts, call):
    refer(world, contracts[0], "1", 9)
    caller = call("commissioner/policy", may=["read"])
    answer = caller.get("/statistics.csv")
    assert answer["Content-Type"].startswith("text/csv")
    assert "referrals,2013-03" in answer.text
    assert caller.get("/statistics.csv-metadata.json").json()["url"] in "statistics.csv"
    browser = world.browser(READER)
    assert "March 2013" in browser.get("/statistics/").text
    assert browser.get("/statistics/?year=x").status_code == 404
    exported = b"".join(browser.get("/statistics/?format=csv")).decode()
    assert "referrals,2013-03" in exported
    assert world.browser("anchor/sub-adviser").get("/statistics/").status_code == 403
    with acting_as(SYSTEM):
        assert Contract.objects.count() >= 2
