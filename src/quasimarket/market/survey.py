"""What subcontractors say when they are asked: pressure met and its judgement differ.

Whoever wants the same as its prime accepts what another, asked for no more, condemns
(C075).

The numbers of the second question were set by eye to stylised fact F019, the share of
voluntary subcontractors not at all satisfied with their referrals (58% at tier 1, 71%
at tier 2): what the survey shows of it is no test of the model.
"""

import numpy as np
from numpy.typing import NDArray

from quasimarket.events.organisation_event import OrganisationEventKind
from quasimarket.market.event_book import DEPARTMENT, EventBook


Floats = NDArray[np.float64]
EVERY, FIRST = 6, 1
"""Months between surveys, and the first: January and July."""
QUESTIONS = (
    ("pressure:accepting", "pressure:critical"),
    ("referrals:satisfied", "referrals:dissatisfied"),
)
"""Each question's two answers, the one against second."""


def answers(
    mission: Floats,
    distance: Floats,
    experience: NDArray[np.bool_],
    missing: Floats,
    luck: Floats,
) -> NDArray[np.bool_]:
    """Say who answers against, by organisation asked and question.

    `distance` is from its prime's template to what it stood for at the start, `missing`
    the share of promised referrals that did not come; `luck` by question.
    """
    judged = np.column_stack(
        [4 * mission * distance - 0.5 * experience - 0.35, 2.2 * missing - 1.3]
    )
    mood = np.log(luck / (1 - luck)) * np.array([0.5, 0.9])
    against: NDArray[np.bool_] = mood + judged > 0
    return against


def enter_answers(
    book: EventBook,
    month: int,
    asked: NDArray[np.int64],
    against: NDArray[np.bool_],
) -> None:
    """Enter what those asked answered, question by question."""
    for question, said in enumerate(QUESTIONS):
        book.enter(
            OrganisationEventKind.SURVEYED, month, asked, source="own",
            counterpart=DEPARTMENT, codes=said,
            code=against[:, question].astype(np.int64), day=25,
        )  # fmt: skip
