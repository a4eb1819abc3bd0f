"""A page with every part that pages are made of, and acts with every kind of question.

It stands in the tests alone: looked at by eye, and by axe.
"""

from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from typing import Literal

from django.urls import include, path
from django.utils.safestring import mark_safe

from quasimarket.service.acting.act import ACTS, Act, act, ask
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.pages.charts import BarChart, LineChart, Series
from quasimarket.service.pages.csv_export import csv_response, wants_csv
from quasimarket.service.pages.navigation import LINKS, place
from quasimarket.service.pages.parts import (
    Change,
    Happening,
    Line,
    SummaryList,
    Tab,
    Tabs,
    Task,
    TaskList,
    Timeline,
    state_tag,
)
from quasimarket.service.pages.showing import show
from quasimarket.service.pages.table import Column, Table
from quasimarket.service.people.roles import EVERYONE, Role


class Purpose(StrEnum):
    SUPPORT = "support"
    TRACKING = "tracking"


class Benefit(StrEnum):
    JSA_18_24 = "jsa-18-24"
    JSA_25 = "jsa-25-and-over"
    JSA_EARLY = "jsa-early-access"
    JSA_EX_IB = "jsa-ex-incapacity"
    ESA_VOLUNTEERS = "esa-volunteers"
    ESA_FLOW = "esa-flow"
    ESA_EX_IB = "esa-ex-incapacity"


@act(name="stub-contact", title="Record a contact", by=EVERYONE)
class StubContact(Act):
    """Say what happened and why. Support and tracking are not the same thing.

    What is recorded cannot be edited; a mistake is put right with a new record.
    """

    day: date = ask("When was it?", hint="For example, 27 3 2013")
    purpose: Purpose = ask("What was it for?")
    benefit: Benefit = ask("Which payment group?", hint="As at the referral")
    minutes: int = ask("How many minutes did it take?", ge=1, le=600)
    notes: str = ask("What was said?", long=True, max_length=500)
    topics: list[Literal["work", "health", "housing"]] = ask(
        "What was it about?", hint="Tick all that apply", default_factory=list
    )
    employer: str | None = ask("Employer", default=None, max_length=80)
    safe: bool = ask("I went through the safeguarding checklist")

    def do(self, doing, subject):
        if self.minutes == 13:
            raise refuse(
                "unlucky",
                "Thirteen minutes is not allowed.",
                field="minutes",
                remedy="Enter another number.",
            )
        doing.record("stub-contact", reason=self.notes)


@act(
    name="stub-adjust",
    title="Propose an adjustment",
    by=(Role.PAYMENT, Role.PRIME_FINANCE),
    asks_again=True,
)
class StubAdjust(Act):
    """Propose that an amount is put right on the next statement.

    Another person approves it.
    """

    amount: int = ask("How much?", pounds=True, ge=1, le=10_000_00)
    direction: Literal["to-the-provider", "from-the-provider"] = ask("Which way?")
    why: str = ask("Why?", long=True, max_length=300)
    from_day: date | None = ask("From which day?", default=None)

    def do(self, doing, subject):
        doing.record("stub-adjust", amount=self.amount, reason=self.why)


@act(name="stub-upload", title="Upload evidence", by=(Role.PRIME_ADVISER,))
class StubUpload(Act):
    """Add a document to the claim."""

    document: bytes = ask("Which document?", hint="PDF or picture, up to 10 MB")

    def do(self, doing, subject):
        doing.record("stub-upload", number=len(self.document))


STUBS = {name: ACTS.pop(name) for name in [*ACTS] if name.startswith("stub-")}
"""Kept apart from the acts of the service, which other tests count."""
PLACES = (
    ("What waits for you", "pages:home"),
    ("Caseload", "gallery"),
    ("Claims", "pages:cookies"),
    ("Payments", "pages:accessibility"),
    ("Performance", "pages:conduct"),
    ("Help", "pages:help"),
)


@contextmanager
def on_show():
    """Put the stub acts and the gallery's links in place, and take them out after."""
    links = [*LINKS]
    ACTS.update(STUBS)
    for number, (words, view) in enumerate(PLACES):
        place(words, view, [Role.CONTRACT_MANAGER], order=number)
    try:
        yield
    finally:
        LINKS[:] = links
        for name in STUBS:
            del ACTS[name]


