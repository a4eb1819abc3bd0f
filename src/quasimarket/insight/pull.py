"""Pull: how far each kind of pressure moved practice.

Practice's change over a quarter is put down to three pulls at once, as least squares
with no pull below nothing shares it out: coercive exposure times the gap to the prime's
template; staff turnover times the gap to what the staff's work histories suggest; and
the gap to the best visible peer. Gaps are those of the quarter before, so that noise in
practice cannot look like a pull. Of a kind that the data cannot tell from another, the
interval is wide.
"""

from functools import partial

import numpy as np

from quasimarket.insight.measure import OBSERVED_TO_MONTH, Estimate, NotSeen
from quasimarket.insight.observed import Measured, Observed
from quasimarket.insight.peers import best_peers, quarterly_practice, windows
from quasimarket.insight.pressure import KINDS, coercive, normative
from quasimarket.insight.staff_norms import norm_of_staff
from quasimarket.insight.template import prime_templates
from quasimarket.insight.weighted import Floats


COMMERCIAL = np.array([1.0, -1.0, 1.0, 1.0, -1.0, 1.0, -1.0])
"""Which parts of practice a commercial work history goes with (1), or against (-1)."""


def _rows(observed: Observed, last: int) -> tuple[Floats, Floats, Floats]:
    """Give moments by position: pulls with pulls, pulls with change, size of pulls."""
    seen = quarterly_practice(observed)
    pressed, moved_staff = coercive(observed), normative(observed)
    norm = norm_of_staff(observed)
    ends = windows(observed)
    size = len(observed)
    squares, products = np.zeros((size, 3, 3)), np.zeros((size, 3))
    lengths = np.zeros((size, 3))
    for quarter in range(1, len(ends) - 1):
        if ends[quarter + 1] > last:
            break
        before, now, after = seen[quarter - 1], seen[quarter], seen[quarter + 1]
        template, prime = prime_templates(observed, now)
        peer, has_one = best_peers(observed, ends[quarter])
        months = slice(ends[quarter] + 1, ends[quarter + 1] + 1)
        carried = np.where(COMMERCIAL > 0, norm[:, None], 1 - norm[:, None])
        pulls = np.stack(
            [
                _average(pressed[:, months])[:, None] * (template[prime] - before),
                # no hire seen: nothing is known to have been carried in
                np.where(
                    np.isfinite(norm)[:, None],
                    _average(moved_staff[:, months])[:, None] * (carried - before),
                    np.where(np.isfinite(before), 0.0, np.nan),
                ),
                np.where(has_one[:, None], now[peer] - before, 0.0),
            ],
            axis=2,
        )
        change = after - now
        known = np.isfinite(pulls).all(axis=2) & np.isfinite(change)
        pulls = np.where(known[:, :, None], pulls, 0.0)
        change = np.where(known, change, 0.0)
        squares += np.einsum("ika,ikb->iab", pulls, pulls)
        products += np.einsum("ika,ik->ia", pulls, change)
        lengths += np.abs(pulls).sum(axis=1)
    return squares, products, lengths


def _average(values: Floats) -> Floats:
    known = np.isfinite(values)
    total = np.where(known, values, 0).sum(axis=1)
    times = known.sum(axis=1)
    return np.where(times > 0, total / np.maximum(times, 1), np.nan)


def pull_share(observed: Observed, kind: str, last: int) -> Estimate:
    """Give a kind's share of the movement of practice that the three explain."""
    squares, products, lengths = _rows(observed, min(last, observed.last_month))
    units = lengths.sum(axis=1) > 0
    if not units.any():
        raise NotSeen("no position's change can be set beside its pulls")

    def shares(weights: Floats) -> Floats:
        chosen = weights[:, units]
        every = np.einsum("ri,iab->rab", chosen, squares[units])
        with_change = chosen @ products[units]
        size = chosen @ lengths[units]
        found = np.full(len(chosen), np.nan)
        for row in range(len(chosen)):
            moved = _strengths(every[row], with_change[row]) * size[row]
            if moved.sum() > 0:
                found[row] = moved[KINDS.index(kind)] / moved.sum()
        return found

    return observed.estimate(shares, units)


def _strengths(squares: Floats, products: Floats) -> Floats:
    """Solve non-negative least squares from its moments."""
    # loading it takes half a second, which nobody waits for who asks for no pull
    from scipy.optimize import nnls

    ridge = squares + np.eye(3) * (1e-9 + 1e-6 * np.trace(squares))
    factor = np.linalg.cholesky(ridge)
    strengths: Floats = nnls(factor.T, np.linalg.solve(factor, products))[0]
    return strengths


MEASURES: dict[str, Measured] = {
    **{
        f"pressure.pull_share.{kind}.year_1": partial(
            pull_share, kind=kind, last=OBSERVED_TO_MONTH - 1
        )
        for kind in KINDS
    },
    **{
        f"pressure.pull_share.{kind}.whole": partial(pull_share, kind=kind, last=999)
        for kind in KINDS
    },
}
