"""The interface as a whole: OpenAPI 3.1 at /api/v1/openapi.json, a page at /api/docs/.

A sandbox to try it in is the demonstration: `quasimarket serve --demonstration`.
"""

from functools import lru_cache
from typing import Any

from ninja import NinjaAPI

from quasimarket.service.interface import (
    act_calls,
    money_reads,
    problems,
    publications,
    reads,
)
from quasimarket.service.interface.authority import KeyInHeader


class Interface(NinjaAPI):
    """The interface, whose description says in which form errors come."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: Any = None
    ) -> Any:
        """Give the description: made once, since it takes a second and all may ask."""
        return _described(path_prefix)


@lru_cache(maxsize=2)
def _described(path_prefix: str | None) -> Any:
    schema = NinjaAPI.get_openapi_schema(api, path_prefix=path_prefix)
    for path in schema["paths"].values():
        for operation in path.values():
            for status, answer in operation["responses"].items():
                if int(status) >= 400 and "content" in answer:
                    said = answer["content"].pop("application/json")
                    answer["content"][problems.MEDIA_TYPE] = said
    return schema


api = Interface(
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
