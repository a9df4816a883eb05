"""The emulator's OpenAPI documents, and what they say of a reply."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import jsonschema_rs

from support.esco import Answer, send

DOCUMENT = "/v3/swagger/fluvius_energy_api/swagger.json"


class Described:
    """One environment's document; ``root`` is the address of the environment, ``at`` the
    document's below it.
    """

    def __init__(self, root: str, at: str = DOCUMENT) -> None:
        self.document: dict[str, Any] = send(root + at).json
        self._components = self.document["components"]

    def operation(self, path: str, method: str) -> dict[str, Any]:
        found: dict[str, Any] = self.document["paths"][path][method]
        return found

    def complaints(self, answer: Answer, path: str, method: str) -> list[str]:
        """What of ``answer`` is not as the document says; members that it lacks included."""
        responses = self.operation(path, method)["responses"]
        if str(answer.status) not in responses:
            return [f"status {answer.status}"]
        schema = responses[str(answer.status)]["content"]["application/json"]["schema"]
        return self.violations(answer.json, schema)

    def violations(self, value: Any, schema: dict[str, Any]) -> list[str]:
        """Where ``value`` breaks ``schema``, in which no member may be unknown."""
        whole = _closed({**schema, "components": self._components})
        validator = jsonschema_rs.Draft4Validator(whole)
        return [str(error) for error in validator.iter_errors(value)]


def _closed(schema: Any) -> Any:
    """Without members that the schema does not name, but ``$type`` where a mapping names it."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _closed(each) for name, each in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        made["additionalProperties"] = False
        if "$type" in schema.get("required", ()):
            made["properties"].setdefault("$type", {"type": "string"})
    return made


def references(node: Any) -> set[str]:
    """Where all references and mappings within ``node`` lead."""
    if isinstance(node, dict):
        own = {node["$ref"]} if "$ref" in node else set()
        mapped = set(node.get("mapping", {}).values())
        return own.union(mapped, *(references(each) for each in node.values()))
    if isinstance(node, list):
        return set().union(*(references(each) for each in node))
    return set()


class Addresses(HTMLParser):
    """What a page asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        asks = {"src", "href", "action", "srcset", "data", "data-document"}
        self.found += [value or "" for name, value in attrs if name in asks]
