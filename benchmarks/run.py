"""Run the benchmarks and keep what they found.

    .venv/bin/python benchmarks/run.py [--only SUITE] [--name NAME]

Each suite is a folder here with a `suite.py` that prints one JSON object: a title,
tables, and what was measured. The tables are printed and written, with the date and
facts of the machine, to `benchmarks/results/NAME.json` and `NAME.md`; NAME is the date
unless given. Times move with the machine's other work: judge by the ratios.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table


HERE = Path(__file__).parent
RESULTS = HERE / "results"
SUITES = ("kernel", "command", "settlement", "service")
LIBRARIES = ("numba", "numpy", "polars", "pyarrow")
"""Of our own environment; those of peers stand in each suite's requirements/."""

Found = dict[str, Any]


def main() -> int:
    """Run the suites asked for; give 1 if one of them failed."""
    arguments = _arguments()
    today = datetime.now(UTC).date().isoformat()
    result: Found = {"date": today, "machine": machine_facts(), "suites": {}}
    failed = False
    for suite in [arguments.only] if arguments.only else SUITES:
        found = run_suite(suite)
        if found is None:
            failed = True
        else:
            result["suites"][suite] = found
    for found in result["suites"].values():
        _show(found)
    if result["suites"]:
        _keep(result, arguments.name or today)
    return 1 if failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", choices=SUITES, help="run one suite only")
    parser.add_argument("--name", help="name of the result; the date unless given")
    return parser.parse_args()


def run_suite(suite: str) -> Found | None:
    """Run a suite in a process of its own; give what it printed, or None."""
    program = HERE / suite / "suite.py"
    done = subprocess.run(
        [sys.executable, str(program)], stdout=subprocess.PIPE, text=True
    )
    if done.returncode:
        print(f"{suite}: failed with status {done.returncode}", file=sys.stderr)
        return None
    found: Found = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def machine_facts() -> dict[str, str]:
    """Say what ran the benchmarks; nothing that names the machine."""
    return {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{_memory_gb():.0f} GB",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{library: version(library) for library in LIBRARIES},
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _show(found: Found) -> None:
    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(f"\n[bold]{found['title']}[/bold]")
    for table in found["tables"]:
        shown = Table(title=table["title"], title_justify="left")
        for number, column in enumerate(table["columns"]):
            shown.add_column(column, justify="right" if number else "left")
        for row in table["rows"]:
            shown.add_row(*row)
        console.print(shown)


def _keep(result: Found, name: str) -> None:
    """Write both files whole: beside their place first, then into it."""
    RESULTS.mkdir(exist_ok=True)
    for suffix, text in (
        ("json", json.dumps(result, indent=1) + "\n"),
        ("md", _page(result)),
    ):
        place = RESULTS / f"{name}.{suffix}"
        beside = place.with_suffix(f".{suffix}.new")
        beside.write_text(text, "utf-8")
        beside.replace(place)


def _page(result: Found) -> str:
    machine = ", ".join(f"{key} {value}" for key, value in result["machine"].items())
    parts = [f"# Benchmarks, {result['date']}\n", f"{machine}.\n"]
    for found in result["suites"].values():
        parts.append(f"## {found['title']}\n")
        for table in found["tables"]:
            parts.append(f"{table['title']}:\n")
            lines = [table["columns"], ["---"] * len(table["columns"]), *table["rows"]]
            parts.append("\n".join("| " + " | ".join(line) + " |" for line in lines))
            parts.append("")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.exit(main())
