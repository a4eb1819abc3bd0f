"""Who may see a case: restricting it to named people, and the participant's sign-in."""

from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.acting.shown_once import ShownOnce, new_password
from quasimarket.service.participation.keeping import keeper_of
from quasimarket.service.participation.models import Participation
from quasimarket.service.participation.states import COURSE
from quasimarket.service.people.actor import Actor
from quasimarket.service.people.models import Organisation, User
from quasimarket.service.people.roles import DELIVERY, OrganisationKind, Role


RESTRICTERS = (Role.CONTRACT_MANAGER, Role.PRIME_MANAGER)
PARTICIPANTS = "participants"


@act(
    name="restrict-case",
    title="Restrict the case to named people",
    on=Participation,
    by=RESTRICTERS,
    machine=COURSE,
)
class RestrictCase(Act):
    """Let only named people see this case, in lists, counts, searches and files too.

    You stay among them. Everybody else, of every organisation, no longer sees it.
    """

    people: list[int] = ask("Who may see it, besides you?")

    @classmethod
    def offered(
        cls, subject: Participation, actor: Actor
    ) -> dict[str, list[tuple[str, str]]]:
        """Offer the people of the doer's own organisation and of the commissioner."""
        rows = User.objects.filter(is_active=True).exclude(role=Role.PARTICIPANT)
        return {
            "people": [
                (str(one.pk), f"{one.name}, {one.role}")
                for one in rows.order_by("organisation_id", "name")[:500]
                if one.pk != actor.id
            ]
        }

    def do(self, doing: Doing, subject: Participation) -> None:
        """Keep the names; the doer is always among them."""
        wanted = set(self.people)
        known = set(
            keeper_of(doing).as_programme(
                lambda: list(
                    User.objects.filter(pk__in=wanted, is_active=True).values_list(
                        "pk", flat=True
                    )
                )
            )
        )
        if wanted - known:
            raise refuse(
                "unknown-person",
                "Somebody named does not work here.",
                field="people",
                remedy="Choose among the people listed.",
            )
        own = {doing.actor.id} if doing.actor.kind == "user" else set()
        if not wanted | own:
            raise refuse(
                "nobody-named",
                "A restricted case needs somebody who may see it.",
                field="people",
                remedy="Name at least one person.",
            )
        subject.restricted_to = sorted(wanted | own)
        keeper_of(doing).change(subject, "restricted_to")
        doing.record(
            "restrict-case",
            participation=subject,
            details={"people": subject.restricted_to},
        )


@act(
    name="lift-restriction",
    title="Lift the restriction",
    on=Participation,
    by=RESTRICTERS,
    machine=COURSE,
    asks_again=True,
)
class LiftRestriction(Act):
    """Let everybody who would see such a case see this one again."""

    why: str = ask("Why is it no longer restricted?", max_length=300, min_length=1)

    def do(self, doing: Doing, subject: Participation) -> None:
        """Take the names away."""
        if subject.restricted_to is None:
            raise refuse(
                "not-restricted",
                "The case is not restricted.",
                remedy="Nothing needs to be done.",
            )
        subject.restricted_to = None
        keeper_of(doing).change(subject, "restricted_to")
        doing.record(
            "lift-restriction", participation=subject, reason=self.why or doing.reason
        )


@act(
    name="give-sign-in",
    title="Give the participant a sign-in",
    on=Participation,
    by=(Role.CONTRACT_MANAGER, *DELIVERY),
    machine=COURSE,
    asks_again=True,
)
class GiveSignIn(Act):
    """Let the participant read their own record: contacts, notices, whom to ask.

    A password is shown to you once. Give it to them; they choose another when they
    first sign in. If they have lost theirs, do this again with their present address.
    """

    email: str = ask(
        "Which e-mail address will they sign in with?",
        max_length=254,
        pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
    )

    def do(self, doing: Doing, subject: Participation) -> ShownOnce:
        """Make the sign-in, which sees this person and nobody else."""
        keeper = keeper_of(doing)
        person = subject.person
        email = User.objects.normalize_email(self.email).lower()
        name = person.name
        password = new_password()

        def renew() -> None:
            user = User.objects.get(pk=person.user_id)
            if user.email != email:
                raise refuse(
                    "has-a-sign-in",
                    "The participant signs in with another address already.",
                    field="email",
                    remedy="Give that address to have a new password made.",
                )
            user.set_password(password)
            user.was_given_secret = True
            user.save(update_fields=["password", "was_given_secret"])

        def make() -> User:
            if User.objects.filter(email__iexact=email).exists():
                raise refuse(
                    "address-in-use",
                    "Somebody signs in with this address already.",
                    field="email",
                    remedy="Ask for another address.",
                )
            theirs, _ = Organisation.objects.get_or_create(
                id=PARTICIPANTS,
                defaults={
                    "name": "Participants",
                    "kind": OrganisationKind.PARTICIPANTS,
                },
            )
            if theirs.kind != OrganisationKind.PARTICIPANTS:
                raise refuse(
                    "participants-are-no-organisation",
                    "An organisation has the name kept for participants' sign-ins.",
                    remedy="Whoever runs the service gives that organisation another.",
                )
            return User.objects.create_user(
                email,
                password,
                was_given_secret=True,
                name=name,
                organisation_id=PARTICIPANTS,
                role=Role.PARTICIPANT,
            )

        if person.user_id is not None:
            keeper.as_programme(renew)
        else:
            person.user = keeper.as_programme(make)
            keeper.change(person, "user")
        doing.record("give-sign-in", participation=subject)
        shown = ShownOnce({"Signs in with": email, "Password": password})
        shown.address = subject.get_absolute_url()
        return shown