MONTHS = tuple(date(2011 + (5 + one) // 12, (5 + one) % 12 + 1, 1) for one in range(22))
PRIMES = ("Alder Partnership", "Birch Employment Services", "Cedar Works", "Damson")


def people_table(request):
    rows = [(f"QM-{number:05}", number) for number in range(10_001, 10_013)]
    return Table(
        caption="Your caseload",
        columns=[
            Column(
                heading="Reference",
                cell=lambda row: row[0],
                link=lambda row: f"#{row[0]}",
            ),
            Column(
                heading="State",
                cell=lambda row: state_tag(
                    ("attached", "overdue", "in-work", "completed")[row[1] % 4]
                ),
            ),
            Column(heading="Referred", cell=lambda row: date(2012, 3, row[1] % 28 + 1)),
            Column(heading="Payment group", cell=lambda row: "JSA 25 and over"),
            Column(heading="Adviser", cell=lambda row: "Pat Adviser"),
            Column(heading="Contacts", cell=lambda row: row[1] % 17, numeric=True),
            Column(
                heading="Earned", cell=lambda row: (row[1] % 5) * 112_850, money=True
            ),
        ],
        rows=rows,
        export_url="?format=csv",
        next_url="?after=QM-10012",
    )


def gallery(request):
    table = people_table(request)
    if wants_csv(request):
        return csv_response("caseload", table.columns, table.rows)
    return show(
        request,
        "gallery.html",
        title="Every part",
        back="/",
        errors=[("When was it? Enter a date", "here"), ("Something else", "")],
        table=table,
        nothing=Table(caption="Nothing yet", columns=table.columns, rows=[]),
        summary=SummaryList(
            card="The referral",
            lines=[
                Line(key="Reference", value="QM-10001"),
                Line(
                    key="State",
                    value=state_tag("attached"),
                    change=Change(href="#change", text="Change"),
                ),
                Line(key="Referred", value=date(2012, 3, 1)),
                Line(key="Earned", value=mark_safe("£1,128.50")),
                Line(key="Adviser", value=None),
            ],
        ),
        plain=SummaryList.of({"Contract": "CPA 7 Alder", "Tier": 1, "Active": True}),
        timeline=Timeline(
            heading="What happened",
            happenings=[
                Happening(
                    when=date(2013, 3, 27),
                    what="Claim refused",
                    who="Assurance officer",
                    why="The off-benefit check found two days on benefit.",
                    href="#claim",
                ),
                Happening(
                    when=date(2013, 3, 1),
                    what="Job outcome reached",
                    who="the programme itself",
                    written=date(2013, 3, 20),
                ),
                Happening(when=date(2012, 3, 1), what="Referred"),
            ],
            more_url="#more",
        ),
        tasks=TaskList(
            tasks=[
                Task(title="Acknowledge 3 referrals", href="#a", state="overdue"),
                Task(
                    title="Answer a request for information",
                    href="#b",
                    state="due",
                    hint="By 8 April 2013",
                ),
                Task(title="Approve the March statement", state="not-started"),
            ]
        ),
        tabs=Tabs(
            tabs=[
                Tab(id="now", label="Now", content="What is so now."),
                Tab(id="before", label="Before", content="What was so before."),
            ]
        ),
        bars=BarChart(
            title="Job outcomes for each prime",
            description="Cedar Works has the most, with 412; Damson the fewest, 96.",
            category="Prime",
            categories=PRIMES,
            series=[
                Series(name="Promised", values=(400, 380, 350, 300)),
                Series(name="Actual", values=(310, 240, 412, 96)),
            ],
            export_url="?format=csv",
        ),
        lines=LineChart(
            title="Cash at the end of each month",
            description="Falls below nought in the first autumn, then rises.",
            category="Month",
            categories=[f"{month:%b %Y}" for month in MONTHS],
            series=[
                Series(
                    name="Forecast",
                    values=[
                        50_000_00 - 9_000_00 * n + 700_00 * n * n
                        for n, _ in enumerate(MONTHS)
                    ],
                ),
                Series(
                    name="Actual",
                    values=[
                        None if n > 12 else 45_000_00 - 9_500_00 * n + 690_00 * n * n
                        for n, _ in enumerate(MONTHS)
                    ],
                ),
            ],
            money=True,
        ),
        states=[
            state_tag(one)
            for one in ("paid", "rejected", "pending", "closed", "in-work")
        ],
    )


def broken(request):
    raise RuntimeError("a fault of our own")


urlpatterns = [
    path("gallery/", gallery, name="gallery"),
    path("broken/", broken),
    path("", include("quasimarket.service.urls")),
]
handler400 = "quasimarket.service.pages.error_pages.bad_request"
handler403 = "quasimarket.service.pages.error_pages.forbidden"
handler404 = "quasimarket.service.pages.error_pages.not_found"
handler500 = "quasimarket.service.pages.error_pages.our_fault"
