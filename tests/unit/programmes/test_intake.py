"""The Work Programme's intake keeps every published figure, and is what is built."""

import csv
from decimal import Decimal

import pytest

from quasimarket.core.dates import Month, months_from
from quasimarket.rulebook import load_rulebook
from quasimarket.rulebook.folder import find_folder
from scripts import build_intake


FOLDER = find_folder("work-programme")
with (FOLDER / "intake_facts.csv").open(encoding="utf-8", newline="") as file:
    FACTS = list(csv.DictReader(file))
PEOPLE = [
    fact
    for fact in FACTS
    if fact["kind"] == "referrals" and fact["value"] and not fact["area"]
]


@pytest.fixture(scope="module")
def programme():
    return load_rulebook("work-programme")


def counted(programme, first, last, groups, column="referrals", area=""):
    months = set(months_from(Month.parse(first), Month.parse(last)))
    return sum(
        getattr(row, column)
        for row in programme.intake
        if row.month in months
        and (groups == "all" or row.group in groups.split("+"))
        and (not area or row.area == area)
    )


def name(fact):
    return f"{fact['group']}:{fact['first_month']}:{fact['last_month']}:{fact['value']}"


@pytest.mark.parametrize(
    "fact", [fact for fact in PEOPLE if Decimal(fact["value"]) > 100], ids=name
)
def test_published_count_is_kept_within_its_rounding(programme, fact):
    count = counted(programme, fact["first_month"], fact["last_month"], fact["group"])

    assert abs(count - Decimal(fact["value"])) <= Decimal(fact["rounding"])


PUBLISHED = {
    # what must be among the facts: (group, last month): published value
    ("all", "2012-04"): 738_000,
    ("all", "2012-05"): 785_360,
    ("all", "2012-07"): 878_000,
    ("all", "2013-03"): 516_340,
    ("all", "2013-06"): 1_310_000,
    ("all", "2013-12"): 1_440_000,
    ("all", "2015-12"): 1_810_000,
    ("all", "2016-06"): 1_870_000,
    ("1", "2013-03"): 92_400,
    ("2", "2013-03"): 203_780,
    ("6", "2013-03"): 57_960,
    ("5", "2012-07"): 17_000,
    ("6", "2012-07"): 52_100,
    ("7", "2012-07"): 9_400,
    ("9", "2012-07"): 10_000,
    ("9", "2012-12"): 19_800,
    ("5+6+7", "2012-07"): 79_000,
}


def test_no_published_figure_is_left_out():
    known = {(fact["group"], fact["last_month"]): fact["value"] for fact in PEOPLE}

    assert {key: int(known[key]) for key in PUBLISHED} == PUBLISHED


def test_first_months_referrals_give_its_published_attachments(programme):
    referred = counted(programme, "2011-06", "2011-06", "all")
    attached = Decimal(693_000) / 738_000 * referred

    assert round(attached, -2) == 28_600


def test_share_of_benefit_groups_in_the_first_months(programme):
    benefit = counted(programme, "2011-06", "2011-10", "5+6+7")
    total = counted(programme, "2011-06", "2011-10", "all")

    assert round(Decimal(100 * benefit) / total, 1) == Decimal("5.5")


def test_last_total_agrees_with_both_sources(programme):
    total = counted(programme, "2011-06", "2017-03", "all")

    assert round(total, -4) == 1_950_000
    assert round(total, -5) == 2_000_000


@pytest.mark.parametrize(
    ("area", "contracts", "published", "tolerance"),
    [("5", 2, 28_000, 500), ("9", 2, 17_650, 180), ("3", 3, 18_830, 190)],
)
def test_contracts_with_a_published_count_have_it(
    programme, area, contracts, published, tolerance
):
    people = counted(programme, "2011-06", "2012-07", "all", area=area)

    assert abs(people / contracts - published) <= tolerance


def test_forecast_is_the_published_plan(programme):
    assert counted(programme, "2011-06", "2017-03", "all", "forecast") == 2_400_000


def test_benefit_groups_came_at_the_published_share_of_the_forecast(programme):
    came = counted(programme, "2011-06", "2012-10", "5+6+7+8")
    forecast = counted(programme, "2011-06", "2012-10", "5+6+7+8", "forecast")

    assert round(Decimal(100 * came) / forecast) == 39


def test_intake_has_a_row_for_each_month_area_and_group(programme):
    keys = {(row.month, row.area, row.group) for row in programme.intake}

    assert len(keys) == len(programme.intake) == 70 * 18 * 9


def test_intake_is_what_the_script_builds():
    assert (FOLDER / "intake.csv").read_text(encoding="utf-8") == build_intake.build()


def test_every_assumed_figure_says_why():
    assert [
        fact for fact in FACTS if fact["evidence"] == "assumed" and not fact["reason"]
    ] == []
