"""What can happen to an organisation, and between one and another.

The vocabulary that the simulator and the live service share, as `event` is for
participants. Insight reads these and the books, and nothing else.
"""

from enum import StrEnum


class OrganisationEventKind(StrEnum):
    """What can happen to an organisation; the meaning of its code stands beside it."""

    BID = "bid"
    AWARDED = "awarded"
    OFFERED = "offered"
    """A prime asks an organisation into its chain; code: tier-1, tier-2."""
    NEGOTIATED = "negotiated"
    """One clause of an offer; code: the clause and how it ended, "sanctioning:agreed",
    "sanctioning:conceded" (the prime gave way), "sanctioning:imposed"."""
    ACCEPTED = "accepted"
    """Code: tier-1, tier-2."""
    REFUSED = "refused"
    """Code: the clause that mattered most."""
    TERMS_CHANGED = "terms-changed"
    """Code: what changed."""
    INFORMATION_REQUESTED = "information-requested"
    INFORMATION_RETURNED = "information-returned"
    """Code: on-time, late."""
    DIRECTIVE_ISSUED = "directive-issued"
    """Code: the part of practice that it prescribes."""
    DIRECTIVE_ANSWERED = "directive-answered"
    """Code: the response and its tactic, "acquiesce:comply", "compromise:bargain",
    "avoid:conceal", "defy:appeal-to-contract", "manipulate:ally"."""
    DIRECTIVE_CONTESTED = "directive-contested"
    """Code: the same; only where it was resisted in the open."""
    DIRECTIVE_WITHDRAWN = "directive-withdrawn"
    """The resistance succeeded."""
    PERFORMANCE_REVIEWED = "performance-reviewed"
    """Code: public, private."""
    IMPROVEMENT_NOTICED = "improvement-noticed"
    """Code: what may be lost."""
    SHARE_SHIFTED = "share-shifted"
    CONTRACT_ENDED = "contract-ended"
    """The commissioner sends a prime nobody more; who is there stays."""
    PRACTICE_TRIED = "practice-tried"
    """Something new was tried, at a cost; code: the part of practice."""
    PRACTICE_KEPT = "practice-kept"
    """What was tried seemed to work; code: the part of practice."""
    PRACTICE_COPIED = "practice-copied"
    """A noticeable step towards a peer with better results, because it is one; code:
    the part of practice."""
    SURVEYED = "surveyed"
    """Asked how it judges what it met; code: "pressure:critical" or "accepting",
    "referrals:satisfied" or "dissatisfied"."""
    COMPLAINED = "complained"
    COMPLAINT_RESOLVED = "complaint-resolved"
    """Code: upheld, not-upheld."""
    SUBCONTRACT_ENDED = "subcontract-ended"
    """Code: why."""
    EXITED = "exited"
    """Code: idle, insolvent, withdrew."""
    STAFF_HIRED = "staff-hired"
    STAFF_LEFT = "staff-left"


class PressureSource(StrEnum):
    """Where a pressure comes from."""

    COMMISSIONER = "commissioner"
    PRIME = "prime"
    STAFF = "staff"
    PEER = "peer"
    OWN = "own"


PRACTICES = (
    "work_first",
    "specialism",
    "sanctioning",
    "monitoring",
    "in_work_support",
    "caseload",
    "discretion",
)
"""The parts of practice, each 0 to 1: straight to any job against training; own
specialist help; referring doubts; tracking and recording; support of people in work;
people an adviser; room for the adviser's own judgement."""
CLAUSES = (
    "sanctioning",
    "reporting",
    "tracking",
    "information",
    "league-table",
    "non-disclosure",
    "volume",
    "price",
    "risk",
)
"""The clauses of a subcontract that are negotiated one by one."""
RESPONSES = ("acquiesce", "compromise", "avoid", "defy", "manipulate")
"""Oliver's (1991) five responses to pressure."""
TACTICS = {
    "comply": "acquiesce",
    "bargain": "compromise",
    "tie": "compromise",
    "conceal": "avoid",
    "change-tier": "avoid",
    "appeal-to-contract": "defy",
    "block-scrutiny": "defy",
    "refuse": "defy",
    "play-off": "manipulate",
    "ally": "manipulate",
    "diversify": "avoid",
}
"""Named tactics, and the response that each belongs to."""
