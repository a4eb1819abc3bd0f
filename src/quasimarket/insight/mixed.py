"""A mixed model of practice: sector, tier and size beside primes and areas.

y = b0 + b sector + b size + b tier + u prime + v area + e, by restricted maximum
likelihood, for positions that deliver. The intraclass correlation of primes is
var u / (var u + var v + var e). A likelihood ratio of a variance lies on its border, so
its p is from an even mixture of no and one degree of freedom.

Each prime's effect is integrated out of its own block, so that a prime drawn twice in a
resample is two primes.
"""

from dataclasses import dataclass
from functools import partial
from math import erfc, sqrt

import numpy as np

from quasimarket.chance.resample import shuffles
from quasimarket.events.organisation_event import PRACTICES
from quasimarket.insight.measure import OBSERVED_TO_MONTH, Estimate, NotSeen
from quasimarket.insight.observed import Measured, Observed
from quasimarket.insight.practice import one_part, window
from quasimarket.insight.sectors import with_null
from quasimarket.insight.weighted import Codes, Flags, Floats, tally


FEWEST = 20
TIMES = 100
"""Resamples: a fit each."""
MOST = 0.98
"""The largest share of variance that primes or areas may have."""
POINTS, ROUNDS, FEWER_ROUNDS = 7, 10, 5
"""A grid's points on each side, and how often it closes in: less for resamples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """Moments of primes' positions: of fixed columns, areas' dummies and response."""

    sizes: Floats
    """Positions of each prime."""
    sums: Floats
    """Of each column, by prime and column."""
    square: Floats
    """Of columns with columns, over all primes."""
    times: Floats
    """How often each prime is there."""
    fixed: int
    areas: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What restricted maximum likelihood gives."""

    strengths: Floats
    """Of the fixed columns."""
    prime: float
    """Variance between primes, over that inside them."""
    area: float
    criterion: float
    """Minus twice the restricted log likelihood, but for a constant."""

    @property
    def icc_prime(self) -> float:
        """Give the share of the variance that lies between primes."""
        return self.prime / (1 + self.prime + self.area)

    @property
    def icc_area(self) -> float:
        """Give the share of the variance that lies between areas."""
        return self.area / (1 + self.prime + self.area)


def blocks(
    response: Floats,
    fixed: Floats,
    prime: Codes,
    area: Codes,
    size: Floats | None = None,
    times: Floats | None = None,
) -> Blocks:
    """Add moments up by prime.

    `size` is how often each position counts, `times` how often each prime is there: one
    that is there twice has two effects.
    """
    dummies = np.eye(int(area.max()) + 1)[area]
    columns = np.hstack([fixed, dummies, response[:, None]])
    count = int(prime.max()) + 1
    size = np.ones(len(prime)) if size is None else size
    times = np.ones(count) if times is None else times
    sums = np.zeros((count, columns.shape[1]))
    np.add.at(sums, prime, columns * size[:, None])
    return Blocks(
        sizes=tally(prime, size, count),
        sums=sums,
        square=(columns * (size * times[prime])[:, None]).T @ columns,
        times=times,
        fixed=fixed.shape[1],
        areas=dummies.shape[1],
    )


def solve(found: Blocks, prime: Floats, area: Floats) -> tuple[Floats, Floats]:
    """Give criteria and strengths at pairs of ratios of variances."""
    shrunk = found.times * prime[:, None] / (1 + found.sizes * prime[:, None])
    width = len(found.square)
    outer = (found.sums[:, :, None] * found.sums[:, None, :]).reshape(-1, width**2)
    square = found.square - (shrunk @ outer).reshape(-1, width, width)
    fixed, areas = found.fixed, found.areas
    rest = [*range(fixed), fixed + areas]
    ratio = area[:, None, None]
    inside = np.eye(areas) + ratio * square[:, fixed:-1, fixed:-1]
    through = square[:, fixed:-1][:, :, rest]
    explained = through.transpose(0, 2, 1) @ np.linalg.solve(inside, through)
    left = square[:, rest][:, :, rest] - ratio * explained
    information = left[:, :-1, :-1] + 1e-10 * np.eye(fixed)
    product = left[:, :-1, -1]
    strengths = np.linalg.solve(information, product[:, :, None])[:, :, 0]
    spread = np.maximum(left[:, -1, -1] - (strengths * product).sum(axis=1), 1e-12)
    freedom = float(found.times @ found.sizes) - fixed
    criterion = (
        np.log1p(found.sizes * prime[:, None]) @ found.times
        + np.linalg.slogdet(inside)[1]
        + np.linalg.slogdet(information)[1]
        + freedom * np.log(spread)
    )
    return np.asarray(criterion), np.asarray(strengths)


