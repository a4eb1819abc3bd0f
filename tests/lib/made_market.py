"""A market made up from known pulls and habits, as a run's tables would show it.

Nothing of the simulator is used, so that what a measure finds can be set against what
was put in.
"""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from quasimarket.events.organisation_event import PRACTICES
from quasimarket.insight.practice import PARTS


CASELOAD, IN_WORK, STAFF = 400.0, 200.0, 24.0
SUPPORT = 2.0
"""Support contacts a month for each person out of work."""
DOUBTS = PARTS["sanctioning"].high
"""Doubts raised a month for each person, at the top of the scale."""
COMMERCIAL = np.array([1, 0, 1, 1, 0, 1, 0], dtype=bool)
SEES_PEERS_FROM = 3
LOCALITIES = 8


@dataclass(frozen=True, kw_only=True)
class Made:
    """What is put in: rates a month of each pull, and habits."""

    seed: int = 1
    primes: int = 12
    chain: int = 8
    specialists: int = 5
    months: int = 26
    coercive: float = 0.0
    normative: float = 0.0
    mimetic: float = 0.0
    directives: float = 3.0
    one_template: bool = False
    noisy: bool = True
    third_start: float = 0.0
    """How far the third sector's specialism starts above the others'."""
    hides: float = 0.0
    """How much more sanctioning and less in-work support are reported than done."""
    creaming: float = 0.0
    third_creaming: float = 0.0
    people: int = 24_000
    third_flow: float = 1.0
    """The third sector's flow over the others'."""
    resists: dict[str, float] = field(
        default_factory=lambda: {"private": 0.1, "third": 0.1, "public": 0.1}
    )
    wins: float = 0.5
    third_outcomes: float = 0.0
    """How much likelier the third sector's people are to work, in log odds."""
    deprived_outcomes: float = 0.0
    """What a standard deviation of deprivation takes off the chance of an outcome."""
    deprived_contacts: float = 0.0
    """The share of contacts that it takes off."""
    ends: dict[str, float] = field(default_factory=dict)
    """The chance a month that a subcontract ends, by sector."""
    prime_share: float | None = None
    """The share of the variance of practice between primes, where it is set."""


def make_tables(made: Made) -> dict[str, pl.DataFrame]:
    """Give the tables of such a market."""
    chance = np.random.default_rng(made.seed)
    positions = _positions(made, chance)
    tier = positions["tier"].to_numpy()
    third = (positions["sector"] == "third").to_numpy()
    contract = positions["contract"].cast(pl.Int64).to_numpy() - 1
    size = len(positions)
    templates = chance.uniform(0.2, 0.8, (made.primes, len(PRACTICES)))
    if made.one_template:
        templates[:] = templates[0]
    template = templates[contract]
    practice = chance.uniform(0.1, 0.9, (size, len(PRACTICES)))
    practice[:, 1] += np.where(third, made.third_start, 0.0) - made.third_start / 2
    practice = np.clip(practice, 0.02, 0.98)
    if made.prime_share is not None:
        own, of_prime = np.sqrt([1 - made.prime_share, made.prime_share]) * 0.12
        effect = chance.normal(0, of_prime, (made.primes, len(PRACTICES)))
        practice = 0.5 + effect[contract] + chance.normal(0, own, practice.shape)
        practice = np.clip(practice, 0.0, 1.0)
    else:
        practice[tier == 0] = template[tier == 0]
    norm = chance.uniform(0.1, 0.9, size)
    directives = np.maximum(chance.normal(made.directives, 1.5, size).round(), 0.0)
    directives[tier != 1] = 0.0
    pressed = 1 - np.exp(-directives / 4)
    moves = chance.integers(0, 3, size).astype(float)
    moved = np.minimum(12 * moves / STAFF, 1.0)
    skill = chance.uniform(0.5, 1.5, size)
    best = np.array(
        [
            np.flatnonzero((contract == one) & (tier == 1))[
                np.argmax(skill[(contract == one) & (tier == 1)])
            ]
            for one in range(made.primes)
        ]
    )[contract]
    carried = np.where(COMMERCIAL, norm[:, None], 1 - norm[:, None])
    months, truth = [], []
    for month in range(made.months):
        months.append(
            _month(made, chance, positions, practice, month, directives, moves, skill)
        )
        truth.append(_truth(positions, practice, month))
        step = made.coercive * pressed[:, None] * (template - practice)
        step += made.normative * moved[:, None] * (carried - practice)
        if month >= SEES_PEERS_FROM:
            step += made.mimetic * (practice[best] - practice)
        practice = practice + np.where((tier == 1)[:, None], step, 0.0)
    return {
        "positions": positions,
        "organisations": _organisations(positions, chance),
        "providers": pl.concat(months),
        "truth_practice": pl.concat(truth),
        "staff_moves": _staff_moves(positions, norm),
        "organisation_events": _events(made, positions, chance),
        "participants": _participants(made, positions, chance),
        "payments": _payments(positions),
        "localities": _localities(made),
    }


