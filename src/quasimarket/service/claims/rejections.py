"""Why claims are refused: each code with its rule, what mends it and who can."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """One reason, as the provider reads it."""

    code: str
    title: str
    rule: str
    """The rule it rests on, in plain words with its source."""
    field: str
    """What of the record it is about."""
    mend: str
    who: str
    """Who can mend it."""


_LISTED = (
    Rejection(
        code="on-benefit",
        title="The participant was on an out-of-work benefit",
        rule="A day on an out-of-work benefit is never a day in work (S8); every claim "
        "is checked against benefit records before it is paid (R040).",
        field="benefit spells",
        mend="If the benefit record is wrong, the participant can have it corrected at "
        "the Jobcentre; the claim is then raised again by itself.",
        who="the benefit office; nobody else need do anything",
    ),
    Rejection(
        code="not-reached",
        title="The milestone is not reached, as the record now stands",
        rule="A milestone is claimed when its days in work are reached (S19, S24).",
        field="spells in work",
        mend="Report the missing start of a job, or correct its dates. Once the record "
        "reaches the milestone the claim is raised again by itself.",
        who="the provider that holds the participant",
    ),
    Rejection(
        code="no-employment",
        title="Tax records show no such job",
        rule="A sample of claims is checked against tax records (R041); a job that "
        "cannot be shown does not count.",
        field="spells in work",
        mend="Upload evidence of the job, such as a letter of the employer, and submit "
        "the claim again.",
        who="the provider that holds the participant",
    ),
    Rejection(
        code="evidence-missing",
        title="The evidence does not show what was claimed",
        rule="The risk of inaccurate or incomplete records is the provider's (R047).",
        field="evidence",
        mend="Upload the evidence and submit the claim again.",
        who="the provider that holds the participant",
    ),
    Rejection(
        code="dates-wrong",
        title="The dates of the job are wrong",
        rule="Records must be accurate when a claim is validated (R047).",
        field="spells in work",
        mend="Correct the dates of the job and submit the claim again.",
        who="the provider that holds the participant",
    ),
    Rejection(
        code="does-not-count",
        title="The job cannot count",
        rule="A provider tells the department of a job that cannot count (R048).",
        field="spells in work",
        mend="Nothing: it does not count. A later job is claimed by itself.",
        who="nobody",
    ),
)
REJECTIONS = {one.code: one for one in _LISTED}
BY_PEOPLE = ("no-employment", "evidence-missing", "dates-wrong", "does-not-count")
"""Codes that a person gives; the others come from the checks."""


def rejection(code: str) -> Rejection:
    """Give what a code says; one from an older system says itself."""
    return REJECTIONS.get(code) or Rejection(
        code=code,
        title=code.replace("-", " ").capitalize(),
        rule="It was rejected by the system that the log was brought from.",
        field="",
        mend="Submit the claim again once what was wrong is mended.",
        who="the provider that holds the participant",
    )
