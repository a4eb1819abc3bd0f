"""The service's own logs: a line of JSON each, without personal data.

Who did what stands in the log of the programme and in the access entries; these lines
are for whoever runs the machines, who need no name to do so.
"""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any


GONE = "[removed]"
NINO = re.compile(r"\b[A-CEGHJ-PR-TW-Z]{2}\s?(?:\d{2}\s?){3}[A-D]?\b", re.IGNORECASE)
EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
DETAIL = re.compile(r"^(DETAIL|CONTEXT|HINT|QUERY|PARAMETERS):.*$", re.MULTILINE)
"""PostgreSQL says there which values a rule was broken with."""
FIELDS = (
    "name", "email", "login", "password", "address", "telephone", "phone", "born",
    "national_insurance", "needs", "note", "text", "account_name", "account_number",
    "sort_code", "employer", "code", "secret", "token", "key", "sessionid", "csrftoken",
)  # fmt: skip
NAMED = re.compile(
    r"(?P<field>['\"]?\b(?:" + "|".join(FIELDS) + r")\b['\"]?\s*[=:]\s*)"
    r"(?P<value>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|\([^)]*\)|[^\s,;&})\]]+)",
    re.IGNORECASE,
)


def scrubbed(text: str) -> str:
    """Take personal data out of a text.

    >>> scrubbed("No person AB 12 34 56 C, ann@example.org, name='Ann Hill'")
    "No person [removed], [removed], name=[removed]"
    """
    text = DETAIL.sub(lambda one: f"{one[1]}: {GONE}", text)
    text = NAMED.sub(lambda one: one["field"] + GONE, text)
    return EMAIL.sub(GONE, NINO.sub(GONE, text))


class JsonLines(logging.Formatter):
    """Write a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line; a request is named by its route and never by its address."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        request = getattr(record, "request", None)
        if request is None:
            line["message"] = scrubbed(record.getMessage())
        else:
            match = getattr(request, "resolver_match", None)
            line["message"] = str(record.msg).replace("%s", "").strip(" :")
            line["method"] = request.method
            line["route"] = match.route if match else ""
            line["status"] = getattr(record, "status_code", None)
        if record.exc_info:
            line["trace"] = scrubbed(self.formatException(record.exc_info))
        return json.dumps(line, default=str)
