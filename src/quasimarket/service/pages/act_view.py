"""The page of any act: its questions, a look at the answers, and doing it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from quasimarket.service.acting.act import ACTS, About, Act
from quasimarket.service.acting.performing import perform, reference_field
from quasimarket.service.acting.refusals import NotAllowed, NotFound, Refusal
from quasimarket.service.acting.shown_once import ShownOnce
from quasimarket.service.pages.answers import (
    Answers,
    check_answers,
    read_answers,
    typed_from,
)
from quasimarket.service.pages.checked_files import (
    file_boxes,
    hidden_digests,
    note_other_files,
)
from quasimarket.service.pages.parts import SummaryList
from quasimarket.service.pages.prefilled import prefilled
from quasimarket.service.pages.question_markup import form_markup, hidden_markup
from quasimarket.service.pages.questions import Choice, Question, in_words, questions_of
from quasimarket.service.pages.said_back import said_back
from quasimarket.service.pages.showing import show
from quasimarket.service.pages.wording import worded


UNREADABLE = re.compile(r"(?:[a-z]+-)*[0-9a-f]{10,}")
"""A reference that is for addresses, and says nothing to a reader."""


def act_page(request: HttpRequest, act: str, reference: str = "") -> HttpResponse:
    """Show an act's form, or do the act with what was sent."""
    about = ACTS.get(act)
    if about is None or (about.on is None) != (reference == ""):
        raise Http404
    if about.asks_again:
        return asked_anew(request, about=about, reference=reference)
    return answered(request, about=about, reference=reference)


@reauthentication_required
def asked_anew(request: HttpRequest, *, about: About, reference: str) -> HttpResponse:
    """Answer once the doer has shown again who they are: money or law rests on it."""
    return answered(request, about=about, reference=reference)


def answered(request: HttpRequest, *, about: About, reference: str) -> HttpResponse:
    """Answer a request for an act whose doer is known."""
    subject = find_subject(about, reference)
    if request.actor.role not in about.by:
        raise PermissionDenied
    page = ActPage(request, about, subject)
    if refusal := state_refusal(about, subject):
        return page.closed(refusal)
    if request.method != "POST":
        return page.form(prefilled(page.questions, request.GET, subject, about.kind))
    step = request.POST.get("step", "")
    if step == "change":
        return page.form(Answers(typed=typed_from(page.questions, sent(request))))
    return page.sent(is_confirmed=step == "confirm")


def find_subject(about: About, reference: str) -> Any:
    """Find what the act is about; what may not be seen is not there."""
    if about.on is None:
        return None
    rows = about.on._default_manager  # type: ignore[attr-defined] # a Django model
    try:
        found = rows.filter(**{reference_field(about.on): reference}).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


def state_refusal(about: About, subject: Any) -> Refusal | None:
    """Say why the subject's state forbids the act, if it does."""
    if about.machine is None or subject is None:
        return None
    try:
        about.machine.after(about.name, getattr(subject, about.machine.column))
    except Refusal as refusal:
        return refusal
    return None


def sent(request: HttpRequest) -> Mapping[str, list[str]]:
    """Give everything that was sent, by the name of its box."""
    return {name: [str(one) for one in texts] for name, texts in request.POST.lists()}


