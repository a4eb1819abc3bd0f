"""Rule R3, what pressure looks like: requests, reviews, directives and notices.

Each is counted and each costs somebody time. A request for information has hours of
notice; answering takes adviser hours, more of them from those who never worked so
before.

Claims: C062, C063, C065-C068, C070, C072.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quasimarket.events.organisation_event import (
    PRACTICES,
    OrganisationEventKind,
)
from quasimarket.evidence.behaviour import Behaviour
from quasimarket.market.event_book import EventBook


Floats = NDArray[np.float64]
HOURS_A_MONTH = 140.0
"""Working hours of an adviser in a month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """A month's demands, by position."""

    requests: NDArray[np.int64]
    notice: Floats
    """Hours of notice given."""
    hours: Floats
    """Adviser hours that the answers took."""
    late: NDArray[np.int64]
    directive: NDArray[np.bool_]
    part: NDArray[np.int64]
    """The part of practice that the directive prescribes."""
    noticed: NDArray[np.bool_]
    """Told that the work may be taken away."""


def make_demands(
    behaviour: Behaviour,
    pressed: Floats,
    strictness: Floats,
    gap: Floats,
    bound: NDArray[np.bool_],
    below: NDArray[np.bool_],
    advisers: Floats,
    experience: NDArray[np.bool_],
    asked: Floats,
    luck: Floats,
) -> Demands:
    """Draw a month's demands on each position.

    `pressed` is the prime's management as it reaches the position, `gap` how far
    reported practice is from the template by part, `bound` where a directive may be
    given, `below` who is below its results, `asked` the share of questions that reach
    a position under its own terms; `luck` by position and use.
    """
    expected = behaviour["pressure.requests"] * pressed * (0.3 + 0.7 * strictness)
    expected *= asked
    requests = np.floor(expected + luck[:, 0]).astype(np.int64)
    notice = 48.0 * np.exp(-3.0 * pressed) * (0.5 + luck[:, 1])
    each = behaviour["pressure.request_hours"] * np.where(experience, 0.7, 1.3)
    most = behaviour["pressure.most_admin"] * HOURS_A_MONTH * np.maximum(advisers, 0.5)
    hours = np.minimum(requests * each, most)
    share_late = np.clip(
        0.04 + 0.5 * hours / most * np.where(experience, 0.5, 1.0), 0.0, 0.9
    )
    late = np.floor(requests * share_late + luck[:, 2]).astype(np.int64)
    weight = np.abs(gap) * bound
    part = weight.argmax(axis=1)
    worst = weight.max(axis=1)
    chance = np.clip(
        behaviour["pressure.directives"] * pressed * strictness * worst, 0.0, 1.0
    )
    return Demands(
        requests=requests,
        notice=notice,
        hours=hours,
        late=np.minimum(late, requests),
        directive=luck[:, 3] < chance,
        part=part,
        noticed=below & (luck[:, 4] < behaviour["pressure.notices"] * pressed),
    )


def share_of_hours(behaviour: Behaviour, demands: Demands, advisers: Floats) -> Floats:
    """Give the share of adviser hours that the answers took, by position."""
    taken: Floats = np.clip(
        demands.hours / (HOURS_A_MONTH * np.maximum(advisers, 0.5)),
        0.0,
        behaviour["pressure.most_admin"],
    )
    return taken


def enter_demands(book: EventBook, month: int, demands: Demands) -> None:
    """Enter a month's requests and their answers, directives and notices."""
    kinds = OrganisationEventKind
    asked = np.flatnonzero(demands.requests > 0)
    book.enter(
        kinds.INFORMATION_REQUESTED, month, asked, source="prime",
        number=demands.requests[asked], hours=demands.notice[asked],
    )  # fmt: skip
    late = np.flatnonzero(demands.late > 0)
    book.enter(
        kinds.INFORMATION_RETURNED, month, late, source="own", codes=("late",),
        number=demands.late[late],
    )  # fmt: skip
    intime = demands.requests - demands.late
    prompt = np.flatnonzero(intime > 0)
    book.enter(
        kinds.INFORMATION_RETURNED, month, prompt, source="own", codes=("on-time",),
        number=intime[prompt], hours=demands.hours[prompt],
    )  # fmt: skip
    told = np.flatnonzero(demands.directive)
    book.enter(
        kinds.DIRECTIVE_ISSUED, month, told, source="prime", codes=PRACTICES,
        code=demands.part[told],
    )  # fmt: skip
    noticed = np.flatnonzero(demands.noticed)
    book.enter(
        kinds.IMPROVEMENT_NOTICED, month, noticed, source="prime",
        codes=("subcontract",),
    )  # fmt: skip
