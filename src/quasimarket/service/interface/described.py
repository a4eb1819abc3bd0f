"""The operations of the interface as its page shows them, from its own description."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from quasimarket.service.acting.act import ACTS, About
from quasimarket.service.interface.act_calls import is_for_programs
from quasimarket.service.interface.api import api


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One thing that a call sends."""

    name: str
    where: str
    """path, query, header or body."""
    kind: str
    is_needed: bool
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One call."""

    name: str
    method: str
    path: str
    title: str
    help: str
    roles: tuple[str, ...]
    """Who may do it; empty where everybody reads what is theirs."""
    asked: tuple[Asked, ...]


@lru_cache(maxsize=1)
def operations_by_room() -> dict[str, list[Operation]]:
    """Give every operation, by the room that it belongs to."""
    schema: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/v1/")
    rooms: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method, one in methods.items():
            rooms.setdefault(one["tags"][0], []).append(
                Operation(
                    name=one["operationId"],
                    method=method.upper(),
                    path=path,
                    title=one.get("summary", ""),
                    help=one.get("description", ""),
                    roles=tuple(_roles(one["operationId"])),
                    asked=tuple(_asked(one, schema)),
                )
            )
    return rooms


def people_only() -> list[About]:
    """List the acts that no program may do."""
    return [one for _, one in sorted(ACTS.items()) if not is_for_programs(one)]


def _roles(name: str) -> Iterator[str]:
    if name in ACTS:
        yield from (role.replace("-", " ") for role in ACTS[name].by)


def _asked(one: dict[str, Any], schema: dict[str, Any]) -> Iterator[Asked]:
    for parameter in one.get("parameters", []):
        yield Asked(
            name=parameter["name"],
            where=parameter["in"],
            kind=_kind(parameter["schema"]),
            is_needed=parameter.get("required", False),
            meaning=parameter.get("description", "")
            or parameter["schema"].get("description", ""),
        )
    content = one.get("requestBody", {}).get("content", {}).get("application/json", {})
    body = _followed(content.get("schema", {}), schema)
    for name, field in body.get("properties", {}).items():
        hint = field.get("description", "")
        yield Asked(
            name=name,
            where="body",
            kind=_kind(_followed(field, schema)),
            is_needed=name in body.get("required", []),
            meaning=f"{field.get('title', '')} {hint}".strip(),
        )


def _followed(part: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    reference = part.get("$ref", "")
    if not reference:
        return part
    return schema["components"]["schemas"][reference.rpartition("/")[2]]


def _kind(part: dict[str, Any]) -> str:
    if "enum" in part:
        return "one of " + ", ".join(str(one) for one in part["enum"])
    if "const" in part:
        return str(part["const"])
    if "anyOf" in part:
        kinds = [_kind(one) for one in part["anyOf"]]
        return " or ".join(one for one in kinds if one != "null")
    if part.get("type") == "array":
        return "a list of " + _kind(part.get("items", {}))
    return str(part.get("format") or part.get("type") or "")
