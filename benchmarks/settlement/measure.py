"""Settle a log on one engine and say how long it took: name, log, result."""

import json
import resource
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import pyarrow as pa
import pyarrow.parquet as pq


def main(name: str, log: Path, result: Path) -> None:
    """Settle, keep the statements, and print seconds and memory."""
    seconds: dict[str, float] = {}
    if name == "ours":
        from ours import settle_fast

        with tempfile.TemporaryDirectory() as out:
            statements, seconds = settle_fast(log, Path(out))
        took = seconds["read"] + seconds["settle"]
    elif name == "plain":
        from ours import settle_slice

        statements, seconds = settle_slice(log)
        took = seconds["settle"]
    else:
        import rules

        peer = __import__(f"peer_{name}")
        given = rules.load()
        began = perf_counter()
        statements = peer.settle(log, given)
        took = perf_counter() - began
    pq.write_table(_in_order(statements), result)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": took, "stages": seconds, "peak_bytes": peak}))


def _in_order(statements: pa.Table) -> pa.Table:
    types = {"contract": pa.string(), "month": pa.string()}
    ordered = statements.select(["contract", "month", "lines", "pence"])
    columns = [
        ordered[name].cast(types.get(name, pa.int64())) for name in ordered.column_names
    ]
    return pa.table(columns, names=ordered.column_names).sort_by(
        [("contract", "ascending"), ("month", "ascending")]
    )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
