"""Participants as arrays, one entry a person, ordered by area, week of referral, group.

A person's own number is made of the area, week, group and rank of the referral, never
of a place in an array: so a design with another intake keeps everybody else's luck.

Employability is the log of the rate of finding work against the payment group's
average. Part of it follows from covariates known at referral; providers see only a
score, which is employability with noise, in three bands.
"""

import math
from dataclasses import dataclass
from typing import Any

import numba as nb
import numpy as np
from numpy.typing import NDArray

from quasimarket.chance import Purpose, purpose_key
from quasimarket.chance.draw import uniform_at
from quasimarket.core.errors import Fault, InputFault
from quasimarket.evidence.behaviour import Behaviour
from quasimarket.evidence.people import locality_shares, need_shares
from quasimarket.population.arrivals import CELL
from quasimarket.rulebook.rulebook import Rulebook


AGE_BANDS = ("18-24", "25-34", "35-49", "50 and over")
QUALIFICATIONS = ("none", "level 2", "level 3", "degree")
BANDS = 3
"""Score bands that providers see: low, middle, high."""
TERCILE = 0.4307272992954576
"""The upper tercile of the standard normal distribution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Everyone who is referred, ordered by area, then week of referral, then group."""

    number: NDArray[np.int64]
    """The person's own number: id, and key of every draw."""
    group: NDArray[np.uint8]
    referral_week: NDArray[np.int16]
    locality: NDArray[np.uint8]
    need: NDArray[np.uint8]
    """Index into NEEDS."""
    band: NDArray[np.uint8]
    age_band: NDArray[np.uint8]
    qualification: NDArray[np.uint8]
    months_out_of_work: NDArray[np.uint16]
    rate: NDArray[np.float32]
    """Weekly rate of finding work under the founding service, unmet need included."""
    loss: NDArray[np.float32]
    """Multiplier on the rate of losing a job."""
    attachment_week: NDArray[np.int16]
    """-1 for those who are never attached."""
    claims: NDArray[np.uint8]
    """1 where a job outcome, once reached, is claimed."""
    area_start: NDArray[np.int64]
    """Area a holds people area_start[a] to area_start[a + 1]."""
    week_end: NDArray[np.int64]
    """By area and week: one past the last person referred up to that week."""
    weight: float
    """People that one of these stands for; above 1 in a thinned run."""

    def __len__(self) -> int:
        """Count the people."""
        return len(self.number)


@nb.njit(cache=True, error_model="numpy")
def _tail(q):  # type: ignore[no-untyped-def]  # compiled: numba infers
    top = -7.784894002430293e-03
    for term in (
        -3.223964580411365e-01,
        -2.400758277161838,
        -2.549732539343734,
        4.374664141464968,
        2.938163982698783,
    ):
        top = top * q + term
    bottom = 7.784695709041462e-03
    for term in (
        3.224671290700398e-01,
        2.445134137142996,
        3.754408661907416,
        1.0,
    ):
        bottom = bottom * q + term
    return top / bottom


