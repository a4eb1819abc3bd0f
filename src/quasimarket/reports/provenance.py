"""How far to trust it: what is fitted, forecast, recalled or assumed; how made."""

from quasimarket.reports import wording
from quasimarket.reports.markup import (
    Content,
    Markup,
    disclosure,
    element,
    join,
    not_measured,
    paragraph,
    section,
    stacked,
    table,
)
from quasimarket.runs.summary import ParameterRow, Summary


NOT_KNOWN = "not known"


def trust_section(summary: Summary) -> Markup:
    """Say what was fitted, what is forecast, what is recalled or assumed."""
    return section(
        "trust",
        "What is fitted, forecast, recalled or assumed",
        element("h3", "Fitted"),
        _fitted(summary),
        element("h3", "Forecast"),
        paragraph(
            "No parameter was fitted to a fact about a time after "
            f"{wording.month_name(wording.last_fact_month(summary))}. Who is referred, "
            "and the labour market, are inputs throughout; everything else from "
            f"{wording.month_name(summary.forecast_from)} is a forecast, and so is "
            "every result about organisations after "
            f"{wording.month_name(summary.institutions_observed_to)}. Real areas, "
            "contracts and prices are facts; the conduct of whoever holds a contract "
            "is drawn, so it says nothing about any real organisation."
        ),
        element("h3", "Recalled or assumed"),
        _evidence(summary),
    )


def made_section(summary: Summary) -> Markup:
    """Say how to make this run again, and how long each stage took."""
    facts: list[tuple[str, Content]] = [
        ("Programme", f"{summary.title} ({summary.programme})"),
        ("Seed", str(summary.seed)),
        (
            "People simulated",
            "everyone" if summary.scale == 1 else wording.percent(summary.scale, 2),
        ),
        ("Areas", f"{summary.areas} of {summary.areas_in_programme}"),
        ("Version of Quasimarket", summary.code_version),
        ("Rulebook", element("code", summary.rulebook_hash)),
        ("Behaviour", element("code", summary.behaviour_hash)),
        ("Evidence", element("code", summary.evidence_hash)),
    ]
    return section(
        "made",
        "How it was made",
        paragraph(
            "The same seed, rulebook, behaviour, evidence and version give the same "
            "tables, byte for byte."
        ),
        element(
            "dl",
            *(
                element("div", element("dt", name), element("dd", value))
                for name, value in facts
            ),
            class_="facts",
        ),
        _timings(summary),
    )


def _fitted(summary: Summary) -> Markup:
    if not summary.parameters:
        return not_measured("its parameters were not fitted")
    targets = sum(row.use == "fit" for row in summary.fit)
    against = f", to {targets} official figures" if targets else ""
    return join(
        [
            paragraph(
                f"{len(summary.parameters)} parameters were fitted{against}. Standard "
                "errors and 95% ranges say how firmly the figures pin them down."
            ),
            table(
                "Fitted parameters",
                ("Parameter", "Value and standard error", "95% range"),
                (
                    (
                        stacked(row.meaning, element("code", row.name)),
                        stacked(
                            element("strong", f"{row.value:.4g}"),
                            row.unit,
                            f"± {_error(row)}",
                        ),
                        _range(row),
                    )
                    for row in summary.parameters
                ),
                look="compact",
            ),
        ]
    )


def _error(row: ParameterRow) -> str:
    return NOT_KNOWN if row.standard_error is None else f"{row.standard_error:.2g}"


def _range(row: ParameterRow) -> str:
    if row.low is None or row.high is None:
        return NOT_KNOWN
    return f"{row.low:.4g} to {row.high:.4g}"


def _evidence(summary: Summary) -> Markup:
    parts: list[Markup] = []
    if summary.evidence:
        parts.append(
            table(
                "On what the values rest: how many of each",
                ("Input", "Read", "Derived", "Recalled", "Assumed", "Fitted"),
                (
                    (
                        row.input.capitalize(),
                        str(row.read),
                        str(row.derived),
                        str(row.recalled),
                        str(row.assumed),
                        str(row.fitted),
                    )
                    for row in summary.evidence
                ),
                look="compact",
            )
        )
    if summary.uncertain:
        parts.append(
            disclosure(
                f"All {len(summary.uncertain)} values recalled or assumed",
                table(
                    "Values recalled or assumed",
                    ("Value", "Is", "Evidence", "Why"),
                    (
                        (
                            element("code", row.key),
                            row.value,
                            row.evidence,
                            row.reason,
                        )
                        for row in summary.uncertain
                    ),
                    words=4,
                ),
            )
        )
    return join(parts) if parts else not_measured("its inputs carry no marks")


def _timings(summary: Summary) -> Markup:
    if not summary.timings:
        return join([])
    return table(
        "Time taken",
        ("Stage", "Seconds"),
        (
            (stage.replace("_", " ").capitalize(), f"{seconds:.2f}")
            for stage, seconds in summary.timings.items()
        ),
    )
