"""The Kitagawa-Oaxaca-Blinder split: other people, or other service?

A gap in outcomes between two sets of positions, A less B, is parted in three, with y an
outcome, e the chance estimated at referral and y = a + b e fitted in each set:

- composition, (mean e of A - mean e of B) b of B: they had other people;
- service, (a of A - a of B) + (b of A - b of B) mean e of B: the same people fared
  otherwise there;
- interaction, (mean e of A - mean e of B)(b of A - b of B).

The chance is fitted on outcomes over all providers, so that sets of providers may be
compared in this way, but not sets of people that the fit itself tells apart.
"""

from functools import partial

import numpy as np

from quasimarket.chance.resample import shuffles
from quasimarket.insight.measure import Estimate, NotSeen
from quasimarket.insight.observed import Measured, Observed
from quasimarket.insight.people import kinds_of_people
from quasimarket.insight.sectors import with_null
from quasimarket.insight.weighted import Flags, Floats, divide, tally


PARTS = ("gap", "composition", "service", "interaction")


def split(one: Floats, other: Floats) -> dict[str, Floats]:
    """Part the gap of A less B.

    Each holds the sums of 1, e, e e, y and e y, by set of weights and sum.
    """
    (e_a, a_a, b_a), (e_b, a_b, b_b) = _line(one), _line(other)
    parts = {
        "composition": (e_a - e_b) * b_b,
        "service": (a_a - a_b) + (b_a - b_b) * e_b,
        "interaction": (e_a - e_b) * (b_a - b_b),
    }
    return {"gap": sum(parts.values(), np.zeros(len(one))), **parts}


def _line(sums: Floats) -> tuple[Floats, Floats, Floats]:
    """Give the mean of e, and the constant and slope of y on e."""
    n, e, ee, y, ey = (sums[:, k] for k in range(5))
    slope = divide(divide(ey, n) - divide(e, n) * divide(y, n), _variance(n, e, ee))
    return divide(e, n), divide(y, n) - slope * divide(e, n), slope


def _variance(n: Floats, e: Floats, ee: Floats) -> Floats:
    found = divide(ee, n) - divide(e, n) ** 2
    # people all alike have no slope, and rounding is not a difference between them
    return np.where(found > 1e-12, found, 0.0)


def _sums(observed: Observed) -> Floats:
    """Give the five sums by position."""
    if "split" not in observed.kept:
        rows = kinds_of_people(observed)
        place = rows["place"].to_numpy()
        known = place >= 0
        n, y, e = (rows[name].to_numpy() for name in ("people", "outcomes", "odds"))
        observed.kept["split"] = np.stack(
            [
                tally(place[known], amounts[known], len(observed))
                for amounts in (n, n * e, n * e * e, y, e * y)
            ],
            axis=1,
        )
    return observed.kept["split"]


def _sides(observed: Observed, between: str, sums: Floats) -> tuple[Flags, Flags]:
    delivering = sums[:, 0] > 0
    if between == "third":
        third = observed.is_sector("third")
        sides = delivering & third, delivering & ~third
    else:
        tier = observed.positions["tier"].to_numpy()
        sides = delivering & (tier == 1), delivering & (tier == 0)
    if not sides[0].any() or not sides[1].any():
        raise NotSeen("one of the two has nobody")
    return sides


def outcome_split(observed: Observed, between: str, part: str) -> Estimate:
    """Give a part of the gap in outcomes between two sets of providers.

    `third` is the third sector less the others, `subcontracted` tier 1 less in-house.
    """
    sums = _sums(observed)
    one, other = _sides(observed, between, sums)
    found = observed.estimate(
        lambda weights: split(
            weights[:, one] @ sums[one], weights[:, other] @ sums[other]
        )[part],
        one | other,
    )
    if between != "third":
        return found
    every = one | other
    order = shuffles(observed.seed, int(every.sum()), observed.times)
    labels = one[every][order].astype(np.float64)
    shuffled = split(labels @ sums[every], (1 - labels) @ sums[every])[part]
    return with_null(found, shuffled)


MEASURES: dict[str, Measured] = {
    f"creaming.split.{between}.{part}": partial(
        outcome_split, between=between, part=part
    )
    for between in ("third", "subcontracted")
    for part in PARTS
}