@nb.njit(cache=True, error_model="numpy")
def normal(uniform):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Give the standard normal quantile (Acklam's approximation, error < 1.2e-9)."""
    if uniform < 0.02425:
        return _tail(math.sqrt(-2.0 * math.log(uniform)))
    if uniform > 1.0 - 0.02425:
        return -_tail(math.sqrt(-2.0 * math.log(1.0 - uniform)))
    q = uniform - 0.5
    r = q * q
    top = -3.969683028665376e01
    for term in (
        2.209460984245205e02,
        -2.759285104469687e02,
        1.383577518672690e02,
        -3.066479806614716e01,
        2.506628277459239,
    ):
        top = top * r + term
    bottom = -5.447609879822406e01
    for term in (
        1.615858368580409e02,
        -1.556989798598866e02,
        6.680131188771972e01,
        -1.328068155288572e01,
        1.0,
    ):
        bottom = bottom * r + term
    return top * q / bottom


@nb.njit(cache=True, error_model="numpy")
def _choose(uniform, cumulative):  # type: ignore[no-untyped-def]  # compiled: numba infers
    chosen = 0
    while chosen < len(cumulative) - 1 and uniform >= cumulative[chosen]:
        chosen += 1
    return chosen


@nb.njit(parallel=True, cache=True, error_model="numpy")
def _draw_people(  # type: ignore[no-untyped-def]  # compiled: numba infers
    keys, numbers, group, referral_week, hazard, need_shares, locality_shares,
    young, referral_point, attachment, settings,
    locality, need, band, age_band, qualification, months, rate, loss,
    attachment_week, claims,
):  # fmt: skip
    spread, observed, noise, penalty, loss_spread, lag, claim_rate = settings
    kept = math.sqrt(observed)
    hidden = math.sqrt(1.0 - observed)
    noise_scale = math.sqrt(1.0 + noise * noise)
    for i in nb.prange(len(numbers)):
        person = numbers[i]
        g = group[i]
        age = uniform_at(keys[0], person, 0)
        time = uniform_at(keys[1], person, 0)
        skill = uniform_at(keys[2], person, 0)
        covariates = (
            0.35 * normal(1.0 - age) - 0.65 * normal(time) + 0.675 * normal(skill)
        )
        employability = kept * covariates + hidden * normal(
            uniform_at(keys[3], person, 0)
        )
        score = (
            employability + noise * normal(uniform_at(keys[4], person, 0))
        ) / noise_scale
        band[i] = 0 if score < -TERCILE else (2 if score > TERCILE else 1)
        need[i] = _choose(uniform_at(keys[5], person, 0), need_shares[g])
        locality[i] = _choose(uniform_at(keys[6], person, 0), locality_shares)
        if young[g] == 1:
            age_band[i] = 0
        elif young[g] == 2:
            age_band[i] = 1 + int(age * 2.9999999)
        else:
            age_band[i] = int(age * 3.9999999)
        qualification[i] = min(3, int(skill * 4.0))
        months[i] = referral_point[g] + min(240.0, -18.0 * math.log(1.0 - time))
        unmet = penalty if need[i] > 0 else 0.0
        rate[i] = hazard[g] * math.exp(spread * employability - unmet)
        loss[i] = math.exp(-loss_spread * employability)
        if uniform_at(keys[7], person, 0) < attachment[g]:
            wait = 1 + int(uniform_at(keys[8], person, 0) * lag)
            attachment_week[i] = referral_week[i] + wait
        else:
            attachment_week[i] = -1
        claims[i] = 1 if uniform_at(keys[9], person, 0) < claim_rate else 0


def build_population(
    rulebook: Rulebook,
    behaviour: Behaviour,
    weekly: NDArray[np.int64],
    *,
    seed: int,
    weight: float = 1.0,
) -> Population:
    """Draw everyone who is referred.

    `weekly` holds people by area, week and group. Deterministic in the seed; a person's
    draws depend on nobody else.
    """
    number, group, week = _identities(weekly)
    count = len(number)
    arrays: dict[str, NDArray[Any]] = {  # each of its own type of number
        "locality": np.empty(count, np.uint8),
        "need": np.empty(count, np.uint8),
        "band": np.empty(count, np.uint8),
        "age_band": np.empty(count, np.uint8),
        "qualification": np.empty(count, np.uint8),
        "months_out_of_work": np.empty(count, np.uint16),
        "rate": np.empty(count, np.float32),
        "loss": np.empty(count, np.float32),
        "attachment_week": np.empty(count, np.int16),
        "claims": np.empty(count, np.uint8),
    }
    purposes = (
        Purpose.AGE,
        Purpose.DURATION,
        Purpose.QUALIFICATION,
        Purpose.EMPLOYABILITY,
        Purpose.SCORE_NOISE,
        Purpose.NEED,
        Purpose.LOCALITY,
        Purpose.ATTACHMENT,
        Purpose.ATTACHMENT_LAG,
        Purpose.CLAIM,
    )
    group_ids = [one.id for one in rulebook.groups]
    _draw_people(
        np.array([purpose_key(seed, purpose) for purpose in purposes]),
        number,
        group,
        week,
        np.array(
            [behaviour.get(f"hazard.{g}", behaviour["hazard.2"]) for g in group_ids]
        ),
        need_shares(group_ids).cumsum(axis=1),
        locality_shares(int(behaviour["flow.localities"])).cumsum(),
        np.array([_youth(one.name) for one in rulebook.groups]),
        np.array([_months_before(one.referral_point) for one in rulebook.groups]),
        np.array(
            [
                behaviour[
                    "attachment.share_prison"
                    if "prison" in one.name
                    else "attachment.share"
                ]
                for one in rulebook.groups
            ]
        ),
        (
            behaviour["employability.spread"],
            behaviour["employability.observed_share"],
            behaviour["employability.score_noise"],
            behaviour["need.penalty"],
            behaviour["loss.spread"],
            behaviour["attachment.weeks"],
            behaviour["claim.rate"],
        ),
        *arrays.values(),
    )
    by_area_week = weekly.sum(axis=2)
    area_start = np.concatenate([[0], by_area_week.sum(axis=1).cumsum()])
    return Population(
        number=number,
        group=group,
        referral_week=week,
        area_start=area_start,
        week_end=area_start[:-1, None] + by_area_week.cumsum(axis=1),
        weight=weight,
        **arrays,
    )


def _identities(
    weekly: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.int16]]:
    """Number people within their area, week and group."""
    areas, weeks, groups = weekly.shape
    if weekly.max(initial=0) >= CELL:
        raise InputFault(
            [
                Fault(
                    where="intake",
                    found=f"{weekly.max()} people in one week, area and group",
                    expected=f"fewer than {CELL}",
                )
            ]
        )
    flat = weekly.ravel()
    cell = np.arange(areas * weeks * groups)
    area_of_cell = cell // (weeks * groups)
    week_of_cell = cell // groups % weeks
    group_of_cell = cell % groups
    first = ((area_of_cell + 1) * 1000 + week_of_cell + 1) * 100 + group_of_cell + 1
    starts = flat.cumsum() - flat
    rank = np.arange(flat.sum()) - np.repeat(starts, flat)
    return (
        np.repeat(first * CELL + 1, flat) + rank,
        np.repeat(group_of_cell, flat).astype(np.uint8),
        np.repeat(week_of_cell, flat).astype(np.int16),
    )


def _youth(name: str) -> int:
    """Say whether a group is all young (1), all older (2) or mixed (0)."""
    if "18-24" in name:
        return 1
    return 2 if "25 and over" in name else 0


def _months_before(referral_point: str) -> int:
    """Read "9 months on JSA" as 9; nothing stated is 0."""
    words = referral_point.split()
    return int(words[0]) if words and words[0].isdigit() else 0
