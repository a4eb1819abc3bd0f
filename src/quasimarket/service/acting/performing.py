"""Do an act: one transaction, one scope, guards, the change, the log."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, ProgrammingError
from django.db.models import Model

from quasimarket.service.acting import clock
from quasimarket.service.acting.act import Act
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import NotAllowed, NotFound, refuse
from quasimarket.service.people.actor import Actor
from quasimarket.service.people.roles import Role
from quasimarket.service.people.scope import acting_as


TWO_PEOPLE = {
    "sign_in_kept": (
        "Two people decide this, and your sign-in and that of whoever asked for it "
        "may be one person's: one of you made or mended the other's, or somebody "
        "alone made both.",
        "Ask somebody whose sign-in was made by others than the one who asked.",
    ),
    "sign_in_two_people": (
        "A sign-in of the commissioner's is asked for by one person and confirmed by "
        "another.",
        "Ask for it on the page “People who sign in”, and have a colleague confirm it.",
    ),
}
"""What the database says of sign-ins by the constraint's name, and what mends it."""
FORBIDDEN = "42501"
"""PostgreSQL's word for what a policy does not let a role write."""


def perform(
    act: Act,
    actor: Actor,
    subject: str | Model | None = None,
    *,
    at: datetime | None = None,
    reason: str = "",
) -> Any:
    """Do an act and give what it made or changed.

    The subject is found through row-level security and locked; a state machine's move
    is made before `do` is called, and saved with what `do` changes.

    Args:
        act: the act with its answers.
        actor: who does it.
        subject: the reference of what it is about, or the row itself.
        at: when, on the programme's clock; now unless given. The system alone may say.
        reason: why, where a reason was asked for.

    Raises:
        NotFound: the subject is not there for this actor.
        NotAllowed: the role may not do this.
        Refusal: the rules stand against it.
    """
    about = type(act).about  # a field may have the same name
    with acting_as(actor):
        found = _find(about.on, subject) if about.on is not None else None
        if actor.role not in about.by and actor.role is not Role.SYSTEM:
            raise NotAllowed(about.name)
        doing = Doing(actor=actor, act=about.name, now=at or clock.now(), reason=reason)
        if about.machine is not None and found is not None:
            column = about.machine.column
            setattr(
                found, column, about.machine.after(about.name, getattr(found, column))
            )
        try:
            result = act.do(doing, found)
            if about.machine is not None and found is not None:
                found.save(update_fields=[about.machine.column])
        except IntegrityError as error:
            raise _refusal_of(error) from error
        except ProgrammingError as error:
            if getattr(error.__cause__, "sqlstate", None) == FORBIDDEN:
                raise NotAllowed(about.name) from error
            raise
        doing.write()
    return found if result is None else result


def _find(kind: type | None, subject: str | Model | None) -> Any:
    assert kind is not None
    rows = kind._default_manager.select_for_update(of=("self",))  # type: ignore[attr-defined]  # a Django model
    try:
        if isinstance(subject, Model):
            return rows.get(pk=subject.pk)
        return rows.get(**{reference_field(kind): subject})
    except (ObjectDoesNotExist, ValueError) as error:
        raise NotFound(str(subject)) from error


def reference_field(kind: type) -> str:
    """Give the field by which a kind of thing is named in addresses."""
    names = {field.name for field in kind._meta.get_fields()}  # type: ignore[attr-defined]  # a Django model
    return "reference" if "reference" in names else "pk"


def _refusal_of(error: IntegrityError) -> Exception:
    """Say a constraint of the database as a refusal: two may have acted at once."""
    diagnostic = getattr(error.__cause__, "diag", None)
    name = getattr(diagnostic, "constraint_name", None) or "a rule of the database"
    if name in TWO_PEOPLE:
        message, remedy = TWO_PEOPLE[name]
        return refuse(name.replace("_", "-"), message, remedy=remedy)
    message = getattr(diagnostic, "message_primary", None) or str(error)
    return refuse(
        f"constraint-{name}".replace("_", "-").replace(" ", "-"),
        f"The programme's records do not allow this: {message}.",
        remedy="Look at it again: somebody may have acted at the same time.",
    )
