"""Schemas in a few words, as a page says them: what a value is, and which bounds it has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from markupsafe import Markup, escape

Schemas = Mapping[str, Mapping[str, Any]]

_TYPES: Final = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "object",
    "null": "null",
}
_CODE: Final = re.compile("`+([^`]+)`+")


def words(text: str) -> Markup:
    """Paragraphs, lists (lines that begin with a hyphen) and code (between backticks) as HTML."""
    return Markup("\n").join(_block(one) for one in text.strip().split("\n\n") if one.strip())


def _block(text: str) -> Markup:
    lines = text.strip().split("\n")
    if all(line.startswith("- ") for line in lines):
        items = Markup().join(Markup("<li>{}</li>").format(_inline(line[2:])) for line in lines)
        return Markup("<ul>{}</ul>").format(items)
    return Markup("<p>{}</p>").format(_inline(text.strip()))


def _inline(text: str) -> Markup:
    parts = _CODE.split(text)  # what is between backticks is every other one
    return Markup().join(
        Markup("<code>{}</code>").format(part) if n % 2 else escape(part)
        for n, part in enumerate(parts)
    )


def named_in(schema: Mapping[str, Any]) -> str | None:
    """The name of the schema that ``schema`` refers to, if it does."""
    reference = schema.get("$ref")
    return str(reference).rpartition("/")[2] if reference else None


def kind(schema: Mapping[str, Any]) -> Markup:
    """What a value of ``schema`` is; another schema that it refers to as a link to it."""
    if name := named_in(schema):
        return Markup('<a href="#schema-{0}">{0}</a>').format(name)
    parts = [*_alternatives(schema)]
    if schema.get("nullable"):
        parts.append(escape("null"))
    found = Markup(" or ").join(parts)
    default = schema.get("default")
    if default in (None, "", []):
        return found
    return found + Markup("; otherwise <code>{}</code>").format(default)


def _alternatives(schema: Mapping[str, Any]) -> Iterator[Markup]:
    several = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if several:
        yield from (kind(one) for one in several)
    elif "enum" in schema:
        yield Markup("one of ") + Markup(", ").join(
            Markup("<code>{}</code>").format(value) for value in schema["enum"]
        )
    else:
        types = schema.get("type", "object")
        for one in [types] if isinstance(types, str) else types:
            yield _one(one, schema)


def _one(name: str, schema: Mapping[str, Any]) -> Markup:
    if name == "array":
        return Markup("list of ") + kind(schema["items"])
    if name == "object" and isinstance(more := schema.get("additionalProperties"), dict):
        return Markup("by name, ") + kind(more)
    if name == "string" and schema.get("format") == "date-time":
        return escape("date-time")
    if name == "string" and schema.get("format") == "binary":
        return escape("bytes")
    return escape(_TYPES[name] + _bounds(name, schema))


def _bounds(name: str, schema: Mapping[str, Any]) -> str:
    is_text = name == "string"
    least = schema.get("minLength" if is_text else "minimum")
    most = schema.get("maxLength" if is_text else "maximum")
    unit = " characters" if is_text else ""
    if least is not None and most is not None:
        return f", {least} to {most}{unit}"
    if most is not None:
        return f", at most {most}{unit}"
    return "" if least is None else f", at least {least}{unit}"
