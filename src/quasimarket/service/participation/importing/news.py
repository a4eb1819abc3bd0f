"""Bring news in: each row is one act on one case, done as its sender would do it."""

from collections.abc import Sequence

from django.db import transaction
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from quasimarket.service.acting.act import ACTS, About
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.performing import perform
from quasimarket.service.acting.refusals import NotAllowed, NotFound, Refusal
from quasimarket.service.pages.answers import plain_message
from quasimarket.service.participation.importing.reading import (
    Rejected,
    Row,
    RowFault,
)
from quasimarket.service.participation.importing.referrals import Brought


ROOM = "participation"
LEFT_OUT = frozenset({"upload-evidence", "import-referrals", "import-news"})
ALIASES = {"case": "reference", "participant": "reference"}
MOST = 1_000


def bring_news(doing: Doing, rows: Sequence[Row]) -> Brought:
    """Do each row's act under the sender's own rights; what is refused is told."""
    result = Brought()
    for row in rows:
        faults = _do_row(doing, row)
        if faults:
            result.rejected.append(Rejected(row=row, faults=faults))
        else:
            result.accepted += 1
    return result


def _about(row: Row) -> About | None:
    about = ACTS.get(row.cells.get("act", ""))
    if about is None or about.room != ROOM or about.on is None:
        return None
    # what is checked before it is done has its page, where its doer shows who they are
    return None if about.asks_again or about.name in LEFT_OUT else about


def _fault(error: ErrorDetails, answers: Sequence[str]) -> RowFault:
    """Word what is wrong with one cell, and what would mend it."""
    column = str(error["loc"][0]) if error["loc"] else ""
    found = str(error.get("input", ""))[:40]
    match error["type"]:
        case "missing":
            return RowFault(
                column=column, found="nothing", expected="a value", hint="Fill it in."
            )
        case "extra_forbidden":
            return RowFault(
                column=column,
                found=found,
                expected="one of " + ", ".join(answers) if answers else "nothing",
                hint="Leave this column blank for this act.",
            )
        case _:
            message = plain_message(error, None)
            return RowFault(column=column, found=found, expected=message)


def _do_row(doing: Doing, row: Row) -> list[RowFault]:
    about = _about(row)
    if about is None:
        return [
            RowFault(
                column="act",
                found=row.cells.get("act", "")[:60],
                expected="the name of an act on a case",
                hint="For example record-contact. Help lists them all.",
            )
        ]
    fields = {
        name: text
        for name, text in row.cells.items()
        if text and name not in ("act", "reference")
    }
    try:
        act = about.kind.model_validate(fields)
        with transaction.atomic():
            perform(act, doing.actor, row.cells.get("reference", ""))
    except ValidationError as error:
        answers = list(about.kind.model_fields)
        return [_fault(one, answers) for one in error.errors(include_url=False)]
    except NotFound:
        return [
            RowFault(
                column="reference",
                found=row.cells.get("reference", "")[:40],
                expected="the reference of a case that you may see",
            )
        ]
    except NotAllowed:
        return [
            RowFault(
                column="act",
                found=about.name,
                expected="an act that your role may do",
            )
        ]
    except Refusal as refusal:
        return [
            RowFault(
                column=one.field,
                found=""
                if one.code == "contact-withheld"
                else row.cells.get(one.field, "")[:40],
                expected=one.message,
                hint=one.remedy,
                hides_contact=one.code == "contact-withheld",
            )
            for one in refusal.unmet
        ]
    return []
