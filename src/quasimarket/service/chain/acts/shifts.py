"""Shift market share: proposed from results, decided by a second person, applied."""

from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from quasimarket.core.dates import Month
from quasimarket.core.identifiers import AreaId, GroupId
from quasimarket.events.organisation_event import OrganisationEventKind as Kind
from quasimarket.performance.share_shift import shares_in_force
from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.chain.bars import bars_to_gain
from quasimarket.service.chain.machines import SHIFT
from quasimarket.service.chain.measuring import measures
from quasimarket.service.chain.models import ShareProposal
from quasimarket.service.fairness.standing import must_be_another
from quasimarket.service.people.roles import Role
from quasimarket.service.programme.models import Contract, MarketShare
from quasimarket.service.programme.rules import agreed_rulebook, rulebook_in_force


def exact(share: Fraction) -> Decimal:
    """Write a share as the tables hold it."""
    return (Decimal(share.numerator) / Decimal(share.denominator)).quantize(
        Decimal("0.000001")
    )


@act(
    name="propose-share-shifts",
    title="Propose the shifts of market share",
    by=(Role.CONTRACT_MANAGER,),
)
class ProposeShareShifts(Act):
    """Work out which shifts follow from the contract years that are over.

    Another contract manager decides each.
    """

    listed_at: ClassVar[str] = "/share-shifts/"

    def do(self, doing: Doing, subject: None) -> None:
        """Keep what the rulebook proposes and nobody proposed before."""
        found = measures(agreed_rulebook(), doing.today)
        running = set(Contract.objects.values_list("pk", flat=True))
        made = 0
        for one in found.proposals if found else ():
            if not {str(one.from_contract), str(one.to_contract)} <= running:
                continue
            _, is_new = ShareProposal.objects.get_or_create(
                area=one.area,
                group=one.group,
                contract_year=one.contract_year,
                defaults={
                    "from_contract_id": one.from_contract,
                    "to_contract_id": one.to_contract,
                    "size": exact(one.size),
                    "from_rate": exact(one.from_rate),
                    "to_rate": exact(one.to_rate),
                    "first_day": one.first_day,
                    "proposed_on": doing.today,
                    "proposed_by": doing.actor.id,
                },
            )
            made += is_new
        if not made:
            raise refuse(
                "no-shift",
                "No further shift follows from the years that are over.",
                remedy="Look again when the next contract year has ended.",
            )
        doing.record("share-shifts-proposed", audience="commissioner", number=made)


@act(
    name="approve-share-shift",
    title="Approve the shift",
    on=ShareProposal,
    by=(Role.CONTRACT_MANAGER,),
    machine=SHIFT,
    asks_again=True,
)
class ApproveShareShift(Act):
    """Move the referrals from the shift's first day on, and never back in time.

    A contract in breach, or whose prime does not hold the standard, cannot gain.
    """

    why: str = ask("Why?", min_length=10, max_length=4000, long=True)

    def do(self, doing: Doing, subject: ShareProposal) -> None:
        """Decide it and write the shares."""
        must_be_another(doing, subject.proposed_by, did="proposed it")
        if barred := bars_to_gain(subject.to_contract, doing.today):
            raise refuse(
                "may-not-gain",
                f"Contract {subject.to_contract_id} cannot gain share: "
                f"{'; '.join(barred)}.",
                remedy="Refuse the shift, or wait until that is put right.",
            )
        soonest = Month.of(doing.today).plus(1).first_day
        subject.first_day = max(subject.first_day, soonest)
        subject.decided_by, subject.decided_on = doing.actor.id, doing.today
        subject.reason = self.why
        subject.save(update_fields=["first_day", "decided_by", "decided_on", "reason"])
        moved = apply_shift(subject)
        for contract, change in moved.items():
            doing.record(
                Kind.SHARE_SHIFTED,
                happened=doing.today,
                contract=contract,
                group=subject.group,
                code=f"{change:+f}",
                details={
                    "proposal": subject.reference,
                    "first_day": subject.first_day.isoformat(),
                },
            )


def apply_shift(shift: ShareProposal) -> dict[str, Decimal]:
    """Write the shares of the area's contracts from the shift's first day on.

    Gives by how much each of the two contracts' share changes.
    """
    shares = shares_in_force(
        rulebook_in_force(), AreaId(shift.area), GroupId(shift.group), shift.first_day
    )
    by_name = {str(name): share for name, share in shares.items()}
    giver, taker = shift.from_contract_id, shift.to_contract_id
    size = min(Fraction(shift.size), by_name[giver])
    by_name[giver] -= size
    by_name[taker] += size
    for name, share in by_name.items():
        MarketShare.objects.update_or_create(
            contract_id=name,
            group=shift.group,
            first_day=shift.first_day,
            defaults={"share": exact(share)},
        )
    return {giver: -exact(size), taker: exact(size)}


@act(
    name="refuse-share-shift",
    title="Refuse the shift",
    on=ShareProposal,
    by=(Role.CONTRACT_MANAGER,),
    machine=SHIFT,
)
class RefuseShareShift(Act):
    """Leave the shares as they are."""

    why: str = ask("Why?", min_length=10, max_length=4000, long=True)

    def do(self, doing: Doing, subject: ShareProposal) -> None:
        """Refuse it."""
        must_be_another(doing, subject.proposed_by, did="proposed it")
        subject.decided_by, subject.decided_on = doing.actor.id, doing.today
        subject.reason = self.why
        subject.save(update_fields=["decided_by", "decided_on", "reason"])
        doing.record(
            "share-shift-refused",
            contract=subject.to_contract_id,
            group=subject.group,
            details={"proposal": subject.reference},
        )
