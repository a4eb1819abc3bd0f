import json
import logging
import sys

import pytest
from django.test import RequestFactory

from quasimarket.service.upkeep.logs import JsonLines, scrubbed


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ("Not Found: /cases/AB123456C/", "AB123456C"),
        ("found AB 12 34 56 C twice", "12 34 56"),
        ("mail to ann.hill+x@example.co.uk failed", "ann.hill"),
        ("{'name': 'Ann Hill', 'state': 'x'}", "Ann Hill"),
        ("Person(name='Ann Hill')", "Hill"),
        ('{"address": "1 High St, Leeds"}', "High St"),
        ("password=hunter2 was wrong", "hunter2"),
        ("boom\nDETAIL:  Key (name)=(Ann Hill) exists.\nline", "Hill"),
        ("telephone: 01134960000", "01134960000"),
    ],
)
def test_personal_data_is_taken_out(said, hidden):
    assert hidden not in scrubbed(said)


@pytest.mark.parametrize("said", ["run 2013-05 began", "case 1f3c9a20 was moved"])
def test_the_rest_stays(said):
    assert scrubbed(said) == said


def test_request_is_named_by_its_route():
    record = logging.makeLogRecord(
        {
            "name": "django.request",
            "msg": "%s: %s",
            "args": ("Not Found", "/cases/Ann-Hill/"),
            "request": RequestFactory().get("/cases/Ann-Hill/?q=Hill"),
            "status_code": 404,
        }
    )

    line = json.loads(JsonLines().format(record))

    assert "Hill" not in json.dumps(line)
    assert (line["status"], line["method"]) == (404, "GET")


def test_trace_is_scrubbed():
    who, number = "Ann Hill", "AB123456C"
    try:
        raise ValueError(f"no person called name='{who}', {number}")
    except ValueError:
        record = logging.LogRecord("x", 40, "", 1, "broke", (), sys.exc_info())

    trace = json.loads(JsonLines().format(record))["trace"]

    assert "no person called" in trace
    assert f"name='{who}" not in trace
    assert f", {number}" not in trace
