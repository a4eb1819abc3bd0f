"""The course of a claim, as one table of moves."""

from quasimarket.service.acting.machine import Machine, Move


LIVE = ("raised", "accepted", "paid", "disputed")
"""States in which a claim stands for money, now or soon."""
CLAIM = Machine(
    name="claim",
    table="claims_claim",
    column="state",
    first=("raised",),
    moves=(
        Move(act="accept-claim", before=("raised", "disputed"), after="accepted"),
        Move(
            act="reject-claim",
            before=("raised", "accepted", "disputed"),
            after="rejected",
        ),
        Move(act="pay-claim", before=("accepted",), after="paid"),
        Move(act="dispute-rejection", before=("rejected",), after="disputed"),
        Move(act="uphold-rejection", before=("disputed",), after="rejected"),
        Move(
            act="submit-claim-again",
            before=("rejected", "withdrawn", "clawed-back"),
            after="raised",
        ),
        Move(
            act="withdraw-claim",
            before=("raised", "accepted", "rejected", "paid"),
            after="withdrawn",
        ),
        Move(act="claw-back", before=("paid",), after="clawed-back"),
        Move(act="reverse-claim", before=("paid",), after="accepted"),
    ),
    meanings=(
        ("raised", "Claimed; the check against benefit records is awaited"),
        ("accepted", "Checked; it goes into the next statement that may hold it"),
        ("rejected", "Refused, with a reason; it can be submitted again or disputed"),
        ("disputed", "The provider disputes the rejection; the department decides"),
        ("withdrawn", "Taken back by the provider: it should not count"),
        ("paid", "In a statement that was paid"),
        ("clawed-back", "Paid, and taken back on the next statement"),
    ),
)
