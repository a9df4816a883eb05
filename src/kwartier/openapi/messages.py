"""What a documented call takes and answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kwartier.openapi.examples import Examples
from kwartier.openapi.schemas import ref

Operation = dict[str, Any]
"""One call, as OpenAPI writes it."""

_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One way in which a call is refused: its body, which keeps the schema called ``schema``."""

    status: int
    schema: str
    body: Mapping[str, object]


def body(schema: str, shown: Examples, description: str, media_type: str = _JSON) -> dict[str, Any]:
    """A call's body: ``schema``, with examples."""
    content = {media_type: {"schema": ref(schema), "examples": shown}}
    return {"description": description, "required": True, "content": content}


def response(description: str, schema: str, shown: Examples) -> dict[str, Any]:
    """One of a call's answers: ``schema``, with examples."""
    content = {_JSON: {"schema": ref(schema), "examples": shown}}
    return {"description": description, "content": content}


def refusals(
    refused: Iterable[Refusal],
    meanings: Mapping[int, str],
    headers: Mapping[int, Mapping[str, str]],
) -> dict[str, Any]:
    """Answers by status, each with all its examples; ``meanings`` tell what a status means, and
    ``headers`` which headers come with it, and what these say.
    """
    statuses: dict[int, list[Refusal]] = {}
    for each in refused:
        statuses.setdefault(each.status, []).append(each)
    found: dict[str, Any] = {}
    for status, alike in sorted(statuses.items()):
        shown = {f"{status} {n}": {"value": one.body} for n, one in enumerate(alike, 1)}
        answer = response(meanings[status], alike[0].schema, shown)
        if told := headers.get(status):
            answer["headers"] = {
                name: {"description": text, "schema": {"type": "string"}}
                for name, text in told.items()
            }
        found[str(status)] = answer
    return found
