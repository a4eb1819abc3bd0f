"""A run's summary on a terminal: totals, official figures, money, where to look."""

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from quasimarket.reports import style, wording
from quasimarket.reports.comparison import USES, furthest_off
from quasimarket.runs.summary import FitRow, Summary


SHOWN = 12
"""As many official figures as a terminal shows at once."""


def print_summary(
    summary: Summary,
    *,
    folder: Path | None = None,
    console: Console | None = None,
    has_report: bool = True,
) -> None:
    """Print a run's summary; given its folder, say where its files are."""
    out = console or Console(highlight=False)
    out.print()
    out.print(_totals(summary))
    if summary.fit:
        out.print(_met(summary))
        out.print(_official(summary))
    out.print(_money(summary))
    for note in summary.notes:
        out.print(Text(f"Note: {note}", style="yellow"))
    if folder is not None:
        if has_report:
            out.print(Text(f"Report: {folder / 'report.html'}"), soft_wrap=True)
        out.print(Text(f"Tables, summary and manifest: {folder}"), soft_wrap=True)


def _totals(summary: Summary) -> Table:
    table = _table(
        f"{summary.title}, {wording.month_name(summary.first_month)} to "
        f"{wording.month_name(summary.last_month)}, seed {summary.seed}"
    )
    table.add_column("Over the whole programme, forecast included")
    table.add_column("", justify="right")
    table.add_row("Referrals", wording.count(summary.referrals))
    table.add_row("Attachments", wording.count(summary.attachments))
    table.add_row("People who ever started a job", wording.count(summary.job_starters))
    table.add_row("Job outcomes", wording.count(summary.job_outcomes))
    table.add_row("Sustainment payments", wording.count(summary.sustainment_payments))
    table.add_row(
        "Paid for each job outcome", wording.pounds(summary.paid_per_job_outcome_gbp)
    )
    return table


def _met(summary: Summary) -> Table:
    table = _table("Official figures met")
    table.add_column("Use")
    table.add_column("Figures", justify="right")
    table.add_column("Met", justify="right")
    for use in USES:
        rows = [row for row in summary.fit if row.use == use]
        if rows:
            met = sum(bool(row.within) for row in rows)
            table.add_row(wording.USE_NAMES[use], str(len(rows)), str(met))
    return table


def _official(summary: Summary) -> Table:
    rows = [row for use in USES for row in summary.fit if row.use == use]
    title = "Simulated beside official figures"
    if len(rows) > SHOWN:
        rows = furthest_off(summary, SHOWN)
        title += f": the {len(rows)} furthest off (the report has all)"
    table = _table(title)
    table.add_column("Figure")
    table.add_column("Official", justify="right")
    table.add_column("Simulated", justify="right")
    table.add_column("Error", justify="right")
    table.add_column("Use")
    for row in rows:
        table.add_row(
            Text(row.label),
            wording.in_unit(row.official, row.unit),
            wording.in_unit(row.simulated, row.unit),
            _error(row),
            wording.USE_NAMES[row.use],
        )
    return table


def _error(row: FitRow) -> Text:
    if row.within is None:
        return Text(wording.UNKNOWN)
    words = "off" if row.error is None else wording.signed_percent(row.error)
    if row.within:
        return Text("near enough" if row.error is None else words, style="green")
    return Text(f"{words} !", style="bold red")


def _money(summary: Summary) -> Table:
    table = _table("Paid to primes")
    table.add_column("For")
    table.add_column("Amount", justify="right")
    for kind, name in style.KIND_NAMES.items():
        amount = getattr(summary.paid_gbp, kind)
        if amount:
            table.add_row(name, wording.pounds(amount))
    table.add_section()
    table.add_row("Total", wording.pounds(summary.paid_gbp.total))
    return table


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold")
