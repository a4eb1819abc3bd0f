"""Calibrate institutions by history matching, then weigh what is left.

In waves: play runs at points spread over what is not ruled out, fit an emulator to what
they show of each fact, and rule out every point at which some fact is further than
CUTOFF standard deviations from what the emulator expects. The deviation has the
emulator's variance in it, the fact's error, and what a right model would still miss
(Craig et al. 1997; Vernon et al. 2010). Points that no wave rules out are weighed at
the end by a normal likelihood of the facts.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from quasimarket.chance.sample import chosen, even_points, latin_hypercube
from quasimarket.evidence.stylised_facts import Fact
from quasimarket.experiments.calibrate_prior import Prior, value_at
from quasimarket.experiments.calibrate_runs import Trial
from quasimarket.experiments.emulator import Emulator, fit_emulator
from quasimarket.experiments.many_runs import Values


Floats = NDArray[np.float64]
Shown = Callable[[Sequence[Trial]], Sequence[Values]]
"""Plays trials and gives what each showed, by measure."""
CUTOFF = 3.0
CANDIDATES = 20_000
"""Points tried at a time in the search for what is not ruled out."""
MOST_BATCHES = 200
SEEDS_A_WAVE = 100_000
POSTERIOR_POINTS = 4000
"""Points not ruled out that are weighed for the posterior."""
FEWEST_SHOWN = 0.8
"""A fact that fewer of the runs show is not used in that wave."""


class NothingLeft(ValueError):
    """Every point is ruled out: no parameter set meets the facts together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """What a wave found."""

    facts: tuple[Fact, ...]
    """Those with an emulator."""
    emulators: tuple[Emulator, ...]
    runs: int
    left: float
    """Share of the prior not ruled out by this wave and those before."""
    missed: tuple[str, ...]
    """Facts that even the nearest point misses by more than CUTOFF."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What the facts leave of the prior."""

    prior: Prior
    waves: tuple[Wave, ...]
    points: Floats
    """Points of the unit cube that no wave rules out."""
    weights: Floats
    """How likely each is, by the facts; they add to 1."""
    draws: Floats
    """Some of the points, drawn by weight, so that each is as likely as another."""

    @property
    def effective(self) -> float:
        """How many even draws the weighed points are worth."""
        return float(1 / (self.weights**2).sum())


def implausibility(waves: Sequence[Wave], features: Floats) -> Floats:
    """Give the largest deviation over waves and facts at each row of features."""
    largest = np.zeros(len(features))
    for wave in waves:
        for fact, emulator in zip(wave.facts, wave.emulators, strict=True):
            largest = np.maximum(largest, deviation(fact, emulator, features))
    return largest


def deviation(fact: Fact, emulator: Emulator, features: Floats) -> Floats:
    """Give how many standard deviations a fact is from what is expected there."""
    mean, variance = emulator.predicted(features)
    found: Floats = np.abs(_figure(fact) - mean) / np.sqrt(variance + fact.variance)
    return found


def _figure(fact: Fact) -> float:
    if fact.value is None:
        raise ValueError(f"{fact.id} has no figure to be fitted to")
    return fact.value


def calibrate(
    prior: Prior,
    facts: Sequence[Fact],
    shown: Shown,
    *,
    waves: int,
    points: int,
    seed: int,
    draws: int,
) -> Calibration:
    """Find what facts leave of a prior; deterministic in the seed.

    Raises NothingLeft where no point is left, with the facts that nobody meets.
    """
    done: list[Wave] = []
    for number in range(waves):
        where = _spread(prior, done, seed=seed + number, count=points)
        trials = trials_at(prior, where, first_seed=_first_seed(seed, number))
        done.append(_wave(prior, done, facts, where, shown(trials)))
        if done[-1].left == 0:
            raise NothingLeft(
                "no parameter set in the prior meets the facts together; out of reach: "
                + (", ".join(done[-1].missed) or "none of them alone")
            )
    return _weighed(prior, done, seed=seed, draws=draws)


def trials_at(prior: Prior, points: Floats, *, first_seed: int) -> list[Trial]:
    """Give points as trials, each with a seed of its own."""
    return [
        Trial(values=tuple(prior.values(point).items()), seed=first_seed + number)
        for number, point in enumerate(points)
    ]


def _first_seed(seed: int, wave: int) -> int:
    return seed * 10 * SEEDS_A_WAVE + wave * SEEDS_A_WAVE + 1


def _spread(prior: Prior, done: Sequence[Wave], *, seed: int, count: int) -> Floats:
    if not done:
        return latin_hypercube(seed, count, len(prior))
    found, _ = not_ruled_out(prior, done, seed=seed, count=count)
    return found


def not_ruled_out(
    prior: Prior, waves: Sequence[Wave], *, seed: int, count: int
) -> tuple[Floats, float]:
    """Give points that no wave rules out, and their share of those tried.

    Fewer than `count` are given where they are too rare to be found.
    """
    kept: list[Floats] = []
    tried, found = 0, 0
    for batch in range(MOST_BATCHES):
        points = even_points(seed * 1000 + batch, CANDIDATES, len(prior))
        inside = points[implausibility(waves, prior.features(points)) < CUTOFF]
        kept.append(inside)
        tried += CANDIDATES
        found += len(inside)
        if found >= count:
            break
    return np.vstack(kept)[:count], found / tried


