"""Published figures to fit a simulation to and to check it by, each with its source.

Figures known by the end of March 2014 may be fitted; later ones are forecasts. About a
third of the outcome figures are held out as checks. The values are statistics as they
were published, rounded by the publisher; none is an amount that anybody is paid.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from quasimarket.core.dates import Month
from quasimarket.core.identifiers import GroupId
from quasimarket.evidence.sheets import Mark, Row, Sheet, shipped


LAST_FITTED = Month(2014, 3)
"""The last month whose facts may be fitted; what was seen later is a forecast."""


class Use(StrEnum):
    """What a target is for."""

    FIT = "fit"
    """Parameters are chosen to come near it; it proves nothing."""
    CHECK = "check"
    """Held out: no parameter was chosen by it."""
    ARITHMETIC = "arithmetic"
    """Follows from the rulebook and its intake; shows that they were read rightly."""
    FORECAST = "forecast"
    """Dated after what may be fitted."""


class Unit(StrEnum):
    """What a target counts."""

    FRACTION = "fraction"
    PEOPLE = "people"
    POUNDS = "GBP"
    PAYMENTS = "payments"


class Measure(StrEnum):
    """What is measured. Groups, scope and months say of whom and when."""

    REFERRALS = "cumulative_referrals"
    ATTACHED_SHARE = "attached_share"
    COHORT_12M = "cohort_12m"
    INTAKE_12M = "intake_12m"
    INTAKE_JOB_OUTCOMES = "intake_job_outcomes"
    JOB_OUTCOMES = "cumulative_job_outcomes"
    UNCLAIMED_OUTCOMES = "unclaimed_outcomes"
    OUTCOME_RATE = "outcome_rate"
    HIGHEST_OUTCOME_RATE = "highest_contract_outcome_rate"
    LOWEST_INTAKE_12M = "lowest_contract_intake_12m"
    LEVEL_RATE = "level_rate"
    JOB_STARTERS = "job_starters"
    JOB_STARTER_SHARE = "job_starter_share"
    MEDIAN_SUSTAINMENTS = "median_sustainments"
    ATTACHMENT_MONEY = "attachment_money"
    JOB_OUTCOME_MONEY = "job_outcome_money"
    SUSTAINMENT_MONEY = "sustainment_money"
    TOTAL_MONEY = "total_money"
    ZERO_REFERRAL_SHARE = "zero_referral_share"
    SECTOR_ATTACHMENT_SHARE = "sector_attachment_share"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureMeaning:
    """How a measure is computed, in words."""

    unit: Unit
    meaning: str
    scope: str = ""
    """The key its scope must have, as in "sector=third"; none where it has no scope.

    A question mark after the key makes the scope optional.
    """


_FROM_TO = "from the first month to the end of the last"
MEASURES: dict[Measure, MeasureMeaning] = {
    Measure.REFERRALS: MeasureMeaning(
        unit=Unit.PEOPLE, meaning=f"People referred {_FROM_TO}."
    ),
    Measure.ATTACHED_SHARE: MeasureMeaning(
        unit=Unit.FRACTION,
        meaning=f"Attachments made / referrals made, {_FROM_TO}.",
    ),
    Measure.COHORT_12M: MeasureMeaning(
        unit=Unit.FRACTION,
        meaning="People referred in the one month with a claimed job outcome by the "
        "end of the month 12 later / people referred in it.",
    ),
    Measure.INTAKE_12M: MeasureMeaning(
        unit=Unit.FRACTION,
        meaning="The same over all monthly cohorts from the first month to the last: "
        "each is followed 12 months, and their counts are added before dividing.",
        scope="contract?",
    ),
    Measure.INTAKE_JOB_OUTCOMES: MeasureMeaning(
        unit=Unit.PEOPLE,
        meaning=f"People referred {_FROM_TO} with a claimed job outcome by the end of "
        "the month seen to.",
    ),
    Measure.JOB_OUTCOMES: MeasureMeaning(
        unit=Unit.PEOPLE, meaning=f"Job outcomes reached and claimed {_FROM_TO}."
    ),
    Measure.UNCLAIMED_OUTCOMES: MeasureMeaning(
        unit=Unit.PEOPLE, meaning=f"Job outcomes reached and never claimed, {_FROM_TO}."
    ),
    Measure.OUTCOME_RATE: MeasureMeaning(
        unit=Unit.FRACTION,
        meaning=f"Job outcomes claimed / people referred, both {_FROM_TO}.",
        scope="contract?",
    ),
    Measure.HIGHEST_OUTCOME_RATE: MeasureMeaning(
        unit=Unit.FRACTION, meaning="The outcome rate of the contract with the highest."
    ),
    Measure.LOWEST_INTAKE_12M: MeasureMeaning(
        unit=Unit.FRACTION,
        meaning="The 12-month rate of all intakes of the contract with the lowest.",
    ),
    Measure.LEVEL_RATE: MeasureMeaning(
        unit=Unit.FRACTION,
        meaning="Job outcomes claimed in the contract year / referrals in that year.",
    ),
    Measure.JOB_STARTERS: MeasureMeaning(
        unit=Unit.PEOPLE,
        meaning=f"People who started a job of any length, at least one, {_FROM_TO}.",
    ),
    Measure.JOB_STARTER_SHARE: MeasureMeaning(
        unit=Unit.FRACTION,
        meaning=f"People referred {_FROM_TO} who had started any job by the end of the "
        "month seen to / people attached among them.",
    ),
    Measure.MEDIAN_SUSTAINMENTS: MeasureMeaning(
        unit=Unit.PAYMENTS,
        meaning=f"Over people whose job outcome was claimed {_FROM_TO}, the median "
        "number of sustainment payments made by the end of the month seen to.",
    ),
    Measure.ATTACHMENT_MONEY: MeasureMeaning(
        unit=Unit.POUNDS,
        meaning=f"Attachment fees {_FROM_TO}, the yearly steps falling in the month "
        "named by the scope.",
        scope="steps",
    ),
    Measure.JOB_OUTCOME_MONEY: MeasureMeaning(
        unit=Unit.POUNDS, meaning=f"Job outcome payments {_FROM_TO}."
    ),
    Measure.SUSTAINMENT_MONEY: MeasureMeaning(
        unit=Unit.POUNDS, meaning=f"Sustainment payments {_FROM_TO}."
    ),
    Measure.TOTAL_MONEY: MeasureMeaning(
        unit=Unit.POUNDS, meaning=f"All payments to primes {_FROM_TO}."
    ),
    Measure.ZERO_REFERRAL_SHARE: MeasureMeaning(
        unit=Unit.FRACTION,
        meaning="Contracted subcontract organisations of the sector without a single "
        f"referral {_FROM_TO} / all such organisations.",
        scope="sector",
    ),
    Measure.SECTOR_ATTACHMENT_SHARE: MeasureMeaning(
        unit=Unit.FRACTION,
        meaning="Attachments held by organisations of the sector / all attachments, "
        f"both {_FROM_TO}.",
        scope="sector",
    ),
}
"""Measure -> how to compute it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One published figure."""

    id: str
    label: str
    measure: Measure
    groups: tuple[GroupId, ...]
    """The payment groups counted; none means all."""
    scope: str
    """What else narrows it, as "key=value": a contract, a sector, a fee calendar."""
    first_month: Month
    last_month: Month
    seen_to: Month
    """The last month whose events the figure could know of."""
    value: float
    unit: Unit
    tolerance: float
    """How far off is near enough, in the target's own unit."""
    use: Use
    evidence: Mark
    source: str
    note: str

    def tolerances_off(self, simulated: float) -> float:
        """Say how many tolerances a simulated value lies above the published one.

        Between -1 and 1 it is near enough.
        """
        return (simulated - self.value) / self.tolerance


