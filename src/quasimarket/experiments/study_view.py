"""What a qualitative study would have seen of a run, and how far that misleads.

The study went to two areas, one urban and one semi-rural, one in the north and one in
the south; four of five primes let it in; fourteen subcontractors with some referrals
took part: ten third sector, three private and one public, eight end-to-end and six
specialists. It saw months 9 to 13 and heard of the negotiations before.

The study is drawn again many times, as it might have been done, and each cell of its
matrix stands beside the whole population's.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray

from quasimarket.chance.resample import shuffles
from quasimarket.core.errors import Fault, InputFault
from quasimarket.experiments.study_view_counts import (
    ROWS,
    SECTORS,
    STAGES,
    Met,
    met_by_positions,
)


Floats = NDArray[np.float64]
Places = NDArray[np.int64]

URBAN_NORTH, URBAN_SOUTH = ("7", "16", "17"), ("3", "4")
SEMI_RURAL_NORTH, SEMI_RURAL_SOUTH = ("18", "5"), ("11", "12", "1", "10", "9")
"""How we read the Work Programme's areas; the rest are neither (our reading)."""
QUOTA_OF_SECTOR = {"private": 3, "third": 10, "public": 1}
QUOTA_OF_TIER = {1: 8, 2: 6}
STUDIES = 500
UNCARRIED = "no event carries it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of the matrix: by stage, pressure or response, and sector."""

    stage: str
    row: str
    sector: str
    study: float | None
    """What this study saw; None where it met nobody of the sector."""
    population: float | None
    mean: float | None
    """Mean over the studies that might have been done."""
    low: float | None
    high: float | None
    """Between them lie 95% of those studies."""
    note: str = ""
    """Why there is no value, where the log cannot give one."""

    @property
    def misleads(self) -> bool | None:
        """Say whether the population lies outside nearly all such studies."""
        if self.population is None or self.low is None or self.high is None:
            return None
        return not self.low <= self.population <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyView:
    """One study, and the studies that might have been."""

    areas: tuple[str, str]
    primes: int
    primes_there: int
    organisations: int
    by_sector: Mapping[str, int]
    by_tier: Mapping[str, int]
    cells: tuple[Cell, ...]
    studies: int
    wrong_order: float
    """Share of studies that miss which of private and third sector resists more."""


def pairs_in(areas: Sequence[str]) -> list[tuple[str, str]]:
    """List pairs of an urban and a semi-rural area, one north and one south."""
    there = set(areas)
    return [
        (urban, rural)
        for urban, rural in (
            *product(URBAN_NORTH, SEMI_RURAL_SOUTH),
            *product(URBAN_SOUTH, SEMI_RURAL_NORTH),
        )
        if {urban, rural} <= there
    ]


def study_view(
    tables: Mapping[str, pl.DataFrame],
    *,
    areas: tuple[str, str] | None = None,
    studies: int = STUDIES,
    seed: int = 1,
) -> StudyView:
    """See a run as the study would have, and as many others would.

    The studies that might have been are drawn over every fitting pair of areas; over
    the one pair alone where it was named. Raises InputFault where an area is not there.
    """
    met = met_by_positions(tables)
    pairs = _pairs(met, areas)
    luck = shuffles(seed, len(met.position), studies + 1)
    contracts = shuffles(seed, len(met.contract_area), studies + 1)
    chosen_pairs = shuffles(seed, len(pairs), studies + 1)[:, 0]
    samples = [
        _sample(
            met,
            pairs[0 if number == 0 else int(chosen_pairs[number])],
            contracts[number],
            luck[number],
        )
        for number in range(studies + 1)
    ]
    seen = np.array([_matrix(met, sample) for sample in samples])
    everyone = _matrix(met, np.flatnonzero(np.ones(len(met.position), bool)))
    mine = samples[0]
    within = [one for one in met.contract_area if one in pairs[0]]
    return StudyView(
        areas=pairs[0],
        primes=len(within) - 1 if len(within) > 1 else len(within),
        primes_there=len(within),
        organisations=len(mine),
        by_sector={
            name: int((met.sector[mine] == code).sum())
            for code, name in enumerate(SECTORS)
        },
        by_tier={str(tier): int((met.tier[mine] == tier).sum()) for tier in (1, 2)},
        cells=_cells(seen, everyone, met.uncarried),
        studies=studies,
        wrong_order=_wrong_order(seen[1:], everyone),
    )


