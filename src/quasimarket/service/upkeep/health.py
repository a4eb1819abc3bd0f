"""Whether the service lives, whether it can work, and its gauges for Prometheus.

These answer before any session or transaction, so that they tell the truth when the
database is away.
"""

import hmac
from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from quasimarket.core.errors import InputFault
from quasimarket.service.pages.public import public
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Programme
from quasimarket.service.programme.rules import agreed_rulebook
from quasimarket.service.upkeep.gauges import gauges, written


@public
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Say that this process answers; nothing else is asked."""
    return JsonResponse({"status": "live"})


@public
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Say whether requests can be answered, and what stands against it."""
    checks = {"database": "ok", "migrations": "ok", "rulebook": "ok"}
    try:
        with acting_as(SYSTEM):
            checks["migrations"] = _migrations()
            checks["rulebook"] = _rulebook()
    except DatabaseError:
        connection.close()
        checks = {"database": "away"}
    is_ready = set(checks.values()) == {"ok"}
    return JsonResponse(
        {"status": "ready" if is_ready else "not ready", "checks": checks},
        status=200 if is_ready else 503,
    )


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(missing)} missing" if missing else "ok"


def _rulebook() -> str:
    try:
        agreed_rulebook()
    except Programme.DoesNotExist:
        return "no programme has been set up"
    except InputFault:
        return "not the one that was agreed"
    return "ok"


@public
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the gauges, to this machine or to who has the token; to others nothing."""
    if not may_measure(request):
        return HttpResponse(status=404)
    try:
        with acting_as(SYSTEM):
            text = written(gauges())
    except DatabaseError:
        connection.close()
        text = written([])
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def may_measure(request: HttpRequest) -> bool:
    """Whether the gauges are for who asks.

    Behind a proxy on this machine everybody comes from it: what was passed on counts
    as from elsewhere.
    """
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").encode()
    if token and hmac.compare_digest(given, f"Bearer {token}".encode()):
        return True
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/health/live": live,
    "/health/ready": ready,
    "/metrics": metrics,
}


class Probes:
    """Answer those who watch over the service, before anything that may be broken."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a probe here, and pass on everything else."""
        return PROBES.get(request.path, self.get_response)(request)
