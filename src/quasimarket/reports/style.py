"""How charts look: few colours, told apart by people who see few, and large text.

Charts are drawn 4.7 inches wide with text of 11 points, which a phone shows at about
its own size. Each colour becomes a CSS variable in the page, so that it follows the
reader's light or dark preference; words beside the marks say what colour says.
"""

from typing import Any


INK = "#1a1f26"
MUTED = "#56606b"
GRID = "#d6dbe1"
SHADE = "#eef1f5"
PAPER = "#fefefe"
BLUE = "#0b5fa5"
ORANGE = "#b8460f"
GREEN = "#0b7a5c"
PURPLE = "#7b3f98"
PALE_BLUE = "#b9d4ea"

COLOUR_VARIABLES = {
    INK: "ink",
    MUTED: "muted",
    GRID: "grid",
    SHADE: "shade",
    PAPER: "paper",
    BLUE: "blue",
    ORANGE: "orange",
    GREEN: "green",
    PURPLE: "purple",
    PALE_BLUE: "pale-blue",
}
SECTOR_COLOURS = {"private": BLUE, "third": ORANGE, "public": GREEN}
SECTOR_MARKERS = {"private": "o", "third": "^", "public": "s"}
SECTOR_SIGNS = {
    "private": "\N{BLACK CIRCLE}",
    "third": "\N{BLACK UP-POINTING TRIANGLE}",
    "public": "\N{BLACK SQUARE}",
}
KIND_COLOURS = {
    "attachment": BLUE,
    "job_outcome": ORANGE,
    "sustainment": GREEN,
    "incentive": PURPLE,
    "other": MUTED,
}
KIND_NAMES = {
    "attachment": "Attachments",
    "job_outcome": "Job outcomes",
    "sustainment": "Sustainments",
    "incentive": "Incentive",
    "other": "Other",
}
RESPONSE_COLOURS = {
    "acquiesce": MUTED,
    "compromise": BLUE,
    "avoid": PURPLE,
    "defy": ORANGE,
    "manipulate": GREEN,
}
FATE_COLOURS = {
    "lasting-work": GREEN,
    "work": BLUE,
    "helped": PALE_BLUE,
    "sanctioned": ORANGE,
    "tracked": PURPLE,
    "untouched": INK,
}
PRESSURE_COLOURS = {"coercive": ORANGE, "normative": PURPLE, "mimetic": GREEN}
SOURCE_COLOURS = {"prime": BLUE, "commissioner": ORANGE}

WIDTH = 4.7
"""Inches."""
TEXT = 11.0
SMALL_TEXT = 10.0
"""Points."""

CHART_SETTINGS: dict[Any, Any] = {  # matplotlib lists each key as a literal type
    "svg.fonttype": "none",
    "svg.hashsalt": "quasimarket",
    "font.family": ["DejaVu Sans"],
    "font.size": TEXT,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.titlesize": TEXT,
    "axes.titlelocation": "left",
    "axes.titlecolor": INK,
    "axes.titleweight": "bold",
    "axes.titley": 1.0,  # a title that looks for its place measures every label
    "figure.facecolor": "none",
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "lines.linewidth": 2.2,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": SMALL_TEXT,
    "ytick.labelsize": SMALL_TEXT,
    "ytick.major.size": 0,
    "xtick.major.size": 3,
}
