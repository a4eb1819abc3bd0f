"""A finished run: its tables, its summary beside official figures, its folder."""

import csv
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from quasimarket.experiments.official import beside_official, evidence_hash
from quasimarket.reports.report import write_report
from quasimarket.rulebook.rulebook import SubcontractTerms
from quasimarket.runs.folder import (
    REPORT,
    SUMMARY,
    new_run_folder,
    save_summary,
    write_manifest,
    write_tables,
)
from quasimarket.runs.summary import Summary
from quasimarket.simulation.columns_to_arrow import events_table, settled_tables
from quasimarket.simulation.simulate import Design, Run, simulate, sum_up


Told = Callable[[str, float], None]
SUBCONTRACTS = "subcontracts.csv"
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
        tell = told or (lambda stage, done: None)
        large: dict[str, pa.Table] = {}
        if "events" not in without:
            large["events"] = self.events
        if "lines" not in without:
            large |= self._settled
        summary, timings = self._summary, dict(self._summary.timings)
        with new_run_folder(out) as folder:
            tell("tables", 0.0)
            at = time.perf_counter()
            rows = write_tables(folder, {**self.run.tables, **large})
            timings["tables"] = round(time.perf_counter() - at, 3)
            tell("report", 0.0)
            at = time.perf_counter()
            if "report" not in without:
                self.report(folder / REPORT)
            timings["report"] = round(time.perf_counter() - at, 3)
            if began is not None:
                timings["command"] = round(time.perf_counter() - began, 3)
            summary = replace(summary, timings=timings)
            save_summary(folder, summary)
            write_terms(folder / SUBCONTRACTS, self.run.stage.terms)
            write_manifest(folder, self._manifest(settings, rows))
        return summary

    @cached_property
    def _summary(self) -> Summary:
        return sum_up(
            self.run,
            beside_official(self.run),
            evidence_hash=evidence_hash(self.run.design.behaviour),
        )

    @cached_property
    def _settled(self) -> dict[str, pa.Table]:
        return settled_tables(
            self.run.stage.rulebook, self.run.events, self.run.settlement
        )

    def _manifest(
        self, settings: Sequence[str], rows: Mapping[str, int]
    ) -> dict[str, Any]:
        design, summary = self.run.design, self._summary
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
            "tables": dict(rows),
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


def play(design: Design, told: Told | None = None) -> FinishedRun:
    """Simulate a design from its first referral to its last payment."""
    return FinishedRun(simulate(design, told))
