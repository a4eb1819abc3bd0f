"""Organisations: what they are before the first contract is signed.

Sector is a label. It enters once, here, in the draw of size, outside income, brand,
mission, experience, staffing rule and practice; the distributions overlap, and
`sector.gap` closes the gap between them (0 draws all sectors alike). No rule reads the
label afterwards. Reserves are drawn with the chain, in the same way.

Claims: C015, C056, C060, C061, C068, C079, C082, C083, C131, C132.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri

from quasimarket.chance import Purpose, uniforms
from quasimarket.events.organisation_event import PRACTICES
from quasimarket.evidence.behaviour import Behaviour
from quasimarket.market.chain import SECTORS, SIZES, Chain


Floats = NDArray[np.float64]

MISSION = np.array([(2.5, 5.0), (4.5, 3.0), (4.0, 4.0)])
"""Beta parameters of mission by sector (private, third, public), nearer to one another
than theory/models.md has them, so that the sectors overlap (assumed)."""
OUTSIDE = np.array([(2.0, 2.6), (2.4, 1.8), (3.0, 1.4)])
"""Beta parameters of the share of income from elsewhere (assumed)."""
BRAND = np.array([(1.4, 5.0), (1.6, 4.0), (1.4, 5.0)])
EXPERIENCE = np.array([0.60, 0.30, 0.15])
"""Chance of experience of earlier prime-led programmes (assumed; sign: C068, C079)."""
DISMISSAL = np.array([(4.0, 2.5), (2.5, 4.0), (2.0, 5.0)])
"""Beta parameters of how readily staff are dismissed (sign: C082, C083)."""
HIRING_FIT = np.array([0.90, 0.45, 0.30])
"""Weight of fit to the template in hiring (models.md, R4)."""
PRACTICE = np.array(
    [
        (0.72, 0.28, 0.05, 0.60, 0.30, 0.66, 0.45),
        (0.42, 0.66, 0.05, 0.28, 0.66, 0.38, 0.68),
        (0.60, 0.36, 0.18, 0.42, 0.40, 0.50, 0.42),
    ]
)
"""Mean practice before the programme by sector, in the order of PRACTICES. Only public
bodies had been near sanctions (C061)."""
PRACTICE_SPREAD = 0.16
SPECIALIST = np.array([-0.15, 0.22, -0.02, -0.10, 0.05, -0.08, 0.08])
"""How the practice of a tier 2 specialist differs from the mean."""
TURNOVER = (40_000_000, 250_000_000, 2_500_000_000)
"""Median turnover in pence by size: GBP 0.4m, 2.5m and 25m (assumed)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisations:
    """Organisations, one array entry each; the first of them hold the chain."""

    id: tuple[str, ...]
    holder: NDArray[np.int64]
    """Index of each position's organisation."""
    sector: NDArray[np.int64]
    weights: Floats
    """How far each belongs to each sector, by organisation and sector."""
    role: NDArray[np.int64]
    """0 prime, 1 subcontractor."""
    size: NDArray[np.int64]
    turnover: NDArray[np.int64]
    outside: Floats
    brand: Floats
    mission: Floats
    stated_mission: Floats
    """What its charter says: mission with noise, which is all that others see."""
    experience: NDArray[np.bool_]
    dismissal: Floats
    hiring_fit: Floats
    skill: Floats
    """How well it does the work, a standard normal draw that no sector bears on."""
    practice: Floats
    """By organisation and part of practice, half a year before the first referral."""


