"""Publish league tables, and choose who sees the one of places."""

from typing import ClassVar, Literal

from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.chain.models import LeagueChoice, LeagueRow
from quasimarket.service.chain.openness import places_ruled
from quasimarket.service.chain.publishing import publish
from quasimarket.service.fairness.standing import must_be_of
from quasimarket.service.people.roles import Role
from quasimarket.service.programme.models import Contract
from quasimarket.service.programme.rules import agreed_rulebook, rulebook_in_force


@act(
    name="publish-league-tables",
    title="Publish the league tables",
    by=(Role.CONTRACT_MANAGER,),
)
class PublishLeagueTables(Act):
    """Publish how contracts and places stand today.

    Once published a table is not changed: what arrives later is in the next.
    """

    listed_at: ClassVar[str] = "/league/"

    def do(self, doing: Doing, subject: None) -> None:
        """Publish today's."""
        if LeagueRow.objects.filter(as_of=doing.today).exists():
            raise refuse(
                "published-already",
                f"The tables of {doing.today:%-d %B %Y} are published.",
                remedy="Publish again on another day.",
            )
        made = publish(rulebook_in_force(), doing.today)
        if not made:
            raise refuse("nobody-referred", "Nobody has been referred yet.")
        doing.record("league-published", audience="commissioner", number=made)


@act(
    name="choose-league-audience",
    title="Choose who sees your places' league table",
    on=Contract,
    by=(Role.PRIME_MANAGER,),
)
class ChooseLeagueAudience(Act):
    """Show each place its own row alone, show the chain all rows, or publish them.

    The choice is recorded, and holds for tables published from now on.
    """

    shown_to: Literal["place", "chain", "public"] = ask("Who sees it?")
    why: str = ask("Why?", min_length=10, max_length=2000, long=True)

    @classmethod
    def offered(
        cls, subject: object, actor: object
    ) -> dict[str, list[tuple[str, str]]]:
        """Say what each choice means."""
        return {
            "shown_to": [
                ("place", "Each place its own row alone"),
                ("chain", "Every place of this chain all rows"),
                ("public", "Everybody"),
            ]
        }

    def do(self, doing: Doing, subject: Contract) -> None:
        """Keep the choice, if the rulebook leaves one."""
        must_be_of(doing, subject.prime_id)
        ruled = places_ruled(agreed_rulebook(), doing.today)
        if ruled is not None and ruled != self.shown_to:
            raise refuse(
                "ruled",
                f"The rulebook decides this: the table is for the {ruled}.",
                field="shown_to",
            )
        LeagueChoice.objects.create(
            contract=subject,
            shown_to=self.shown_to,
            first_day=doing.today,
            reason=self.why,
            chosen_by=doing.actor.id,
        )
        doing.record(
            "league-audience-chosen",
            contract=subject.pk,
            organisation=subject.prime_id,
            code=self.shown_to,
            details={"why": self.why},
        )
