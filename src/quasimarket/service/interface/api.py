"""The interface as a whole: OpenAPI 3.1 at /api/openapi.json, its page at /api/docs."""

from ninja import NinjaAPI

from quasimarket.service.interface import act_calls, problems, reads
from quasimarket.service.interface.authority import KeyInHeader


api = NinjaAPI(
    title="Quasimarket",
    version="1",
    description=(
        "The live programme for programs. Call with `Authorization: Bearer KEY`. What "
        "is not yours answers 404. A POST with an `Idempotency-Key` may be repeated. "
        "Errors are problem+json."
    ),
    auth=KeyInHeader(),
    docs_url=None,
)
problems.declare(api)
reads.declare(api)
act_calls.declare(api)
