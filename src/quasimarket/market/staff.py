"""Rule R4: advisers are people with an employer, a history and norms of their own.

They leave over values, are dismissed where the employer's rule is to dismiss, or leave
for other reasons; employers hire from those who are free, by fit to their own template
and by luck, and a place stays empty for months where few fit. What staff think right is
where an organisation's practice drifts to. One move is a staff-left and a staff-hired.

Claims: C077-C085.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quasimarket.chance import Purpose, uniforms
from quasimarket.evidence.behaviour import Behaviour


Floats = NDArray[np.float64]
Index = NDArray[np.int64]

HOLISTIC = np.array([0.30, 0.75, 0.02, 0.20, 0.80, 0.30, 0.80])
COMMERCIAL = np.array([0.85, 0.12, 0.60, 0.80, 0.20, 0.78, 0.25])
"""What staff of either persuasion think good practice, in the order of PRACTICES; a
norm is a place between the two, 0 to 1."""
BACKGROUNDS = ("commercial", "welfare-to-work", "third", "public")
BACKGROUND_NORM = np.array([0.85, 0.70, 0.25, 0.40])
REASONS = ("values", "dismissed", "other", "recruited")
VALUES, DISMISSED, OTHER, RECRUITED = range(len(REASONS))
SPARE = 0.25
"""People in the field who are between jobs, as a share of those who are in one."""
CANDIDATES = 4
"""Applicants that an employer looks at for a place."""
NEWCOMER = 0.55
"""The norm that people from outside the field are near to (assumed)."""
ENTRY = 0.04
"""Newcomers a month at most, as a share of the places in the field (assumed)."""
FREE = -1
LEAST_FILLED = 0.25
"""Where nearly all places are empty, others lend a hand (assumed)."""


def norm_of(practice: Floats) -> Floats:
    """Give where a practice lies between holistic (0) and commercial (1)."""
    across = COMMERCIAL - HOLISTIC
    place: Floats = np.clip((practice - HOLISTIC) @ across / (across @ across), 0, 1)
    return place


def practice_of(norm: Floats) -> Floats:
    """Give the practice that people with such a norm think right."""
    practice: Floats = HOLISTIC + norm[..., None] * (COMMERCIAL - HOLISTIC)
    return practice


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """A month's moves, one entry each."""

    person: Index
    position: Index
    is_hire: NDArray[np.bool_]
    reason: Index
    norm: Floats
    came_from: Index
    """The position that a hired person last worked at; FREE for somebody new."""


