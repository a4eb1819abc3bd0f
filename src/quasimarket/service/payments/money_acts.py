"""What people do with bank details, recoveries and samples: always two of them."""

import re
from typing import Any, Literal

from django.db.models import Q

from quasimarket.core.dates import Month, nth_working_day_after
from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.claims.models import Claim
from quasimarket.service.claims.rejections import BY_PEOPLE
from quasimarket.service.payments import recovering, sampling
from quasimarket.service.payments.models import (
    BankDetails,
    Recovery,
    Sample,
    SampleItem,
)
from quasimarket.service.payments.operating import operating
from quasimarket.service.payments.states import BANK_DETAILS, RECOVERY, SAMPLE
from quasimarket.service.people.roles import FINANCE, MANAGERS, Role
from quasimarket.service.programme.models import Contract
from quasimarket.service.programme.rules import agreed_rulebook


CHECKERS = (Role.ASSURANCE, Role.PAYMENT)
MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"
RejectionCode = Literal[BY_PEOPLE]  # type: ignore[valid-type]  # the codes people give


@act(
    name="change-bank-details",
    title="Change bank details",
    by=(*FINANCE, Role.PAYMENT),
    asks_again=True,
)
class ChangeBankDetails(Act):
    """Say where your organisation is to be paid.

    A second person of your organisation approves it, and it is used after a wait, in
    which a change that nobody asked for can be stopped.
    """

    account_name: str = ask("Name on the account", max_length=70, min_length=2)
    sort_code: str = ask("Sort code", hint="Six digits, for example 12-34-56")
    account_number: str = ask("Account number", hint="Eight digits")

    def do(self, doing: Doing, subject: None) -> BankDetails:
        """Keep them until they are approved."""
        sort_code = re.sub(r"[\s-]", "", self.sort_code)
        number = re.sub(r"\s", "", self.account_number)
        if not re.fullmatch(r"[0-9]{6}", sort_code):
            raise refuse(
                "sort-code",
                "A sort code has six digits.",
                field="sort_code",
                remedy="Look at a bank statement or card.",
            )
        if not re.fullmatch(r"[0-9]{8}", number):
            raise refuse(
                "account-number",
                "An account number has eight digits.",
                field="account_number",
                remedy="Put noughts before a shorter one.",
            )
        details = BankDetails.objects.create(
            reference=f"B-{doing.actor.organisation}-{BankDetails.objects.count() + 1}"[
                :40
            ],
            organisation_id=doing.actor.organisation,
            account_name=self.account_name,
            sort_code=sort_code,
            account_number=number,
            requested_by=doing.actor.id,
            requested_at=doing.now,
        )
        doing.record(
            "change-bank-details",
            organisation=doing.actor.organisation,
            audience="own",
            details={"bank_details": details.reference},
        )
        return details


@act(
    name="approve-bank-details",
    title="Approve the bank details",
    on=BankDetails,
    by=(*MANAGERS, *FINANCE, Role.PAYMENT),
    machine=BANK_DETAILS,
    asks_again=True,
)
class ApproveBankDetails(Act):
    """Approve the change, having checked it with the bank's own papers."""

    account_number: str = ask(
        "What is the account number?",
        hint="From the bank's own papers, not from this page",
    )

    def do(self, doing: Doing, subject: BankDetails) -> None:
        """Put them in force after the cooling period."""
        if subject.requested_by == doing.actor.id:
            raise refuse(
                "four-eyes",
                "You entered these details, so you cannot approve them.",
                remedy="Ask another person of your organisation.",
            )
        if re.sub(r"\s", "", self.account_number) != subject.account_number:
            raise refuse(
                "other-number",
                "That is not the number that was entered.",
                field="account_number",
                remedy="Refuse the change if it is wrong.",
            )
        subject.approved_by = doing.actor.id
        subject.approved_at = doing.now
        subject.in_force_from = nth_working_day_after(
            doing.today, operating("bank_cooling_days"), agreed_rulebook().holidays
        )
        subject.save()
        doing.record(
            "approve-bank-details",
            organisation=subject.organisation_id,
            audience="own",
            details={
                "bank_details": subject.reference,
                "in_force_from": str(subject.in_force_from),
            },
        )


@act(
    name="refuse-bank-details",
    title="Refuse the bank details",
    on=BankDetails,
    by=(*MANAGERS, *FINANCE, Role.PAYMENT),
    machine=BANK_DETAILS,
)
class RefuseBankDetails(Act):
    """Stop the change, also while it waits to come into force."""

    why: str = ask("Why?", long=True, min_length=3, max_length=500)

    def do(self, doing: Doing, subject: BankDetails) -> None:
        """Stop it, unless it is in use already."""
        if subject.in_force_from and subject.in_force_from <= doing.today:
            raise refuse(
                "in-use",
                "These details are in use already.",
                remedy="Enter others in their place.",
            )
        doing.record(
            "refuse-bank-details",
            organisation=subject.organisation_id,
            audience="own",
            reason=self.why,
            details={"bank_details": subject.reference},
        )


