"""Time one month's payment run over a loaded log, stage by stage.

    python benchmarks/service/payment_run.py --state FOLDER [--live 500000]

The programme is simulated at the size asked for and its log is loaded as a live one;
what is claimed in the month itself is the service's own to raise. What came before the
month is paid by two runs: one for all months but the last, and the last. All that stays
in FOLDER and is done once; the month is timed on a copy. A second call takes the copy
and the month.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import django
from kept_state import KeptState


HERE = Path(__file__).resolve()
RESULTS = HERE.parent.parent / "results"
LIVE_AT_SCALE_1 = 1_126_000
"""People on the programme in June 2013, were the simulation of its whole size."""


def main() -> None:
    """Make what is not there, and time a month."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path)
    parser.add_argument("--live", type=int, default=500_000)
    parser.add_argument("--until", type=date.fromisoformat, default=date(2013, 6, 30))
    parser.add_argument("--out", type=Path, default=RESULTS / "payment_run.json")
    parser.add_argument("--profile", type=Path, help="write a profile of the month")
    parser.add_argument("--stage", choices=("open", "month"), help=argparse.SUPPRESS)
    parser.add_argument("--run", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.stage:
        _do_stage(given)
        return
    if given.state is None:
        parser.error("--state FOLDER is needed")
    profile = ("--profile", str(given.profile)) if given.profile else ()
    text = json.dumps(
        timed_month(given.state, given.live, given.until, profile), indent=2
    )
    print(text)
    given.out.write_text(text + "\n", encoding="utf-8")


def timed_month(
    state: Path, live: int, until: date, more: Sequence[str] = ()
) -> dict[str, Any]:
    """Make what is not there, and time a month on a copy."""
    kept = KeptState(state)
    try:
        run = kept.simulated(round(live / LIVE_AT_SCALE_1, 4))
        stage = stage_command(until, run)
        kept.make("opened", *stage, "--stage", "open")
        kept.copy("opened", "timed")
        found = json.loads(kept.run_on("timed", *stage, *more, "--stage", "month"))
        return dict(found)
    finally:
        kept.end()


def stage_command(until: date, run: Path) -> tuple[str, ...]:
    """Give the program that works on one database, less its stage."""
    return (str(HERE), "--until", str(until), "--run", str(run))


def _do_stage(given: argparse.Namespace) -> None:
    """Load and open, or time the month, on the database of the environment."""
    django.setup()
    from loaded_run import load_run, paying_people  # needs Django set up

    from quasimarket.core.dates import Month
    from quasimarket.service.migrating import migrate

    migrate()
    month = Month.of(given.until)
    if given.stage == "open":
        started = time.perf_counter()
        until = month.plus(-1).last_day
        load_run(given.run, until=given.until, claims_until=until)
        print(f"loaded: {time.perf_counter() - started:.1f} s", file=sys.stderr)
        paying_people()
        # what the first run catches up with is passed down a month later: not in ours
        pay(month.plus(-2))
        pay(month.plus(-1))
        vacuum()
        return
    if given.profile:
        import cProfile

        profile = cProfile.Profile()
        said = profile.runcall(pay, month)
        profile.dump_stats(given.profile)
    else:
        said = pay(month)
    print(json.dumps({"people": people_of(month), "month": said}, indent=2))


def vacuum() -> None:
    """Do what the server does by itself in the month between two runs."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def people_of(month) -> dict[str, int]:
    """Count who is on the programme at the month's end."""
    from quasimarket.service.participation.models import Participation
    from quasimarket.service.people.actor import SYSTEM
    from quasimarket.service.people.scope import acting_as

    with acting_as(SYSTEM):
        rows = Participation.objects.filter(referred__lte=month.last_day)
        live = rows.filter(
            attached__isnull=False, allotted_end__gte=month.first_day
        ).count()
        return {"all": rows.count(), "live": live}


def pay(month) -> dict[str, object]:
    """Pay a month, timing each stage."""
    from quasimarket.service.acting.performing import perform
    from quasimarket.service.claims.coverage import note_coverage
    from quasimarket.service.payments import monthly, running
    from quasimarket.service.payments.acts import ApprovePaymentRun, ConfirmPaymentRun
    from quasimarket.service.payments.models import PaymentRun
    from quasimarket.service.people.actor import SYSTEM, Actor
    from quasimarket.service.people.models import User
    from quasimarket.service.people.scope import acting_as

    at = datetime(month.year, month.month, month.last_day.day, 12, tzinfo=UTC)
    with acting_as(SYSTEM):
        preparer, approver = (
            Actor.of_user(one) for one in User.objects.order_by("pk")[:2]
        )
    took: dict[str, object] = {}

    def timed(stage, work):
        started = time.perf_counter()
        found = work()
        took[stage] = round(time.perf_counter() - started, 1)
        print(f"{month} {stage}: {took[stage]} s", file=sys.stderr, flush=True)
        return found

    def stage(name):
        with acting_as(SYSTEM):
            locked = PaymentRun.objects.select_for_update().get(pk=run.pk)
            running.do_stage(locked, name, at)
            return locked

    note_coverage("benefit", month.last_day, at)
    timed("claims", lambda: monthly.keep_claims(month, at))
    run = timed("begin", lambda: monthly.begin(month, preparer, at))
    run = timed("prepare", lambda: stage("prepare-payment-run"))
    run = timed("verify", lambda: stage("verify-payment-run"))
    if run.state == "stopped":
        raise SystemExit(json.dumps(run.differences[:5], indent=1))
    approve = ApprovePaymentRun(lines_pence=run.lines_pence)
    timed("approve", lambda: perform(approve, approver, run.reference, at=at))
    run = timed("export", lambda: stage("export-payment-run"))
    confirm = ConfirmPaymentRun(bank_reference="bank")
    timed("confirm", lambda: perform(confirm, preparer, run.reference, at=at))
    took["lines"], took["pence"] = run.lines, run.lines_pence
    took["passed_lines"] = run.passed_lines
    took["content_hash"] = run.content_hash
    took["verified_people"] = run.verified_people
    took["seconds"] = round(
        sum(one for one in took.values() if isinstance(one, float)), 1
    )
    took["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return took


if __name__ == "__main__":
    main()
