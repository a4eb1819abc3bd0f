"""The kernel against its peers on the common model, all measured in this one run.

Prints what it found as one JSON object for `benchmarks/run.py`. Implementations take
turns, each in a process and an environment of its own, and the best of all turns
counts: other work on the machine can only slow a turn down.
"""

import json
import subprocess
import sys
from pathlib import Path
from statistics import fmean, median, stdev
from typing import Any


HERE = Path(__file__).parent
VENVS = HERE.parent / ".venvs"
WEEKS = 156
TURNS = 3
PLAYS_A_TURN = 2
REFERENCE_PLAYS = 20
REFERENCE_SEED = 1000
"""Far from the seeds of the turns, so that no two share their draws."""
MOST_Z = 4.5
"""With 20 reference plays and some 30 comparisons a sound implementation passes this
about once in a hundred runs."""
TOTALS = ("starts", "losses", "outcomes", "sustainments", "in work", "finished")

Measured = dict[str, Any]

IMPLEMENTATIONS: dict[str, tuple[str, str, int]] = {
    "Mesa 3.3.1": ("mesa", "peer_mesa", 20_000),
    "mesa-frames 0.1.0a0": ("mesa-frames", "peer_mesa_frames", 200_000),
    "Starsim 3.7.2": ("starsim", "peer_starsim", 200_000),
    "NumPy 2.4.6": ("numpy", "peer_numpy", 2_000_000),
    "Quasimarket": ("", "ours", 2_000_000),
}
"""Name -> environment, module, people. The shipped kernel runs in our own."""


def main() -> None:
    """Measure everything and print it."""
    subprocess.run([HERE.parent / "make_peers.sh", "kernel"], check=True)
    turns = _take_turns()
    agreement = {name: _agreement(name, turns[name]) for name in turns}
    limits = json.loads(_output([sys.executable, str(HERE / "limits.py")]))
    sizes = json.loads(_output([sys.executable, str(HERE / "linear.py")]))
    print(
        json.dumps(
            {
                "title": "Kernel: person-weeks per second on the common model",
                "tables": [
                    _speeds(turns),
                    _ratios(turns),
                    _agreements(agreement),
                    _limits(turns["Quasimarket"], limits),
                    _sizes(sizes),
                ],
                "measured": {
                    "turns": turns,
                    "agreement": agreement,
                    "limits": limits,
                    "sizes": sizes,
                },
            }
        )
    )


def measure(
    environment: str, module: str, people: int, plays: int, seed: int
) -> Measured:
    """Measure one implementation in a process of its own."""
    python = str(VENVS / environment / "bin" / "python")
    program = [python if environment else sys.executable, str(HERE / "measure.py")]
    output = _output([*program, module, str(people), str(plays), str(seed)])
    measured: Measured = json.loads(output)
    return measured


def _output(command: list[str]) -> str:
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip().splitlines()[-1]


def _take_turns() -> dict[str, Measured]:
    """Measure all implementations by turns; join each one's plays."""
    joined: dict[str, Measured] = {}
    for turn in range(TURNS):
        for name, (environment, module, people) in IMPLEMENTATIONS.items():
            print(f"turn {turn + 1} of {TURNS}: {name}", file=sys.stderr)
            seed = 1 + turn * PLAYS_A_TURN
            measured = measure(environment, module, people, PLAYS_A_TURN, seed)
            if name not in joined:
                joined[name] = measured
                continue
            for key in ("times", "prepare_times", "totals"):
                joined[name][key] += measured[key]
    return joined


def _agreement(name: str, turns: Measured) -> Measured:
    """Set an implementation's totals beside NumPy's on the same population."""
    environment, module, people = IMPLEMENTATIONS[name]
    totals = turns["totals"]
    if people > 200_000:  # a smaller population allows enough plays
        people = 200_000
        print(f"agreement: {name}", file=sys.stderr)
        totals = measure(environment, module, people, REFERENCE_PLAYS, 1)["totals"]
    reference = measure("numpy", "peer_numpy", people, REFERENCE_PLAYS, REFERENCE_SEED)[
        "totals"
    ]
    z, off = [], []
    for ours, theirs in zip(
        zip(*totals, strict=True), zip(*reference, strict=True), strict=True
    ):
        error = stdev(theirs) * (1 / len(ours) + 1 / len(theirs)) ** 0.5
        z.append((fmean(ours) - fmean(theirs)) / error)
        off.append(fmean(ours) / fmean(theirs) - 1)
    return {"people": people, "plays": len(totals), "z": z, "off": off}


