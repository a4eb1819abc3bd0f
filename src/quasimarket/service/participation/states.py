"""The courses of a participation, a call-off and a document, as tables of moves.

An act that changes no state stands in the table as well, with the states in which it
may be done: the table is the whole of what can be done when.
"""

from quasimarket.service.acting.machine import Machine, Move


OPEN = ("referred", "paused", "acknowledged", "attached")
HELD = ("acknowledged", "attached")
KNOWN = ("referred", *HELD)
EVER = (*OPEN, "completed")
WORKING = (*HELD, "completed")
"""Late news of work is taken after completion too: an unbroken run goes on counting."""


def stays(act: str, *states: str) -> tuple[Move, ...]:
    """Give the moves of an act that leaves the state as it is."""
    return tuple(Move(act=act, before=(state,), after=state) for state in states)


COURSE = Machine(
    name="participation",
    table="participation_participation",
    column="state",
    first=("referred",),
    moves=(
        Move(act="acknowledge-referral", before=("referred",), after="acknowledged"),
        Move(act="attach", before=("acknowledged",), after="attached"),
        Move(act="cancel-referral", before=OPEN, after="cancelled"),
        Move(act="query-referral", before=(*KNOWN,), after="paused"),
        Move(act="confirm-referral", before=("paused",), after="acknowledged"),
        Move(act="confirm-referral", before=("paused",), after="attached"),
        Move(act="complete", before=HELD, after="completed"),
        *stays("allocate", *HELD),
        *stays("assign-adviser", *KNOWN),
        *stays("agree-action-plan", "attached"),
        *stays("record-contact", *KNOWN, "completed"),
        *stays("call-off-specialist", *HELD),
        *stays("transfer", *HELD),
        *stays("move-contract", *HELD, "completed"),
        *stays("change-circumstances", *EVER),
        *stays("correct-group", *EVER),
        *stays("start-job", *WORKING),
        *stays("end-job", *WORKING),
        *stays("correct-spell", *WORKING),
        *stays("evidence-employment", *WORKING),
        *stays("start-benefit", *EVER),
        *stays("end-benefit", *EVER),
        *stays("record-reconviction", *EVER),
        *stays("upload-evidence", *WORKING),
        *stays("record-exit-report", "attached", "completed"),
        *stays("record-result", "completed"),
        *stays("record-completer-interview", "completed"),
        *stays("restrict-case", *EVER, "cancelled"),
        *stays("lift-restriction", *EVER, "cancelled"),
        *stays("give-sign-in", *EVER),
        *stays("apply-referral-version", *EVER),
        *stays("retain-referral-version", *EVER),
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
CALL_OFF = Machine(
    name="call-off",
    table="participation_calloff",
    column="state",
    first=("asked",),
    moves=(
        Move(act="accept-call-off", before=("asked",), after="accepted"),
        Move(act="decline-call-off", before=("asked",), after="declined"),
        Move(act="withdraw-call-off", before=("asked", "accepted"), after="withdrawn"),
        Move(act="finish-call-off", before=("accepted",), after="finished"),
    ),
    meanings=(
        ("asked", "The specialist has been asked and has not answered"),
        ("accepted", "The specialist is helping"),
        ("declined", "The specialist said no"),
        ("withdrawn", "Whoever asked no longer does"),
        ("finished", "The specialist's help is over"),
    ),
)
OPEN_CALL_OFF = ("asked", "accepted")
"""While a call-off is in one of these the place is not asked again."""
SHOWN_CALL_OFF = ("accepted",)
"""While it is in one of these the specialist sees the case; before, the request."""
DOCUMENT = Machine(
    name="document",
    table="participation_document",
    column="state",
    first=("pending",),
    moves=(
        Move(act="pass-document", before=("pending",), after="clean"),
        Move(act="stop-document", before=("pending",), after="infected"),
    ),
    meanings=(
        ("pending", "Kept away until it has been scanned"),
        ("clean", "Scanned: nothing was found"),
        ("infected", "Scanned: it is harmful, and nobody can open it"),
    ),
)
MACHINES = (COURSE, CALL_OFF, DOCUMENT)