def _pairs(met: Met, areas: tuple[str, str] | None) -> list[tuple[str, str]]:
    there = sorted(set(met.contract_area))
    if areas is not None:
        faults = [
            Fault(
                where="--areas",
                found=f"area {one}",
                expected="one of " + ", ".join(there),
            )
            for one in areas
            if one not in there
        ]
        if faults:
            raise InputFault(faults)
        return [areas]
    pairs = pairs_in(there)
    if not pairs:
        raise InputFault(
            [
                Fault(
                    where="the run",
                    found="areas " + ", ".join(there),
                    expected="an urban and a semi-rural one, one north and one south",
                    hint="name two of them: --areas URBAN SEMI-RURAL",
                )
            ]
        )
    return pairs


def _sample(
    met: Met, pair: tuple[str, str], contracts: Places, order: Places
) -> Places:
    """Fill the quotas in a random order, one position an organisation.

    One prime of the two areas keeps its chain out of reach.
    """
    there = [one for one in contracts.tolist() if met.contract_area[one] in pair]
    open_contracts = set(there[1:] if len(there) > 1 else there)
    sector_left = {code: QUOTA_OF_SECTOR[name] for code, name in enumerate(SECTORS)}
    tier_left = dict(QUOTA_OF_TIER)
    known: set[int] = set()
    chosen = []
    for place in order.tolist():
        sector, tier = int(met.sector[place]), int(met.tier[place])
        organisation = int(met.organisation[place])
        if (
            met.is_active[place]
            and int(met.contract[place]) in open_contracts
            and organisation not in known
            and sector_left[sector] > 0
            and tier_left.get(tier, 0) > 0
        ):
            chosen.append(place)
            known.add(organisation)
            sector_left[sector] -= 1
            tier_left[tier] -= 1
    return np.array(chosen, dtype=np.int64)


def _matrix(met: Met, places: Places) -> Floats:
    """Give what some positions met by stage, row and sector; unknown where nobody."""
    sector = met.sector[places]
    above = np.zeros((*met.above.shape[:2], len(SECTORS)))
    below = np.zeros_like(above)
    for code in range(len(SECTORS)):
        inside = places[sector == code]
        above[:, :, code] = met.above[:, :, inside].sum(axis=2)
        below[:, :, code] = met.below[:, :, inside].sum(axis=2)
    return np.where(below > 0, above / np.where(below > 0, below, 1.0), np.nan)


def _cells(
    seen: Floats, everyone: Floats, uncarried: Collection[tuple[str, str]]
) -> tuple[Cell, ...]:
    cells = []
    for stage, row, sector in np.ndindex(everyone.shape):
        others = seen[1:, stage, row, sector]
        others = others[np.isfinite(others)]
        low, high = np.quantile(others, (0.025, 0.975)) if len(others) else (None, None)
        cells.append(
            Cell(
                stage=STAGES[stage],
                row=ROWS[row],
                sector=SECTORS[sector],
                study=_known(float(seen[0, stage, row, sector])),
                population=_known(float(everyone[stage, row, sector])),
                mean=float(others.mean()) if len(others) else None,
                low=None if low is None else float(low),
                high=None if high is None else float(high),
                note=UNCARRIED if (STAGES[stage], ROWS[row]) in uncarried else "",
            )
        )
    return tuple(cells)


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _wrong_order(seen: Floats, everyone: Floats) -> float:
    """Give how often it is not seen which of private and third sector resists more."""
    resisted = ROWS.index("resisted")
    private, third = SECTORS.index("private"), SECTORS.index("third")

    def gap(matrix: Floats) -> Floats:
        gaps: Floats = (
            matrix[..., 1, resisted, third] - matrix[..., 1, resisted, private]
        )
        return gaps

    truth = float(gap(everyone))
    others = gap(seen)
    others = others[np.isfinite(others)]
    if not np.isfinite(truth) or not len(others):
        return float("nan")
    return float((np.sign(others) != np.sign(truth)).mean())
