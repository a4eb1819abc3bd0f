"""Registering an organisation, and finding one by its name."""

from typing import ClassVar, Literal

from django.db import connection
from django.utils.text import slugify

from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.people.models import Organisation
from quasimarket.service.people.roles import OrganisationKind, Role


@act(
    name="register-organisation",
    title="Register an organisation",
    by=(Role.CONTRACT_MANAGER,),
)
class RegisterOrganisation(Act):
    """Make an organisation known, so that its people can be given sign-ins.

    A prime can then add a subcontractor to its chain by the name given here. The
    primes themselves are those of the rulebook.
    """

    listed_at: ClassVar[str] = "/people/"
    name: str = ask(
        "What is it called?",
        hint="As it calls itself; primes find it by this name",
        min_length=2,
        max_length=200,
    )
    kind: Literal["subcontractor", "assessor", "auditor", "research"] = ask(
        "What is it to the programme?"
    )
    identifier: str = ask(
        "Its public identifier",
        hint="A register's prefix and its number there, as in GB-CHC-1234567",
        default="",
        max_length=60,
    )

    def do(self, doing: Doing, subject: None) -> None:
        """Register it, unless one of that name is there."""
        if organisations_called(self.name, kind=self.kind):
            raise refuse(
                "name-registered",
                "An organisation of this kind and name is registered already.",
                field="name",
                remedy="Use that one, or add what tells the two apart, as a town.",
            )
        stem = slugify(self.name)[:60] or "organisation"
        taken = set(
            Organisation.objects.filter(id__startswith=stem).values_list(
                "id", flat=True
            )
        )
        numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
        key = next(one for one in (stem, *numbered) if one not in taken)
        Organisation.objects.create(
            id=key, name=self.name, kind=self.kind, identifier=self.identifier
        )
        doing.record("organisation-registered", organisation=key, code=self.kind)


def organisations_called(
    name: str, *, kind: str = OrganisationKind.SUBCONTRACTOR
) -> list[str]:
    """List the organisations of a kind that bear a name, or this very identifier.

    Capitals and spaces do not matter. The database answers a prime too about one that
    it may not see, but only to its whole name.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT chain_organisations_called(%s, %s)", [name, str(kind)])
        found: list[str] = cursor.fetchone()[0]
    return found
