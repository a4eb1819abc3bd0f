"""Time one month's payment run over a loaded log, stage by stage.

    python benchmarks/service/payment_run.py RUN_FOLDER --until 2013-06-30

RUN_FOLDER is a simulated run's (`quasimarket simulate work-programme --scale 0.45
--without lines --without report`). The database is that of the environment, as for the
service; it is migrated, and loaded unless `--loaded`. The months before the timed one
are paid by one opening run, which is timed apart.
"""

import argparse
import json
import os
import resource
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import django


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quasimarket.service.settings")
django.setup()
sys.path.insert(0, str(Path(__file__).parent))

from loaded_run import load_run, paying_people  # noqa: E402  # needs Django set up

from quasimarket.core.dates import Month  # noqa: E402  # likewise
from quasimarket.service.acting.performing import perform  # noqa: E402  # likewise
from quasimarket.service.claims.coverage import note_coverage  # noqa: E402  # likewise
from quasimarket.service.migrating import migrate  # noqa: E402  # likewise
from quasimarket.service.participation.models import (  # noqa: E402  # likewise
    Participation,
)
from quasimarket.service.payments import monthly, running  # noqa: E402  # likewise
from quasimarket.service.payments.acts import (  # noqa: E402  # likewise
    ApprovePaymentRun,
    ConfirmPaymentRun,
)
from quasimarket.service.payments.models import PaymentRun  # noqa: E402  # likewise
from quasimarket.service.people.actor import SYSTEM, Actor  # noqa: E402  # likewise
from quasimarket.service.people.models import User  # noqa: E402  # likewise
from quasimarket.service.people.scope import acting_as  # noqa: E402  # likewise


def main() -> None:
    """Load, pay what came before, and time a month."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--until", type=date.fromisoformat, required=True)
    parser.add_argument("--loaded", action="store_true")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    if not arguments.loaded:
        migrate()
        load_run(arguments.run, until=arguments.until)
        paying_people()
    month = Month.of(arguments.until)
    with acting_as(SYSTEM):
        has_opened = PaymentRun.objects.exists()
    said = {"people": people_of(month)}
    if not has_opened:
        said["opening"] = pay(month.plus(-1))
    said["month"] = pay(month)
    text = json.dumps(said, indent=2)
    print(text)
    if arguments.out:
        arguments.out.write_text(text + "\n", encoding="utf-8")


def people_of(month: Month) -> dict[str, int]:
    """Count who is on the programme at the month's end."""
    with acting_as(SYSTEM):
        rows = Participation.objects.filter(referred__lte=month.last_day)
        live = rows.filter(
            attached__isnull=False, allotted_end__gte=month.first_day
        ).count()
        return {"all": rows.count(), "live": live}


def pay(month: Month) -> dict[str, object]:
    """Pay a month, timing each stage."""
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
    took["verified_people"] = run.verified_people
    took["seconds"] = round(
        sum(one for one in took.values() if isinstance(one, float)), 1
    )
    took["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return took


if __name__ == "__main__":
    main()
