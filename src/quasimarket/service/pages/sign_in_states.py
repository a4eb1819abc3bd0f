"""The course of what is asked about a commissioner's sign-in."""

from quasimarket.service.acting.machine import Machine, Move


SIGN_IN_REQUEST = Machine(
    name="sign-in-request",
    table="people_signinrequest",
    column="state",
    first=("asked",),
    moves=(
        Move(act="confirm-sign-in", before=("asked",), after="confirmed"),
        Move(act="refuse-sign-in", before=("asked",), after="refused"),
    ),
    meanings=(
        ("asked", "Asked for: it has no effect until another person confirms it"),
        ("confirmed", "Confirmed and done"),
        ("refused", "Refused: nothing was changed"),
    ),
)
