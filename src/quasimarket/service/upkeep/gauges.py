"""What is measured of the service, read from its database."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import connection

from quasimarket.service.acting import clock
from quasimarket.service.programme.models import Programme


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """One number."""

    name: str
    help: str
    value: float
    labels: dict[str, str] = field(default_factory=dict)


COUNTED = (
    (
        "quasimarket_participations",
        "Participations by state.",
        "state",
        "SELECT state, count(*) FROM participation_participation GROUP BY 1 ORDER BY 1",
    ),
    (
        "quasimarket_claims",
        "Claims by state.",
        "state",
        "SELECT state, count(*) FROM claims_claim GROUP BY 1 ORDER BY 1",
    ),
    (
        "quasimarket_payment_runs",
        "Payment runs by state.",
        "state",
        "SELECT state, count(*) FROM payments_paymentrun GROUP BY 1 ORDER BY 1",
    ),
    (
        "quasimarket_jobs",
        "Jobs in the queue by status.",
        "status",
        "SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY 1 ORDER BY 1",
    ),
)
SINGLE = (
    (
        "quasimarket_log_head",
        "The number of the last sealed block of the log.",
        "SELECT coalesce(max(sequence), 0) FROM log_logblock",
    ),
    (
        "quasimarket_log_last_event",
        "The id of the last sealed row of the log.",
        "SELECT coalesce(max(last_event), 0) FROM log_logblock",
    ),
    (
        "quasimarket_log_sealed_timestamp_seconds",
        "When the last block was sealed.",
        "SELECT coalesce(extract(epoch FROM max(sealed_at)), 0) FROM log_logblock",
    ),
    (
        "quasimarket_last_payment_run_timestamp_seconds",
        "When the last payment run was begun.",
        "SELECT coalesce(extract(epoch FROM max(prepared_at)), 0) "
        "FROM payments_paymentrun WHERE state <> 'cancelled'",
    ),
    (
        "quasimarket_last_retention_timestamp_seconds",
        "When what is kept too long was last deleted.",
        "SELECT coalesce(extract(epoch FROM max(written_at)), 0) "
        "FROM log_logevent WHERE kind = 'retention'",
    ),
)
OVERDUE = (
    "SELECT count(*) FROM participation_participation "
    "WHERE due_on < %s AND state NOT IN ('completed', 'cancelled')"
)


def gauges() -> Iterator[Gauge]:
    """Read every gauge; the scope is the system's."""
    with connection.cursor() as cursor:
        for name, text, label, query in COUNTED:
            cursor.execute(query)
            for value, count in cursor.fetchall():
                yield Gauge(name=name, help=text, value=count, labels={label: value})
        for name, text, query in SINGLE:
            cursor.execute(query)
            yield Gauge(name=name, help=text, value=cursor.fetchone()[0])
        if Programme.objects.exists():
            cursor.execute(OVERDUE, [clock.today()])
            yield Gauge(
                name="quasimarket_deadlines_overdue",
                help="Open deadlines that have passed.",
                value=cursor.fetchone()[0],
            )


def written(found: Iterable[Gauge]) -> str:
    """Write gauges in Prometheus's text format; an empty list says that it is down."""
    lines: list[str] = []
    named: set[str] = set()
    listed = list(found)
    up = Gauge(
        name="quasimarket_database_up",
        help="Whether the database answers.",
        value=1 if listed else 0,
    )
    for one in [up, *listed]:
        if one.name not in named:
            named.add(one.name)
            lines += [f"# HELP {one.name} {one.help}", f"# TYPE {one.name} gauge"]
        labels = ",".join(
            f'{name}="{_escaped(text)}"' for name, text in one.labels.items()
        )
        lines.append(f"{one.name}{{{labels}}} {one.value}" if labels else
                     f"{one.name} {one.value}")  # fmt: skip
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
