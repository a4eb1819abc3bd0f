"""What people do about their own sign-in: accept the code of conduct."""

from typing import ClassVar

from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.people.models import User
from quasimarket.service.people.roles import EVERYONE


@act(name="accept-conduct", title="Accept the code of conduct", by=EVERYONE)
class AcceptConduct(Act):
    """Whoever works on the programme accepts its code of conduct, once."""

    read_first: ClassVar[str] = "people/promises.html"
    accepts: bool = ask("I accept the code of conduct")

    def do(self, doing: Doing, subject: None) -> None:
        """Note when it was accepted."""
        if not self.accepts:
            raise refuse(
                "conduct-not-accepted",
                "You cannot work on the programme without accepting it.",
                field="accepts",
            )
        User.objects.filter(pk=doing.actor.id).update(accepted_conduct=doing.now)
        doing.record("accept-conduct", organisation=doing.actor.organisation)
