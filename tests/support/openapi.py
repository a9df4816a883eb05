"""The emulator's OpenAPI documents, and what they say of a reply."""

from __future__ import annotations

from typing import Any

import jsonschema_rs

from support.esco import Answer, send

DOCUMENT = "/v3/swagger/fluvius_energy_api/swagger.json"


class Described:
    """One environment's document; ``root`` is the address of the environment."""

    def __init__(self, root: str) -> None:
        self.document: dict[str, Any] = send(root + DOCUMENT).json
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
