"""From the fields of an act to questions, and from what is typed to answers."""

from datetime import date
from enum import StrEnum
from typing import Literal

import pytest
from pydantic import BaseModel, field_validator

from quasimarket.service.acting.act import ask
from quasimarket.service.pages.answers import (
    check_answers,
    read_answers,
    read_pounds,
    said_of,
)
from quasimarket.service.pages.question_markup import form_markup
from quasimarket.service.pages.questions import Kind, in_words, questions_of


class Colour(StrEnum):
    RED = "deep-red"
    BLUE = "blue"


class Everything(BaseModel):
    day: date = ask("When?", hint="27 3 2013")
    colour: Colour = ask("Which colour?")
    size: Literal["small", "large"] | None = ask("How big?", default=None)
    many: Literal["a", "b", "c", "d", "e", "f", "g"] = ask("Which?", default="a")
    sure: bool = ask("I am sure")
    amount: int = ask("How much?", pounds=True, ge=0, le=1_000_00)
    count: int = ask("How many?", gt=0)
    note: str = ask("Why?", long=True, max_length=20)
    name: str | None = ask("Name", default=None)
    topics: list[Colour] = ask("What about?", default_factory=list)
    codes: list[str] = ask("Codes", default_factory=list)
    document: bytes | None = ask("Document", default=None)


GOOD = {
    "day-day": ["3"],
    "day-month": ["April"],
    "day-year": ["2013"],
    "colour": ["deep-red"],
    "many": ["b"],
    "sure": ["true"],
    "amount": ["£12.50"],
    "count": ["1,000"],
    "note": ["Because"],
    "topics": ["blue", "deep-red"],
    "codes": ["x1\r\n\r\n x2 "],
}


def answered(**changes):
    questions = questions_of(Everything)
    sent = GOOD | {name.replace("__", "-"): texts for name, texts in changes.items()}
    answers = read_answers(questions, sent)
    return check_answers(Everything, questions, answers), answers


def test_type_of_a_field_decides_how_it_is_asked():
    kinds = {one.name: one.kind for one in questions_of(Everything)}

    assert kinds == {
        "day": Kind.DATE,
        "colour": Kind.CHOICE,
        "size": Kind.CHOICE,
        "many": Kind.CHOICE,
        "sure": Kind.FLAG,
        "amount": Kind.POUNDS,
        "count": Kind.NUMBER,
        "note": Kind.LONG,
        "name": Kind.TEXT,
        "topics": Kind.SEVERAL,
        "codes": Kind.LINES,
        "document": Kind.FILE,
    }


def test_choices_are_called_by_words():
    colour = next(one for one in questions_of(Everything) if one.name == "colour")

    assert colour.choices == (("deep-red", "Deep red"), ("blue", "Blue"))


def test_more_than_six_choices_are_a_list_to_pick_from():
    _, answers = answered()

    markup = form_markup(questions_of(Everything), answers)

    assert markup.count("<select") == 1
    assert markup.count('type="radio"') == 4
    assert markup.count('type="checkbox"') == 3


def test_optional_questions_say_so():
    labels = [one.label for one in questions_of(Everything) if not one.required]

    assert "Name (optional)" in labels
    assert "How big? (optional)" in labels


def test_choices_that_depend_on_the_case_are_offered():
    offered = {"name": [("p-1", "Place one"), ("p-2", "Place two")]}

    name = next(one for one in questions_of(Everything, offered) if one.name == "name")

    assert name.kind is Kind.CHOICE
    assert name.choices == (("p-1", "Place one"), ("p-2", "Place two"))


def test_good_answers_make_the_act():
    made, _ = answered()

    assert made == Everything(
        day=date(2013, 4, 3),
        colour=Colour.RED,
        many="b",
        sure=True,
        amount=1250,
        count=1000,
        note="Because",
        topics=[Colour.BLUE, Colour.RED],
        codes=["x1", "x2"],
    )


@pytest.mark.parametrize(
    ("changes", "name", "message"),
    [
        ({"day__day": ["31"], "day__month": ["2"]}, "day", "It must be a real date"),
        ({"day__month": [""]}, "day", "The date must include a month"),
        ({"day__year": ["13"]}, "day", "The year must have 4 numbers"),
        ({"day__year": ["²013"]}, "day", "It must be a real date"),
        (
            {"day__day": [""], "day__month": [""], "day__year": [""]},
            "day",
            "Enter a date",
        ),
        ({"colour": []}, "colour", "Choose an answer"),
        ({"colour": ["green"]}, "colour", "Choose one of the answers given"),
        ({"sure": [""]}, "sure", "Tick the box to confirm"),
        ({"amount": [""]}, "amount", "Enter an amount"),
        (
            {"amount": ["1.234"]},
            "amount",
            "Enter an amount in pounds and pence, like 1,128.50",
        ),
        ({"amount": ["1000.01"]}, "amount", "It must be £1,000.00 or less"),
        ({"amount": ["-1"]}, "amount", "It must be £0.00 or more"),
        ({"count": ["many"]}, "count", "Enter a whole number"),
        ({"count": ["0"]}, "count", "It must be more than 0"),
        ({"note": ["x" * 21]}, "note", "It must be 20 characters or fewer"),
        ({"note": ["  "]}, "note", "Enter an answer"),
    ],
)
def test_mistake_is_said_at_its_question(changes, name, message):
    made, answers = answered(**changes)

    assert made is None
    assert answers.errors == {name: message}


def test_everything_blank_names_every_required_question():
    questions = questions_of(Everything)
    answers = read_answers(questions, {})

    check_answers(Everything, questions, answers)

    required = [one.name for one in questions if one.required]
    assert list(answers.errors) == required
    assert next(where for _, where in answers.summary(questions)) == "id_day-day"


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e400", "12p", "--1", "1.2.3"])
def test_amount_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match="pounds and pence"):
        read_pounds(text)


def test_what_was_typed_is_escaped_where_it_is_shown_again():
    _, answers = answered(note=['</textarea><script>alert("1")</script>'])

    markup = form_markup(questions_of(Everything), answers)

    assert "<script>" not in markup
    assert "&lt;script&gt;" in markup


def test_boxes_that_were_not_asked_for_are_dropped():
    _, answers = answered(admin=["true"])

    assert "admin" not in answers.typed
    assert "admin" not in answers.values


class Pair(BaseModel):
    low: int = ask("Lowest")
    high: int = ask("Highest")

    @field_validator("high")
    @classmethod
    def not_below(cls, value, info):
        if value < info.data.get("low", value):
            raise ValueError("It must not be below the lowest")
        return value


def test_act_words_its_own_rules():
    questions = questions_of(Pair)
    answers = read_answers(questions, {"low": ["5"], "high": ["4"]})

    assert check_answers(Pair, questions, answers) is None
    assert answers.errors == {"high": "It must not be below the lowest"}


def test_choice_that_is_written_with_a_hyphen_keeps_it():
    assert in_words("e-mail") == "E-mail"
    assert in_words("home-visit") == "Home visit"


def test_error_of_a_title_that_asks_nothing_stands_after_a_colon():
    assert said_of("Score", "Enter a number") == "Score: Enter a number"
    assert said_of("What is it for?", "Enter it") == "What is it for? Enter it"
