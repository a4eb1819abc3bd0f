"""Deadlines run in working days of the contract's own nation."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from quasimarket.rulebook import load_rulebook
from quasimarket.service.participation.deadlines import (
    calendar,
    clock,
    clocks,
    holidays,
)


@pytest.fixture(scope="module")
def rulebook():
    return load_rulebook("work-programme", {})


def case(**given):
    nothing = dict.fromkeys(
        ("queried", "acknowledged", "attached", "first_contact", "last_contact",
         "action_plan", "exit_report", "completed", "interviewed", "result_recorded")
    )  # fmt: skip
    first = given.pop("referred", date(2012, 3, 1))
    return SimpleNamespace(
        **{
            **nothing,
            "state": "referred",
            "exit_exception": "",
            "referred": first,
            "allotted_end": first + timedelta(days=727),
            **given,
        }
    )


def test_a_referral_before_easter_is_due_after_it(rulebook):
    days = calendar(rulebook, "England")

    found = days.due(clock("acknowledge"), case(referred=date(2012, 4, 5)))

    # Good Friday, the weekend and Easter Monday are no working days
    assert found == date(2012, 4, 11)


def test_scotland_works_on_easter_monday_and_rests_on_2_january(rulebook):
    english, scottish = (holidays(rulebook, one) for one in ("England", "Scotland"))

    assert date(2013, 4, 1) in english - scottish
    assert date(2013, 1, 2) in scottish - english
    assert calendar(rulebook, "Scotland").due(
        clock("acknowledge"), case(referred=date(2012, 12, 31))
    ) == date(2013, 1, 4)


def test_years_that_one_list_lacks_come_from_the_other(rulebook):
    assert date(2027, 12, 27) in holidays(rulebook, "England")
    assert date(2011, 4, 22) in holidays(rulebook, "Scotland")


def test_the_rulebooks_offer_goes_before_the_file(rulebook):
    days = calendar(rulebook, "England")
    offer = rulebook.minimum_service_offer

    assert days.days["first-contact"] == offer.first_contact_working_days
    assert days.days["next-contact"] == offer.contact_interval_days
    assert days.days["acknowledge"] == 2


@pytest.mark.parametrize(
    ("given", "what", "day"),
    [
        ({}, "acknowledge", date(2012, 3, 5)),
        ({"state": "paused", "queried": date(2012, 3, 2)}, "decide-query",
         date(2012, 3, 2)),
        ({"state": "acknowledged", "acknowledged": date(2012, 3, 2),
          "first_contact": date(2012, 3, 2)}, "attach", date(2012, 3, 22)),
        ({"state": "attached", "attached": date(2012, 3, 12),
          "first_contact": date(2012, 3, 12), "last_contact": date(2014, 2, 1),
          "action_plan": date(2012, 4, 1)}, "next-contact", date(2014, 2, 15)),
        ({"state": "completed", "completed": date(2014, 2, 25),
          "exit_report": date(2014, 2, 20)}, "interview", date(2014, 3, 12)),
        ({"state": "completed", "completed": date(2014, 2, 25),
          "exit_exception": "death", "interviewed": date(2014, 2, 26)}, "", None),
        ({"state": "completed", "completed": date(2014, 2, 25),
          "exit_report": date(2014, 2, 20), "interviewed": date(2014, 2, 26)},
         "result", date(2014, 3, 25)),
        ({"state": "completed", "completed": date(2014, 2, 25),
          "exit_report": date(2014, 2, 20), "interviewed": date(2014, 2, 26),
          "result_recorded": date(2014, 3, 1)}, "", None),
        ({"state": "cancelled"}, "", None),
    ],
)  # fmt: skip
def test_the_first_open_deadline_is_next(rulebook, given, what, day):
    assert calendar(rulebook, "England").next_due(case(**given)) == (day, what)


def test_the_exit_report_opens_ten_working_days_before_the_end(rulebook):
    days = calendar(rulebook, "England")
    one = case(referred=date(2011, 6, 6))  # ends on Sunday 2 June 2013

    # the spring bank holiday, 27 May, is among the days before
    assert not days.is_open_for_exit(one, date(2013, 5, 16))
    assert days.is_open_for_exit(one, date(2013, 5, 17))


def test_every_clock_has_its_source():
    assert all(one.source and one.label and one.rule for one in clocks())
    assert all(one.rule.startswith("R") or one.rule == "offer" for one in clocks())
