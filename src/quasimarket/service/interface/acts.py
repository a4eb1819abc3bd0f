"""Keys and webhooks, made and ended by an organisation's manager."""

import secrets
from datetime import timedelta
from typing import Literal

from pydantic import AnyHttpUrl

from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import NotAllowed, refuse
from quasimarket.service.acting.shown_once import ShownOnce
from quasimarket.service.interface.addresses import fault_of
from quasimarket.service.interface.feed import head
from quasimarket.service.interface.keys import digest_of, new_key
from quasimarket.service.interface.kinds import remedy_for, unknown
from quasimarket.service.interface.models import Webhook
from quasimarket.service.pages.role_names import ROLE_NAMES
from quasimarket.service.people.actor import Actor
from quasimarket.service.people.models import ApiKey, Organisation, User
from quasimarket.service.people.roles import (
    COMMISSIONER_ROLES,
    MANAGERS,
    ROLES_OF,
    OrganisationKind,
    Role,
)


KEEPERS = (*MANAGERS, Role.CONTRACT_MANAGER, Role.ASSURANCE)
LONGEST_DAYS = 366


class Made(ShownOnce):
    """A key or a secret; afterwards one is led to where keys are listed."""

    address = "/keys/"


@act(
    name="make-api-key",
    title="Make a key for your systems",
    by=KEEPERS,
    asks_again=True,
)
class MakeApiKey(Act):
    """Make a key with which your own system calls the interface.

    It may do what the role you choose may do in your organisation, and no more. The
    key is shown once: keep it where passwords are kept.
    """

    called: str = ask("What is it for?", min_length=3, max_length=80)
    role: Role = ask("Which role does it act in?")
    days: int = ask("For how many days?", ge=1, le=LONGEST_DAYS)
    may: Literal["read", "read and write"] = ask("What may it do?")

    @classmethod
    def offered(cls, subject: None, actor: Actor) -> dict[str, list[tuple[str, str]]]:
        """Offer the roles that people of the doer's organisation have."""
        own = Organisation.objects.filter(id=actor.organisation).first()
        held = ROLES_OF[OrganisationKind(own.kind)] if own else ()
        return {"role": [(str(one), str(ROLE_NAMES[one])) for one in held]}

    def do(self, doing: Doing, subject: None) -> Made:
        """Keep the digest; give the key."""
        own = _keeper(doing)
        if self.role not in ROLES_OF[OrganisationKind(own.organisation.kind)]:
            raise refuse(
                "role-of-another",
                "The role does not belong to your kind of organisation.",
                field="role",
                remedy="Choose a role that people of your organisation have.",
            )
        if self.role in COMMISSIONER_ROLES and self.may != "read":
            raise refuse(
                "people-decide",
                "A key of the commissioner may only read: people decide.",
                field="may",
                remedy="Make a key that reads.",
            )
        key, prefix = new_key()
        row = ApiKey.objects.create(
            prefix=prefix,
            digest=digest_of(key),
            name=self.called,
            organisation_id=doing.actor.organisation,
            role=self.role,
            scopes=["read"] if self.may == "read" else ["read", "write"],
            made_by=own,
            made_at=doing.now,
            expires_at=doing.now + timedelta(days=self.days),
        )
        _record(doing, {"prefix": prefix, "role": self.role, "may": self.may})
        return Made(key=key, prefix=prefix, until=f"{row.expires_at:%Y-%m-%d}")


@act(name="end-api-key", title="End a key", on=ApiKey, by=KEEPERS)
class EndApiKey(Act):
    """End a key at once. Calls with it are refused from now on."""

    def do(self, doing: Doing, subject: ApiKey) -> None:
        """Set its end."""
        _keeper(doing)
        if subject.ended_at is not None:
            raise refuse("already-ended", "The key has ended already.")
        subject.ended_at = doing.now
        subject.save(update_fields=["ended_at"])
        _record(doing, {"prefix": subject.prefix})


@act(name="add-webhook", title="Be told of events", by=KEEPERS, asks_again=True)
class AddWebhook(Act):
    """Have events of your chain sent to an address of yours, as they happen.

    Each message is signed with a secret that is shown once. What is sent is what a key
    of your own role could read, for a year; then add it anew.
    """

    address: AnyHttpUrl = ask("To which address?", hint="It must begin with https://")
    kinds: str = ask(
        "Which kinds of event?",
        hint="Parted by commas, such as job-started, job-ended; none for every kind",
        default="",
        max_length=300,
    )

    def do(self, doing: Doing, subject: None) -> Made:
        """Keep the address and a new secret; begin at the log's present end."""
        own = _keeper(doing)
        address = str(self.address)
        if fault := fault_of(address):
            raise refuse(
                "address-refused",
                fault,
                field="address",
                remedy="Give an address on the public internet that begins with "
                "https://.",
            )
        kinds = [one.strip() for one in self.kinds.split(",") if one.strip()]
        if not_there := unknown(kinds):
            raise refuse(
                "kind-refused",
                f"No kind of event is called {', '.join(not_there)}.",
                field="kinds",
                remedy=remedy_for(not_there),
            )
        opens_nothing = ApiKey.objects.create(
            prefix=new_key()[1],
            digest=secrets.token_hex(32),
            name=f"Webhook: {self.address.host}"[:80],
            organisation_id=doing.actor.organisation,
            role=doing.actor.role,
            scopes=[],
            made_by=own,
            made_at=doing.now,
            expires_at=doing.now + timedelta(days=LONGEST_DAYS),
        )
        row = Webhook.objects.create(
            reference=secrets.token_hex(8),
            organisation_id=doing.actor.organisation,
            key=opens_nothing,
            address=address,
            kinds=kinds,
            secret=secrets.token_hex(32),
            after=head(),
        )
        _record(doing, {"webhook": row.reference})
        return Made(reference=row.reference, secret=row.secret)


@act(name="resume-webhook", title="Send events again", on=Webhook, by=KEEPERS)
class ResumeWebhook(Act):
    """Go on sending from where it stopped: nothing that happened since is left out."""

    def do(self, doing: Doing, subject: Webhook) -> None:
        """Forget its failures."""
        _keeper(doing)
        if subject.key.ended_at is not None:
            raise refuse(
                "already-ended",
                "It was ended.",
                remedy="Add the address again.",
            )
        subject.is_paused, subject.failures, subject.next_try = False, 0, None
        subject.save(update_fields=["is_paused", "failures", "next_try"])
        _record(doing, {"webhook": subject.reference})


@act(name="end-webhook", title="Stop sending events", on=Webhook, by=KEEPERS)
class EndWebhook(Act):
    """Send no more events to this address."""

    def do(self, doing: Doing, subject: Webhook) -> None:
        """End the key that it reads by."""
        _keeper(doing)
        if subject.key.ended_at is not None:
            raise refuse("already-ended", "It has ended already.")
        subject.key.ended_at = doing.now
        subject.key.save(update_fields=["ended_at"])
        subject.is_paused = True
        subject.save(update_fields=["is_paused"])
        _record(doing, {"webhook": subject.reference})


def _keeper(doing: Doing) -> User:
    """Give the person who does it: a key may not make or end keys."""
    if doing.actor.kind != "user":
        raise NotAllowed(doing.act)
    return User.objects.select_related("organisation").get(pk=doing.actor.id)


def _record(doing: Doing, details: dict[str, str]) -> None:
    doing.record(
        doing.act,
        organisation=doing.actor.organisation,
        audience="own",
        details=details,
    )
