import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from quasimarket.core.errors import InputFault
from quasimarket.runs.summary_schema import (
    from_json,
    json_schema,
    read_summary,
    to_json,
    write_summary,
)
from tests.lib.sample_run import bare_summary, sample_summary, with_every_target


def faults_of(text: str) -> list[str]:
    with pytest.raises(InputFault) as raised:
        from_json(text)
    return [str(fault) for fault in raised.value.faults]


def changed(**values: object) -> str:
    return json.dumps({**json.loads(to_json(sample_summary(contracts=3))), **values})


@pytest.mark.parametrize(
    "summary",
    [sample_summary(), bare_summary(), with_every_target(sample_summary(contracts=2))],
    ids=["full", "bare", "every-target"],
)
def test_summary_written_and_read_is_the_same(summary):
    assert from_json(to_json(summary)) == summary


def test_money_is_written_in_pounds_and_read_exactly():
    summary = sample_summary(contracts=1)
    penny = Decimal("0.01")
    paid = replace(
        summary.paid_gbp,
        attachment=summary.paid_gbp.attachment + penny,
        total=summary.paid_gbp.total + penny,
    )

    text = to_json(replace(summary, paid_gbp=paid))

    assert json.loads(text)["paid_gbp"]["total"] == float(paid.total)
    assert from_json(text).paid_gbp == paid


def test_keys_that_the_issue_names_are_there():
    plain = json.loads(to_json(sample_summary()))

    assert set(plain["paid_gbp"]) >= {
        "attachment",
        "job_outcome",
        "sustainment",
        "incentive",
        "total",
    }
    assert set(plain["by_group"]) == set("123456789")
    assert set(plain["by_group"]["1"]) >= {
        "referrals",
        "job_outcomes",
        "rate_24m",
        "paid_gbp",
    }
    assert set(plain["by_month"][0]) == {
        "month",
        "cumulative_referrals",
        "cumulative_attachments",
        "cumulative_job_outcomes",
        "cumulative_job_starters",
        "cumulative_paid_gbp",
    }
    assert set(plain["mpl"][0]) >= {
        "contract_year",
        "group",
        "contract",
        "rate",
        "level",
        "met",
    }
    assert plain["flow"]["zero_referral_share"]["third"]["2"] > 0
    assert set(plain["fit"][0]) >= {"target", "official", "simulated", "use"}


def test_every_fault_is_told_at_once():
    text = changed(
        referrals=-1, seed="one", first_month="2011-13", mpl={}, attachments=True
    )

    found = faults_of(text)

    assert [one.split(":")[0] for one in found] == [
        "summary.json.seed",
        "summary.json.first_month",
        "summary.json.referrals",
        "summary.json.attachments",
        "summary.json.mpl",
    ]
    assert 'found "2011-13"; expected a month as "YYYY-MM"' in found[1]


def test_missing_field_is_told_with_what_it_means():
    plain = json.loads(changed())
    del plain["job_starters"]

    (found,) = faults_of(json.dumps(plain))

    assert found.startswith("summary.json: found no job_starters; expected People who")


def test_money_that_does_not_add_up_is_refused():
    plain = json.loads(changed())
    plain["paid_gbp"]["total"] += 1

    (found,) = faults_of(json.dumps(plain))

    assert found.startswith("paid_gbp.total")


def test_unknown_contract_in_the_levels_is_refused():
    plain = json.loads(changed())
    plain["mpl"][0]["contract"] = "99"

    (found,) = faults_of(json.dumps(plain))

    assert found == "mpl: found 99; expected one of 1, 2, 3"


def test_months_out_of_order_and_unknown_cohorts_are_refused():
    plain = json.loads(changed())
    plain["by_month"][0], plain["by_month"][1] = (
        plain["by_month"][1],
        plain["by_month"][0],
    )
    plain["cohort_12m"]["1999-01"] = 0.5

    found = faults_of(json.dumps(plain))

    assert [one.split(":")[0] for one in found] == [
        "by_month",
        "paid_by_month",
        "cohort_12m",
    ]


def test_summary_without_a_month_is_refused():
    found = faults_of(changed(by_month=[], paid_by_month=[]))

    assert found[0] == "by_month: found no month; expected rising months"


def test_later_schema_is_refused():
    (found,) = faults_of(changed(schema_version="2.0"))

    assert "expected 1." in found


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"a": NaN}'])
def test_what_is_no_summary_is_refused(text):
    assert faults_of(text)


def test_number_that_is_none_is_not_written(tmp_path: Path):
    summary = replace(sample_summary(contracts=1), referrals=float("nan"))

    with pytest.raises(InputFault):
        write_summary(summary, tmp_path / "summary.json")

    assert not list(tmp_path.iterdir())


def test_summary_is_written_whole(tmp_path: Path):
    path = tmp_path / "summary.json"
    summary = sample_summary(contracts=1)

    write_summary(summary, path)

    assert read_summary(path) == summary
    assert [one.name for one in tmp_path.iterdir()] == ["summary.json"]


def test_schema_describes_every_record_that_it_points_to():
    schema = json_schema()
    text = json.dumps(schema)
    definitions = schema["$defs"]

    pointed_to = {part.split('"')[0] for part in text.split("#/$defs/")[1:]}

    assert pointed_to == set(definitions)
    for definition in definitions.values():
        assert definition["description"]
        assert all(field["description"] for field in definition["properties"].values())
