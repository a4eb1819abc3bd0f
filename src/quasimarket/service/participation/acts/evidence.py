"""Documents that prove something: uploaded, scanned, and only then readable."""

from datetime import date
from typing import Literal

from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.participation import documents
from quasimarket.service.participation.acts.work import (
    evidenced,
    find_spell,
    spells_offered,
)
from quasimarket.service.participation.guards import check_day
from quasimarket.service.participation.keeping import keeper_of
from quasimarket.service.participation.models import Document, Participation
from quasimarket.service.participation.references import new_reference
from quasimarket.service.participation.states import COURSE, DOCUMENT
from quasimarket.service.people.actor import Actor
from quasimarket.service.people.roles import DELIVERY


@act(
    name="upload-evidence",
    title="Upload evidence",
    on=Participation,
    by=DELIVERY,
    machine=COURSE,
)
class UploadEvidence(Act):
    """Upload a document that proves something of the participant's work.

    It can be opened once it has been scanned. The same record serves the claim, the
    sample and the audit: nobody asks for it twice.
    """

    file: bytes = ask(
        "Choose the file",
        hint="A PDF, a PNG or JPEG picture, or a Word document of at most 10 MB.",
    )
    kind: Literal[
        "employer-confirmation", "payslip", "self-employment-record",
        "participant-statement", "action-plan", "exit-report", "other",
    ] = ask("What is it?")  # fmt: skip
    got_on: date = ask("When did you get it?")
    got_how: str = ask(
        "How did you get it, and from whom?", max_length=200, min_length=1
    )
    legal_basis: Literal["consent", "designation-order"] = ask(
        "On what ground did you ask for it?",
        hint="The employer of somebody on an out-of-work benefit may be asked without "
        "consent under the designation order.",
        default="consent",
    )
    spell: str = ask("Which job does it prove?", default="")

    @classmethod
    def offered(
        cls, subject: Participation, actor: Actor
    ) -> dict[str, list[tuple[str, str]]]:
        """Offer the participant's jobs."""
        return {"spell": [("", "No job"), *spells_offered(subject)]}

    def do(self, doing: Doing, subject: Participation) -> Document:
        """Keep the file away until it has been scanned."""
        keeper = keeper_of(doing)
        check_day(doing, self.got_on, "got_on")
        media_type = documents.media_type_of(self.file)
        spell = find_spell(keeper, subject, self.spell) if self.spell else None
        made = Document(
            reference=new_reference("D"),
            participation=subject,
            spell=spell,
            kind=self.kind,
            digest=documents.keep(self.file),
            size=len(self.file),
            media_type=media_type,
            got_on=self.got_on,
            got_how=self.got_how,
            legal_basis=self.legal_basis,
            by=doing.actor.id,
        )
        keeper.add(made)
        doing.record(
            "upload-evidence",
            participation=subject,
            happened=self.got_on,
            code=self.kind,
            details={
                "document": made.reference,
                "digest": made.digest,
                "legal_basis": self.legal_basis,
            },
        )
        if spell is not None:
            evidenced(doing, keeper, subject, spell, self.got_on, "")
        return made


@act(
    name="pass-document",
    title="Let the document be opened",
    on=Document,
    by=(),
    machine=DOCUMENT,
)
class PassDocument(Act):
    """Say that the scanner found nothing. Only the programme itself does this."""

    def do(self, doing: Doing, subject: Document) -> None:
        """Keep when."""
        subject.scanned_at = doing.now
        keeper_of(doing).change(subject, "scanned_at")
        doing.record(
            "pass-document",
            participation=subject.participation,
            details={"document": subject.reference},
        )


@act(
    name="stop-document",
    title="Keep the document shut",
    on=Document,
    by=(),
    machine=DOCUMENT,
)
class StopDocument(Act):
    """Say what the scanner found. Only the programme itself does this."""

    finding: str = ask("What was found?", max_length=120)

    def do(self, doing: Doing, subject: Document) -> None:
        """Keep what it was; nobody can open the file any more."""
        subject.scanned_at = doing.now
        subject.finding = self.finding
        keeper_of(doing).change(subject, "scanned_at", "finding")
        doing.record(
            "stop-document",
            participation=subject.participation,
            details={"document": subject.reference, "finding": self.finding},
        )