def draw_organisations(
    behaviour: Behaviour, chain: Chain, *, seed: int
) -> Organisations:
    """Draw the attributes of everyone who holds a position."""
    names = list(dict.fromkeys(chain.organisation))
    index = {name: number for number, name in enumerate(names)}
    holder = np.array([index[name] for name in chain.organisation])
    first = np.full(len(names), len(chain))
    np.minimum.at(first, holder, np.arange(len(chain)))
    sector = chain.sector[first]
    role = np.where(chain.tier[first] == 0, 0, 1)
    size = np.zeros(len(names), np.int64)
    np.maximum.at(size, holder, chain.size)
    number = np.array([_number(name) for name in names], np.int64)
    gap = behaviour["sector.gap"]

    def luck(attribute: int) -> Floats:
        return uniforms(seed, Purpose.INSTITUTION, number, attribute)

    def beta(table: Floats, attribute: int) -> Floats:
        chosen = _closed(table, gap)[sector]
        drawn: Floats = betaincinv(chosen[:, 0], chosen[:, 1], luck(attribute))
        return drawn

    mission = beta(MISSION, 0)
    outside = np.where(role == 0, 0.7, beta(OUTSIDE, 1))
    outside = np.clip(outside - 0.12 * (size == 0) + 0.08 * (size == 2), 0.02, 0.98)
    brand = np.clip(beta(BRAND, 2) + 0.12 * (size == 2), 0.0, 1.0)
    noise = ndtri(np.clip(luck(6), 1e-9, 1 - 1e-9))
    weights = _sector_weights(sector, luck(7))
    practice = _practice(behaviour, chain, holder, sector, number, gap, seed)
    turnover = np.rint(
        np.array(TURNOVER)[size] * np.exp(0.6 * ndtri(np.clip(luck(3), 1e-9, 0.999)))
    ).astype(np.int64)
    for name, bidder in chain.bidders.items():  # what it bid as, it is
        turnover[index[name]] = bidder.turnover
        brand[index[name]] = bidder.standing
    return Organisations(
        id=tuple(names),
        holder=holder,
        sector=sector,
        weights=weights,
        role=role,
        size=size,
        turnover=turnover,
        outside=outside,
        brand=brand,
        mission=mission,
        stated_mission=np.clip(mission + 0.12 * noise, 0.0, 1.0),
        experience=(role == 0) | (luck(4) < _closed(EXPERIENCE, gap)[sector]),
        dismissal=beta(DISMISSAL, 5),
        hiring_fit=_closed(HIRING_FIT, gap)[sector],
        skill=ndtri(np.clip(luck(8), 1e-9, 1 - 1e-9)),
        practice=practice,
    )


def dependence(organisations: Organisations) -> Floats:
    """Give each organisation's dependence on the programme, 0 to 1."""
    return 1 - organisations.outside


def power(organisations: Organisations) -> Floats:
    """Give what an organisation brings to a table: name and other income."""
    strength: Floats = (
        organisations.brand + organisations.outside - dependence(organisations)
    )
    return strength


def names_of(organisations: Organisations) -> tuple[list[str], list[str]]:
    """Give each organisation's sector and size by name."""
    return (
        [SECTORS[one] for one in organisations.sector],
        [SIZES[one] for one in organisations.size],
    )


def _closed(table: Floats, gap: float) -> Floats:
    """Draw the rows of a table by sector together; a gap of 0 makes them one."""
    mean = table.mean(axis=0)
    closed: Floats = mean + gap * (table - mean)
    return closed


def _number(name: str) -> int:
    """Give the number that an organisation's draws have, by what it is known as."""
    return int(name[1:]) + {"P": 100_000, "B": 200_000, "N": 300_000}.get(name[0], 0)


def _sector_weights(sector: NDArray[np.int64], luck: Floats) -> Floats:
    """One in eight belongs to another sector in part (C132)."""
    weights = np.zeros((len(sector), len(SECTORS)))
    main = np.where(luck < 0.125, 0.5 + 4 * luck, 1.0)
    rows = np.arange(len(sector))
    weights[rows, sector] = main
    weights[rows, (sector + 1) % len(SECTORS)] += 1 - main
    return weights


def _practice(
    behaviour: Behaviour,
    chain: Chain,
    holder: NDArray[np.int64],
    sector: NDArray[np.int64],
    number: NDArray[np.int64],
    gap: float,
    seed: int,
) -> Floats:
    specialist = np.ones(len(sector))
    np.minimum.at(specialist, holder, (chain.tier == 2).astype(float))
    practice = _closed(PRACTICE, gap)[sector] + specialist[:, None] * SPECIALIST
    for part in range(len(PRACTICES)):
        drawn = uniforms(seed, Purpose.INSTITUTION, number, 20 + part)
        practice[:, part] += PRACTICE_SPREAD * ndtri(np.clip(drawn, 1e-9, 1 - 1e-9))
    clipped: Floats = np.clip(practice, 0.0, 1.0)
    return clipped
