"""The course of a participation, as one table of moves."""

from quasimarket.service.acting.machine import Machine, Move


OPEN = ("referred", "paused", "acknowledged", "attached")
COURSE = Machine(
    name="participation",
    table="participation_participation",
    column="state",
    first=("referred",),
    moves=(
        Move(act="acknowledge-referral", before=("referred",), after="acknowledged"),
        Move(act="attach", before=("acknowledged",), after="attached"),
        Move(act="cancel-referral", before=OPEN, after="cancelled"),
        Move(act="query-referral", before=("referred", "acknowledged"), after="paused"),
        Move(act="confirm-referral", before=("paused",), after="acknowledged"),
        Move(act="complete", before=("acknowledged", "attached"), after="completed"),
    ),
    meanings=(
        ("referred", "Sent to the prime; not yet acknowledged"),
        ("paused", "In question: somebody thinks the referral is wrong"),
        ("acknowledged", "The prime has it; the participant has not begun"),
        ("attached", "On the programme"),
        ("completed", "The allotted time is over, or every payment has been earned"),
        ("cancelled", "The referral should not have been made"),
    ),
)
