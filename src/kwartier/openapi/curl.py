"""Examples of calls for a shell, with curl."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

_OWN: Final = "$API"
"""The API's address in the examples."""


def curl_lines(
    document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]
) -> tuple[str, ...]:
    """The call with what it needs; and, where the answer comes in other forms than its first,
    one of those.
    """
    _, *others = _forms(operation)
    asked = [*_options(document, method, operation), f'"{_OWN}{_target(path, operation)}"']
    found = [_written(asked)]
    if others:
        found.append(_written([*asked[:-1], f'-H "Accept: {others[-1]}"', asked[-1]]))
    return tuple(found)


def _written(words: list[str]) -> str:
    return " \\\n  ".join(["curl -sf", *words])


def _forms(operation: Mapping[str, Any]) -> list[str]:
    good = next(told for status, told in operation["responses"].items() if status < "400")
    return list(good.get("content", {})) or [""]


def _options(
    document: Mapping[str, Any], method: str, operation: Mapping[str, Any]
) -> Iterator[str]:
    if method != "GET":
        yield f"-X {method}"
    schemes = document["components"]["securitySchemes"]
    for needed in operation.get("security", document["security"]):
        for name in needed:
            yield f'-H "{_header(name, schemes[name])}"'
    content = operation.get("requestBody", {}).get("content", {})
    for media_type, told in content.items():
        yield f'-H "Content-Type: {media_type}"'
        yield f"-d {shlex.quote(json.dumps(_example(told), ensure_ascii=False))}"
        break


def _header(name: str, scheme: Mapping[str, Any]) -> str:
    variable = "$" + re.sub("(?<=[a-z])(?=[A-Z])", "_", name).upper()
    if scheme["type"] == "http":
        return f"Authorization: Bearer {variable}"
    return f"{scheme['name']}: {variable}"


def _example(told: Mapping[str, Any]) -> Any:
    if "example" in told:
        return told["example"]
    return next((one["value"] for one in told.get("examples", {}).values()), {})


def _target(path: str, operation: Mapping[str, Any]) -> str:
    query: dict[str, Any] = {}
    for one in operation.get("parameters", ()):
        value = one.get("example", one["schema"].get("default", one["name"]))
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", quote(str(value), safe=""))
        elif one["in"] == "query" and one.get("required"):
            query[one["name"]] = value
    return f"{path}?{urlencode(query)}" if query else path
