"""The whole command on a warm cache: the nation, and one person in a hundred.

Prints what it found as one JSON object for `benchmarks/run.py`. Each command runs a few
times in a process of its own and the quickest run counts.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


COMMAND = [str(Path(sys.executable).parent / "quasimarket"), "simulate"]
RUNS = 2
CASES = {
    "the nation": (["work-programme"], 20.0),
    "one in a hundred": (["work-programme", "--scale", "0.01"], 3.0),
}
"""Name -> arguments, and the seconds aimed at."""
SIMULATION_AIM = 2.0
MEMORY_AIM = 2.0

Measured = dict[str, Any]


def main() -> None:
    """Run each command and print its seconds."""
    measured = {}
    for name, (arguments, _) in CASES.items():
        print(name, file=sys.stderr)
        measured[name] = min((timed(arguments) for _ in range(RUNS)), key=_whole)
    print(
        json.dumps(
            {
                "title": "The command `quasimarket simulate work-programme`",
                "tables": [_commands(measured), _stages(measured)],
                "measured": measured,
            }
        )
    )


def timed(arguments: list[str]) -> Measured:
    """Run the command once; give its seconds, its stages' and its peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        began = time.perf_counter()
        child = subprocess.Popen(
            [*COMMAND, *arguments, "--out", str(out)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(
            child.pid, 0
        )  # its own peak, not the largest so far
        whole = time.perf_counter() - began
        if status:
            raise SystemExit(f"the command failed with status {status}")
        stages = json.loads((out / "summary.json").read_text("utf-8"))["timings"]
    return {"whole": whole, "stages": stages, "peak_bytes": usage.ru_maxrss * 1024}


def _whole(run: Measured) -> float:
    return float(run["whole"])


def _commands(measured: dict[str, Measured]) -> Measured:
    rows = [
        [
            name,
            f"{run['whole']:.1f}",
            f"{CASES[name][1]:.0f}",
            f"{run['stages']['simulation']:.2f}",
            f"{SIMULATION_AIM:.0f}",
            f"{run['peak_bytes'] / 1e9:.2f}",
            f"{MEMORY_AIM:.0f}",
        ]
        for name, run in measured.items()
    ]
    return {
        "title": "Whole command, tables and report included",
        "columns": [
            "what", "s", "at most", "simulation s", "at most", "peak GB", "at most",
        ],
        "rows": rows,
    }  # fmt: skip


def _stages(measured: dict[str, Measured]) -> Measured:
    stages = measured["the nation"]["stages"]
    return {
        "title": "Stages of the nation's run",
        "columns": ["stage", "s"],
        "rows": [[stage, f"{seconds:.2f}"] for stage, seconds in stages.items()],
    }


if __name__ == "__main__":
    main()
