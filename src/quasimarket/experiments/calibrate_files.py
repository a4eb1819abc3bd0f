"""A calibration as files, and the shipped posterior as parameter sets to play.

`posterior.csv` has a row for each parameter, to be read; `posterior_draws.csv` a row
for each parameter set, to be played, since ranges alone would lose what goes together.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from quasimarket.chance.sample import shuffled
from quasimarket.core.errors import Fault, InputFault
from quasimarket.evidence.sheets import shipped
from quasimarket.evidence.stylised_facts import Fact, FactUse
from quasimarket.experiments.calibrate import (
    Calibration,
    entwined,
    ranges,
)


POSTERIOR = "posterior.csv"
DRAWS = "posterior_draws.csv"
Met = Mapping[str, tuple[float, float, float, float]]


def draws(count: int, seed: int = 1) -> tuple[Mapping[str, float], ...]:
    """Give so many parameter sets of the shipped posterior, none of them twice.

    Raises InputFault for fewer than one or more than there are.
    """
    rows = list(csv.DictReader(shipped(DRAWS).splitlines()))
    if not 1 <= count <= len(rows):
        raise InputFault(
            [
                Fault(
                    where="--posterior",
                    found=str(count),
                    expected=f"1 to {len(rows)}, the parameter sets that are shipped",
                )
            ]
        )
    order = shuffled(seed, len(rows))[:count]
    return tuple(
        {key: float(value) for key, value in rows[place].items()}
        for place in order.tolist()
    )


def posterior_text(found: Calibration, command: str) -> str:
    """Write the ranges of a calibration as a sheet."""
    names = (
        "key",
        "unit",
        "prior_low",
        "prior_high",
        "low",
        "median",
        "high",
        "narrowed",
        "identified",
        "command",
    )
    return _sheet(
        names,
        [
            (
                one.key,
                one.unit,
                f"{one.prior_low:.4g}",
                f"{one.prior_high:.4g}",
                f"{one.low:.4g}",
                f"{one.median:.4g}",
                f"{one.high:.4g}",
                f"{one.narrowed:.2f}",
                "yes" if one.is_identified else "no",
                command,
            )
            for one in ranges(found)
        ],
    )


def draws_text(found: Calibration) -> str:
    """Write the parameter sets drawn from a calibration as a sheet."""
    sets = [found.prior.values(point) for point in found.draws]
    return _sheet(
        found.prior.names,
        [[repr(values[name]) for name in found.prior.names] for values in sets],
    )


def _sheet(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return text.getvalue()


def as_json(
    found: Calibration, facts: Sequence[Fact], before: Met, after: Met, command: str
) -> dict[str, object]:
    """Give a calibration as plain values.

    `before` is what runs over the whole prior show of the facts, `after` what runs at
    the posterior's draws do.
    """
    last = {
        fact.id: round(emulator.explained, 3)
        for fact, emulator in zip(
            found.waves[-1].facts, found.waves[-1].emulators, strict=True
        )
    }
    return {
        "command": command,
        "waves": [
            {"runs": one.runs, "left": one.left, "missed": list(one.missed)}
            for one in found.waves
        ],
        "effective_draws": round(found.effective, 1),
        "posterior": [
            {
                "key": one.key,
                "unit": one.unit,
                "prior": [one.prior_low, one.prior_high],
                "low": one.low,
                "median": one.median,
                "high": one.high,
                "narrowed": round(one.narrowed, 3),
                "identified": one.is_identified,
            }
            for one in ranges(found)
        ],
        "entwined": [
            {"one": one, "other": other, "correlation": round(tied, 2)}
            for one, other, tied in entwined(found)
        ],
        "facts": [
            {
                "id": fact.id,
                "fact": fact.fact,
                "use": str(fact.use),
                "wanted": fact.wanted,
                "before": _band(before.get(fact.id)),
                "after": _band(after.get(fact.id)),
                "explained": last.get(fact.id),
                "tests": fact.use is FactUse.CHECK,
            }
            for fact in facts
        ],
    }


def _band(one: tuple[float, float, float, float] | None) -> dict[str, float] | None:
    if one is None:
        return None
    return {"low": one[0], "median": one[1], "high": one[2], "shown_by": one[3]}


def write(out: Path, name: str, text: str) -> None:
    """Write a file whole or not at all."""
    out.mkdir(parents=True, exist_ok=True)
    unfinished = out / f".{name}.unfinished"
    unfinished.write_text(text, encoding="utf-8")
    unfinished.rename(out / name)