@act(
    name="request-clawback",
    title="Ask for the claim to be clawed back",
    on=Claim,
    by=CHECKERS,
    asks_again=True,
)
class RequestClawback(Act):
    """Ask for what was paid for the claim to be taken back on the next statement."""

    code: RejectionCode = ask("Why?")
    why: str = ask("What was found?", long=True, min_length=3, max_length=500)

    def do(self, doing: Doing, subject: Claim) -> Recovery:
        """Ask for it: the amount is that of the line that stands (S56)."""
        line = recovering.standing_line(subject)
        if line is None or subject.state != "paid":
            raise refuse(
                "not-paid",
                "Nothing stands paid for this claim.",
                remedy="Reject the claim instead, if it should not be paid.",
            )
        return _asked(
            doing,
            recovering.request(
                "claim",
                line.contract_id,
                line.amount,
                self.code,
                self.why,
                doing.actor,
                doing.now,
                claim=subject,
            ),
        )


@act(
    name="request-adjustment",
    title="Ask for an adjustment",
    on=Contract,
    by=CHECKERS,
    asks_again=True,
)
class RequestAdjustment(Act):
    """Ask for a sum to be taken back from a contract, for no one claim.

    Money owed to a provider is not adjusted by hand: put the record right, and the next
    run pays what follows from it.
    """

    pence: int = ask("How much?", pounds=True, gt=0, le=10**12)
    why: str = ask("Why?", long=True, min_length=10, max_length=500)

    def do(self, doing: Doing, subject: Contract) -> Recovery:
        """Ask for it."""
        return _asked(
            doing,
            recovering.request(
                "adjustment",
                subject.pk,
                self.pence,
                "adjustment",
                self.why,
                doing.actor,
                doing.now,
            ),
        )


@act(
    name="request-extrapolation",
    title="Ask for the sample's error to be recovered",
    on=Sample,
    by=CHECKERS,
    asks_again=True,
)
class RequestExtrapolation(Act):
    """Ask for the error that the sample shows in all claims of its months.

    The claims found wrong are clawed back one by one; this is what is beyond them.
    """

    why: str = ask("What was found?", long=True, min_length=3, max_length=500)

    def do(self, doing: Doing, subject: Sample) -> Recovery:
        """Ask for the estimate, less what was found in the sample itself."""
        rules = agreed_rulebook().validation
        if rules is None or not rules.is_extrapolated:
            raise refuse(
                "not-extrapolated",
                "The rulebook does not extrapolate the error of a sample.",
                remedy="Claw the claims that were found wrong back, one by one.",
            )
        beyond = (subject.estimate_pence or 0) - (subject.error_pence or 0)
        if subject.state != "concluded" or beyond <= 0:
            raise refuse(
                "nothing-beyond",
                "The sample shows no error beyond the claims that were checked.",
                remedy="Conclude the sample first, if it is not.",
            )
        return _asked(
            doing,
            recovering.request(
                "sample-error",
                subject.contract_id,
                beyond,
                "sample-error",
                self.why,
                doing.actor,
                doing.now,
                sample=subject,
            ),
        )


def _asked(doing: Doing, recovery: Recovery) -> Recovery:
    doing.record(
        doing.act,
        contract=recovery.contract_id,
        audience="commissioner",
        amount=recovery.amount,
        reason=recovery.why,
        details={"recovery": recovery.reference},
    )
    return recovery


@act(
    name="approve-recovery",
    title="Approve the recovery",
    on=Recovery,
    by=(Role.PAYMENT, Role.CONTRACT_MANAGER, Role.ASSURANCE),
    machine=RECOVERY,
    asks_again=True,
)
class ApproveRecovery(Act):
    """Let the money be taken back on the next statement."""

    note: str = ask("Anything to note?", long=True, max_length=500, default="")

    def do(self, doing: Doing, subject: Recovery) -> None:
        """Put it into the log."""
        recovering.decide(subject, doing)
        recovering.carry_out(subject, doing)


@act(
    name="refuse-recovery",
    title="Refuse the recovery",
    on=Recovery,
    by=(Role.PAYMENT, Role.CONTRACT_MANAGER, Role.ASSURANCE),
    machine=RECOVERY,
)
class RefuseRecovery(Act):
    """Let the money stay where it is."""

    why: str = ask("Why?", long=True, min_length=3, max_length=500)

    def do(self, doing: Doing, subject: Recovery) -> None:
        """Note who refused it."""
        recovering.decide(subject, doing)
        doing.record(
            "refuse-recovery",
            contract=subject.contract_id,
            audience="commissioner",
            reason=self.why,
            details={"recovery": subject.reference},
        )