_COLUMNS = (
    "id",
    "label",
    "measure",
    "groups",
    "scope",
    "first_month",
    "last_month",
    "seen_to",
    "value",
    "unit",
    "tolerance",
    "use",
    "evidence",
    "source",
    "note",
)
_GROUPS = frozenset("123456789")


def load_targets() -> tuple[Target, ...]:
    """Load the shipped targets, in the order of their sheet."""
    return parse_targets(shipped("targets.csv"), "targets.csv")


def parse_targets(text: str, name: str) -> tuple[Target, ...]:
    """Read a sheet of targets; raise InputFault with every fault in it."""
    sheet = Sheet(name, text, _COLUMNS)
    targets = tuple(_target(row) for row in sheet.rows)
    seen: set[str] = set()
    for row, target in zip(sheet.rows, targets, strict=True):
        if target.id in seen:
            row.fault("id", repr(target.id), "an id not used above")
        seen.add(target.id)
    sheet.finish()
    return targets


def _target(row: Row) -> Target:
    measure = Measure(row.word("measure", [one.value for one in Measure]))
    value = row.number("value")
    target = Target(
        id=row.text("id"),
        label=row.text("label"),
        measure=measure,
        groups=_groups(row),
        scope=_scope(row, MEASURES[measure].scope),
        first_month=row.month("first_month"),
        last_month=row.month("last_month"),
        seen_to=row.month("seen_to"),
        value=value,
        unit=Unit(row.word("unit", [unit.value for unit in Unit])),
        tolerance=_tolerance(row, value),
        use=Use(row.word("use", [use.value for use in Use])),
        evidence=row.mark(),
        source=row.text("source"),
        note=row.text("note", needed=False),
    )
    _check(row, target)
    return target


