"""Published figures: what is shipped, and what a sheet may not say."""

from collections import Counter

import pytest

from quasimarket.core.dates import Month
from quasimarket.core.errors import InputFault
from quasimarket.evidence.targets import (
    LAST_FITTED,
    MEASURES,
    Measure,
    Target,
    Use,
    load_targets,
    parse_targets,
)


HEADER = (
    "id,label,measure,groups,scope,first_month,last_month,seen_to,value,unit,"
    "tolerance,use,evidence,source,note\n"
)
SOUND = (
    "cohort-2011-06,First cohort,cohort_12m,all,,2011-06,2011-06,2012-06,0.085,"
    "fraction,5%,fit,read,Library note,\n"
)


def found(sheet: str) -> list[str]:
    with pytest.raises(InputFault) as caught:
        parse_targets(sheet, "t.csv")
    return [f"{fault.where}: {fault.found}" for fault in caught.value.faults]


def by_id() -> dict[str, Target]:
    return {target.id: target for target in load_targets()}


def test_shipped_targets_hold_the_published_headlines():
    targets = by_id()

    assert targets["cohort-2011-06"].value == 0.085
    assert targets["cohort-2012-06"].value == 0.13
    assert targets["outcomes-2014-03"].value == 296_000
    assert targets["starters-2013-12"].value == 498_196
    assert targets["level-g6-2012-13"].value == 0.053


def test_shipped_money_by_group_sums_to_its_published_total():
    targets = load_targets()
    money = [one for one in targets if one.measure is Measure.JOB_OUTCOME_MONEY]

    parts = sum(one.value for one in money if one.groups)
    (total,) = (one.value for one in money if not one.groups)

    assert parts == total == 331_789_000


def test_shipped_money_by_type_sums_to_its_published_total():
    targets = by_id()

    parts = (
        targets["attachment-money-april"].value
        + targets["sustainment-money"].value
        + targets["outcome-money"].value
    )

    assert parts == pytest.approx(targets["total-money-2014-03"].value, abs=0.5e6)


def test_nothing_seen_after_march_2014_is_fitted_or_called_a_check():
    late = [target for target in load_targets() if target.seen_to > LAST_FITTED]

    assert late
    assert {target.use for target in late} == {Use.FORECAST}


def test_at_least_a_third_of_the_outcome_facts_are_held_out():
    uses = Counter(target.use for target in load_targets())

    assert uses[Use.CHECK] >= (uses[Use.CHECK] + uses[Use.FIT]) / 3


def test_every_check_says_why_it_is_held_out():
    checks = [target for target in load_targets() if target.use is Use.CHECK]

    assert all("Held out" in target.note for target in checks)


def test_every_measure_has_a_meaning_and_a_target():
    used = {target.measure for target in load_targets()}

    assert set(MEASURES) == set(Measure) == used


def test_a_share_is_a_tolerance_of_so_much_of_the_value():
    (target,) = parse_targets(HEADER + SOUND, "t.csv")

    assert target.tolerance == pytest.approx(0.00425)
    assert target.tolerances_off(0.085) == 0
    assert target.tolerances_off(0.0935) == pytest.approx(2)


def test_an_amount_is_a_tolerance_in_the_unit_of_the_value():
    row = SOUND.replace("5%", "0.01")

    (target,) = parse_targets(HEADER + row, "t.csv")

    assert target.tolerance == 0.01


def test_groups_and_months_are_read():
    row = SOUND.replace(",all,", ",5+6+7,")

    (target,) = parse_targets(HEADER + row, "t.csv")

    assert target.groups == ("5", "6", "7")
    assert target.seen_to == Month(2012, 6)


def test_all_faults_of_a_sheet_are_told_at_once():
    sheet = (
        HEADER
        + SOUND
        + SOUND
        + "Bad Id,,speed,9+1,sector=third,2011-13,x,,-1,metres,0,maybe,seen,,\n"
    )

    faults = found(sheet)

    assert faults == [
        "t.csv:4, measure: 'speed'",
        "t.csv:4, value: '-1'",
        "t.csv:4, label: nothing",
        "t.csv:4, groups: '9+1'",
        "t.csv:4, scope: 'sector=third'",
        "t.csv:4, first_month: '2011-13'",
        "t.csv:4, last_month: 'x'",
        "t.csv:4, seen_to: nothing",
        "t.csv:4, unit: 'metres'",
        "t.csv:4, tolerance: '0'",
        "t.csv:4, use: 'maybe'",
        "t.csv:4, evidence: 'seen'",
        "t.csv:4, source: nothing",
        "t.csv:4, id: 'Bad Id'",
        "t.csv:3, id: 'cohort-2011-06'",
    ]


@pytest.mark.parametrize(
    ("sound", "wrong", "fault"),
    [
        ("2012-06", "2014-04", "t.csv:2, use: fit of a fact seen to 2014-04"),
        (",fit,", ",forecast,", "t.csv:2, use: forecast of a fact seen to 2012-06"),
        ("2012-06", "2011-05", "t.csv:2, first_month: 2011-06, 2011-06, 2011-05"),
        ("fraction", "people", "t.csv:2, unit: people"),
        ("0.085", "8.5", "t.csv:2, value: 8.5"),
        (",0.085,", ",0,", "t.csv:2, tolerance: '5%'"),
        (",read,", ",derived,", "t.csv:2, note: nothing"),
    ],
)
def test_a_target_that_contradicts_itself_is_refused(sound, wrong, fault):
    assert found(HEADER + SOUND.replace(sound, wrong)) == [fault]


def test_a_measure_that_needs_a_scope_is_refused_without_one():
    row = SOUND.replace("cohort_12m", "zero_referral_share")

    assert found(HEADER + row) == ["t.csv:2, scope: nothing"]


def test_a_sheet_with_another_header_is_refused():
    assert found("id,value\n" + SOUND) == ["t.csv:1: id,value"]


def test_a_row_of_another_length_is_refused():
    assert found(HEADER + "cohort,too,short\n") == ["t.csv:2: a row of another length"]
