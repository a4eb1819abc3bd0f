"""Write docs/reference/claims.md from the register of claims and the list of designs.

Run `.venv/bin/python scripts/write_claims_page.py`; with `--check` it only says, by
its exit status, whether the page is as they have it.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from quasimarket.evidence.claims import Claim, ClaimKind, ClaimTest, load_claims
from quasimarket.experiments.claims_measures import OWN
from quasimarket.experiments.claims_run import EARLY_MONTHS
from quasimarket.experiments.designs import DESIGNS, NULL_MARKET
from quasimarket.insight.catalogue import CATALOGUE


PAGE = Path(__file__).parent.parent / "docs" / "reference" / "claims.md"

INTRODUCTION = f"""\
# Claims

This page is written by `scripts/write_claims_page.py` from
`src/quasimarket/evidence/claims.yaml` and the list of designs; change those.
[How to put claims to runs](../how-to/claims.md) says how the board is made and read.

Five studies of the Work Programme make 148 claims, here in our own words.
A **premise** is carried by a value of the rulebook or of behaviour: it goes in, so
finding it again would prove nothing.
A **measured** claim has tests: a measure, and where it must lie, fixed before any run.
**Service** and **study** claims are about what software does or how research was done.
A claim **out of reach** is one that no run can speak to, and the reason is given.

A test plays {EARLY_MONTHS} months unless it is marked *whole*.
Designs with weights are a contrast: the weighted sum, seed by seed.
"""
HEADINGS = {
    ClaimKind.MEASURED: "Measured",
    ClaimKind.PREMISE: "Premises",
    ClaimKind.SERVICE: "What the software does",
    ClaimKind.STUDY: "How the research was done",
    ClaimKind.OUT_OF_REACH: "Out of reach",
}


def main(arguments: Sequence[str]) -> int:
    """Write the page, or check it; the exit status is 1 if it is stale."""
    text = page(load_claims())
    if "--check" in arguments:
        return 0 if PAGE.exists() and PAGE.read_text("utf-8") == text else 1
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(text, "utf-8")
    return 0


def page(claims: Sequence[Claim]) -> str:
    """Write the whole page."""
    counted = ", ".join(
        f"{sum(one.kind is kind for one in claims)} {kind}" for kind in ClaimKind
    )
    tests = sum(len(one.tests) for one in claims)
    parts = [INTRODUCTION, f"There are {counted}; {tests} tests in all.\n"]
    parts.append(_measured([one for one in claims if one.kind is ClaimKind.MEASURED]))
    parts += [
        _others(kind, [one for one in claims if one.kind is kind])
        for kind in HEADINGS
        if kind is not ClaimKind.MEASURED
    ]
    parts += [_designs(), _own_measures()]
    return "\n".join(parts)


def _measured(claims: Iterable[Claim]) -> str:
    lines = [f"## {HEADINGS[ClaimKind.MEASURED]}\n"]
    for claim in claims:
        lines.append(f"### {claim.id}\n")
        lines.append(f"{claim.says}\n*{claim.paper}; {claim.stage}; {claim.sector}.*\n")
        lines += [_test(test) for test in claim.tests]
        lines.append("")
        if claim.why_it_fails:
            lines.append(f"Why it fails: {claim.why_it_fails}\n")
    return "\n".join(lines)


def _test(test: ClaimTest) -> str:
    measure = f"`{test.measure}`"
    if test.less is not None:
        measure += f" less `{test.less}`"
    marks = []
    if test.contrast != (("default", 1.0),):
        designs = ", ".join(f"{weight:+g} {name}" for name, weight in test.contrast)
        marks.append(f"on {designs}")
    if test.whole:
        marks.append("whole")
    if test.fitted:
        marks.append(f"fitted: `{test.fitted}`")
    marked = f" ({'; '.join(marks)})" if marks else ""
    return f"- {measure}{marked} {test}. {test.because}"


def _others(kind: ClaimKind, claims: Sequence[Claim]) -> str:
    rows = [
        (
            one.id,
            one.says,
            one.why
            if kind is ClaimKind.OUT_OF_REACH
            else ", ".join(
                f"`{place}`" if kind is ClaimKind.PREMISE else place
                for place in one.carried_by
            ),
            one.paper,
        )
        for one in claims
    ]
    place = "why" if kind is ClaimKind.OUT_OF_REACH else "carried by"
    return f"## {HEADINGS[kind]}\n\n" + _table(("id", "claim", place, "paper"), rows)


def _designs() -> str:
    rows = [
        (
            f"`{one.id}`",
            one.says,
            " ".join(
                [
                    *(f"`{key}={value}`" for key, value in one.rules.items()),
                    *(
                        f"`behaviour.{key}={value}`"
                        for key, value in one.behaviour.items()
                    ),
                ]
            ),
        )
        for one in DESIGNS
    ]
    null = " ".join(f"`behaviour.{key}={value}`" for key, value in NULL_MARKET.items())
    return (
        "## Designs\n\n"
        + _table(("design", "what it is", "settings"), rows)
        + f"\nThe null market adds {null} to a design.\n"
    )


def _own_measures() -> str:
    rows = [(f"`{name}`", _meaning(function)) for name, function in sorted(OWN.items())]
    return (
        "## Measures that only claims need\n\n"
        f"The other {len(CATALOGUE)} measures are those of `quasimarket insight`.\n\n"
        + _table(("measure", "what it is"), rows)
    )


def _meaning(function: object) -> str:
    plain = getattr(function, "func", function)
    return (plain.__doc__ or "").strip().splitlines()[0]


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    return "".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n"
        for line in lines
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