class Staff:
    """Everybody who works, or could work, as an adviser."""

    def __init__(
        self, behaviour: Behaviour, heads: Index, norms: Floats, *, seed: int
    ) -> None:
        """Staff every position with people near its own norm, some way off."""
        self.behaviour = behaviour
        self.seed = seed
        filled = np.repeat(np.arange(len(heads)), heads)
        spare = max(20, int(SPARE * len(filled)))
        self.employer: Index = np.zeros(0, np.int64)
        self.last: Index = np.zeros(0, np.int64)
        self.background: Index = np.zeros(0, np.int64)
        self.norm: Floats = np.zeros(0)
        self._add(filled, norms[filled])
        self._add(np.full(spare, FREE), np.full(spare, NEWCOMER))

    def _add(self, employer: Index, near: Floats) -> None:
        """Add people whose background and norm lie near to what is given."""
        person = len(self.employer) + np.arange(len(employer))
        background = self._backgrounds(
            near, uniforms(self.seed, Purpose.STAFF, person, 0)
        )
        lean = uniforms(self.seed, Purpose.STAFF, person, 1) - 0.5
        norm = 0.5 * BACKGROUND_NORM[background] + 0.5 * near + 0.3 * lean
        self.employer = np.concatenate([self.employer, employer])
        self.last = np.concatenate([self.last, employer])
        self.background = np.concatenate([self.background, background])
        self.norm = np.concatenate([self.norm, np.clip(norm, 0, 1)])

    def _let_in(self, wanted: Index) -> None:
        """Let newcomers into the field as it grows; but not all at once (C081)."""
        places = int(wanted.sum())
        free = int((self.employer == FREE).sum())
        short = max(0, round(SPARE * places) - free)
        count = min(short, math.ceil(ENTRY * places))
        self._add(np.full(count, FREE), np.full(count, NEWCOMER))

    @staticmethod
    def _backgrounds(wanted: Floats, luck: Floats) -> Index:
        """Draw backgrounds, the nearer to what is wanted the likelier."""
        weight = np.exp(-6 * np.abs(wanted[:, None] - BACKGROUND_NORM[None]))
        cumulative = (weight / weight.sum(axis=1, keepdims=True)).cumsum(axis=1)
        drawn: Index = (luck[:, None] > cumulative[:, :-1]).sum(axis=1)
        return drawn

    def norms(self, positions: int, otherwise: Floats) -> Floats:
        """Give the mean norm of each position's staff; `otherwise` where none."""
        at = self.employer >= 0
        heads = np.bincount(self.employer[at], minlength=positions)
        total = np.bincount(self.employer[at], self.norm[at], minlength=positions)
        return np.where(heads > 0, total / np.maximum(heads, 1), otherwise)

    def heads(self, positions: int) -> Index:
        """Count staff by position."""
        counted: Index = np.bincount(
            self.employer[self.employer >= 0], minlength=positions
        )
        return counted

    def filled(self, wanted: Index, returns: float) -> Floats:
        """Give each position's share of places that are filled, over the average's.

        The average is taken over all places and of what the hours achieve, with
        diminishing `returns`: vacancies part positions and leave the programme's
        average as it is.
        """
        share = np.minimum(self.heads(len(wanted)) / np.maximum(wanted, 1), 1.0)
        share = np.maximum(np.where(wanted > 0, share, 1.0), LEAST_FILLED)
        achieved = (share**returns * wanted).sum() / max(int(wanted.sum()), 1)
        mean = achieved ** (1 / returns) if returns > 0 else 1.0
        relative: Floats = share / mean if mean > 0 else share
        return np.where(wanted > 0, relative, 1.0)

    def month(
        self,
        month: int,
        wanted: Index,
        practice_norm: Floats,
        falls_short: NDArray[np.bool_],
        dismissal: Floats,
        hiring_fit: Floats,
    ) -> Moves:
        """Let people leave and be hired; `wanted` is heads by position."""
        self._let_in(wanted)
        left, reasons = self._leave(
            month, wanted, practice_norm, falls_short, dismissal
        )
        where_left = self.employer[left].copy()
        self.last[left] = where_left
        self.employer[left] = FREE
        hired, where_hired = self._hire(month, wanted, practice_norm, hiring_fit, left)
        came_from = self.last[hired].copy()
        self.employer[hired] = where_hired
        self.last[hired] = where_hired
        person = np.concatenate([left, hired])
        return Moves(
            person=person,
            norm=self.norm[person],
            position=np.concatenate([where_left, where_hired]),
            is_hire=np.repeat([False, True], [len(left), len(hired)]),
            reason=np.concatenate([reasons, np.full(len(hired), RECRUITED)]),
            came_from=np.concatenate([np.full(len(left), FREE), came_from]),
        )

    def _leave(
        self,
        month: int,
        wanted: Index,
        practice_norm: Floats,
        falls_short: NDArray[np.bool_],
        dismissal: Floats,
    ) -> tuple[Index, Index]:
        """Draw who leaves, and why."""
        employed = np.flatnonzero(self.employer >= 0)
        at = self.employer[employed]
        mobile = self.behaviour["institution.mobility"]
        off = np.abs(self.norm[employed] - practice_norm[at])
        over_values = mobile * self.behaviour["staff.quit_values"] * off**2
        sacked = (
            mobile
            * self.behaviour["staff.dismissal"]
            * dismissal[at]
            * (0.3 + 0.7 * falls_short[at])
        )
        other = mobile * self.behaviour["staff.quit"]
        heads = np.bincount(at, minlength=len(wanted))
        surplus = np.maximum(heads - wanted, 0) / np.maximum(heads, 1)
        luck = uniforms(self.seed, Purpose.STAFF, employed, 10 + month)
        reason = np.full(len(employed), -1)
        reason[luck < over_values + sacked + other + surplus[at]] = OTHER
        reason[luck < over_values + sacked] = DISMISSED
        reason[luck < over_values] = VALUES
        gone = reason >= 0
        return employed[gone], reason[gone]

    def _hire(
        self,
        month: int,
        wanted: Index,
        practice_norm: Floats,
        hiring_fit: Floats,
        just_left: Index,
    ) -> tuple[Index, Index]:
        """Fill some of the empty places with the best of a few who apply."""
        empty = np.maximum(wanted - self.heads(len(wanted)), 0)
        places = np.repeat(np.arange(len(wanted)), empty)
        open_now = uniforms(
            self.seed, Purpose.HIRING, np.arange(len(places)), 8 * month
        )
        places = places[open_now < 1 / self.behaviour["staff.hire_months"]]
        is_free = self.employer == FREE
        is_free[just_left] = False
        free = np.flatnonzero(is_free)
        if not len(places) or not len(free):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        rows = np.arange(len(places))
        applicant = np.stack(
            [
                free[
                    (
                        uniforms(self.seed, Purpose.HIRING, rows, 8 * month + 1 + n)
                        * len(free)
                    ).astype(np.int64)
                ]
                for n in range(CANDIDATES)
            ],
            axis=1,
        )
        luck = uniforms(
            self.seed, Purpose.HIRING, np.arange(applicant.size), 8 * month + 7
        ).reshape(applicant.shape)
        fit = 1 - np.abs(self.norm[applicant] - practice_norm[places][:, None])
        weight = hiring_fit[places][:, None]
        best = (weight * fit + (1 - weight) * luck).argmax(axis=1)
        chosen = applicant[rows, best]
        person, first = np.unique(chosen, return_index=True)
        return person, places[first]
