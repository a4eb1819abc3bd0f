"""Files of an act that is checked before it is done.

A page cannot send a file on, and what was only looked at is not kept. So the page that
says the answers back names the file and its digest, and asks for it once more; another
file than the one that was checked is refused.
"""

import hashlib
from collections.abc import Mapping, Sequence

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from quasimarket.service.acting.act import Act
from quasimarket.service.pages.answers import Answers
from quasimarket.service.pages.question_markup import form_markup
from quasimarket.service.pages.questions import Kind, Question


def digest_of(content: object) -> str:
    """Give the digest by which a file is known again; blank where there is none."""
    if not isinstance(content, bytes):
        return ""
    return hashlib.sha256(content).hexdigest()


def asked_files(questions: Sequence[Question]) -> list[Question]:
    """List the questions that are answered with a file."""
    return [one for one in questions if one.kind is Kind.FILE]


def hidden_digests(questions: Sequence[Question], act: Act) -> SafeString:
    """Carry the digests of the files that are being checked."""
    return format_html_join(
        "",
        '<input type="hidden" name="{}-digest" value="{}">',
        (
            (one.name, digest_of(getattr(act, one.name)))
            for one in asked_files(questions)
        ),
    )


def file_boxes(questions: Sequence[Question], answers: Answers) -> SafeString:
    """Ask for the files once more."""
    return form_markup(asked_files(questions), answers)


def note_other_files(
    questions: Sequence[Question], act: Act, answers: Answers, sent: Mapping[str, str]
) -> bool:
    """Say of each file whether it is another than was checked; give whether one is."""
    for one in asked_files(questions):
        if sent.get(f"{one.name}-digest", "") != digest_of(getattr(act, one.name)):
            answers.errors[one.name] = _("Choose the file that you checked")
    return answers.has_errors
