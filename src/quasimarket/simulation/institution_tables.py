"""The tables of a run's market: organisations, what they did, and their staff."""

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from quasimarket.core.dates import Month
from quasimarket.events.organisation_event import PRACTICES
from quasimarket.market.chain import SECTORS, SIZES, Chain
from quasimarket.market.event_book import DEPARTMENT, PRIME
from quasimarket.market.institutions import Institutions
from quasimarket.market.month_records import Month as InstitutionalMonth
from quasimarket.market.staff import BACKGROUNDS, REASONS
from quasimarket.population.fates import FATES, Care, Fates, care_of, work_out_fates
from quasimarket.population.participants import Population
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.runs.tables import TABLES
from quasimarket.simulation.clock import Clock
from quasimarket.simulation.course import Course
from quasimarket.simulation.event_log import Milestones, Spells
from quasimarket.simulation.run_tables import named


Floats = NDArray[np.float64]
Column = Callable[[InstitutionalMonth], NDArray[np.generic]]
ANOTHER_PRIME = -4
"""Counterpart in the event book: another prime of the same area."""
FAILURES = ("first", "second", "later")
VOLUNTARY = "voluntary"
"""Basis of a group whose members need not take part and are not sanctioned."""
FEWEST = 0.5
"""People on a caseload below which a mean for each is not taken."""


def organisations_table(institutions: Institutions) -> pl.DataFrame:
    """Lay out what a register and accounts would show of every organisation."""
    organisations = institutions.organisations
    cash = np.zeros(len(organisations.id), np.int64)
    credit = np.zeros(len(organisations.id))
    np.add.at(cash, organisations.holder, institutions.cash_at_start)
    np.add.at(credit, organisations.holder, institutions.credit_at_start)
    known = np.zeros(len(organisations.id), bool)
    known[organisations.holder] = True
    for month in institutions.months:  # who stood ready and never came is not known
        known[month.holder] = True
    return pl.DataFrame(
        {
            "organisation": list(organisations.id),
            "sector": [SECTORS[one] for one in organisations.sector],
            "private": organisations.weights[:, 0],
            "third": organisations.weights[:, 1],
            "public": organisations.weights[:, 2],
            "role": [("prime", "subcontractor")[one] for one in organisations.role],
            "size": [SIZES[one] for one in organisations.size],
            "turnover": organisations.turnover,
            "outside_income": organisations.outside,
            "reserves": cash,
            "credit": np.rint(credit).astype(np.int64),
            "brand": organisations.brand,
            "stated_mission": organisations.stated_mission,
            "experience": organisations.experience,
            "staff_rule": organisations.dismissal,
        },
        schema=TABLES["organisations"],
    ).filter(pl.Series(known))


def organisation_events_table(
    rulebook: Rulebook, clock: Clock, chain: Chain, institutions: Institutions
) -> pl.DataFrame:
    """Lay out the organisational event log, in order of day."""
    entries = institutions.book.entries
    if not entries:
        return pl.DataFrame(schema=TABLES["organisation_events"])
    first = clock.months[0]
    codes = list(dict.fromkeys(code for entry in entries for code in entry.codes))
    place = {code: number for number, code in enumerate(codes)}
    kinds = list(dict.fromkeys(str(entry.kind) for entry in entries))
    sources = list(dict.fromkeys(entry.source for entry in entries))
    lengths = [len(entry.position) for entry in entries]
    position = np.concatenate([entry.position for entry in entries])
    holder = np.concatenate([entry.holder for entry in entries])
    counterpart = np.repeat([entry.counterpart for entry in entries], lengths)
    contract = chain.contract[position]
    primes = [chain.organisation[place] for place in chain.slot_position[:, 0].tolist()]
    names = [*primes, "department"]
    other = _another_prime(rulebook)
    side = np.select(
        [counterpart == PRIME, counterpart == DEPARTMENT, counterpart == ANOTHER_PRIME],
        [contract, np.full(len(contract), len(primes)), other[contract]],
        default=-1,
    )
    month_start = np.repeat(
        [_day_number(first.plus(entry.month)) for entry in entries], lengths
    )
    days = month_start + np.concatenate([entry.day for entry in entries]) - 1
    kind = np.repeat([kinds.index(str(entry.kind)) for entry in entries], lengths)
    source = np.repeat([sources.index(entry.source) for entry in entries], lengths)
    code = np.concatenate(
        [np.array([place[one] for one in entry.codes])[entry.code] for entry in entries]
    )
    table = pl.DataFrame(
        {
            "kind": named(kind, kinds),
            "happened": pl.Series(days.astype(np.int32)).cast(pl.Date),
            "organisation": named(
                np.where(
                    holder < 0, institutions.organisations.holder[position], holder
                ),
                list(institutions.organisations.id),
            ),
            "position": named(position, list(chain.id)),
            "contract": named(contract, [one.id for one in rulebook.contracts]),
            "counterpart": named(side, names),
            "source": named(source, sources),
            "code": named(code, codes),
            "number": np.concatenate([e.number for e in entries]).astype(np.int32),
            "hours": np.concatenate([e.hours for e in entries]).astype(np.float32),
            "amount": np.concatenate([entry.amount for entry in entries]),
        }
    ).sort("happened", maintain_order=True)
    return table.with_row_index("event", offset=1).with_columns(
        pl.col("event").cast(pl.Int64)
    )


