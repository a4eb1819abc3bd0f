"""The board as plain values, and as a sheet: `claims.json` and `claims.csv`."""

import csv
import io
from collections.abc import Sequence

from quasimarket.experiments.claims import (
    ClaimResult,
    Estimated,
    JudgedTest,
    counts,
)
from quasimarket.experiments.claims_run import EARLY_MONTHS, Plan


COLUMNS = (
    "claim",
    "verdict",
    "origin",
    "measure",
    "designs",
    "should_be",
    "is",
    "low",
    "high",
    "seeds",
    "test",
    "on_null_market",
)


def as_json(
    results: Sequence[ClaimResult], one_plan: Plan, *, programme: str, areas: int | None
) -> dict[str, object]:
    """Give the board as plain values."""
    return {
        "is": "claims",
        "programme": programme,
        "areas": areas,
        "seeds": one_plan.seeds,
        "null_seeds": one_plan.null_seeds,
        "posterior": one_plan.is_posterior,
        "months": EARLY_MONTHS,
        "runs": len(one_plan.tasks),
        "unavailable_designs": dict(one_plan.unavailable),
        "counts": counts(results),
        "claims": [_claim(one) for one in results],
    }


def _claim(result: ClaimResult) -> dict[str, object]:
    claim = result.claim
    return {
        "id": claim.id,
        "paper": claim.paper,
        "stage": claim.stage,
        "sector": claim.sector,
        "says": claim.says,
        "kind": str(claim.kind),
        "verdict": None if result.verdict is None else str(result.verdict),
        "origin": None if result.origin is None else str(result.origin),
        "carried_by": list(claim.carried_by),
        "why": claim.why,
        "why_it_fails": claim.why_it_fails,
        "tests": [_test(one) for one in result.tests],
    }


def _test(judged: JudgedTest) -> dict[str, object]:
    test = judged.test
    return {
        "measure": test.measure,
        "less": test.less,
        "above": test.above,
        "below": test.below,
        "because": test.because,
        "designs": dict(test.contrast),
        "whole": test.whole,
        "fitted": test.fitted,
        **_estimated(judged.here),
        "verdict": str(judged.verdict),
        "null": {**_estimated(judged.null), "verdict": str(judged.null_verdict)},
        "note": judged.note,
    }


def _estimated(found: Estimated) -> dict[str, object]:
    return {
        "value": found.mean,
        "low": found.low,
        "high": found.high,
        "seeds": found.seeds,
    }


def as_sheet(results: Sequence[ClaimResult]) -> str:
    """Write a row for each test of the claims measured, numbers to three figures."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for result in results:
        for one in result.tests:
            writer.writerow(_row(result, one))
    return text.getvalue()


def _row(result: ClaimResult, judged: JudgedTest) -> tuple[object, ...]:
    test, here = judged.test, judged.here
    return (
        result.claim.id,
        result.verdict or "",
        result.origin or "",
        test.measure if test.less is None else f"{test.measure} - {test.less}",
        " ".join(f"{weight:+g} {design}" for design, weight in test.contrast),
        test,
        *(_figures(one) for one in (here.mean, here.low, here.high)),
        here.seeds,
        judged.verdict,
        judged.null_verdict,
    )


def _figures(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"
