"""Bring referrals in: new ones are drawn and begun, known ones make a new version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import Refusal
from quasimarket.service.participation.acts.referral import (
    ReceiveReferral,
    folded_number,
)
from quasimarket.service.participation.batch import Batch, BatchDoing
from quasimarket.service.participation.drawing import Draws
from quasimarket.service.participation.guards import check_withheld
from quasimarket.service.participation.importing.reading import (
    Rejected,
    Row,
    RowFault,
)
from quasimarket.service.participation.models import (
    Import,
    Participation,
    ReferralVersion,
)
from quasimarket.service.participation.references import new_reference
from quasimarket.service.participation.withholding import withhold_from_now


ALIASES = {
    "nino": "national_insurance",
    "national insurance number": "national_insurance",
    "ni number": "national_insurance",
    "payment group": "group",
    "cpa": "area",
    "contract package area": "area",
    "referral date": "referred_on",
    "date of referral": "referred_on",
    "dob": "born",
    "date of birth": "born",
    "phone": "telephone",
    "telephone number": "telephone",
    "e-mail": "email",
    "preferred language": "language",
    "vulnerable": "is_vulnerable",
    "contact withheld": "is_contact_withheld",
    "mappa": "is_contact_withheld",
}
REQUIRED = ("national_insurance", "name", "area", "group", "referred_on")
LONGEST = {
    "name": 120,
    "address": 300,
    "telephone": 30,
    "email": 254,
    "language": 20,
    "needs": 300,
}
FLAGS = ("is_vulnerable", "restricted", "is_contact_withheld")
KNOWN = (*REQUIRED, "born", *FLAGS, *LONGEST)
YES = {"yes", "y", "true", "1"}
NO = {"no", "n", "false", "0", ""}


@dataclass(slots=True, kw_only=True)
class Brought:
    """What became of the rows."""

    accepted: int = 0
    renewed: int = 0
    unchanged: int = 0
    rejected: list[Rejected] = field(default_factory=list)


def read_row(row: Row) -> tuple[dict[str, Any], list[RowFault]]:
    """Read a row's cells as a referral, with everything that is wrong with them."""
    faults = [
        RowFault(column=name, found="nothing", expected="a value", hint="Fill it in.")
        for name in REQUIRED
        if not row.cells.get(name)
    ]
    faults += [
        RowFault(
            column=name or "beyond the last column",
            found=row.cells[name][:40] or "a column",
            expected="one of " + ", ".join(sorted(KNOWN)),
            hint="Leave this column out.",
        )
        for name in row.cells
        if name not in KNOWN
    ]
    said: dict[str, Any] = {}
    for name, longest in LONGEST.items():
        text = row.cells.get(name, "")
        if len(text) > longest:
            faults.append(
                RowFault(
                    column=name,
                    found=f"{len(text)} letters",
                    expected=f"at most {longest}",
                    hint="Shorten it.",
                )
            )
        elif text:
            said[name] = text
    for name in ("area", "group"):
        said[name] = row.cells.get(name, "")
    for name in ("referred_on", "born"):
        _read_day(row, name, said, faults)
    for name in FLAGS:
        text = row.cells.get(name, "").lower()
        if text not in YES | NO:
            faults.append(RowFault(column=name, found=text[:40], expected="yes or no"))
        said[name] = text in YES
    if row.cells.get("national_insurance"):
        try:
            said["national_insurance"] = folded_number(row.cells["national_insurance"])
        except Refusal as refusal:
            faults.append(_fault(refusal, row))
    return said, faults


def _read_day(
    row: Row, name: str, said: dict[str, Any], faults: list[RowFault]
) -> None:
    text = row.cells.get(name, "")
    if not text:
        return
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            said[name] = datetime.strptime(text, form).date()  # noqa: DTZ007  # a day has no zone
            return
        except ValueError:
            continue
    faults.append(
        RowFault(
            column=name,
            found=text[:40],
            expected="a date, as 2012-03-31 or 31/03/2012",
        )
    )


def withheld_faults(is_withheld: bool, said: Mapping[str, Any]) -> list[RowFault]:
    """Say which cells hold what is withheld, without saying it again."""
    try:
        check_withheld(is_withheld, said)
    except Refusal as refusal:
        return [
            RowFault(
                column=one.field,
                found="contact details",
                expected="nothing: they are withheld",
                hides_contact=True,
                hint=one.remedy,
            )
            for one in refusal.unmet
        ]
    return []


