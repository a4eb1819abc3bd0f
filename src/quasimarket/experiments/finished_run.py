"""A finished run: its tables, its summary beside official figures, its folder."""

import csv
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from quasimarket.entitlement.columns import EventColumns
from quasimarket.experiments.official import beside_official, evidence_hash
from quasimarket.reports.report import write_report
from quasimarket.rulebook.rulebook import Rulebook, SubcontractTerms
from quasimarket.rulebook.saving import save_rulebook
from quasimarket.runs.folder import (
    PART,
    REPORT,
    SUMMARY,
    TableWriter,
    new_run_folder,
    save_summary,
    table_writer,
    write_manifest,
)
from quasimarket.runs.summary import Summary
from quasimarket.settlement.columnar.arrow import Naming
from quasimarket.simulation.columns_to_arrow import (
    events_table,
    ledger_table,
    line_parts,
    settled_tables,
    statements_table,
)
from quasimarket.simulation.simulate import (
    Design,
    MeasuredRun,
    Run,
    SettledRun,
    measure_run,
    play_run,
    settle_run,
    simulate,
    sum_up,
)


Told = Callable[[str, float], None]
SUBCONTRACTS = "subcontracts.csv"
AWARDED = "rulebook"
"""The rulebook with its awards, where a tender was held for the run: to settle by."""
LARGE = ("events", "lines", "report")
"""What can be left out of a folder."""


class FinishedRun:
    """A simulated programme.

    Its tables are attributes, as Polars frames: `run.payments`, `run.participants`;
    `runs.tables` describes them.
    """

    def __init__(self, run: Run) -> None:
        """Wrap a run that is done."""
        self.run = run

    @property
    def tables(self) -> Mapping[str, pl.DataFrame]:
        """Give the tables by name."""
        return self.run.tables

    def __getattr__(self, name: str) -> pl.DataFrame:
        """Give a table by its name."""
        tables = self.__dict__["run"].tables if "run" in self.__dict__ else {}
        if name not in tables:
            raise AttributeError(f"a run has no table '{name}': {', '.join(tables)}")
        table: pl.DataFrame = tables[name]
        return table

    @cached_property
    def events(self) -> pa.Table:
        """Give every event, as an Arrow table."""
        return events_table(self.run.stage.rulebook, self.run.events)

    @cached_property
    def lines(self) -> pa.Table:
        """Give every line of the commissioner's statements, as an Arrow table."""
        return self._settled["lines"]

    def summary(self) -> Summary:
        """Sum the run up, beside the official figures where there are any."""
        return self._summary

    def report(self, path: str | Path) -> Path:
        """Write the report as one self-contained page."""
        write_report(self._summary, self.run.tables, Path(path))
        return Path(path)

    def save(
        self,
        out: Path,
        *,
        settings: Sequence[str] = (),
        without: Collection[str] = (),
        began: float | None = None,
        told: Told | None = None,
    ) -> Summary:
        """Write the run's folder whole; give its summary, with timings complete.

        `began` is the `time.perf_counter()` from which the command is timed.
        """
        with new_run_folder(out) as folder, table_writer(folder) as writer:
            rulebook = self.run.stage.rulebook
            write_log(writer, rulebook, self.run.events, without)
            write_settled(writer, rulebook, self.run, without)
            return _finish(
                folder, writer, self.run, settings, without, began, told or _untold
            )

    @cached_property
    def _summary(self) -> Summary:
        return _summed_up(self.run)

    @cached_property
    def _settled(self) -> dict[str, pa.Table]:
        return settled_tables(
            self.run.stage.rulebook, self.run.events, self.run.settlement
        )


def _untold(stage: str, done: float) -> None:
    """Tell nobody."""


def _summed_up(run: MeasuredRun) -> Summary:
    return sum_up(
        run, beside_official(run), evidence_hash=evidence_hash(run.design.behaviour)
    )