@act(
    name="commit-sample",
    title="Begin a sample",
    by=(Role.ASSURANCE,),
    asks_again=True,
)
class CommitSample(Act):
    """Begin a sample of paid claims, with a seed that nobody has seen.

    Its fingerprint is published now, before the list of claims is fixed; the seed when
    the claims are drawn. So nobody can choose who is drawn.
    """

    contract: str = ask("Which contract?", max_length=80)
    first_month: str = ask("First month of statements", pattern=MONTH)
    last_month: str = ask("Last month of statements", pattern=MONTH)

    @classmethod
    def offered(cls, subject: None, actor: Any) -> dict[str, Any]:
        """Offer the contracts."""
        contracts = Contract.objects.order_by("id").select_related("prime")
        return {
            "contract": [
                (one.id, f"{one.id}: {one.prime.name}, {one.area_name}")
                for one in contracts
            ]
        }

    def do(self, doing: Doing, subject: None) -> Sample:
        """Publish the fingerprint."""
        if not Contract.objects.filter(Q(pk=self.contract)).exists():
            raise refuse(
                "no-such-contract",
                "There is no such contract.",
                field="contract",
                remedy="Choose one of the list.",
            )
        if self.first_month > self.last_month:
            raise refuse(
                "months-reversed",
                "The last month is before the first.",
                field="last_month",
                remedy="Give the later month as the last.",
            )
        sample = sampling.commit(
            self.contract,
            Month.parse(self.first_month),
            Month.parse(self.last_month),
            doing.actor,
            doing.now,
        )
        return _of_sample(doing, sample, seed_hash=sample.seed_hash)


def _of_sample(doing: Doing, sample: Sample, **details: Any) -> Sample:
    doing.record(
        doing.act,
        contract=sample.contract_id,
        details={"sample": sample.reference, **details},
    )
    return sample


@act(
    name="freeze-sample",
    title="Fix the list to draw from",
    on=Sample,
    by=(Role.ASSURANCE,),
    machine=SAMPLE,
    asks_again=True,
)
class FreezeSample(Act):
    """Fix and publish the list of paid claims. It cannot be changed afterwards."""

    def do(self, doing: Doing, subject: Sample) -> None:
        """Fix it."""
        sampling.freeze(subject, doing.now)
        _of_sample(doing, subject, frame_hash=subject.frame_hash, size=subject.size)


@act(
    name="draw-sample",
    title="Reveal the seed and draw",
    on=Sample,
    by=(Role.ASSURANCE,),
    machine=SAMPLE,
    asks_again=True,
)
class DrawSample(Act):
    """Publish the seed. Everybody can now draw the same claims."""

    def do(self, doing: Doing, subject: Sample) -> None:
        """Draw."""
        sampling.reveal(subject, doing.now)
        _of_sample(doing, subject, seed=subject.seed)


@act(
    name="note-sample-result",
    title="Note the results of the checks",
    on=Sample,
    by=(Role.ASSURANCE,),
)
class NoteSampleResult(Act):
    """Say what the check of one drawn claim found."""

    claim: str = ask("Which claim?", max_length=100)
    result: Literal["correct", "wrong"] = ask("What was found?")
    note: str = ask("On what evidence?", max_length=300, default="")

    @classmethod
    def offered(cls, subject: Sample, actor: Any) -> dict[str, Any]:
        """Offer the drawn claims."""
        items = SampleItem.objects.filter(sample=subject, is_drawn=True)
        references = items.order_by("place").values_list("claim__reference", flat=True)
        return {"claim": [(one, one) for one in references]}

    def do(self, doing: Doing, subject: Sample) -> None:
        """Keep the result."""
        if subject.state != "drawn":
            raise refuse(
                "not-drawn",
                "Results are noted once the sample is drawn, until it is concluded.",
                remedy="Look at the sample's state.",
            )
        changed = SampleItem.objects.filter(
            sample=subject, is_drawn=True, claim__reference=self.claim
        ).update(result=self.result, note=self.note, checked_by=doing.actor.id)
        if not changed:
            raise refuse(
                "not-in-sample",
                "That claim was not drawn.",
                field="claim",
                remedy="Choose one of the drawn claims.",
            )
        _of_sample(doing, subject, claim=self.claim, result=self.result)


@act(
    name="conclude-sample",
    title="Conclude the sample",
    on=Sample,
    by=(Role.ASSURANCE,),
    machine=SAMPLE,
    asks_again=True,
)
class ConcludeSample(Act):
    """Work out the error in all claims from that in the sample."""

    def do(self, doing: Doing, subject: Sample) -> None:
        """Work it out."""
        found = sampling.conclude(subject, doing.now)
        _of_sample(
            doing,
            subject,
            estimate=found.estimate,
            lower=found.lower,
            upper=found.upper,
        )
