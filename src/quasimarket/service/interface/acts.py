"""Keys and webhooks, made and ended by an organisation's manager."""

import secrets
from datetime import timedelta
from typing import Literal

from pydantic import AnyHttpUrl

from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.interface.keys import digest_of, new_key
from quasimarket.service.interface.models import Webhook
from quasimarket.service.people.models import ApiKey, User
from quasimarket.service.people.roles import (
    COMMISSIONER_ROLES,
    MANAGERS,
    ROLES_OF,
    OrganisationKind,
    Role,
)


KEEPERS = (*MANAGERS, Role.CONTRACT_MANAGER, Role.ASSURANCE)
LONGEST_DAYS = 366


@act(name="make-api-key", title="Make a key for your systems", by=KEEPERS)
class MakeApiKey(Act):
    """Make a key with which your own system calls the interface.

    It may do what the role you choose may do in your organisation, and no more. The
    key is shown once: keep it where passwords are kept.
    """

    called: str = ask("What is it for?", min_length=3, max_length=80)
    role: Role = ask("Which role does it act in?")
    days: int = ask("For how many days?", ge=1, le=LONGEST_DAYS)
    may: Literal["read", "read and write"] = ask("What may it do?")

    def do(self, doing: Doing, subject: None) -> dict[str, str]:
        """Keep the digest; give the key."""
        own = User.objects.select_related("organisation").get(pk=doing.actor.id)
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
        doing.record(
            doing.act,
            organisation=doing.actor.organisation,
            audience="own",
            details={"prefix": prefix, "role": self.role, "may": self.may},
        )
        return {"key": key, "prefix": row.prefix, "until": f"{row.expires_at:%Y-%m-%d}"}


@act(name="end-api-key", title="End a key", on=ApiKey, by=KEEPERS)
class EndApiKey(Act):
    """End a key at once. Calls with it are refused from now on."""

    def do(self, doing: Doing, subject: ApiKey) -> None:
        """Set its end."""
        if subject.ended_at is not None:
            raise refuse("already-ended", "The key has ended already.")
        subject.ended_at = doing.now
        subject.save(update_fields=["ended_at"])
        doing.record(
            doing.act,
            organisation=doing.actor.organisation,
            audience="own",
            details={"prefix": subject.prefix},
        )


@act(name="add-webhook", title="Be told of events", by=KEEPERS)
class AddWebhook(Act):
    """Have events of your chain sent to an address of yours, as they happen.

    Each message is signed with a secret that is shown once.
    """

    address: AnyHttpUrl = ask("To which address?", hint="It must begin with https://")
    kinds: str = ask(
        "Which kinds of event?",
        hint="Parted by commas; none for every kind",
        default="",
        max_length=300,
    )

    def do(self, doing: Doing, subject: None) -> dict[str, str]:
        """Keep the address and a new secret."""
        if self.address.scheme != "https" and self.address.host != "127.0.0.1":
            raise refuse(
                "not-https",
                "The address does not begin with https://.",
                field="address",
                remedy="Give an address that is reached over HTTPS.",
            )
        row = Webhook.objects.create(
            reference=secrets.token_hex(8),
            organisation_id=doing.actor.organisation,
            address=str(self.address),
            kinds=[one.strip() for one in self.kinds.split(",") if one.strip()],
            secret=secrets.token_hex(32),
        )
        doing.record(doing.act, organisation=doing.actor.organisation, audience="own")
        return {"reference": row.reference, "secret": row.secret}
