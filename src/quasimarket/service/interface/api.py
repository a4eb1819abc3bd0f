"""The interface as a whole: OpenAPI 3.1 at /api/v1/openapi.json, a page at /api/docs/.

A sandbox to try it in is the demonstration: `quasimarket serve --demonstration`.
"""

from ninja import NinjaAPI

from quasimarket.service.interface import (
    act_calls,
    money_reads,
    problems,
    publications,
    reads,
)
from quasimarket.service.interface.authority import KeyInHeader


api = NinjaAPI(
    title="Quasimarket",
    version="1",
    description=(
        "The live programme for programs. Call with `Authorization: Bearer KEY`. What "
        "is not yours answers 404. A POST with an `Idempotency-Key` may be repeated. "
        "Errors are problem+json. A demonstration answers with "
        "`X-Quasimarket-Sandbox: true`."
    ),
    auth=KeyInHeader(),
    docs_url=None,
)
problems.declare(api)
reads.declare(api)
money_reads.declare(api)
publications.declare(api)
act_calls.declare(api)
