"""The served programme under load, and a month's payment run; a state is kept.

    QUASIMARKET_BENCHMARK_STATE=FOLDER QUASIMARKET_BENCHMARK_LIVE=500000 python suite.py

The month is paid of so many live people; what is asked is the programme in its whole
size, nearly two million people. FOLDER is made once, and in it `whole` for the second,
unless QUASIMARKET_BENCHMARK_WHOLE names another: see `payment_run.py` and `load.py`.
Prints what it found as one JSON object for `benchmarks/run.py`.
"""

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

from load import measured_whole
from payment_run import timed_month


HERE = Path(__file__).resolve().parent
STATE = HERE.parent / ".state"
LIVE = 500_000
UNTIL = date(2013, 6, 30)
SECONDS = 20.0
Found = dict[str, Any]


def main() -> None:
    """Measure both and print them."""
    state = Path(os.environ.get("QUASIMARKET_BENCHMARK_STATE", STATE))
    live = int(os.environ.get("QUASIMARKET_BENCHMARK_LIVE", LIVE))
    month = timed_month(state, live, UNTIL)
    whole = Path(os.environ.get("QUASIMARKET_BENCHMARK_WHOLE", state / "whole"))
    load = measured_whole(whole, SECONDS)
    people = f"{load['participants']:,} participants and {load['events']:,} events"
    print(
        json.dumps(
            {
                "title": f"The live programme, {people}",
                "tables": [_month(month), _steps(load), _requests(load)],
                "measured": {"month": month, "load": load},
            }
        )
    )


def _month(found: Found) -> Found:
    month = found["month"]
    stages = [name for name, took in month.items() if isinstance(took, float)]
    live = f"{found['people']['live']:,} live participants"
    return {
        "title": f"A month's payment run, {live}, {month['lines']:,} lines and "
        f"{month['passed_lines']:,} passed down",
        "columns": ["stage", "seconds"],
        "rows": [[name, f"{month[name]:.1f}"] for name in stages],
    }


def _steps(load: Found) -> Found:
    return {
        "title": f"Mixed journeys against {load['workers']} workers, "
        f"{load['seconds']:.0f} s at each step",
        "columns": [
            *("clients", "requests a second", "p50 ms", "p95 ms", "p99 ms"),
            *("asked", "errors"),
        ],
        "rows": [
            [
                str(one["clients"]),
                f"{one['per_second']:.1f}",
                *(str(one[name]) for name in ("p50_ms", "p95_ms", "p99_ms")),
                *(str(one[name]) for name in ("asked", "errors")),
            ]
            for one in load["steps"]
        ],
    }


def _requests(load: Found) -> Found:
    alone, most = load["steps"][0]["requests"], load["steps"][-1]["requests"]
    return {
        "title": "By what was asked: one client, and "
        f"{load['steps'][-1]['clients']} clients",
        "columns": ["request", "p50 ms alone", "p95 ms alone", "p50 ms", "p95 ms"],
        "rows": [
            [
                name,
                *(
                    str(found[name][share]) if name in found else ""
                    for found in (alone, most)
                    for share in ("p50_ms", "p95_ms")
                ),
            ]
            for name in sorted({*alone, *most})
        ],
    }


if __name__ == "__main__":
    main()