def _localities(made):
    """Eight localities in every area, more deprived in order."""
    areas = [str(one + 1) for one in range((made.primes + 1) // 2)]
    return pl.DataFrame(
        {
            "area": [area for area in areas for _ in range(LOCALITIES)],
            "locality": [*range(LOCALITIES)] * len(areas),
            "deprivation": [float(one) for one in range(LOCALITIES)] * len(areas),
        }
    )


def _positions(made: Made, chance: np.random.Generator) -> pl.DataFrame:
    rows = []
    for prime in range(made.primes):
        for place in range(1 + made.chain + made.specialists):
            tier = 0 if place == 0 else 1 if place <= made.chain else 2
            sector = chance.choice(["private", "third", "public"], p=[0.45, 0.45, 0.1])
            rows.append(
                {
                    "position": f"{prime + 1}-{place:02}",
                    "contract": str(prime + 1),
                    "area": str(prime // 2 + 1),
                    "organisation": f"O{prime:02}{place:02}",
                    "tier": tier,
                    "sector": "private" if tier == 0 else str(sector),
                    "size": str(chance.choice(["small", "medium", "large"])),
                    "specialism": None,
                    "contracted": True,
                    "promised_referrals": 10.0,
                }
            )
    return pl.DataFrame(rows, schema_overrides={"specialism": pl.String})


def _organisations(
    positions: pl.DataFrame, chance: np.random.Generator
) -> pl.DataFrame:
    size = len(positions)
    return positions.select("organisation", "sector").with_columns(
        role=pl.Series(["prime" if one == 0 else "sub" for one in positions["tier"]]),
        turnover=pl.Series([100_000_000] * size),
        outside_income=pl.Series(chance.uniform(0.1, 0.9, size)),
        brand=pl.Series(chance.uniform(0, 1, size)),
        stated_mission=pl.Series(chance.uniform(0, 1, size)),
        experience=pl.Series(chance.uniform(0, 1, size) > 0.5),
    )


def _month(made, chance, positions, practice, month, directives, moves, skill):
    tier = positions["tier"].to_numpy()
    third = (positions["sector"] == "third").to_numpy()
    delivers = tier < 2
    size = len(positions)

    def counted(expected):
        expected = np.where(delivers, expected, 0.0)
        return chance.poisson(expected).astype(float) if made.noisy else expected

    support = SUPPORT * CASELOAD
    own = support * 0.5 * practice[:, 1]
    search = (support - own) * practice[:, 0]
    flow = np.where(third, made.third_flow, 1.0) * 20
    people = counted(flow)
    reported = practice.copy()
    reported[:, 2] = reported[:, 2] + made.hides
    reported[:, 4] = reported[:, 4] - made.hides
    money = np.where(delivers, 100_000, 0)
    number = f"{2011 + (5 + month) // 12}-{(5 + month) % 12 + 1:02}"
    return pl.DataFrame(
        {
            "position": positions["position"],
            "month": [number] * size,
            "caseload": np.where(delivers, CASELOAD, 0.0),
            "in_work": np.where(delivers, IN_WORK, 0.0),
            "referrals": people,
            "specialist_referrals": np.where(
                tier == 2, chance.poisson(0.02, size), 0.0
            ).astype(float),
            "outcomes": counted(4.0 * skill),
            "advisers": np.where(delivers, CASELOAD / (60 + 180 * practice[:, 5]), 0),
            "contacts_job_search": counted(search),
            "contacts_training": counted(support - own - search),
            "contacts_specialist": counted(own),
            "contacts_in_work": counted(0.8 * practice[:, 4] * IN_WORK),
            "contacts_tracking": counted((0.36 + 0.84 * practice[:, 3]) * IN_WORK),
            "contacts_by_need": counted(support * practice[:, 6]),
            "sanction_referrals": counted(DOUBTS * practice[:, 2] * CASELOAD),
            "requests": np.zeros(size),
            "requests_late": np.zeros(size),
            "hours_on_requests": np.zeros(size),
            "directives": directives,
            "reviews_public": np.zeros(size),
            "reviews_private": np.zeros(size),
            "notices": np.zeros(size),
            "peers_visible": np.where(month >= SEES_PEERS_FROM, 5.0, 0.0)
            * np.ones(size),
            "staff": np.full(size, STAFF),
            "staff_left": np.zeros(size),
            "staff_hired": moves,
            "staff_hired_from_field": moves,
            **{f"reported_{name}": reported[:, k] for k, name in enumerate(PRACTICES)},
            "receipts": money * 12 // 10,
            "wages": money,
            "premises": money * 0,
            "specialist_costs": money * 0,
            "administration": money * 0,
            "interest": money * 0,
            "cash": money * 4,
        }
    )


def _truth(positions, practice, month):
    return pl.DataFrame(
        {
            "position": positions["position"],
            "month": [month] * len(positions),
            **{name: practice[:, k] for k, name in enumerate(PRACTICES)},
        }
    )


def _staff_moves(positions, norm):
    return pl.DataFrame(
        {
            "month": ["2011-07"] * len(positions),
            "person": list(range(len(positions))),
            "kind": ["staff-hired"] * len(positions),
            "organisation": positions["organisation"],
            "position": positions["position"],
            "reason": ["recruited"] * len(positions),
            "background": ["third"] * len(positions),
            "commercial": norm,
        }
    )


def _events(made, positions, chance):
    rows = []

    def add(kind, row, day, code, source="prime"):
        rows.append(
            {
                "event": len(rows),
                "kind": kind,
                "happened": day,
                "organisation": row["organisation"],
                "position": row["position"],
                "contract": row["contract"],
                "counterpart": "department",
                "source": source,
                "code": code,
                "number": 1,
            }
        )

    for row in positions.filter(pl.col("tier") == 1).iter_rows(named=True):
        for clause in range(4):
            won = chance.uniform() < made.wins
            source = "commissioner" if clause < 3 else "prime"
            ended = "conceded" if won else "imposed"
            add("negotiated", row, date(2011, 3, 1), f"sanctioning:{ended}", source)
        for month in range(12):
            resisted = chance.uniform() < made.resists[row["sector"]]
            code = "defy:appeal-to-contract" if resisted else "acquiesce:comply"
            day = date(2011 + (5 + month) // 12, (5 + month) % 12 + 1, 3)
            add("directive-issued", row, day, "work_first")
            add("directive-answered", row, day, code)
    ends = np.random.default_rng(made.seed + 1_000)
    for row in positions.filter(pl.col("tier") > 0).iter_rows(named=True):
        after = ends.geometric(max(made.ends.get(row["sector"], 0.0), 1e-9)) - 1
        if after < made.months:
            day = date(2011 + (5 + after) // 12, (5 + after) % 12 + 1, 20)
            add("subcontract-ended", row, day, "below-results")
    return pl.DataFrame(rows)


def _participants(made, positions, chance):
    delivering = positions.filter(pl.col("tier") == 1)
    at = chance.integers(0, len(delivering), made.people)
    third = (delivering["sector"] == "third").to_numpy()[at]
    group = chance.integers(1, 4, made.people)
    months = chance.choice([3, 8, 18, 30, 48, 72], made.people)
    degree = chance.uniform(size=made.people) < 0.3
    need = chance.uniform(size=made.people) < 0.4
    log_odds = -0.5 - 0.02 * months + 0.8 * degree - 0.9 * need + 0.2 * group
    likely = 1 / (1 + np.exp(-log_odds - made.third_outcomes * third))
    locality = np.random.default_rng(made.seed + 2_000).integers(
        0, LOCALITIES, made.people
    )
    deprived = (locality - (LOCALITIES - 1) / 2) / np.arange(LOCALITIES).std()
    likely = np.clip(likely - made.deprived_outcomes * deprived, 0.0, 1.0)
    outcome = chance.uniform(size=made.people) < likely
    centred = log_odds.copy()
    for one in (1, 2, 3):
        centred[group == one] -= log_odds[group == one].mean()
    slope = made.creaming + np.where(third, made.third_creaming, 0.0)
    rate = 0.5 * (1 + slope * centred / centred.std())
    rate *= 1 - made.deprived_contacts * deprived
    weeks = chance.integers(10, 100, made.people)
    return pl.DataFrame(
        {
            "participant": np.arange(made.people),
            "area": delivering["area"].to_numpy()[at],
            "locality": locality,
            "contract": delivering["contract"].to_numpy()[at],
            "position": delivering["position"].to_numpy()[at],
            "group": group.astype(str),
            "age_band": ["25-34"] * made.people,
            "months_out_of_work": months,
            "qualification": np.where(degree, "degree", "none"),
            "need": np.where(need, "health", "none"),
            "referred": [date(2011, 6, 6)] * made.people,
            "attached": [date(2011, 6, 20)] * made.people,
            "specialist": pl.Series([None] * made.people, dtype=pl.String),
            "weeks_in_work": np.where(outcome, 40, 2),
            "weeks_served": weeks,
            "contacts": np.maximum(rate, 0.01) * weeks,
        }
    )


def _payments(positions):
    rows = []
    for contract in positions["contract"].unique(maintain_order=True):
        for month, kind, amount in (
            ("2011-06", "attachment", 300_000),
            ("2011-12", "job-outcome", 100_000),
        ):
            rows.append(
                {
                    "contract": contract,
                    "position": None,
                    "group": "1",
                    "kind": kind,
                    "month": month,
                    "count": 10.0,
                    "amount": amount,
                }
            )
    return pl.DataFrame(rows, schema_overrides={"position": pl.String})