class ActPage:
    """One request for one act on one subject."""

    def __init__(self, request: HttpRequest, about: About, subject: Any) -> None:
        """Work out the questions."""
        self.request = request
        self.about = about
        self.subject = subject
        self.questions = questions_of(about.kind, offered(request, about, subject))
        self.has_file = any(one.kind == "file" for one in self.questions)

    def form(self, answers: Answers) -> HttpResponse:
        """Show the questions, with what was typed and what is wrong."""
        return self.show(
            "pages/act_form.html",
            errors=answers.summary(self.questions),
            status=422 if answers.has_errors else 200,
            fields=form_markup(self.questions, answers),
            has_file=self.has_file,
            is_checked=self.about.asks_again,
            read_first=self.about.kind.read_first,
        )

    def sent(self, *, is_confirmed: bool) -> HttpResponse:
        """Judge what was sent; show it to be checked where that is asked; do it."""
        answers = read_answers(self.questions, sent(self.request), self.request.FILES)
        act = check_answers(self.about.kind, self.questions, answers)
        if act is None:
            return self.form(answers)
        if self.about.asks_again and not is_confirmed:
            return self.show(
                "pages/act_check.html",
                summary=said_back(self.questions, act, self.request.FILES),
                hidden=hidden_markup(answers) + hidden_digests(self.questions, act),
                files=file_boxes(self.questions, answers),
            )
        if self.about.asks_again and note_other_files(
            self.questions, act, answers, self.request.POST
        ):
            return self.form(answers)
        return self.do(act, answers)

    def do(self, act: Act, answers: Answers) -> HttpResponse:
        """Do the act, or say what stands against it beside what was typed."""
        actor = self.request.actor
        try:
            result = perform(act, actor, self.subject)
        except NotFound:
            raise Http404 from None
        except NotAllowed:
            raise PermissionDenied from None
        except Refusal as refusal:
            note_refusal(refusal, self.questions, answers)
            return self.form(answers)
        if isinstance(result, ShownOnce):
            return self.shown_once(result)
        place = address_of(result) or self.home
        if self.about.asks_again:
            self.request.session["done"] = {"title": self.about.title, "href": place}
            return HttpResponseRedirect("/done/")
        messages.success(self.request, worded(self.about.title))
        return HttpResponseRedirect(place)

    @property
    def home(self) -> str:
        """Give the page that the act belongs to."""
        return address_of(self.subject) or self.about.kind.listed_at or "/"

    def shown_once(self, given: ShownOnce) -> HttpResponse:
        """Show what is not shown again, and have no cache keep it."""
        answer = show(
            self.request,
            "pages/shown_once.html",
            title=_("Keep this now: it is not shown again"),
            subject_name=caption_of(self.subject),
            facts=SummaryList.of(
                {in_words(name): text for name, text in given.items()}
            ),
            place=given.address,
        )
        answer["Cache-Control"] = "no-store"
        return answer

    def closed(self, refusal: Refusal) -> HttpResponse:
        """Say why the act cannot be done as things stand."""
        return self.show("pages/act_closed.html", status=409, unmet=refusal.unmet)

    def show(self, template: str, **context: Any) -> HttpResponse:
        """Show a page of the act."""
        return show(
            self.request,
            template,
            title=self.about.title,
            back=self.home,
            about=self.about,
            subject_name=caption_of(self.subject),
            **context,
        )


def offered(
    request: HttpRequest, about: About, subject: Any
) -> Mapping[str, Iterable[Choice]]:
    """Ask the act what may be chosen where that depends on the case.

    An act says so with a class method `offered(subject, actor)`, which gives the
    choices of a field by the field's name.
    """
    asked = getattr(about.kind, "offered", None)
    if asked is None:
        return {}
    found: Mapping[str, Iterable[Choice]] = asked(subject, request.actor)
    return found


def note_refusal(refusal: Refusal, questions: list[Question], answers: Answers) -> None:
    """Put what stands against an act beside its questions."""
    names = {one.name for one in questions}
    for unmet in refusal.unmet:
        text = f"{worded(unmet.message)} {worded(unmet.remedy)}".strip()
        if unmet.field in names:
            answers.errors[unmet.field] = text
        else:
            answers.whole.append(text)


def address_of(thing: Any) -> str:
    """Give the page of a thing, if it has one."""
    address = getattr(thing, "get_absolute_url", None)
    return str(address()) if address else ""


def caption_of(thing: Any) -> str:
    """Say above the heading what the act is about."""
    if thing is None:
        return ""
    reference = str(getattr(thing, "reference", ""))
    return str(thing) if not reference or UNREADABLE.fullmatch(reference) else reference
