"""Tables, lists, timelines and charts: what is written, and that it is escaped."""

import re
from datetime import date

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from quasimarket.service.pages.chart_scale import steps
from quasimarket.service.pages.charts import PALETTE, BarChart, LineChart, Series
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
from quasimarket.service.pages.shown import shown_month, shown_shortly
from quasimarket.service.pages.table import Column, Table


NASTY = "<script>alert('1')</script>"
TABLE = Table(
    caption="People",
    columns=[
        Column(heading="Name", cell=lambda row: row[0], link=lambda row: f"/{row[1]}/"),
        Column(heading="Earned", cell=lambda row: row[1], money=True),
        Column(heading="State", cell=lambda row: state_tag("paid")),
    ],
    rows=[("Ann", 112_850), (NASTY, -1)],
    export_url="?format=csv",
    next_url="?after=2",
)


def written(part):
    return Template("{{ part }}").render(Context({"part": part}))


def test_table_has_a_caption_headings_and_row_names():
    text = written(TABLE)

    assert (
        '<caption class="govuk-table__caption govuk-table__caption--m">People' in text
    )
    assert text.count('scope="col"') == 3
    assert text.count('scope="row"') == 2
    assert "£1,128.50" in text
    assert "\u2212£0.01" in text
    assert 'govuk-table__cell--numeric">£1,128.50' in text
    assert '<a class="govuk-link" href="/112850/">Ann</a>' in text
    assert 'rel="next"' in text
    assert "Download as CSV" in text


def test_column_of_the_file_alone_is_not_on_the_page():
    code = Column(heading="Rule", cell=lambda row: "S24", file_only=True)
    table = Table(caption="Lines", columns=[*TABLE.columns, code], rows=TABLE.rows)

    text = written(table)

    assert "S24" not in text
    assert "Rule" not in text
    assert code.exported(None) == "S24"


def test_wide_table_names_each_cell_for_a_narrow_window():
    due = Column(heading="Due", cell=lambda row: date(2012, 9, 30))
    nothing = Column(heading="Answer", cell=lambda row: None)
    table = Table(
        caption="All", columns=[*TABLE.columns, due, nothing], rows=[("A", 1)]
    )

    text = written(table)

    assert "service-stack" in text
    two = Table(caption="All", columns=TABLE.columns[:2], rows=TABLE.rows)
    assert "service-stack" not in written(two)
    assert (
        'data-label="Due" class="govuk-table__cell service-whole">30 Sep 2012' in text
    )
    assert 'service-whole service-empty">–' in text


def test_month_is_said_in_words():
    assert shown_month("2013-05") == "May 2013"
    assert shown_month("") == "–"
    assert shown_shortly(date(2013, 9, 3)) == "3 Sep 2013"


def test_table_without_rows_says_so_and_offers_no_export():
    text = written(
        Table(caption="People", columns=TABLE.columns, rows=[], export_url="x")
    )

    assert "There is nothing here." in text
    assert "<table" not in text
    assert "CSV" not in text


@pytest.mark.parametrize(
    "part",
    [
        TABLE,
        SummaryList(lines=[Line(key=NASTY, value=NASTY)], card=NASTY),
        SummaryList.of({NASTY: NASTY}),
        Timeline(
            heading=NASTY,
            happenings=[
                Happening(when=date(2013, 4, 3), what=NASTY, who=NASTY, why=NASTY)
            ],
        ),
        TaskList(tasks=[Task(title=NASTY, hint=NASTY, state=NASTY, href="/")]),
        Tabs(title=NASTY, tabs=[Tab(id="one", label=NASTY, content=NASTY)]),
        state_tag(NASTY),
        BarChart(
            title=NASTY,
            description=NASTY,
            category=NASTY,
            categories=[NASTY],
            series=[Series(name=NASTY, values=[1]), Series(name="b", values=[2])],
        ),
    ],
    ids=lambda part: type(part).__name__,
)
def test_no_part_lets_markup_through(part):
    text = written(part)

    assert "<script>" not in text
    assert "&lt;script&gt;" in text.lower()


def test_change_link_says_what_it_changes_to_those_who_only_hear_it():
    change = Change(href="/change/", text="Change")

    text = written(SummaryList(lines=[Line(key="Name", value="Ann", change=change)]))

    assert re.search(r'Change<span class="govuk-visually-hidden">\s*Name', text)


