"""The topics of help, and beside which room's pages each stands."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One page of help: its text is the template `pages/help/<name>.html`."""

    name: str
    title: Promise
    summary: Promise
    rooms: tuple[str, ...] = ()


TOPICS = (
    Topic(
        name="signing-in",
        title=_("Signing in"),
        summary=_("Passwords, codes from your telephone, and what to do without it."),
        rooms=("people",),
    ),
    Topic(
        name="referrals",
        title=_("From referral to completion"),
        summary=_("What happens to a person on the programme, step by step."),
        rooms=("participation", "programme"),
    ),
    Topic(
        name="deadlines",
        title=_("Deadlines and working days"),
        summary=_("How a deadline is counted, and where you see yours."),
        rooms=("participation", "fairness"),
    ),
    Topic(
        name="claims",
        title=_("Claims and why they are refused"),
        summary=_("Claims raise themselves; what is checked; what mends a refusal."),
        rooms=("claims",),
    ),
    Topic(
        name="payments",
        title=_("Statements and payments"),
        summary=_("How a statement comes about, who approves it, how to ask why."),
        rooms=("payments",),
    ),
    Topic(
        name="performance",
        title=_("Performance and the chain"),
        summary=_("League tables, improvement plans, market share, your cash flow."),
        rooms=("chain",),
    ),
    Topic(
        name="fair-treatment",
        title=_("Fair treatment"),
        summary=_("Requests, directives, complaints and protected disclosure."),
        rooms=("fairness",),
    ),
    Topic(
        name="who-sees-what",
        title=_("Who sees what"),
        summary=_("What your prime, your neighbours and the commissioner can see."),
        rooms=("log", "fairness", "people"),
    ),
    Topic(
        name="interface",
        title=_("Connecting your own system"),
        summary=_("Keys, imports and exports."),
        rooms=("interface",),
    ),
)
BY_NAME = {topic.name: topic for topic in TOPICS}


def topics_of(room: str) -> list[Topic]:
    """Give the topics that stand beside a room's pages."""
    return [topic for topic in TOPICS if room in topic.rooms]
