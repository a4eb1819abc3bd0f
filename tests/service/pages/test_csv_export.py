"""A table as CSV: complete, and harmless to a spreadsheet."""

import csv
import io
import unicodedata
from datetime import UTC, date, datetime

import pytest
from django.test import RequestFactory
from hypothesis import example, given
from hypothesis import strategies as st

from quasimarket.service.pages.csv_export import csv_response, safe_cell, wants_csv
from quasimarket.service.pages.parts import state_tag
from quasimarket.service.pages.table import Column


STARTS = "=+-@\t\r＝＋－＠"  # noqa: RUF001 # the wide forms are the point
COLUMNS = [
    Column(heading="Name", cell=lambda row: row[0]),
    Column(heading="Earned", cell=lambda row: row[1], money=True),
    Column(heading="State", cell=lambda row: state_tag("paid"), export=lambda row: "P"),
]


def visible(text):
    """Take off what a spreadsheet passes over before it looks for a formula."""
    kept = [one for one in text if unicodedata.category(one) not in {"Cf", "Cc"}]
    return "".join(kept).lstrip()


@given(st.one_of(st.text(), st.builds("".join, st.permutations([*STARTS, "1", " "]))))
@example("\u200b=1+1")
@example(" \t=cmd|' /C calc'!A0")
@example("\ufeff@SUM(A1)")
@example("\x00=1")
@example("\u3000\u200f+1")
@example("\n=1")
def test_no_exported_text_is_a_formula(text):
    buffer = io.StringIO()
    csv.writer(buffer).writerow([safe_cell(text)])
    (row,) = csv.reader(io.StringIO(buffer.getvalue(), newline=""))

    assert visible(row[0])[:1] not in set(STARTS)
    assert row[0][:1] not in set(STARTS)


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll", "Nd", "Zs"])))
def test_harmless_text_is_kept(text):
    assert safe_cell(text) == text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (True, "yes"),
        (-12, -12),
        (date(2013, 4, 3), "2013-04-03"),
        (datetime(2013, 4, 3, 9, 30, tzinfo=UTC), "2013-04-03 09:30:00+00:00"),
        (state_tag("paid"), "Paid"),
        ("-12", "'-12"),
    ],
)
def test_values_are_written_for_machines(value, expected):
    assert safe_cell(value) == expected


def test_response_has_headings_and_rows_and_a_name():
    response = csv_response("payees", COLUMNS, [("Ann", 5), ("=Bob", -7)])

    text = b"".join(response.streaming_content).decode()

    assert list(csv.reader(io.StringIO(text))) == [
        ["Name", "Earned", "State"],
        ["Ann", "5", "P"],
        ["'=Bob", "-7", "P"],
    ]
    assert response["Content-Disposition"] == 'attachment; filename="payees.csv"'
    assert response["Content-Type"] == "text/csv; charset=utf-8"


def test_rows_are_read_before_the_answer_leaves():
    read = []

    csv_response("all", COLUMNS, ((read.append(one), (one, 1))[1] for one in "ab"))

    assert read == ["a", "b"]


def test_table_is_asked_for_as_csv_in_the_address():
    assert wants_csv(RequestFactory().get("/?format=csv"))
    assert not wants_csv(RequestFactory().get("/"))
