"""What waits of the commissioner's sign-ins for a second person."""

from collections.abc import Iterator

from django.http import HttpRequest

from quasimarket.service.pages.navigation import place, waits
from quasimarket.service.pages.parts import Task
from quasimarket.service.pages.role_names import ROLE_NAMES
from quasimarket.service.pages.sign_in_acts import SIGN_IN_KEEPERS
from quasimarket.service.pages.sign_in_view import WHAT, waiting
from quasimarket.service.people.roles import COMMISSIONER_ROLES, Role


place("People", "pages:people", SIGN_IN_KEEPERS, order=95)


@waits(order=16)
def sign_ins_to_confirm(request: HttpRequest) -> Iterator[Task]:
    """List what somebody else asked about a sign-in that is not the reader's own."""
    actor = request.actor
    if actor.role not in COMMISSIONER_ROLES:
        return
    rows = waiting().exclude(asked_by=actor.id).exclude(user_id=actor.id)
    for one in rows.order_by("pk")[:10]:
        yield Task(
            title=str(WHAT[one.kind]),
            href=one.get_absolute_url(),
            hint=str(ROLE_NAMES[Role(one.role)]),
            state="to confirm",
        )
