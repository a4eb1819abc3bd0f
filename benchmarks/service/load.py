"""Ask the served programme by more and more clients, and say how long answers took.

    python benchmarks/service/load.py --state FOLDER [--live N | --whole] [--seconds N]

FOLDER is that of `payment_run.py`: a log that was loaded with its chain kept, and
months that were paid. With --whole it is a folder of its own, with the programme in its
whole size to its last referral, as `whole_programme.py` loads it. What is not there is
made, and the asking is done on a copy.
Pages come from gunicorn as `quasimarket serve` starts it; clients are a process of
their own.
"""

import argparse
import json
import multiprocessing
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

from journeys import Client, Timed
from kept_state import KeptState
from payment_run import LIVE_AT_SCALE_1, stage_command

from quasimarket.cli.serve import WORKERS, pages_command


HERE = Path(__file__).resolve().parent
STEPS = (1, 2, 4, 8, 16, 32)
PATIENCE_SECONDS = 120
LAST_REFERRAL = date(2017, 3, 31)
Found = dict[str, Any]
PAID = "raised and paid month by month"
LOADED = "loaded as rows, as payments are: no sum is the engines'"
"""How a state came by its claims."""


def main() -> None:
    """Ask, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--live", type=int, default=500_000)
    parser.add_argument("--until", type=date.fromisoformat, default=date(2013, 6, 30))
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--seconds", type=float, default=20)
    given = parser.parse_args()
    if given.whole:
        found = measured_whole(given.state, given.seconds)
    else:
        found = measured(given.state, given.live, given.until, given.seconds)
    print(json.dumps(found))


def measured(state: Path, live: int, until: date, seconds: float) -> Found:
    """Ask a programme with so many live people, whose months the service paid."""
    kept = KeptState(state)
    try:
        run = kept.simulated(round(live / LIVE_AT_SCALE_1, 4))
        kept.make("opened", *stage_command(until, run), "--stage", "open")
        return _asked(kept, "opened", until, seconds, claims=PAID)
    finally:
        kept.end()


def measured_whole(state: Path, seconds: float) -> Found:
    """Ask the programme in its whole size, its claims and payments loaded as rows."""
    kept = KeptState(state)
    try:
        run = kept.simulated(1)
        command = (str(HERE / "whole_programme.py"), "--run", str(run))
        kept.make("whole", *command, "--until", str(LAST_REFERRAL))
        return _asked(kept, "whole", LAST_REFERRAL, seconds, claims=LOADED)
    finally:
        kept.end()


def _asked(
    kept: KeptState, name: str, until: date, seconds: float, *, claims: str
) -> Found:
    """Serve a copy of a database and ask it at every step."""
    kept.copy(name, "served")
    try:
        about = json.loads(
            kept.run_on("served", str(HERE / "readers.py"), str(max(STEPS)))
        )
        for one in about["clients"]:
            one["today"] = until.isoformat()
        port = _free_port()
        serving = subprocess.Popen(
            pages_command("127.0.0.1", port),
            env={**os.environ, **kept.environment("served")},
        )
        try:
            _wait_for(port)
            steps = [_step(about["clients"], count, port, seconds) for count in STEPS]
        finally:
            serving.terminate()
            serving.wait(PATIENCE_SECONDS)
    finally:
        kept.drop("served")
    return {
        "participants": about["participants"],
        "events": about["events"],
        "claims": claims,
        "workers": WORKERS,
        "seconds": seconds,
        "steps": steps,
    }


def _step(clients: list[Found], count: int, port: int, seconds: float) -> Found:
    """Let so many clients go through their journeys for some seconds."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as asking:
        timed = asking.apply(ask_together, (clients[:count], port, seconds))
    by_name: dict[str, list[Timed]] = defaultdict(list)
    for one in timed:
        by_name[one[0]].append(one)
    said = {"clients": count, **_summary(timed), "per_second": len(timed) / seconds}
    print(json.dumps(said), file=sys.stderr, flush=True)
    return {
        **said,
        "requests": {name: _summary(own) for name, own in sorted(by_name.items())},
    }


def ask_together(clients: list[Found], port: int, seconds: float) -> list[Timed]:
    """Run clients beside one another; give everything that they timed."""
    end = time.perf_counter() + seconds
    with ThreadPoolExecutor(len(clients)) as threads:
        found = threads.map(
            lambda pair: list(Client(pair[1], pair[0], port).until(end)),
            enumerate(clients),
        )
        return [timed for own in found for timed in own]


def _summary(timed: Iterable[Timed]) -> Found:
    """Give the median, two far quantiles, and how many were not answered well."""
    own = list(timed)
    spent = sorted(one[1] * 1000 for one in own)
    return {
        "asked": len(own),
        "errors": sum(not one[2] for one in own),
        **{
            f"p{share}_ms": round(spent[min(len(spent) * share // 100, len(spent) - 1)])
            for share in (50, 95, 99)
        },
    }


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_for(port: int) -> None:
    """Ask until the service answers."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=10)
            return
        except (OSError, urllib.error.URLError):
            if time.monotonic() > until:
                raise
            time.sleep(0.3)


if __name__ == "__main__":
    main()