def department_table(clock: Clock, course: Course) -> pl.DataFrame:
    """Lay out the department's own books, a row a month."""
    rows = course.department
    return pl.DataFrame(
        {
            "month": [str(month) for month in clock.months[: len(rows)]],
            "contract_management": [row.contract_management for row in rows],
            "bought_directly": [row.bought_directly for row in rows],
            "held_back": [row.held_back for row in rows],
        },
        schema=TABLES["department"],
    )


def staff_moves_table(clock: Clock, chain: Chain, course: Course) -> pl.DataFrame:
    """Lay out every time that somebody left or was hired."""
    institutions = course.institutions
    staff = institutions.staff
    months = institutions.months
    if staff is None or not months:
        return pl.DataFrame(schema=TABLES["staff_moves"])
    lengths = [len(month.moves.person) for month in months]
    person = np.concatenate([month.moves.person for month in months])
    position = np.concatenate([month.moves.position for month in months])
    is_hire = np.concatenate([month.moves.is_hire for month in months])
    reason = np.concatenate([month.moves.reason for month in months])
    norm = np.concatenate([month.moves.norm for month in months])
    holder = np.concatenate([one.holder[one.moves.position] for one in months])
    names = [str(month) for month in clock.months[: len(months)]]
    return pl.DataFrame(
        {
            "month": named(np.repeat(np.arange(len(months)), lengths), names),
            "person": person.astype(np.int32),
            "kind": named(is_hire.astype(np.int64), ["staff-left", "staff-hired"]),
            "organisation": named(
                holder,
                list(institutions.organisations.id),
            ),
            "position": named(position, list(chain.id)),
            "reason": named(reason, list(REASONS)),
            "background": named(staff.background[person], list(BACKGROUNDS)),
            "commercial": norm.astype(np.float32),
        }
    )


def truth_practice_table(chain: Chain, course: Course) -> pl.DataFrame:
    """Lay out practice as it truly was, for tests of measures alone."""
    institutions = course.institutions
    before = np.repeat(institutions.before[None], 1, axis=0).astype(np.float32)
    months = institutions.months
    practice = np.concatenate([before, *(month.practice[None] for month in months)])
    count = len(chain)

    def pull(name: str) -> NDArray[np.float32]:
        rows = [np.zeros(count), *(getattr(month.pulls, name) for month in months)]
        return np.concatenate(rows).astype(np.float32)

    numbers = np.concatenate([[-6], np.arange(len(months))]).astype(np.int16)
    columns: dict[str, object] = {
        "position": named(np.tile(np.arange(count), len(numbers)), list(chain.id)),
        "month": np.repeat(numbers, count),
    }
    for part, name in enumerate(PRACTICES):
        columns[name] = practice[:, :, part].ravel()
    columns |= {name: pull(name) for name in ("coercive", "normative", "mimetic")}
    columns["mission"] = np.tile(institutions.mission, len(numbers)).astype(np.float32)
    return pl.DataFrame(columns)


def provider_columns(course: Course) -> dict[str, NDArray[np.generic]]:
    """Give the institutional columns of the table of providers, month after month."""
    months = course.institutions.months

    def joined(get: Column) -> NDArray[np.generic]:
        return np.concatenate([np.asarray(get(month)) for month in months])

    columns = {
        "contacts_job_search": joined(lambda m: m.seen.job_search),
        "contacts_training": joined(lambda m: m.seen.training),
        "contacts_specialist": joined(lambda m: m.seen.specialist),
        "contacts_in_work": joined(lambda m: m.seen.in_work),
        "contacts_tracking": joined(lambda m: m.seen.tracking),
        "contacts_by_need": joined(lambda m: m.seen.by_need),
        "specialist_bought": course.call_offs[: len(months)].ravel().astype(float),
        "sanction_referrals": joined(lambda m: m.seen.doubts),
        "sanctions": joined(lambda m: m.seen.sanctions),
        "requests": joined(lambda m: m.demands.requests).astype(float),
        "requests_late": joined(lambda m: m.demands.late).astype(float),
        "hours_on_requests": joined(lambda m: m.demands.hours),
        "directives": joined(lambda m: m.demands.directive).astype(float),
        "reviews_public": joined(lambda m: m.reviews_public),
        "reviews_private": joined(lambda m: m.reviews_private),
        "notices": joined(lambda m: m.demands.noticed).astype(float),
        "peers_visible": joined(lambda m: m.visible),
        "staff": joined(lambda m: m.staff).astype(float),
        "staff_left": joined(lambda m: m.staff_left).astype(float),
        "staff_hired": joined(lambda m: m.staff_hired).astype(float),
        "staff_hired_from_field": joined(lambda m: m.hired_from_field).astype(float),
    }
    reported = np.concatenate([month.reported for month in months])
    for part, name in enumerate(PRACTICES):
        columns[f"reported_{name}"] = reported[:, part].astype(np.float64)
    return columns


