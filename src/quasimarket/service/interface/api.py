"""The interface as a whole: OpenAPI 3.1 at /api/v1/openapi.json, a page at /api/docs/.

A sandbox to try it in is the demonstration: `quasimarket serve --demonstration`.
"""

from copy import copy
from functools import lru_cache
from http.client import responses
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.operation import Operation

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


class _Description(OpenAPISchema):
    """The description, with the form of problems made once.

    Each operation can answer with each of them: made anew each time they were nine
    tenths of the work.
    """

    def responses(self, operation: Operation) -> dict[int, dict[str, Any]]:
        """Describe an operation's answers; errors come as problem+json."""
        models = operation.response_models
        own = {
            status: model
            for status, model in models.items()
            if status not in problems.RESPONSES
        }
        described = super().responses(_answering(operation, own))
        if "Problem" not in self.schemas:
            one = {status: models[status] for status in models if status not in own}
            first = dict(list(one.items())[:1])
            super().responses(_answering(operation, first))
        refers = {"$ref": REF_TEMPLATE.format(model="Problem")}
        for status in models:
            if status not in own:
                described[status] = {
                    "description": responses.get(status, ""),
                    "content": {problems.MEDIA_TYPE: {"schema": dict(refers)}},
                }
        return described


def _answering(operation: Operation, models: dict[int, Any]) -> Operation:
    same = copy(operation)
    same.response_models = models
    return same


@lru_cache(maxsize=2)
def _described(path_prefix: str | None) -> Any:
    if path_prefix is None:
        path_prefix = api.get_root_path({})
    return _Description(api, path_prefix)


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