def speed(turns: Measured) -> float:
    """Give person-weeks a second of the best play."""
    return float(turns["people"] * WEEKS / min(turns["times"]))


def _speeds(turns: dict[str, Measured]) -> Measured:
    return {
        "title": "Speed",
        "columns": [
            "implementation",
            "people",
            "best s",
            "median s",
            "million person-weeks/s",
        ],
        "rows": [
            [
                name,
                f"{one['people']:,}",
                f"{min(one['times']):.3f}",
                f"{median(one['times']):.3f}",
                f"{speed(one) / 1e6:,.1f}",
            ]
            for name, one in turns.items()
        ],
    }


def _ratios(turns: dict[str, Measured]) -> Measured:
    aims = {
        "Mesa 3.3.1": (600, 1000),
        "mesa-frames 0.1.0a0": (25, 40),
        "Starsim 3.7.2": (25, 40),
    }
    ours = speed(turns["Quasimarket"])
    rows = []
    for name, one in turns.items():
        if name != "Quasimarket":
            least, aim = aims.get(name, ("", ""))
            ratio = f"{ours / speed(one):,.0f}"
            rows.append([f"x {name}", ratio, str(least), str(aim)])
    return {
        "title": "The shipped kernel as a multiple of each peer",
        "columns": ["peer", "ratio", "at least", "aim"],
        "rows": rows,
    }


def _agreements(agreement: dict[str, Measured]) -> Measured:
    rows = []
    for name, one in agreement.items():
        worst = max(range(len(TOTALS)), key=lambda n: abs(one["z"][n]))
        z = abs(one["z"][worst])
        rows.append(
            [
                name,
                f"{one['people']:,}",
                str(one["plays"]),
                f"{max(abs(part) for part in one['off']):.2%}",
                f"{z:.1f} ({TOTALS[worst]})",
                "agrees" if z < MOST_Z else "DIFFERS",
            ]
        )
    return {
        "title": "Agreement of totals with NumPy on the same population",
        "columns": [
            "implementation",
            "people",
            "plays",
            "largest difference",
            "in standard errors",
            f"verdict (below {MOST_Z})",
        ],
        "rows": rows,
    }


def _sizes(sizes: list[dict[str, float]]) -> Measured:
    """Set ten times the Work Programme's intake beside its own; linear is no more."""
    rows = [
        [
            f"{one['people']:,}",
            f"{one['seconds']:.2f}",
            f"{one['people'] / sizes[0]['people']:.1f}",
            f"{one['seconds'] / sizes[0]['seconds']:.1f}",
        ]
        for one in sizes
    ]
    return {
        "title": "The provider loop on the Work Programme, event table off",
        "columns": ["people", "best s", "times the people", "times the seconds"],
        "rows": rows,
    }


def _limits(ours: Measured, limits: dict[str, float]) -> Measured:
    """Set the kernel beside what this machine could do at most.

    The floor of an event clock is the time to look once a month at everybody referred
    and to draw for each spell, all threads at full speed and nothing else to do.
    """
    drawn_per_s = limits["compared_draws_per_s"]
    floor = (
        ours["facts"]["person_months"] / limits["scanned_per_s"]
        + ours["facts"]["draws"] / limits["exponential_draws_per_s"]
    )
    best = min(ours["times"])
    weekly = speed(ours) / drawn_per_s
    return {
        "title": "This machine's limits, all threads",
        "columns": ["limit", "value"],
        "rows": [
            ["Philox draws, million/s", f"{drawn_per_s / 1e6:,.0f}"],
            [
                "Philox draws with logarithm, million/s",
                f"{limits['exponential_draws_per_s'] / 1e6:,.0f}",
            ],
            [
                "persons scanned in cache, million/s",
                f"{limits['scanned_per_s'] / 1e6:,.0f}",
            ],
            [
                "person-weeks/s as a share of draws/s (1 bounds any weekly design)",
                f"{weekly:.2f}",
            ],
            ["floor of an event clock: scan and draws alone, s", f"{floor:.3f}"],
            ["share of that floor reached", f"{floor / best:.0%}"],
        ],
    }


if __name__ == "__main__":
    main()
