"""Rulebooks, values and differences in plain English."""

from datetime import date

import pytest

from quasimarket.rulebook import load_rulebook
from quasimarket.rulebook.difference import difference, render_difference
from quasimarket.rulebook.explain import explain_rulebook, render_explanation
from quasimarket.rulebook.explain_clause import render_clause
from quasimarket.rulebook.explanation import Sentence, merged
from quasimarket.rulebook.plain_words import say_days, say_list
from quasimarket.rulebook.values_table import render_values


@pytest.fixture(scope="module")
def work_programme():
    return load_rulebook("work-programme")


def sentence(rulebook, key):
    found = {
        one.key: one.text
        for section in explain_rulebook(rulebook)
        for one in section.sentences
    }
    return found[key]


def test_example_adds_up_one_participants_payments(work_programme):
    text = sentence(work_programme, "examples.1")

    assert (
        "£400 attachment + £1,128 job outcome + 13 x £170 sustainment = £3,738" in text
    )
    assert "£1,000 incentive more" in text
    assert "78 weeks (546 days) in work" in text


def test_steps_of_a_fee_are_said_in_order(work_programme):
    assert sentence(work_programme, "milestones.attachment.6").startswith(
        "£600 until 31 March 2012, £450 until 31 March 2013, £300 until 31 March 2014, "
        "then nothing"
    )


def test_break_rule_is_said(work_programme):
    assert "starts again" in sentence(work_programme, "milestones.sustainment.rule")


def test_every_section_of_the_work_programme_says_something(work_programme):
    silent = [
        section.title
        for section in explain_rulebook(work_programme)
        if not section.sentences
    ]

    assert silent == ["Paid whatever the results"]


def test_every_number_is_listed_with_its_mark(work_programme):
    text = render_values(work_programme.stated)

    for value in work_programme.stated:
        assert f"{value.key} " in text
    assert "performance.share_shift.size" in text
    assert "5 percent  read [" in text


def test_clause_names_what_rests_on_it(work_programme):
    text = render_clause(work_programme, "S7")

    assert "One or two days between spells are bridged" in text
    assert "bridge_days: 2 days (assumed)" in text


def test_difference_of_a_rulebook_and_itself_is_none():
    rulebook = load_rulebook("teaching-pilot")

    found = difference(rulebook, rulebook)

    assert (found.sentences, found.values, found.same_results) == ((), (), True)
    assert render_difference(rulebook, rulebook).endswith("They say the same.\n")


def test_difference_says_what_was_and_what_is():
    before = load_rulebook("teaching-pilot")
    after = load_rulebook("teaching-pilot", {"bridge_days": "2"})

    text = render_difference(before, after)

    assert "- A gap of one day between two jobs is a break." in text
    assert "+ A gap of at most 2 days between two jobs counts as work." in text
    assert "bridge_days: 0 days (assumed) -> 2 days (assumed)" in text


def test_difference_in_wording_only_is_named_so():
    before = load_rulebook("teaching-pilot")
    after = load_rulebook("teaching-pilot", {"name": "Pilot"})

    assert difference(before, after).same_results


def test_explanation_fits_the_page(work_programme):
    longest = max(map(len, render_explanation(work_programme).splitlines()))

    assert longest <= 88


def test_equal_sentences_of_groups_are_merged():
    sentences = tuple(
        Sentence(key=f"fee.{group}", text=text, group=group)
        for group, text in (("1", "£4."), ("2", "£5."), ("3", "£4."))
    )

    assert merged(sentences) == ["Groups 1 and 3: £4.", "Group 2: £5."]


@pytest.mark.parametrize(
    ("days", "said"),
    [(1, "1 day"), (7, "7 days"), (14, "2 weeks (14 days)"), (365, "365 days")],
)
def test_days_are_said_in_weeks_where_they_are_weeks(days, said):
    assert say_days(days) == said


def test_lists_are_said_with_and():
    assert [say_list(parts) for parts in (["a"], ["a", "b"], ["a", "b", "c"])] == [
        "a",
        "a and b",
        "a, b and c",
    ]


def test_contract_years_of_a_programme_that_starts_late_in_one(work_programme):
    assert work_programme.contract_year_days(1) == (date(2011, 6, 1), date(2012, 3, 31))
    assert work_programme.contract_year(date(2014, 3, 31)) == 3
    assert work_programme.contract_year(date(2014, 4, 1)) == 4
