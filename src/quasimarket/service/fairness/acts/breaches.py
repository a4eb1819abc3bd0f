"""A breach of the standard as a material breach of contract, and what follows."""

from quasimarket.events.organisation_event import OrganisationEventKind as Kind
from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.fairness.machines import BREACH
from quasimarket.service.fairness.models import Complaint, MaterialBreach
from quasimarket.service.fairness.operating import REMEDY
from quasimarket.service.fairness.standing import must_be_another, working_days_on
from quasimarket.service.people.roles import Role
from quasimarket.service.programme.models import Contract
from quasimarket.service.programme.rules import agreed_rulebook


DECLARERS = (Role.CONTRACT_MANAGER, Role.ASSURANCE)


def note(doing: Doing, breach: MaterialBreach, kind: str, code: str = "") -> None:
    """Record a step."""
    doing.record(
        kind,
        contract=breach.contract_id,
        organisation=breach.prime_id,
        code=code,
        details={"breach": breach.reference},
    )


@act(
    name="declare-breach",
    title="Declare a material breach",
    on=Contract,
    by=DECLARERS,
    asks_again=True,
)
class DeclareBreach(Act):
    """Hold a prime to its contract: a breach of the standard is a material breach.

    A second person confirms it. From then on the contract cannot gain market share,
    and it may be ended if the breach is not put right in time.
    """

    complaint: str = ask(
        "The upheld complaint's reference",
        hint="Leave it blank where the ground is an assessment or an audit.",
        default="",
    )
    ground: str = ask("The ground", min_length=20, max_length=8000, long=True)
    must_do: str = ask("What puts it right?", min_length=10, max_length=8000, long=True)

    def do(self, doing: Doing, subject: Contract) -> MaterialBreach:
        """Propose it."""
        conduct = agreed_rulebook().conduct
        if conduct is None or not conduct.breach_is_material:
            raise refuse(
                "not-material",
                "Under this rulebook a breach of the standard is no material breach.",
            )
        complaint = self.upheld(subject)
        open_to_prime = complaint is not None and not complaint.is_confidential
        breach = MaterialBreach.objects.create(
            contract=subject,
            prime_id=subject.prime_id,
            complaint=complaint if open_to_prime else None,
            ground=self.ground,
            must_do=self.must_do,
            declared_on=doing.today,
            remedy_due=working_days_on(doing.today, REMEDY),
            declared_by=doing.actor.id,
        )
        doing.record(
            "breach-proposed",
            contract=subject.pk,
            audience="commissioner",
            details={"breach": breach.reference},
        )
        return breach

    def upheld(self, contract: Contract) -> Complaint | None:
        """Find the complaint, which must be upheld for good."""
        if not self.complaint:
            return None
        found = Complaint.objects.filter(
            reference=self.complaint, contract=contract, state="closed", is_upheld=True
        ).first()
        if found is None:
            raise refuse(
                "no-such-complaint",
                "There is no such complaint about this contract that was upheld.",
                field="complaint",
                remedy="A complaint is upheld once nobody can appeal any more.",
            )
        return found


@act(
    name="confirm-breach",
    title="Confirm the breach",
    on=MaterialBreach,
    by=DECLARERS,
    machine=BREACH,
    asks_again=True,
)
class ConfirmBreach(Act):
    """Tell the prime. The contract cannot gain market share while it is open."""

    def do(self, doing: Doing, subject: MaterialBreach) -> None:
        """Confirm what another declared."""
        must_be_another(doing, subject.declared_by, did="declared it")
        subject.confirmed_by = doing.actor.id
        subject.remedy_due = working_days_on(doing.today, REMEDY)
        subject.save(update_fields=["confirmed_by", "remedy_due"])
        note(doing, subject, "breach-declared")


@act(
    name="drop-breach",
    title="Do not confirm the breach",
    on=MaterialBreach,
    by=DECLARERS,
    machine=BREACH,
)
class DropBreach(Act):
    """Say why it is no breach; the prime is not told of it."""

    why: str = ask("Why?", min_length=10, max_length=4000, long=True)

    def do(self, doing: Doing, subject: MaterialBreach) -> None:
        """Drop it."""
        must_be_another(doing, subject.declared_by, did="declared it")
        subject.outcome = self.why
        subject.save(update_fields=["outcome"])
        doing.record(
            "breach-dropped", contract=subject.contract_id, audience="commissioner"
        )


@act(
    name="accept-remedy",
    title="Accept that it is put right",
    on=MaterialBreach,
    by=DECLARERS,
    machine=BREACH,
)
class AcceptRemedy(Act):
    """End the breach: the contract can gain market share again."""

    what: str = ask("What was done?", min_length=10, max_length=8000, long=True)

    def do(self, doing: Doing, subject: MaterialBreach) -> None:
        """Close it."""
        subject.outcome = self.what
        subject.save(update_fields=["outcome"])
        note(doing, subject, "breach-remedied")


@act(
    name="end-contract",
    title="End the contract",
    on=MaterialBreach,
    by=(Role.CONTRACT_MANAGER,),
    machine=BREACH,
    asks_again=True,
)
class EndContract(Act):
    """The breach was not put right in time: nobody more is referred to the contract."""

    why: str = ask("Why?", min_length=10, max_length=8000, long=True)

    def do(self, doing: Doing, subject: MaterialBreach) -> None:
        """End it, once the time to put it right is over."""
        if doing.today <= subject.remedy_due:
            raise refuse(
                "remedy-open",
                f"The prime has until {subject.remedy_due:%-d %B %Y} to put it right.",
                remedy="Wait for that day.",
            )
        subject.outcome = self.why
        subject.save(update_fields=["outcome"])
        contract = subject.contract
        contract.ended_on = doing.today
        contract.save(update_fields=["ended_on"])
        note(doing, subject, Kind.CONTRACT_ENDED, "material-breach")