def test_timeline_says_who_why_and_when_it_was_recorded():
    text = written(
        Timeline(
            heading="History",
            happenings=[
                Happening(
                    when=date(2013, 3, 1),
                    what="Started work",
                    who="Pat",
                    why="A new job",
                    written=date(2013, 3, 20),
                )
            ],
        )
    )

    for words in ("1 March 2013", "by Pat", "A new job", "(recorded 20 March 2013)"):
        assert words in text


@pytest.mark.parametrize(
    ("state", "style"),
    [
        ("paid", "green"),
        ("overdue", "red"),
        ("awaiting-approval", None),
        ("claim-rejected", "red"),
        ("PENDING", "yellow"),
    ],
)
def test_state_has_a_colour_and_always_its_words(state, style):
    text = state_tag(state)

    assert ("govuk-tag--" in text) == (style is not None)
    assert style is None or f"govuk-tag--{style}" in text
    assert state.replace("-", " ").lower() in text.lower()


def chart(kind, **changes):
    given_words = {
        "title": "Outcomes",
        "description": "Cedar has the most.",
        "category": "Prime",
        "categories": ["Alder", "Cedar", "Damson"],
        "series": [
            Series(name="Promised", values=[10, 20, 30]),
            Series(name="Actual", values=[-5, None, 12.5]),
        ],
    }
    return kind(**(given_words | changes))


@pytest.mark.parametrize("kind", [BarChart, LineChart])
def test_chart_has_a_name_a_description_and_every_figure(kind):
    text = written(chart(kind))
    identity = chart(kind).id

    assert f'aria-labelledby="{identity}-title {identity}-description"' in text
    assert "Cedar has the most.</desc>" in text
    table = text.partition("<table")[2]
    for figure in ("10", "20", "30", "-5", "–", "12.5"):
        assert f">{figure}<" in table


@pytest.mark.parametrize("kind", [BarChart, LineChart])
def test_chart_has_neither_style_attribute_nor_script(kind):
    text = written(chart(kind))

    assert "style=" not in text
    assert "<script" not in text
    assert "<style" not in text


def test_chart_without_any_figure_is_drawn():
    nothing = [Series(name="Actual", values=[None, None, None])]

    assert "<path" in written(chart(LineChart, series=nothing))
    assert "<rect x" not in written(chart(BarChart, series=nothing))


def luminance(colour):
    parts = [int(colour[one : one + 2], 16) / 255 for one in (1, 3, 5)]
    linear = [
        one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4
        for one in parts
    ]
    return sum(
        weight * one
        for weight, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
    )


@pytest.mark.parametrize("colour", PALETTE)
def test_colours_of_charts_stand_out_from_white(colour):
    assert 1.05 / (luminance(colour) + 0.05) >= 3


FIGURES = st.decimals(-(10**9), 10**9, places=6).map(float)


@given(FIGURES, FIGURES.map(abs))
def test_steps_of_an_axis_span_the_figures_and_nought(low, size):
    found = steps(low, low + size)

    assert found == sorted(found)
    assert found[0] <= min(low, 0) + 1e-6 * abs(low)
    assert found[-1] >= max(low + size, 0) - 1e-6 * abs(low + size)
    assert 2 <= len(found) <= 9


def test_head_of_a_row_that_is_a_mere_figure_is_named_in_a_narrow_window():
    columns = [
        Column(heading="Contract", cell=lambda row: row),
        *(Column(heading=f"Column {n}", cell=lambda row: "x") for n in (1, 2)),
    ]

    figure = written(Table(caption="All", columns=columns, rows=[24]))
    name = written(Table(caption="All", columns=columns, rows=["Provider 24"]))

    assert 'data-label="Contract: "' in figure
    assert "service-labelled" not in name


def test_axis_of_nothing_but_nought_has_whole_pounds():
    series = [Series(name="Income", values=[0, 0])]
    text = written(
        LineChart(
            title="What arrives",
            description="By month.",
            category="Month",
            categories=["May", "June"],
            series=series,
            money=True,
        )
    )

    assert "£1<" in text
    assert "£0.0" not in text.split("<table")[0]
