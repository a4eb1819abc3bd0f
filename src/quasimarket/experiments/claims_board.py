"""The board as plain values: what `claims.json` holds."""

from collections.abc import Sequence

from quasimarket.experiments.claims import (
    ClaimResult,
    Estimated,
    JudgedTest,
    counts,
)
from quasimarket.experiments.claims_run import EARLY_MONTHS, Plan


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
