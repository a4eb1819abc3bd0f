"""Why a claim, or an unclaimed milestone, is not paid: each guard and who clears it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from quasimarket.core.dates import nth_working_day_after
from quasimarket.service.claims.coverage import covered_to
from quasimarket.service.claims.models import Claim
from quasimarket.service.claims.one_person import OnePerson, settle_one
from quasimarket.service.claims.rejections import rejection
from quasimarket.service.participation.models import Participation
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.settlement.story.wording import WHY_NOT_PAID, WHY_REFUSED, in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """One thing that must hold before a milestone is paid."""

    code: str
    text: str
    is_met: bool
    who: str = ""
    """Who can clear it, while it is not met."""
    remedy: str = ""


Later = Callable[[Claim], Iterator[Guard]]
LATER: list[Later] = []
"""What rooms above say of a claim that is accepted: its statement, its payment."""


def why_not(
    participation: Participation,
    milestone: str,
    number: int,
    today: date,
    claim: Claim | None = None,
) -> list[Guard]:
    """List the guards on the way to a payment, in order, met and unmet.

    The caller has seen that the reader may see the participation or the claim.
    """
    person = settle_one(participation, today)
    guards = list(_until_accepted(person, milestone, number, today, claim))
    if claim is not None:
        guards += [guard for later in LATER for guard in later(claim)]
    return guards


def first_unmet(guards: list[Guard]) -> Guard | None:
    """Give what is to be cleared next."""
    return next((one for one in guards if not one.is_met), None)


def _until_accepted(
    person: OnePerson, milestone: str, number: int, today: date, claim: Claim | None
) -> Iterator[Guard]:
    unpaid = person.unpaid(milestone, number)
    reason = unpaid.reason if unpaid else ""
    earned = unpaid.earned if unpaid else (claim.earned if claim else None)
    is_reached = bool(earned) and reason not in WHY_REFUSED
    yield Guard(
        code="reached",
        text=f"Reached on {in_words(earned)}"
        if is_reached and earned
        else "Not reached, as the record now stands",
        is_met=is_reached or person.line_for(milestone, number),
        who="the provider that holds the participant",
        remedy=WHY_REFUSED.get(reason, "It is claimed by itself once it is reached."),
    )
    if not earned:
        return
    rule = next(one for one in person.rulebook.milestones if one.id == milestone)
    opens = nth_working_day_after(
        earned, rule.claim_after_working_days, person.rulebook.holidays
    )
    yield Guard(
        code="claimable",
        text=f"It may be claimed from {in_words(opens)}",
        is_met=opens <= today,
        who="nobody: the day comes by itself",
    )
    yield Guard(
        code="claimed",
        text="Claimed" if claim else "Not claimed yet",
        is_met=claim is not None,
        who="the system, on the next day's round; the provider may do it sooner",
    )
    if claim is None:
        return
    yield _covered(earned)
    yield _accepted(claim)
    in_order = reason not in ("earlier-number-unclaimed", "awaiting-outcome")
    yield Guard(
        code="in-order",
        text="What comes before it is accepted"
        if in_order
        else "What comes before it is not accepted yet",
        is_met=in_order,
        who="whoever can clear what comes before it",
        remedy=WHY_NOT_PAID.get(reason, ""),
    )


def _covered(earned: date) -> Guard:
    with acting_as(SYSTEM):
        covered = covered_to("benefit")
    reached = "nowhere yet" if covered is None else f"to {in_words(covered)}"
    return Guard(
        code="off-benefit-feed",
        text=f"The benefit feed reaches {reached}",
        is_met=covered is not None and covered >= earned,
        who="the department, by bringing in the next benefit feed",
        remedy="Nothing need be done by the provider.",
    )


def _accepted(claim: Claim) -> Guard:
    if claim.state == "rejected":
        said = rejection(claim.rejection)
        return Guard(
            code="accepted",
            text=f"Rejected: {said.title.lower()}. {said.rule}",
            is_met=False,
            who=said.who,
            remedy=said.mend,
        )
    words = {
        "raised": ("Its check is awaited", "the system, on the next day's round"),
        "disputed": ("The rejection is disputed", "the department's assurance team"),
        "withdrawn": ("It was withdrawn", "the provider, by submitting it again"),
        "clawed-back": ("It was paid and taken back", "the provider, with evidence"),
    }
    text, who = words.get(claim.state, ("Checked and accepted", ""))
    return Guard(
        code="accepted",
        text=text,
        is_met=claim.state in ("accepted", "paid"),
        who=who,
    )
