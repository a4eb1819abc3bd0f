"""What an explanation is made of: keyed sentences in titled sections.

A sentence has a key, so that the difference between two rulebooks can be said as what
a sentence was and what it is now.
"""

import textwrap
from dataclasses import dataclass
from itertools import groupby

from quasimarket.rulebook.plain_words import say_list


WIDTH = 88


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of an explanation."""

    key: str
    """What it is about: "milestones.job-outcome.fee.1"."""
    text: str
    group: str = ""
    """The payment group it is about; equal sentences of several groups are merged."""

    @property
    def whole(self) -> str:
        """The sentence as it stands alone."""
        return f"Group {self.group}: {self.text}" if self.group else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A title and its sentences."""

    title: str
    sentences: tuple[Sentence, ...]


def render_sections(sections: list[Section]) -> str:
    """Write sections as text, one sentence to a bullet, wrapped."""
    return "\n".join(_render(section) for section in sections if section.sentences)


def _render(section: Section) -> str:
    lines = [section.title, "-" * len(section.title)]
    for text in merged(section.sentences):
        lines += wrapped(text)
    return "\n".join(lines) + "\n"


def wrapped(text: str, bullet: str = "- ") -> list[str]:
    """Wrap one bullet's text."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=bullet,
        subsequent_indent=" " * len(bullet),
        break_long_words=False,
        break_on_hyphens=False,
    )


def merged(sentences: tuple[Sentence, ...]) -> list[str]:
    """Give the sentences' texts, those of several groups that agree as one."""
    texts = []
    for _, run in groupby(sentences, key=_subject):
        by_text: dict[str, list[str]] = {}
        for sentence in run:
            by_text.setdefault(sentence.text, []).append(sentence.group)
        for text, groups in by_text.items():
            if not groups[0]:
                texts.append(text)
            elif len(groups) == 1:
                texts.append(f"Group {groups[0]}: {text}")
            else:
                texts.append(f"Groups {say_list(groups)}: {text}")
    return texts


def _subject(sentence: Sentence) -> str:
    """Give the key without its group: what sentences must share to be merged."""
    return sentence.key.removesuffix(f".{sentence.group}") if sentence.group else ""
