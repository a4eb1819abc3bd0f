"""What people read of a run: `report.html` and a terminal summary.

Reports render and never compute: each number stands in the run's summary or tables.
"""

from quasimarket.reports.drawing import load_charts
from quasimarket.reports.report import render_report, write_report
from quasimarket.reports.terminal import print_summary


__all__ = ["load_charts", "print_summary", "render_report", "write_report"]