def _check(row: Row, target: Target) -> None:
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", target.id) is None:
        row.fault("id", repr(target.id), "small letters and digits joined by hyphens")
    unit = MEASURES[target.measure].unit
    if target.unit is not unit and row.faulty.isdisjoint(("unit", "measure")):
        row.fault("unit", target.unit, f"{unit}, the unit of {target.measure}")
    if target.unit is Unit.FRACTION and target.value > 1:
        row.fault("value", f"{target.value:g}", "a fraction from 0 to 1")
    if not row.faulty.isdisjoint(("first_month", "last_month", "seen_to")):
        return
    if not target.first_month <= target.last_month <= target.seen_to:
        row.fault(
            "first_month",
            f"{target.first_month}, {target.last_month}, {target.seen_to}",
            "first_month, last_month and seen_to in order of time",
        )
    is_late = target.seen_to > LAST_FITTED
    if is_late != (target.use is Use.FORECAST) and "use" not in row.faulty:
        row.fault(
            "use",
            f"{target.use} of a fact seen to {target.seen_to}",
            f"forecast after {LAST_FITTED}, and only then",
        )


def _groups(row: Row) -> tuple[GroupId, ...]:
    text = row.text("groups")
    if text == "all":
        return ()
    groups = text.split("+")
    if text and not (_GROUPS.issuperset(groups) and groups == sorted(set(groups))):
        row.fault("groups", repr(text), "'all', or groups 1 to 9 in order as '5+6+7'")
    return tuple(GroupId(group) for group in groups)


def _scope(row: Row, wanted: str) -> str:
    scope = row.text("scope", needed=False)
    key, _, value = scope.partition("=")
    name = wanted.removesuffix("?")
    if scope and not (name and key == name and value):
        row.fault("scope", repr(scope), f"{name}=..." if name else "nothing")
    if not scope and wanted == name != "":
        row.fault("scope", "nothing", f"{name}=...")
    return scope


def _tolerance(row: Row, value: float) -> float:
    """Read a tolerance: a share of the value as "5%", or an amount in its unit."""
    text = row.text("tolerance")
    try:
        amount = float(text.removesuffix("%"))
    except ValueError:
        amount = 0.0
    if not 0 < amount < float("inf"):
        if text:
            row.fault("tolerance", repr(text), "an amount above zero, or a share as 5%")
        return 1.0
    if not text.endswith("%"):
        return amount
    if value == 0:
        if "value" not in row.faulty:
            row.fault("tolerance", repr(text), "an amount, as the value is zero")
        return 1.0
    return amount / 100 * value
