"""The picture of a screening: parameters by results, darker where they matter more."""

import io
from collections.abc import Sequence
from typing import Any

import matplotlib
import numpy as np
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from quasimarket.experiments.sensitivity import HEADLINES, Effect, ranked


SHOWN = 24
DARK = 0.6
"""Share of the scale from which figures are written in white."""
SETTINGS: dict[Any, Any] = {  # matplotlib lists each key as a literal type
    "svg.hashsalt": "quasimarket",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
}


def heat_map(found: Sequence[Effect], command: str) -> str:
    """Draw the parameters that matter most against the results, as SVG.

    A cell is the mean size of an effect over the parameter's range, over the standard
    deviation of the result; a sign stands where the direction is nearly always one.
    """
    names = ranked(found, SHOWN)
    measures = list(dict.fromkeys(one.measure for one in found))
    by_cell = {(one.parameter, one.measure): one for one in found}
    cells = np.array(
        [
            [
                by_cell[name, measure].relative if (name, measure) in by_cell else 0.0
                for measure in measures
            ]
            for name in names
        ]
    )
    with matplotlib.rc_context(SETTINGS):
        figure = Figure(figsize=(11, 1.8 + 0.32 * len(names)), layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.subplots()
        image = axes.imshow(cells, cmap="Blues", aspect="auto", vmin=0)
        axes.set_yticks(range(len(names)), names, fontsize=9)
        axes.set_xticks(
            range(len(measures)),
            [HEADLINES.get(one, one) for one in measures],
            rotation=35,
            ha="right",
            fontsize=9,
        )
        for row, name in enumerate(names):
            for column, measure in enumerate(measures):
                one = by_cell.get((name, measure))
                if one is not None and one.relative >= 0.3:
                    axes.text(
                        column,
                        row,
                        f"{_sign(one)}{one.relative:.1f}",
                        ha="center",
                        va="center",
                        fontsize=8,
                        color="white" if one.relative > DARK * cells.max() else "black",
                    )
        figure.colorbar(image, label="effect over the result's standard deviation")
        axes.set_title(f"Which assumptions matter\n{command}", fontsize=10)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"


def _sign(one: Effect) -> str:
    if abs(one.mean) < 0.8 * one.size:
        return ""
    return "+" if one.mean > 0 else "-"
