"""Rule R2 during delivery: each directive is answered in one of five ways.

Who answers openly may win, and is then no longer told; who does not is told again, and
whoever defied in vain may be sent fewer people.

Claims: C095-C106, C111, C118.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quasimarket.events.organisation_event import OrganisationEventKind
from quasimarket.evidence.behaviour import Behaviour
from quasimarket.market import appeal
from quasimarket.market.event_book import EventBook
from quasimarket.market.negotiation import (
    ACQUIESCE,
    AVOID,
    COMPROMISE,
    DEFY,
    chance_of_success,
    choose_response,
)


Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
OPEN_ANSWERS = (
    "acquiesce:comply",
    "compromise:bargain",
    "avoid:conceal",
    "defy:appeal-to-contract",
    "manipulate:ally",
)
"""Response and tactic to a directive, in the order of RESPONSES."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """Who was given a directive, and what the answer hangs on; one entry each."""

    conflict: Floats
    """Between what it prescribes and what the organisation stands for."""
    need: Floats
    power: Floats
    strictness: Floats
    """The prime's towards this subcontract."""
    tolerance: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A month's answers to directives; one entry a directive."""

    answer: NDArray[np.int64]
    """One of RESPONSES."""
    openly: Flags
    won: Flags
    """The prime gave way."""
    appeals: Flags
    """Rested on a contract that protects the black box."""

    @property
    def lost(self) -> Flags:
        """Say who resisted openly in vain."""
        return self.openly & ~self.won

    @property
    def defied(self) -> Flags:
        """Say who may be punished: those who lost and had not offered to meet halfway.

        An appeal to a protected contract may not be.
        """
        may_be: Flags = self.lost & (self.answer != COMPROMISE) & ~self.appeals
        return may_be

    @property
    def yields(self) -> Floats:
        """Give the part of the way to what was prescribed that practice goes."""
        part = np.choose(self.answer, [0.5, 0.25, 0.0, 0.0, 0.0])
        part = part * np.where(self.won, 0.3, 1.0)
        part[self.lost & (self.answer != COMPROMISE)] = 0.2
        return part


def answer_directives(
    behaviour: Behaviour,
    told: Addressed,
    luck: Floats,
    won_luck: Floats,
    *,
    protects_black_box: bool,
) -> Answered:
    """Answer a month's directives; `luck` is by directive and response."""
    strength = told.power
    if protects_black_box:
        strength = appeal.standing(strength, told.need)
    answer = choose_response(behaviour, told.conflict, told.need, strength, luck)
    openly = (answer != ACQUIESCE) & (answer != AVOID)
    appeals = protects_black_box & (answer == DEFY)
    won = openly & (
        won_luck
        < chance_of_success(
            behaviour,
            np.where(appeals, strength, told.power),
            np.where(appeals, appeal.firmness(told.strictness), told.strictness),
            told.tolerance,
        )
    )
    return Answered(answer=answer, openly=openly, won=won, appeals=appeals)


def enter_answers(
    book: EventBook, month: int, told: NDArray[np.int64], given: Answered
) -> None:
    """Enter what positions answered, what they contested and what was withdrawn."""
    kinds, answer = OrganisationEventKind, given.answer
    book.enter(
        kinds.DIRECTIVE_ANSWERED, month, told, source="own", codes=OPEN_ANSWERS,
        code=answer,
    )  # fmt: skip
    book.enter(
        kinds.DIRECTIVE_CONTESTED, month, told[given.openly], source="own",
        codes=OPEN_ANSWERS, code=answer[given.openly],
    )  # fmt: skip
    book.enter(
        kinds.DIRECTIVE_WITHDRAWN, month, told[given.won], source="prime",
        codes=OPEN_ANSWERS, code=answer[given.won],
    )  # fmt: skip