def _fault(refusal: Refusal, row: Row) -> RowFault:
    """Say a refusal as a fault of the row."""
    one = refusal.unmet[0]
    return RowFault(
        column=one.field,
        found=row.cells.get(one.field, "")[:40],
        expected=one.message,
        hint=one.remedy,
    )


def bring_referrals(doing: Doing, rows: Sequence[Row], brought: Import) -> Brought:
    """Take in every sound row, all together; the scope is the programme's.

    Args:
        doing: the import, whose doer the log names.
        rows: the rows of the file.
        brought: the import to which versions belong.
    """
    result = Brought()
    batch = Batch()
    read = [(row, *read_row(row)) for row in rows]
    batch.load((), [said.get("national_insurance", "") for _, said, _ in read])
    known = _known_cases(batch, read)
    draws = Draws(batch.rulebook, len(rows))
    seen: dict[str, int] = {}
    for row, said, faults in read:
        number = said.get("national_insurance", "")
        if number and number in seen:
            faults.append(
                RowFault(
                    column="national_insurance",
                    found=f"the same as in line {seen[number]}",
                    expected="each person once",
                    hint="Take one of the rows out.",
                )
            )
        seen.setdefault(number, row.line)
        somebody = batch.person(number)
        is_withheld = somebody is not None and somebody.is_contact_withheld
        faults += withheld_faults(is_withheld or said["is_contact_withheld"], said)
        if not faults:
            try:
                _bring_row(doing, batch, draws, said, brought, known, result)
            except Refusal as refusal:
                faults.append(_fault(refusal, row))
        if faults:
            result.rejected.append(Rejected(row=row, faults=faults))
    batch.write_rows()
    doing.entries += batch.log
    return result


def _known_cases(
    batch: Batch, read: Sequence[tuple[Row, Mapping[str, Any], Any]]
) -> dict[str, tuple[Participation, ReferralVersion | None]]:
    """Give, by number, the participation of each person who takes part already."""
    numbers = {said.get("national_insurance", "") for _, said, _ in read} - {""}
    cases = (
        Participation.objects.filter(person__national_insurance__in=numbers)
        .exclude(state="cancelled")
        .select_related("person")
    )
    found = {one.person.national_insurance: one for one in cases}
    last: dict[int, ReferralVersion] = {}
    keys = [one.pk for one in found.values()]
    for version in ReferralVersion.objects.filter(participation_id__in=keys).order_by(
        "number"
    ):
        last[version.participation_id] = version
    return {number: (one, last.get(one.pk)) for number, one in found.items()}


def _bring_row(
    doing: Doing,
    batch: Batch,
    draws: Draws,
    said: dict[str, Any],
    brought: Import,
    known: Mapping[str, tuple[Participation, ReferralVersion | None]],
    result: Brought,
) -> None:
    number = said["national_insurance"]
    kept = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in said.items()
    }
    if number in known:
        case, last = known[number]
        if last is not None and last.said == kept:
            result.unchanged += 1
            return
        _version(batch, doing, case, (last.number if last else 0) + 1, kept, brought)
        if said["is_contact_withheld"] and not case.person.is_contact_withheld:
            withhold_from_now(doing, case)
        result.renewed += 1
        return
    step = BatchDoing(actor=doing.actor, act="receive-referral", now=doing.now)
    draw = draws.draw(said["area"], said["group"], said["referred_on"])
    person = {
        name: said[name]
        for name in (
            *LONGEST,
            *("born", "national_insurance", "is_vulnerable", "is_contact_withheld"),
        )
        if name in said
    }
    act = ReceiveReferral(
        reference=new_reference("P"),
        contract=draw["contract"],
        group=said["group"],
        referred_on=said["referred_on"],
        allocation=draw,
        person=person,
    )
    case = batch.do(act, step)
    if said["restricted"] or said["is_contact_withheld"]:
        case.restricted_to = [doing.actor.id]
    _version(batch, doing, case, 1, kept, brought)
    result.accepted += 1


def _version(
    batch: Batch,
    doing: Doing,
    case: Participation,
    number: int,
    kept: dict[str, Any],
    brought: Import,
) -> None:
    batch.add(
        ReferralVersion(
            participation=case,
            number=number,
            brought_by=brought,
            at=doing.now,
            said=kept,
            is_applied=number == 1,
            decided_at=doing.now if number == 1 else None,
        )
    )
    if number > 1:
        doing.record("referral-version", participation=case, number=number)
