"""Operating values that the rulebook does not hold, each with where it comes from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatingValue:
    """One number that the service works by."""

    name: str
    value: int
    unit: str
    source: str
    """The operating rule (R-number) behind it, or why it is assumed."""


NOTICE = OperatingValue(
    name="Shortest notice for an information request",
    value=5,
    unit="working days",
    source="assumed: subcontractors spoke of requests due within the hour",
)
STRICT_NOTICE = OperatingValue(
    name="Shortest notice for an asker whose tally is full",
    value=10,
    unit="working days",
    source="assumed: twice the ordinary notice",
)
FULL_TALLY = OperatingValue(
    name="Marks against an asker that make the tally full",
    value=3,
    unit="marks in six months",
    source="assumed",
)
TALLY_MONTHS = OperatingValue(
    name="How long a mark counts", value=6, unit="months", source="assumed"
)
LARGE_EFFORT = OperatingValue(
    name="Effort above which a request needs ten working days for each full measure",
    value=15,
    unit="hours",
    source="assumed: two days of one person's work",
)
PRIME_ANSWERS = OperatingValue(
    name="The prime's own dispute procedure",
    value=20,
    unit="working days",
    source="R073 names the stage; its length is assumed",
)
TRIAGE = OperatingValue(
    name="The Merlin team says whether a complaint is theirs",
    value=10,
    unit="working days",
    source="R073 names the stage; its length is assumed",
)
MERLIN_DECIDES = OperatingValue(
    name="The Merlin team decides",
    value=40,
    unit="working days",
    source="R073 names the stage; its length is assumed",
)
APPEAL = OperatingValue(
    name="Either side may go to the independent examiner",
    value=20,
    unit="working days",
    source="R073 names the stage; its length is assumed",
)
EXAMINER_DECIDES = OperatingValue(
    name="The independent examiner decides",
    value=60,
    unit="working days",
    source="R073 names the stage; its length is assumed",
)
DIRECTIVE_ANSWER = OperatingValue(
    name="A place answers a directive",
    value=10,
    unit="working days",
    source="assumed",
)
REMEDY = OperatingValue(
    name="A material breach is put right",
    value=30,
    unit="working days",
    source="R074 says that it is material; the time is assumed",
)
PASS_MARK = OperatingValue(
    name="Least score on each of the four principles for the award",
    value=55,
    unit="percent",
    source="R075 names the principles; the mark is assumed",
)
AWARD_MONTHS = OperatingValue(
    name="An award lasts", value=24, unit="months", source="R075; assumed"
)
RETRY_MONTHS = OperatingValue(
    name="Assessed again after no award", value=6, unit="months", source="assumed"
)
FEWEST = OperatingValue(
    name="Fewest people that a published count may be of",
    value=5,
    unit="people",
    source="T20, T23: no counts under five",
)
WATCH_MONTHS = OperatingValue(
    name="Months before and after a complaint that are compared",
    value=6,
    unit="months",
    source="assumed",
)
OFFER_SHARE = OperatingValue(
    name="Share of participants to whom a binding service offer must be kept",
    value=90,
    unit="percent",
    source="assumed",
)
ALL = tuple(
    value for value in list(globals().values()) if isinstance(value, OperatingValue)
)
"""Every value, for the page that publishes them."""
