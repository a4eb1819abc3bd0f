"""Files of referrals and of news, brought in row by row."""

from collections.abc import Callable

from django.db import transaction

from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.participation.documents import digest_of
from quasimarket.service.participation.importing import news, referrals
from quasimarket.service.participation.importing.reading import read_rows
from quasimarket.service.participation.importing.referrals import Brought
from quasimarket.service.participation.keeping import keeper_of
from quasimarket.service.participation.models import Import
from quasimarket.service.participation.references import new_reference
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.roles import DELIVERY, Role
from quasimarket.service.people.scope import acting_as


def kept_import(
    doing: Doing,
    kind: str,
    content: bytes,
    is_trial: bool,
    bring: Callable[[Import], Brought],
) -> Import:
    """Bring a file in, and keep what became of it; a trial is undone but told."""
    made = Import(
        reference=new_reference("I"),
        kind=kind,
        organisation_id=doing.actor.organisation,
        at=doing.now,
        by=doing.actor.id,
        digest=digest_of(content),
        is_trial=is_trial,
    )
    keeper_of(doing).add(made)
    entries = len(doing.entries)
    with transaction.atomic():
        result = bring(made)
        if is_trial:
            transaction.set_rollback(True)
    if is_trial:
        del doing.entries[entries:]
    made.accepted = result.accepted
    made.renewed = result.renewed
    made.unchanged = result.unchanged
    made.rejected = [one.as_kept() for one in result.rejected]
    keeper_of(doing).change(made, "accepted", "renewed", "unchanged", "rejected")
    doing.record(
        doing.act,
        organisation=doing.actor.organisation,
        audience="own",
        number=result.accepted + result.renewed,
        details={
            "import": made.reference,
            "digest": made.digest,
            "trial": is_trial,
            "accepted": result.accepted,
            "renewed": result.renewed,
            "unchanged": result.unchanged,
            "rejected": len(result.rejected),
        },
    )
    return made


@act(
    name="import-referrals",
    title="Import referrals",
    by=(Role.CONTRACT_MANAGER,),
)
class ImportReferrals(Act):
    """Bring in a CSV file of referrals, or a zip of such files.

    Columns: national_insurance, name, area, group, referred_on; and, if you like, born,
    address, telephone, email, language, needs, is_vulnerable, restricted,
    is_contact_withheld. A row whose contact details are withheld has none of them.

    Sound rows are taken, the others are listed with what is wrong and can be downloaded
    to be mended. Somebody who takes part already gets a new version of the referral,
    which is then applied or set aside. Check the file first: a trial keeps nothing.
    """

    file: bytes = ask("Choose the file", hint="CSV in UTF-8, or a zip; at most 20 MB.")
    is_trial: bool = ask("Only check the file", default=False)

    def do(self, doing: Doing, subject: None) -> Import:
        """Take the sound rows in."""
        rows = read_rows(self.file, aliases=referrals.ALIASES)

        def bring(made: Import) -> Brought:
            with acting_as(SYSTEM):
                return referrals.bring_referrals(doing, rows, made)

        return kept_import(doing, "referrals", self.file, self.is_trial, bring)


@act(
    name="import-news",
    title="Import news from your own system",
    by=(*DELIVERY, Role.CONTRACT_MANAGER, Role.DECISION_MAKER),
)
class ImportNews(Act):
    """Bring in a CSV file in which each row is one act on one case.

    Columns: act (such as attach, record-contact, start-job or change-circumstances),
    reference (of the case), and the act's own answers. Every row is judged as if you
    had done it on its page; those refused are listed with why.
    """

    file: bytes = ask("Choose the file", hint="CSV in UTF-8, at most 1,000 rows.")
    is_trial: bool = ask("Only check the file", default=False)

    def do(self, doing: Doing, subject: None) -> Import:
        """Do each row's act."""
        rows = read_rows(self.file, aliases=news.ALIASES, most=news.MOST)
        return kept_import(
            doing,
            "news",
            self.file,
            self.is_trial,
            lambda made: news.bring_news(doing, rows),
        )