def _finish(
    folder: Path,
    writer: TableWriter,
    run: MeasuredRun,
    settings: Sequence[str],
    without: Collection[str],
    began: float | None,
    told: Told,
) -> Summary:
    """Write what a folder still lacks while the large tables are being written."""
    for name, table in run.tables.items():
        writer.write(name, table)
    told("summary", 0.0)
    at = time.perf_counter()
    summary = _summed_up(run)
    timings = dict(summary.timings)
    timings["summary"] = round(time.perf_counter() - at, 3)
    told("report", 0.0)
    at = time.perf_counter()
    if "report" not in without:
        write_report(summary, run.tables, folder / REPORT)
    timings["report"] = round(time.perf_counter() - at, 3)
    told("tables", 0.0)
    at = time.perf_counter()
    rows = writer.finish()
    timings["tables"] = round(time.perf_counter() - at, 3)
    if began is not None:
        timings["command"] = round(time.perf_counter() - began, 3)
    summary = replace(summary, timings=timings)
    save_summary(folder, summary)
    write_terms(folder / SUBCONTRACTS, run.stage.terms)
    if run.design.tender is not None:
        save_rulebook(run.design.rulebook, folder / AWARDED)
    write_manifest(folder, _manifest(run, summary, settings, rows))
    return summary


def _manifest(
    run: MeasuredRun,
    summary: Summary,
    settings: Sequence[str],
    rows: Mapping[str, int],
) -> dict[str, Any]:
    design = run.design
    return {
        "is": "run",
        "programme": summary.programme,
        "code_version": summary.code_version,
        "rulebook_hash": summary.rulebook_hash,
        "behaviour_hash": summary.behaviour_hash,
        "seed": design.seed,
        "scale": design.scale,
        "areas": summary.areas,
        "allocation": str(design.allocation),
        "settings": list(settings),
        "tables": {name: rows[name] for name in (*run.tables, *rows)},
        "summary": SUMMARY,
    }


def write_terms(path: Path, terms: Sequence[SubcontractTerms]) -> None:
    """Write subcontract terms as `settle --subcontracts` reads them."""
    kinds = sorted({str(kind) for one in terms for kind in one.passed_down})
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            [
                "contract",
                "position",
                "first_day",
                "management_fee",
                *(f"pass_{kind}" for kind in kinds),
                "lag_months",
            ]
        )
        for one in terms:
            passed = {str(kind): share for kind, share in one.passed_down.items()}
            writer.writerow(
                [
                    one.contract,
                    one.position,
                    one.first_day,
                    one.management_fee,
                    *(passed.get(kind, "") for kind in kinds),
                    one.lag_months,
                ]
            )


def write_log(
    writer: TableWriter,
    rulebook: Rulebook,
    events: EventColumns,
    without: Collection[str],
) -> None:
    """Give a writer the events of a run, which it lets go of when they are written."""
    if "events" not in without:
        writer.write("events", partial(event_parts, rulebook, events))


def write_settled(
    writer: TableWriter,
    rulebook: Rulebook,
    run: Run | SettledRun,
    without: Collection[str],
) -> None:
    """Give a writer what was settled: each table goes as soon as it is written."""
    if "lines" in without:
        return
    events, settlement = run.events, run.settlement
    naming = Naming(rulebook, events)
    ledger = ledger_table(rulebook, events.positions, settlement)
    statements = statements_table(naming, settlement)
    writer.write("lines", partial(line_parts, naming, settlement.lines, PART))
    writer.write("downstream", partial(line_parts, naming, settlement.downstream, PART))
    writer.write("statements", partial(iter, (statements,)))
    writer.write("ledger", partial(iter, (ledger,)))


def event_parts(rulebook: Rulebook, events: EventColumns) -> Iterator[pa.Table]:
    """Give a run's events part by part, so that few stand twice in memory."""
    by_event = [
        field.name
        for field in fields(events)
        if field.name not in ("participants", "positions", "spells", "codes", "events")
    ]
    for first in range(0, max(len(events), 1), PART):
        part = {name: getattr(events, name)[first : first + PART] for name in by_event}
        yield events_table(rulebook, replace(events, **part))


def play(design: Design, told: Told | None = None) -> FinishedRun:
    """Simulate a design from its first referral to its last payment."""
    return FinishedRun(simulate(design, told))


def play_into(
    out: Path,
    design: Design,
    *,
    settings: Sequence[str] = (),
    without: Collection[str] = (),
    began: float | None = None,
    told: Told | None = None,
) -> Summary:
    """Simulate a design into a folder: what `play` and `save` do, in less time.

    The large tables are written while the run is settled and measured.
    """
    with new_run_folder(out) as folder, table_writer(folder) as writer:
        played = play_run(design, told)
        rulebook = played.stage.rulebook
        write_log(writer, rulebook, played.events, without)
        settled = settle_run(played, told)
        write_settled(writer, rulebook, settled, without)
        paid = settled.paid
        del played, settled  # what is written goes: it is a third of what a run takes
        run = measure_run(paid, told)
        return _finish(folder, writer, run, settings, without, began, told or _untold)
