"""Calls that may be made again: the same key gives the same answer, done once."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse

from quasimarket.service.interface.models import Answered
from quasimarket.service.interface.problems import problem


HEADER = "Idempotency-Key"
LONGEST = 120


def once(request: HttpRequest, answer: Callable[[], tuple[int, Any]]) -> HttpResponse:
    """Answer a call, or give again what was answered to the same one.

    Two at once: the second waits for the first's transaction, then finds its answer. A
    call that was refused is not remembered: it may be made again.
    """
    given = request.headers.get(HEADER, "")
    if not given:
        return _json(*answer())
    if len(given) > LONGEST:
        return problem(400, "key-too-long", f"{HEADER} has more than {LONGEST} signs.")
    digest = hashlib.sha256(
        f"{request.method} {request.path}\n".encode() + request.body
    ).hexdigest()
    try:
        with transaction.atomic():
            row = Answered.objects.create(
                key=request.api_key,
                idempotency_key=given,
                digest=digest,
                at=datetime.now(UTC),
            )
            status, body = answer()
            row.status, row.body = status, json.loads(json.dumps(body, default=str))
            row.save(update_fields=["status", "body"])
    except IntegrityError:
        row = Answered.objects.get(key=request.api_key, idempotency_key=given)
        if row.digest != digest:
            return problem(409, "key-used", f"This {HEADER} was used for another call.")
    return _json(row.status, row.body)


def _json(status: int, body: Any) -> HttpResponse:
    answer = JsonResponse(
        body,
        status=status,
        safe=False,
        # An answer kept as jsonb has lost the order in which it was made.
        json_dumps_params={"default": str, "sort_keys": True},
    )
    if body.get("etag"):
        answer["ETag"] = body["etag"]
    return answer
