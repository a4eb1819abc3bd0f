"""What programs read of what is published: statistics with metadata, contracts."""

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from pydantic import BaseModel

from quasimarket.service.acting import clock
from quasimarket.service.interface import ocds, statistics
from quasimarket.service.interface.problems import RESPONSES
from quasimarket.service.programme.rules import programme


CSVW = "application/csvm+json"


class ReleasePackage(BaseModel):
    """An OCDS 1.1 release package; the standard's own schema says what is in it."""

    uri: str
    version: Literal["1.1"]
    extensions: list[str]
    publishedDate: str
    publisher: dict[str, str]
    releases: list[dict[str, Any]]


class TableMetadata(BaseModel):
    """Metadata of a table on the web; the W3C says what is in it."""

    url: str
    tableSchema: dict[str, Any]


def declare(api: NinjaAPI) -> None:
    """Give the interface what is published."""

    @api.get(
        "/ocds/release-package",
        response={200: ReleasePackage, **RESPONSES},
        operation_id="read-release-package",
        summary="Read the contracts as open contracting data",
        tags=["published"],
    )
    def releases(request: HttpRequest) -> HttpResponse:
        """Give contracts, primes, milestones and payments that you may see."""
        uri = request.build_absolute_uri()
        return JsonResponse(ocds.release_package(uri, clock.now()))

    @api.get(
        f"/{statistics.CSV_NAME}",
        response={200: None, **RESPONSES},
        operation_id="read-statistics",
        summary="Read the published statistics",
        tags=["published"],
        openapi_extra={
            "responses": {
                200: {
                    "description": "The figures",
                    "content": {"text/csv": {"schema": {"type": "string"}}},
                }
            }
        },
    )
    def figures(request: HttpRequest) -> HttpResponse:
        """Give counts of people by contract, group and month, as CSV."""
        return HttpResponse(
            statistics.as_csv(statistics.published()),
            content_type="text/csv; charset=utf-8",
        )

    @api.get(
        f"/{statistics.CSV_NAME}-metadata.json",
        response={200: TableMetadata, **RESPONSES},
        operation_id="read-statistics-metadata",
        summary="Read what the statistics' columns mean",
        tags=["published"],
        openapi_extra={
            "responses": {
                200: {
                    "description": "CSV on the Web metadata",
                    "content": {CSVW: {"schema": {"type": "object"}}},
                }
            }
        },
    )
    def described(request: HttpRequest) -> HttpResponse:
        """Give the table's metadata as CSV on the Web."""
        said = statistics.metadata(programme().name)
        return JsonResponse(said, content_type=CSVW)
