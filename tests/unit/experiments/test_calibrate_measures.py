"""What a run shows of a fact, on a market made up so that the answer is known."""

from datetime import date

import polars as pl
import pytest

from quasimarket.experiments.calibrate_measures import OWN, taken


FIRST = 2011 * 12 + 5


def month(number):
    number += FIRST
    return f"{number // 12}-{number % 12 + 1:02d}"


def day(number):
    number += FIRST
    return date(number // 12, number % 12 + 1, 15)


def tables():
    """Four third sector subcontractors, one of them referred nobody, and a prime."""
    held = [
        ("1-0", "P", 0, "private", None),
        ("1-1", "A", 1, "third", 10.0),
        ("1-2", "B", 1, "third", 10.0),
        ("1-3", "C", 2, "third", 1.0),
        ("1-4", "D", 2, "third", 1.0),
    ]
    positions = pl.DataFrame(
        [
            (position, "1", "7", name, tier, sector, True, promised)
            for position, name, tier, sector, promised in held
        ],
        (
            "position",
            "contract",
            "area",
            "organisation",
            "tier",
            "sector",
            "contracted",
            "promised_referrals",
        ),
        orient="row",
    )
    flows = {"1-0": 30.0, "1-1": 10.0, "1-2": 4.0, "1-3": 0.0, "1-4": 0.0}
    calls = {"1-3": 1.0}
    providers = pl.DataFrame(
        [
            (position, month(at), flows[position], calls.get(position, 0.0), 8.7, 1)
            for position in flows
            for at in range(26)
        ],
        (
            "position",
            "month",
            "referrals",
            "specialist_referrals",
            "requests",
            "sanctions",
        ),
        orient="row",
    )
    participants = pl.DataFrame(
        [
            (at * 10 + one, day(at), str(one % 2), 10 + one % 2 * 10, 10)
            for at in range(26)
            for one in range(10)
        ],
        ("participant", "referred", "group", "contacts", "weeks_served"),
        orient="row",
    )
    # of each month's ten people, two have an outcome six months on, one claimed
    outcomes = pl.DataFrame(
        [
            (at * 10 + one, day(at + 6), one == 0)
            for at in range(20)
            for one in range(2)
        ],
        ("participant", "earned", "claimed"),
        orient="row",
    )
    events = pl.DataFrame(
        [("subcontract-ended", day(5), "A", "1-1")],
        ("kind", "happened", "organisation", "position"),
        orient="row",
    )
    return {
        "positions": positions,
        "providers": providers,
        "participants": participants,
        "outcomes": outcomes,
        "organisation_events": events,
    }


EXPECTED = {
    "facts.third_listed_fall": 1 / 4,
    "facts.third_without_anybody": 1 / 4,
    "facts.third_far_below": 2 / 4,  # B has 4 of 10, D none of 1
    "facts.far_below_tier_2_less_tier_1": 1 / 2 - 1 / 2,
    "facts.third_share_of_people": 14 / 44,
    "facts.sanctions_a_referral": 5 * 11 / 110,
    "facts.first_year_outcomes": 8 / 140,
    "facts.intake_12m.first": 1 / 10,
    "facts.intake_12m.thirteenth": 1 / 10,
    "facts.claimed_share": 1 / 2,
    "facts.requests_a_week.high": 8.7 * 12 * 7 / 365.25,
    "facts.group_explains_contacts": 1.0,
}


@pytest.fixture(scope="module")
def found():
    return taken(tables(), list(EXPECTED))


def test_every_own_measure_is_tried():
    assert set(EXPECTED) == set(OWN)


@pytest.mark.parametrize("name", EXPECTED)
def test_measure_gives_what_was_made(name, found):
    assert found[name] == pytest.approx(EXPECTED[name])


def test_groups_that_get_alike_explain_nothing():
    made = tables()
    made["participants"] = made["participants"].with_columns(
        contacts=pl.Series([10, 10, 20, 20, 10, 10, 20, 20, 15, 15] * 26)
    )

    shown = taken(made, ["facts.group_explains_contacts"])

    assert shown["facts.group_explains_contacts"] == pytest.approx(0, abs=1e-9)


def test_what_a_run_does_not_carry_has_no_value():
    assert taken({}, list(OWN)) == dict.fromkeys(OWN)


def test_cohort_that_is_not_followed_long_enough_has_no_value():
    made = tables()
    made["providers"] = made["providers"].filter(pl.col("month") <= month(23))

    assert taken(made, ["facts.intake_12m.thirteenth"]) == {
        "facts.intake_12m.thirteenth": None
    }
