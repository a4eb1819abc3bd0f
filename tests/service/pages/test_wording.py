"""Every phrase of a page can be put in another language, and is in its catalogue."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType
from django.utils import translation

from quasimarket.service.pages.answers import Answers
from quasimarket.service.pages.parts import SummaryList, Task, state_tag
from quasimarket.service.pages.question_markup import question_markup
from quasimarket.service.pages.questions import Kind, Question
from quasimarket.service.pages.table import Column, Table
from quasimarket.service.pages.things import start
from quasimarket.service.pages.wording import worded


ROOT = Path(__file__).resolve().parents[3]
SERVICE = ROOT / "src" / "quasimarket" / "service"
TEMPLATES = sorted(SERVICE.rglob("*.html"))
WORDS = re.compile("[A-Za-z]{2}")
NAMES = {"Quasimarket"}
HEARD = {"aria-label", "title", "alt", "placeholder"}
QUOTED = re.compile(r"""(?<!_\()(?<![\w=])(?:"([^"]*)"|'([^']*)')""")
WORDING = {"translate", "load", "url", "static", "include", "extends"}
"""Tags whose constants are translated, or are no words."""


class Unmarked(HTMLParser):
    """Gather the words of a page that stand outside every mark."""

    def __init__(self):
        super().__init__()
        self.found = []
        self.within = []

    def handle_starttag(self, tag, attrs):
        self.within.append(tag)
        self.found += [text for name, text in attrs if name in HEARD and text]

    def handle_endtag(self, tag):
        while self.within and self.within.pop() != tag:
            pass

    def handle_data(self, data):
        if not {"script", "style"} & set(self.within):
            self.found.append(data)


def unmarked(text):
    """Give the words of a template that no language but English can replace."""
    markup, constants, is_marked = [], [], False
    for token in Lexer(text).tokenize():
        if token.token_type is TokenType.TEXT and not is_marked:
            markup.append(token.contents)
        if token.token_type is TokenType.BLOCK:
            name, *rest = token.split_contents()
            is_marked = name == "blocktranslate" or (
                is_marked and name != "endblocktranslate"
            )
            if name not in WORDING:
                constants += QUOTED.findall(" ".join(rest))
    page = Unmarked()
    page.feed("".join(markup))
    said = {one.strip(" \n–:.,()") for one in page.found}
    said |= {one for pair in constants for one in pair if re.search("[A-Z ]", one)}
    return sorted(one for one in said - NAMES if WORDS.search(one))


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Two words</p>", ["Two words"]),
        ('<p>{% translate "Two words" %}</p>', []),
        ("<p>{% blocktranslate %}Two {{ of }} words{% endblocktranslate %}</p>", []),
        ('<nav aria-label="The menu"></nav>', ["The menu"]),
        ('{% button "Go on" %}', ["Go on"]),
        ("<script>let two = words;</script>", []),
    ],
)
def test_words_outside_every_mark_are_found(template, found):
    assert unmarked(template) == found


@pytest.mark.parametrize(
    "path", TEMPLATES, ids=lambda path: path.relative_to(SERVICE).as_posix()
)
def test_template_marks_its_words(path):
    assert unmarked(path.read_text(encoding="utf-8")) == []


def test_catalogue_holds_what_the_pages_say():
    result = subprocess.run(
        [sys.executable, ROOT / "scripts/gather_phrases.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (result.returncode, result.stdout) == (0, "")


def of_a_table():
    column = Column(heading="Help", cell=lambda row: row)
    return str(Table(caption="Cookies", columns=[column], rows=["Anwen"]))


@pytest.mark.parametrize(
    ("write", "words"),
    [
        (of_a_table, ("Cymorth", "Cwcis")),
        (lambda: str(SummaryList.of({"Help": "Anwen"})), ("Cymorth",)),
        (lambda: str(Task(title="Help").item()), ("Cymorth",)),
        (lambda: str(state_tag("help")), ("Cymorth",)),
        (lambda: start("record-contact", "Help")["title"], ("Cymorth",)),
        (
            lambda: question_markup(
                Question(
                    name="help",
                    title="Help",
                    hint="Cookies",
                    kind=Kind.CHOICE,
                    required=True,
                    choices=(("menu", "Menu"),),
                ),
                Answers(),
            ),
            ("Cymorth", "Cwcis", "Dewislen"),
        ),
    ],
    ids=["table", "summary", "task", "state", "link", "question"],
)
def test_what_a_room_writes_in_english_is_shown_in_welsh(write, words):
    with translation.override("cy"):
        written = write()

    assert all(word in written for word in words)


@pytest.mark.parametrize("text", ["", "a sentence that no catalogue has", "100%"])
def test_what_the_catalogue_does_not_have_stays(text):
    with translation.override("cy"):
        assert worded(text) == text
