"""Spells on an out-of-work benefit: news from the department's own feeds."""

from datetime import date

from quasimarket.events import EventKind
from quasimarket.service.acting.act import Act, act, ask
from quasimarket.service.acting.doing import Doing
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.participation.guards import check_day, words
from quasimarket.service.participation.keeping import keeper_of
from quasimarket.service.participation.models import BenefitSpell, Participation
from quasimarket.service.participation.references import new_reference
from quasimarket.service.participation.states import COURSE
from quasimarket.service.people.actor import Actor
from quasimarket.service.people.roles import Role


COMMISSIONER = (Role.CONTRACT_MANAGER, Role.ASSURANCE, Role.DECISION_MAKER)


@act(
    name="start-benefit",
    title="Record the start of a benefit",
    on=Participation,
    by=COMMISSIONER,
    machine=COURSE,
)
class StartBenefit(Act):
    """Record that the participant came onto an out-of-work benefit.

    A day on benefit is never a day in work. Said again of the same spell, it puts the
    first day right.
    """

    first_day: date = ask("What is the first day on benefit?")
    reference: str = ask("The benefit spell's reference", default="", max_length=60)

    def do(self, doing: Doing, subject: Participation) -> None:
        """Keep the spell; a benefit may be older than the referral."""
        keeper = keeper_of(doing)
        check_day(doing, self.first_day, "first_day", may_be_announced=True)
        for spell in keeper.benefit_spells(subject):
            if spell.reference == self.reference:
                if spell.last_day is not None and spell.last_day < self.first_day:
                    raise ends_before_it_starts(spell.last_day)
                spell.first_day = self.first_day
                keeper.change(spell, "first_day")
                break
        else:
            spell = BenefitSpell(
                reference=self.reference or new_reference("B"),
                participation=subject,
                first_day=self.first_day,
            )
            keeper.add(spell)
        doing.record(
            EventKind.BENEFIT_STARTED,
            participation=subject,
            happened=self.first_day,
            spell=spell.reference,
        )


def ends_before_it_starts(last: date) -> Exception:
    """Say that a spell would end before it starts."""
    return refuse(
        "ends-before-it-starts",
        f"The spell ended on {words(last)}, before this day.",
        field="first_day",
        remedy="Give a day on or before its end.",
    )


@act(
    name="end-benefit",
    title="Record the end of a benefit",
    on=Participation,
    by=COMMISSIONER,
    machine=COURSE,
)
class EndBenefit(Act):
    """Record the last day of a spell on benefit; said again, it puts the day right."""

    spell: str = ask("Which spell?")
    last_day: date = ask("What was the last day on benefit?")

    @classmethod
    def offered(
        cls, subject: Participation, actor: Actor
    ) -> dict[str, list[tuple[str, str]]]:
        """Offer the participant's spells on benefit."""
        return {
            "spell": [
                (one.reference, f"From {words(one.first_day)}")
                for one in subject.benefit_spells.order_by("first_day")
            ]
        }

    def do(self, doing: Doing, subject: Participation) -> None:
        """Keep the last day."""
        keeper = keeper_of(doing)
        found = [
            one for one in keeper.benefit_spells(subject) if one.reference == self.spell
        ]
        if not found:
            raise refuse(
                "unknown-benefit-spell",
                "The participant has no such spell on benefit.",
                field="spell",
                remedy="Record its start first.",
            )
        spell = found[0]
        check_day(
            doing,
            self.last_day,
            "last_day",
            first=spell.first_day,
            first_is="the first day on benefit",
            may_be_announced=True,
        )
        spell.last_day = self.last_day
        keeper.change(spell, "last_day")
        doing.record(
            EventKind.BENEFIT_ENDED,
            participation=subject,
            happened=self.last_day,
            spell=spell.reference,
        )