def fit(found: Blocks, rounds: int = ROUNDS, *, with_primes: bool = True) -> Fit:
    """Fit by restricted maximum likelihood, on a grid that closes in on the best.

    The grid is of the share of a group's variance in it and the rest, from 0 to MOST.
    """
    middle, reach = np.full(2, MOST / 2), MOST / 2
    for _ in range(rounds):
        steps = reach * np.linspace(-1, 1, POINTS)
        prime, area = (
            each.ravel()
            for each in np.meshgrid(
                *(np.clip(one + steps, 0.0, MOST) for one in middle), indexing="ij"
            )
        )
        if not with_primes:
            prime = np.zeros_like(prime)
        criteria, strengths = solve(found, prime / (1 - prime), area / (1 - area))
        best = int(criteria.argmin())
        middle = np.array([prime[best], area[best]])
        reach = reach * 2 / (POINTS - 1)
    return Fit(
        strengths=strengths[best],
        prime=float(prime[best] / (1 - prime[best])),
        area=float(area[best] / (1 - area[best])),
        criterion=float(criteria[best]),
    )


def no_prime_p(found: Blocks, whole: Fit) -> float:
    """Give the p of no difference between primes: an even mixture on the border."""
    without = fit(found, with_primes=False)
    ratio = max(without.criterion - whole.criterion, 0.0)
    # half the upper tail of chi squared with one degree of freedom
    return 0.5 * erfc(sqrt(ratio / 2)) if ratio > 0 else 1.0


def _fixed(observed: Observed) -> Floats:
    """Give the constant and dummies: third, public; tier 1; sizes but the first."""
    tier = observed.positions["tier"].to_numpy()
    columns = [
        np.ones(len(observed)),
        *(observed.is_sector(one) for one in ("third", "public")),
        tier == 1,
    ]
    sizes = observed.codes("size") if "size" in observed.positions.columns else None
    if sizes is not None:
        columns += [sizes == code for code in range(1, int(sizes.max()) + 1)]
    return np.stack([one.astype(np.float64) for one in columns], axis=1)


def _fits(observed: Observed, name: str) -> tuple[Floats, Floats, int, float]:
    """Give ICCs and sector's strength under resamples, its null, n and the p."""
    response = one_part(observed, name, window(OBSERVED_TO_MONTH))
    units = np.isfinite(response)
    n = int(units.sum())
    prime, area = (
        np.unique(observed.codes(one)[units], return_inverse=True)[1]
        for one in ("prime", "area")
    )
    if n < FEWEST or prime.max() < 1 or not response[units].std() > 0:
        raise NotSeen(f"too little to part primes by: {n} positions")
    key = f"mixed.{name}"
    if key not in observed.kept:
        y, fixed = response[units], _fixed(observed)[units]
        fixed = fixed[:, fixed.std(axis=0) + (np.arange(fixed.shape[1]) == 0) > 0]
        every = _resampled(observed, units, y, fixed, prime, area)
        first = fit(every[0])
        fits = [first, *(fit(one, FEWER_ROUNDS) for one in every[1:])]
        rows = [[one.icc_prime, one.icc_area, one.strengths[1]] for one in fits]
        observed.kept[key] = np.array(rows)
        observed.kept[f"{key}.p"] = np.array([no_prime_p(every[0], first)])
        ratios = np.array([first.prime]), np.array([first.area])
        null = []
        for order in shuffles(observed.seed, n, min(TIMES, observed.times)):
            moved = fixed.copy()
            moved[:, 1:3] = fixed[order, 1:3]
            null.append(solve(blocks(y, moved, prime, area), *ratios)[1][0, 1])
        observed.kept[f"{key}.null"] = np.array(null)
    kept = observed.kept
    return kept[key], kept[f"{key}.null"], n, float(kept[f"{key}.p"][0])


def _resampled(
    observed: Observed,
    units: Flags,
    y: Floats,
    fixed: Floats,
    prime: Codes,
    area: Codes,
) -> list[Blocks]:
    """Give moments of the whole, then of each resample."""
    weights = observed.weights[: TIMES + 1][:, units]
    if observed.has_few_primes:
        return [blocks(y, fixed, prime, area, size=one) for one in weights]
    first = np.unique(prime, return_index=True)[1]
    return [blocks(y, fixed, prime, area, times=one[first]) for one in weights]


def icc(observed: Observed, name: str, level: int) -> Estimate:
    """Give the share of a part's variance between primes, or between areas.

    With sector, tier and size held; the note has the p of no difference between primes.
    """
    found, _, n, p = _fits(observed, name)
    note = f"p = {p:.2g}" if level == 0 else ""
    return observed.from_resamples(found[:, level], n, note=note)


def third_effect(observed: Observed, name: str) -> Estimate:
    """Give what the third sector does more of a part, all else held, with its null."""
    if not observed.is_sector("third").any():
        raise NotSeen("there is no third sector position")
    found, null, n, _ = _fits(observed, name)
    return with_null(observed.from_resamples(found[:, 2], n), null)


MEASURES: dict[str, Measured] = {
    **{
        f"mixed.{level}_share.{name}": partial(icc, name=name, level=place)
        for place, level in enumerate(("prime", "area"))
        for name in PRACTICES
    },
    **{f"mixed.third.{name}": partial(third_effect, name=name) for name in PRACTICES},
}
