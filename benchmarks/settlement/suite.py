"""The columnar engine against the plain one, Polars, DuckDB and pandas.

    python suite.py [EVENTS]

All settle one Parquet log of spell-level events by the shipped rulebook. Peers do the
rules that bite in it, give the lines and add them up by contract and month. Ours also
names each line's events, orders lines by statement, and gives what goes down the chain,
incentives and what was not paid. They take turns, each in a process of its own, and the
best of all turns counts; the statements must agree to the penny. The plain engine
settles a slice, scaled up. Prints what it found as one JSON object for
`benchmarks/run.py`.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq


HERE = Path(__file__).parent
PEERS = HERE.parent / ".venvs" / "settlement" / "bin" / "python"
SOURCE = HERE.parent.parent / "src"
EVENTS = 20_000_000
SLICE = 40_000
TURNS = 2
ENGINES = {
    "Quasimarket, columnar": "ours",
    "DuckDB": "duckdb",
    "Polars, streaming": "polars",
    "pandas": "pandas",
}
PLAIN = "Quasimarket, plain"

Found = dict[str, Any]


def main(events: int) -> None:
    """Measure every engine and print it."""
    subprocess.run([HERE.parent / "make_peers.sh", "settlement"], check=True)
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        log = _make_log(folder, events)
        rows = pq.read_metadata(log).num_rows
        turns: dict[str, list[Found]] = {name: [] for name in ENGINES}
        for _ in range(TURNS):
            for name, engine in ENGINES.items():
                turns[name].append(_measure(engine, log, folder))
        _refuse_disagreement(folder, list(ENGINES.values()))
        plain = _measure_plain(folder, rows)
    best = {name: min(found, key=_seconds) for name, found in turns.items()}
    print(
        json.dumps(
            {
                "title": f"Settlement of {rows:,} events",
                "tables": [_speeds({**best, PLAIN: plain}), _stages(best)],
                "measured": {"events": rows, "turns": turns, "plain": plain},
            }
        )
    )


def _make_log(folder: Path, events: int) -> Path:
    log = folder / f"log-{events}.parquet"
    program = [sys.executable, str(HERE / "generate.py"), str(events), str(log)]
    subprocess.run(program, check=True, stdout=subprocess.DEVNULL)
    return log


def _measure(engine: str, log: Path, folder: Path) -> Found:
    print(f"settling {log.stem} on {engine}", file=sys.stderr)
    result = folder / f"{engine}-{log.stem}.parquet"
    ours = engine in ("ours", "plain")
    program = [sys.executable if ours else str(PEERS), str(HERE / "measure.py")]
    done = subprocess.run(
        [*program, engine, str(log), str(result)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        # peers read the rulebook's prices through the package's plain part
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )
    found: Found = json.loads(done.stdout.strip().splitlines()[-1])
    return {**found, "result": result.name}


def _measure_plain(folder: Path, rows: int) -> Found:
    """Settle a slice plainly, hold it against the columnar engine, and scale it up."""
    log = _make_log(folder, SLICE)
    found = _measure("plain", log, folder)
    fast = _measure("ours", log, folder)
    if _statements(folder, found) != _statements(folder, fast):
        raise SystemExit("the two engines disagree on the slice")
    sliced = pq.read_metadata(log).num_rows
    scaled = found["seconds"] * rows / sliced
    return {**found, "seconds": scaled, "slice_rows": sliced}


def _statements(folder: Path, found: Found) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(folder / found["result"]).to_pylist()
    return rows


def _refuse_disagreement(folder: Path, engines: list[str]) -> None:
    """Stop unless all engines gave the same statements, to the line and the penny."""
    tables = {
        engine: pq.read_table(next(folder.glob(f"{engine}-log-*.parquet")))
        for engine in engines
    }
    for engine, table in tables.items():
        if not table.equals(tables["ours"]):
            raise SystemExit(f"the statements of {engine} differ from ours")


def _seconds(found: Found) -> float:
    return float(found["seconds"])


def _speeds(best: dict[str, Found]) -> Found:
    ours = _seconds(best["Quasimarket, columnar"])
    return {
        "title": "From the file to statements, all alike to the penny",
        "columns": ["engine", "best s", "peak GB", "times our time"],
        "rows": [
            [
                name + (" (slice, scaled)" if "slice_rows" in found else ""),
                f"{_seconds(found):.1f}",
                "" if "slice_rows" in found else f"{found['peak_bytes'] / 1e9:.2f}",
                f"{_seconds(found) / ours:.1f}",
            ]
            for name, found in best.items()
        ],
    }


def _stages(best: dict[str, Found]) -> Found:
    stages = best["Quasimarket, columnar"]["stages"]
    return {
        "title": "Our stages; to settle is from columns in memory to every line",
        "columns": ["stage", "s"],
        "rows": [[stage, f"{seconds:.2f}"] for stage, seconds in stages.items()],
    }


if __name__ == "__main__":
    main(int(float(sys.argv[1])) if len(sys.argv) > 1 else EVENTS)
