"""Notices and doubts on a case's page, and in plain words on the participant's own."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quasimarket.service.acting import clock
from quasimarket.service.fairness.models import Doubt, Notice
from quasimarket.service.fairness.offers import promise_of
from quasimarket.service.pages.parts import Line, SummaryList, state_tag
from quasimarket.service.pages.shown import shown
from quasimarket.service.pages.table import Column, Table, link
from quasimarket.service.participation import case_page, own_page
from quasimarket.service.participation.models import Participation
from quasimarket.service.participation.sections import Section


OUTCOMES = {
    "raised": _("The department has not decided yet. Nothing has been stopped."),
    "dismissed": _("Nothing follows: the doubt was not upheld."),
    "upheld": _("Your benefit is stopped for a time."),
    "complied": _("You have done what was required since."),
}
NOTICES: tuple[Column[Notice], ...] = (
    Column(
        heading="What must be done",
        cell=lambda one: one.text,
        link=lambda one: one.get_absolute_url(),
    ),
    Column(heading="On", cell=lambda one: one.must_do_on),
    Column(heading="Issued", cell=lambda one: one.issued_on),
    Column(heading="Arrived", cell=lambda one: one.delivered_on),
)
DOUBTS: tuple[Column[Doubt], ...] = (
    Column(
        heading="Raised",
        cell=lambda one: one.raised_on,
        link=lambda one: one.get_absolute_url(),
    ),
    Column(heading="What happened", cell=lambda one: one.what_happened),
    Column(heading="State", cell=lambda one: state_tag(one.state)),
)


@case_page.SECTIONS.place(45)
def for_staff(request: HttpRequest, case: Participation) -> Iterator[Section]:
    """List the notices and doubts of a case."""
    notices = list(Notice.objects.filter(participation=case).order_by("-pk"))
    doubts = list(Doubt.objects.filter(participation=case).order_by("-pk"))
    if notices or doubts:
        yield Section(
            id="notices",
            heading="Notices and doubts",
            parts=(
                Table(caption="Notices", columns=NOTICES, rows=notices),
                Table(
                    caption="Compliance doubts",
                    columns=DOUBTS,
                    rows=doubts,
                    empty="None has been raised.",
                ),
            ),
        )


@own_page.SECTIONS.place(15)
def promised(request: HttpRequest, case: Participation) -> Iterator[Section]:
    """Say what everybody is promised."""
    promise = promise_of(case.contract, clock.today())
    if promise is None:
        return
    yield Section(
        id="promised",
        heading="What you are promised",
        intro="Everybody with this provider is promised this.",
        parts=(
            SummaryList(
                lines=[
                    Line(
                        key="A first meeting",
                        value=gettext("within %(days)s working days of your referral")
                        % {"days": promise.first_contact_working_days},
                    ),
                    Line(
                        key="A plan",
                        value=gettext("within %(days)s days of your start")
                        % {"days": promise.action_plan_days},
                    ),
                    Line(
                        key="Contact to help you",
                        value=gettext("at least every %(days)s days")
                        % {"days": promise.contact_interval_days},
                    ),
                ]
            ),
        ),
    )


@own_page.SECTIONS.place(40)
def for_the_participant(request: HttpRequest, case: Participation) -> Iterator[Section]:
    """Say what was required of them, what was doubted and what was decided."""
    notices = Notice.objects.filter(participation=case).order_by("-pk")
    yield Section(
        id="notices",
        heading="Notices, and doubts raised about you",
        intro="Nothing can be stopped without a notice that reached you. Your provider "
        "can only raise a doubt; a decision maker of the department decides, and must "
        "look at your reasons.",
        parts=(
            *(about(notice) for notice in notices),
            *([] if notices else ["You have been sent no notice."]),
        ),
    )


def about(notice: Notice) -> SafeString:
    """Tell one notice and what came of it."""
    doubt = Doubt.objects.filter(notice=notice).first()
    facts: dict[str, object] = {
        "What you must do": notice.text,
        "On": notice.must_do_on,
        "Sent on": notice.issued_on,
        "Reached you on": notice.delivered_on or gettext("not recorded"),
        "The notice": link(notice.get_absolute_url(), gettext("Read all of it")),
    }
    if doubt is not None:
        facts |= {
            "A doubt was raised on": doubt.raised_on,
            "What they say happened": doubt.what_happened,
            "What they say you said": doubt.reasons_given,
            "What was decided": OUTCOMES[doubt.state],
            "Why": doubt.decision,
            "Your benefit is stopped from": doubt.first_day,
            "until": doubt.last_day
            or (gettext("you do what was required") if doubt.first_day else None),
            "The doubt": link(doubt.get_absolute_url(), gettext("Read all of it")),
        }
    title = gettext("Notice of %(day)s") % {"day": shown(notice.issued_on)}
    return format_html("{}", SummaryList.of(facts, card=title))
