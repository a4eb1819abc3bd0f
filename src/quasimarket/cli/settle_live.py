"""`quasimarket settle --verify`: the live service's payments, all settled again."""

import argparse
import json
from dataclasses import asdict

from rich.console import Console
from rich.progress import Progress, TaskID

from quasimarket.cli.database_options import database, set_django_up
from quasimarket.core.money import format_pounds


DIFFERENT = 1
SHOWN = 200


def verify_live(arguments: argparse.Namespace) -> int:
    """Open the service's database and settle everything in it again."""
    with database(arguments) as connections:
        set_django_up(connections, arguments.state)
        return settle_again(
            arguments.programme_named, arguments.month, is_json=arguments.json
        )


def settle_again(programme: str | None, month: str | None, *, is_json: bool) -> int:
    """Settle, and say what differs from what was issued; status 1 if anything does."""
    from quasimarket.service.payments.settling_everything import (
        issued_runs,
        settle_everything,
    )

    runs = issued_runs(programme, month)
    with Progress(
        console=Console(stderr=True), transient=True, disable=is_json
    ) as shown:
        bars: dict[str, TaskID] = {}

        def tell(what: str, done: int, whole: int) -> None:
            if what not in bars:
                bars[what] = shown.add_task(what, total=whole)
            shown.update(bars[what], completed=done)

        found = settle_everything(runs, tell)
    if is_json:
        print(json.dumps(asdict(found), indent=2, ensure_ascii=False))
        return DIFFERENT if found.differences else 0
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(
        f"{found.runs:,} payment runs up to {found.run}: {found.people:,} people, "
        f"{found.lines:,} lines, {format_pounds(found.pence)} to primes."
    )
    for one in found.differences[:SHOWN]:
        line = " ".join(one["line"])
        console.print(f"{one['month']} {one['by']}: {one['says']}: {line}")
    if not found.differences:
        console.print("Both engines give every line again, to the penny.")
        return 0
    more = len(found.differences) - SHOWN
    if more > 0:
        console.print(f"... and {more:,} more")
    console.print(f"{len(found.differences):,} differences from what was issued.")
    return DIFFERENT
