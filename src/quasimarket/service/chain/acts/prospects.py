"""What a place types in for its own forecast."""

from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.chain.models import Prospect
from quasimarket.service.fairness.standing import must_be_of
from quasimarket.service.people.roles import Role
from quasimarket.service.programme.models import Position


@act(
    name="note-own-money",
    title="Type in your reserves and costs",
    on=Position,
    by=(Role.SUB_MANAGER, Role.SUB_FINANCE),
)
class NoteOwnMoney(Act):
    """For your own forecast. Neither the prime nor the commissioner can see it."""

    reserves: int = ask("Money at hand", pounds=True)
    monthly_cost: int = ask("Costs a month, whatever the flow", pounds=True, ge=0)
    cost_each: int = ask(
        "Further cost for each person referred", pounds=True, ge=0, default=0
    )

    @classmethod
    def starting(cls, subject: Position) -> dict[str, object]:
        """Begin from what was typed in before."""
        known = Prospect.objects.filter(position=subject).first()
        if known is None:
            return {}
        return {
            "reserves": known.reserves,
            "monthly_cost": known.monthly_cost,
            "cost_each": known.cost_each,
        }

    def do(self, doing: Doing, subject: Position) -> None:
        """Keep it; the log keeps no word of it."""
        must_be_of(doing, subject.organisation_id)
        Prospect.objects.update_or_create(
            position=subject,
            defaults={
                "organisation_id": subject.organisation_id,
                "as_of": doing.today,
                **self.model_dump(),
            },
        )
