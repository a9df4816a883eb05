"""What a documented call takes and answers."""

from __future__ import annotations

from typing import Any

from kwartier.emulator.openapi.examples import Examples
from kwartier.emulator.openapi.schemas import ref

Operation = dict[str, Any]
"""One call, as OpenAPI writes it."""


def body(
    schema: str, shown: Examples, description: str, media_type: str = "application/json"
) -> dict[str, Any]:
    """A call's body: ``schema``, with examples."""
    content = {"schema": ref(schema), "examples": shown}
    return {"description": description, "required": True, "content": {media_type: content}}


def response(description: str, schema: str, shown: Examples) -> dict[str, Any]:
    """One of a call's answers: ``schema``, with examples."""
    content = {"schema": ref(schema), "examples": shown}
    return {"description": description, "content": {"application/json": content}}