def fates_of(
    rulebook: Rulebook,
    clock: Clock,
    population: Population,
    course: Course,
    spells: Spells,
    milestones: Milestones,
    *,
    seed: int,
    upheld: float,
) -> Fates:
    """Work out what became of everybody."""
    people = course.people
    count = len(people.number)
    end = np.where(spells.end_week >= 0, spells.end_week, course.last_week)
    worked = np.bincount(
        spells.person, (end - spells.start_week + 1).astype(float), count
    )
    last = np.minimum(
        people.referral_week.astype(np.int64) + rulebook.allotted_days // 7 - 1,
        course.last_week,
    )
    inside = np.minimum(end, last[spells.person]) - spells.start_week + 1
    had_outcome = np.zeros(count, bool)
    had_outcome[milestones.person[milestones.number == 0]] = True
    return work_out_fates(
        seed=seed,
        number=people.number,
        group=people.group,
        band=people.band,
        position=people.position,
        attachment_week=people.attachment_week,
        last_week=last,
        month_of_week=clock.month_of_week,
        weeks_away=np.bincount(
            spells.person, np.maximum(inside, 0).astype(float), count
        ).astype(np.int64),
        weeks_in_work=np.minimum(worked, 32_000).astype(np.int16),
        had_outcome=had_outcome,
        has_specialist=people.specialist >= 0,
        care=_care(course, population.weight),
        upheld=upheld,
        lengths=sanction_weeks(rulebook, clock),
        is_bound=np.array([one.basis != VOLUNTARY for one in rulebook.groups]),
    )


def fate_columns(fates: Fates) -> dict[str, pl.Series]:
    """Give the participants' columns that say what became of them."""
    return {
        "weeks_in_work": pl.Series(fates.weeks_in_work),
        "weeks_served": pl.Series(fates.weeks_served),
        "contacts": pl.Series(fates.contacts),
        "sanction_referrals": pl.Series(fates.sanction_referrals),
        "sanctions": pl.Series(fates.sanctions),
        "sanction_weeks": pl.Series(fates.sanction_weeks),
        "fate": named(fates.fate, list(FATES)),
    }


def _care(course: Course, weight: float) -> Care:
    """Spread each month's contacts and doubts over the people who were there."""
    months = course.institutions.months
    inside = course.looking.shape[1]
    looking = np.maximum(course.looking * weight, FEWEST)
    support = np.array(
        [
            (m.seen.job_search + m.seen.training + m.seen.specialist)[:inside]
            for m in months
        ]
    )
    doubts = np.array([m.seen.doubts[:inside] for m in months])
    bands = course.service_by_band
    relative = bands / np.maximum(bands.mean(axis=2, keepdims=True), 1e-9)
    each = np.minimum(support / looking, 12.0)
    return care_of(each[:, :, None] * relative, np.minimum(doubts / looking, 1.0))


def sanction_weeks(rulebook: Rulebook, clock: Clock) -> NDArray[np.int64]:
    """Give the weeks of a first, second and later sanction by group and month.

    A regime that states no second or later one repeats the last that it states.
    """
    conditionality = rulebook.conditionality
    penalties = conditionality.penalties if conditionality else ()
    table = np.zeros((len(rulebook.groups), len(clock.months), len(FAILURES)), np.int64)
    for g, group in enumerate(rulebook.groups):
        for penalty in penalties:
            if penalty.groups and group.id not in penalty.groups:
                continue
            word = penalty.failure.split()[0]
            if word not in FAILURES:
                continue
            for m, month in enumerate(clock.months):
                begun = penalty.first_day <= month.last_day
                if begun and (
                    penalty.last_day is None or month.first_day <= penalty.last_day
                ):
                    table[g, m, FAILURES.index(word)] = int(penalty.length)
    for order in (1, 2):
        stated = table[:, :, order]
        table[:, :, order] = np.where(stated > 0, stated, table[:, :, order - 1])
    return table


def _another_prime(rulebook: Rulebook) -> NDArray[np.int64]:
    """Give, by contract, another contract of its area; its own where there is none."""
    other = []
    for c, one in enumerate(rulebook.contracts):
        peers = [
            n
            for n, peer in enumerate(rulebook.contracts)
            if peer.area == one.area and n != c
        ]
        other.append(peers[0] if peers else c)
    return np.array(other)


def _day_number(month: Month) -> int:
    return month.first_day.toordinal() - 719_163
