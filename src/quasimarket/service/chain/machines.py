"""The courses of plans, share shifts, places and changes of the chain."""

from itertools import pairwise

from quasimarket.service.acting.machine import Machine, Move


LEVELS = ("level-1", "level-2", "level-3", "level-4")
PLAN = Machine(
    name="improvement-plan",
    table="chain_improvementplan",
    column="state",
    first=("level-1",),
    moves=(
        *(
            Move(act="escalate-plan", before=(low,), after=high)
            for low, high in pairwise(LEVELS)
        ),
        *(
            Move(act="step-plan-down", before=(high,), after=low)
            for low, high in pairwise(LEVELS)
        ),
        Move(act="close-plan", before=LEVELS, after="closed"),
    ),
    meanings=(
        ("level-1", "Level 1: at the ordinary performance review"),
        ("level-2", "Level 2: informal, led by the performance manager"),
        ("level-3", "Level 3: informal, with senior people"),
        ("level-4", "Level 4: formal, under the contract"),
        ("closed", "Closed"),
    ),
)
SHIFT = Machine(
    name="share-shift",
    table="chain_shareproposal",
    column="state",
    first=("proposed",),
    moves=(
        Move(act="approve-share-shift", before=("proposed",), after="approved"),
        Move(act="refuse-share-shift", before=("proposed",), after="refused"),
    ),
    meanings=(
        ("proposed", "The year's results propose it; a second person decides"),
        ("approved", "Decided; referrals follow from its first day"),
        ("refused", "Not done"),
    ),
)
OPEN_PLACE = ("listed", "contracted", "active")
PLACE = Machine(
    name="place",
    table="programme_position",
    column="status",
    first=(*OPEN_PLACE, "ended"),
    moves=(
        Move(act="contract-place", before=("listed",), after="contracted"),
        Move(act="activate-place", before=("contracted",), after="active"),
        Move(act="end-place", before=OPEN_PLACE, after="ended"),
    ),
    meanings=(
        ("listed", "Named in the bid or the chain; no contract"),
        ("contracted", "Has terms that both sides agreed; no referrals yet"),
        ("active", "Receives referrals"),
        ("ended", "No longer in the chain"),
    ),
)
CHANGE = Machine(
    name="chain-change",
    table="chain_chainchange",
    column="state",
    first=("proposed", "approved"),
    moves=(
        Move(act="approve-ending", before=("proposed",), after="approved"),
        Move(act="refuse-ending", before=("proposed",), after="refused"),
    ),
    meanings=(
        ("proposed", "The commissioner must approve it"),
        ("approved", "Approved: the place has ended"),
        ("refused", "Refused: the place stays"),
    ),
)
MACHINES = (PLAN, SHIFT, PLACE, CHANGE)
