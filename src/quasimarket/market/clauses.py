"""The clauses of a subcontract, as statements of who must do what, when, or else.

They are answered one by one (rule R2). The form is Crawford and Ostrom's (1995) grammar
of institutions: attribute, deontic, aim, condition, or else. A clause that touches
practice says which part of it.

Claims: C007, C058, C066, C067, C071, C119.
"""

from dataclasses import dataclass

from quasimarket.events.organisation_event import PRACTICES


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One clause."""

    id: str
    attribute: str
    """Who."""
    deontic: str
    """must, may, must not."""
    aim: str
    condition: str
    or_else: str
    practice: str | None = None
    """The part of practice that it prescribes, one of PRACTICES."""

    def __str__(self) -> str:
        """Write the clause as a sentence."""
        return (
            f"{self.attribute} {self.deontic} {self.aim} {self.condition}, "
            f"or else {self.or_else}"
        )


SUBCONTRACT = (
    Clause(
        id="sanctioning",
        attribute="an end-to-end subcontractor",
        deontic="must",
        aim="raise a doubt about every failure to take part",
        condition="within a week of it",
        or_else="the lapse counts at the next review",
        practice="sanctioning",
    ),
    Clause(
        id="reporting",
        attribute="a subcontractor",
        deontic="must",
        aim="report outcomes in the prime's own system",
        condition="each week",
        or_else="an outcome is not claimed",
        practice="monitoring",
    ),
    Clause(
        id="tracking",
        attribute="an end-to-end subcontractor",
        deontic="must",
        aim="ring everyone in work to check that the job is still held",
        condition="on fixed days",
        or_else="the claim is not made",
        practice="in_work_support",
    ),
    Clause(
        id="information",
        attribute="a subcontractor",
        deontic="must",
        aim="answer the prime's questions",
        condition="by the hour that it names",
        or_else="a notice is served",
    ),
    Clause(
        id="league-table",
        attribute="the prime",
        deontic="may",
        aim="show each subcontractor's results",
        condition="to the whole chain",
        or_else="nothing",
    ),
    Clause(
        id="non-disclosure",
        attribute="a subcontractor",
        deontic="must not",
        aim="tell anyone its results",
        condition="without the prime's consent",
        or_else="the subcontract may end",
    ),
    Clause(
        id="volume",
        attribute="the prime",
        deontic="may",
        aim="send as many or as few participants as it sees fit",
        condition="whatever the bid said",
        or_else="nothing",
    ),
    Clause(
        id="price",
        attribute="the prime",
        deontic="may",
        aim="keep its management fee",
        condition="on every payment",
        or_else="nothing",
    ),
    Clause(
        id="risk",
        attribute="a subcontractor",
        deontic="must",
        aim="wait for outcomes for its pay",
        condition="as the prime does",
        or_else="it is not paid",
    ),
)
PRACTICE_OF = tuple(
    PRACTICES.index(one.practice) if one.practice else -1 for one in SUBCONTRACT
)
"""The part of practice that each clause prescribes; -1 for none."""