def _wave(
    prior: Prior,
    done: Sequence[Wave],
    facts: Sequence[Fact],
    points: Floats,
    shown: Sequence[Values],
) -> Wave:
    used, emulators = [], []
    features = prior.features(points)
    for fact in facts:
        figures = np.array([figure_shown(fact, one) for one in shown])
        known = np.isfinite(figures)
        if known.mean() >= FEWEST_SHOWN:
            used.append(fact)
            emulators.append(fit_emulator(features[known], figures[known]))
    wave = Wave(
        facts=tuple(used),
        emulators=tuple(emulators),
        runs=len(points),
        left=0.0,
        missed=_missed(prior, used, emulators),
    )
    if wave.missed:
        return wave
    _, left = not_ruled_out(prior, [*done, wave], seed=1, count=1000)
    return replace(wave, left=left)


def _missed(
    prior: Prior, facts: Sequence[Fact], emulators: Sequence[Emulator]
) -> tuple[str, ...]:
    features = prior.features(even_points(1, CANDIDATES, len(prior)))
    return tuple(
        fact.id
        for fact, emulator in zip(facts, emulators, strict=True)
        if deviation(fact, emulator, features).min() >= CUTOFF
    )


def figure_shown(fact: Fact, values: Values) -> float:
    """Give what a run showed of a fact; not a number where it did not."""
    parts = [values.get(name) for name in fact.measures]
    if parts[0] is None or parts[-1] is None:
        return math.nan
    return parts[0] if fact.less is None else parts[0] - parts[-1]


def _weighed(
    prior: Prior, waves: Sequence[Wave], *, seed: int, draws: int
) -> Calibration:
    points, _ = not_ruled_out(
        prior, waves, seed=seed + len(waves), count=POSTERIOR_POINTS
    )
    last, features = waves[-1], prior.features(points)
    log_weight = np.zeros(len(points))
    for fact, emulator in zip(last.facts, last.emulators, strict=True):
        mean, variance = emulator.predicted(features)
        total = variance + fact.variance
        log_weight -= 0.5 * ((_figure(fact) - mean) ** 2 / total + np.log(total))
    weights = np.exp(log_weight - log_weight.max())
    return Calibration(
        prior=prior,
        waves=tuple(waves),
        points=points,
        weights=weights / weights.sum(),
        draws=points[chosen(seed, weights, draws)],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """What is believed of one parameter, before and after."""

    key: str
    unit: str
    low: float
    median: float
    high: float
    """5%, 50% and 95% of the posterior."""
    prior_low: float
    prior_high: float
    """5% and 95% of the prior."""
    narrowed: float
    """1 less the posterior's width over the prior's, in quantiles of the prior."""
    shifted: float
    """How far the posterior's median lies from the prior's, in quantiles of it."""

    @property
    def is_identified(self) -> bool:
        """Whether the facts say anything of it that draws by chance would not."""
        return self.narrowed >= NARROWED or abs(self.shifted) >= SHIFTED


SHARES = (0.05, 0.5, 0.95)
NARROWED, SHIFTED = 0.15, 0.15
"""A posterior at least so much narrower than the prior, or with its median so far from
the prior's, is called identified."""


def ranges(found: Calibration) -> list[Range]:
    """Give each parameter's range, before and after, in the prior's order."""
    rows = []
    for number, parameter in enumerate(found.prior.parameters):
        low, median, high = weighted_quantiles(found.points[:, number], found.weights)
        rows.append(
            Range(
                key=parameter.key,
                unit=parameter.unit,
                low=value_at(parameter, low),
                median=value_at(parameter, median),
                high=value_at(parameter, high),
                prior_low=value_at(parameter, SHARES[0]),
                prior_high=value_at(parameter, SHARES[2]),
                narrowed=1 - (high - low) / (SHARES[2] - SHARES[0]),
                shifted=median - SHARES[1],
            )
        )
    return rows


def weighted_quantiles(values: Floats, weights: Floats) -> tuple[float, float, float]:
    """Give the 5%, 50% and 95% quantiles of weighted values."""
    order = values.argsort()
    summed = weights[order].cumsum() - weights[order] / 2
    low, median, high = np.interp(SHARES, summed / weights.sum(), values[order])
    return float(low), float(median), float(high)


def entwined(found: Calibration, least: float = 0.2) -> list[tuple[str, str, float]]:
    """Give pairs of parameters that the facts tell only together, strongest first.

    Each with the correlation of their places in the prior: near -1, only their product
    or sum is known.
    """
    if len(found.prior) < 2:
        return []
    spread = np.cov(found.points, rowvar=False, aweights=found.weights)
    deviation_of = np.sqrt(np.diag(spread))
    tied = spread / np.outer(deviation_of, deviation_of)
    names = found.prior.names
    pairs = [
        (names[one], names[other], float(tied[one, other]))
        for one in range(len(names))
        for other in range(one)
        if abs(tied[one, other]) >= least
    ]
    return sorted(pairs, key=lambda pair: -abs(pair[2]))


def met(
    facts: Sequence[Fact], shown: Sequence[Values]
) -> Mapping[str, tuple[float, float, float, float]]:
    """Give what runs at the posterior's draws show of facts.

    By id: 5%, median, 95%, and the share of runs that show the fact: within CUTOFF
    standard deviations of a figure that was fitted, or where a check must lie.
    """
    found = {}
    for fact in facts:
        figures = np.array([figure_shown(fact, one) for one in shown])
        figures = figures[np.isfinite(figures)]
        if len(figures) == 0:
            continue
        low, median, high = (float(q) for q in np.quantile(figures, (0.05, 0.5, 0.95)))
        found[fact.id] = (low, median, high, float(_shows(fact, figures).mean()))
    return found


def _shows(fact: Fact, figures: Floats) -> NDArray[np.bool_]:
    if fact.above is None and fact.below is None:
        off = np.abs(figures - _figure(fact)) / math.sqrt(fact.variance)
        return np.asarray(off < CUTOFF)
    return np.array([fact.is_met(float(one)) for one in figures])
