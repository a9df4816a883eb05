"""What an OpenAPI document says, in the order and words of a page that people read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from kwartier.openapi.curl import curl_lines
from kwartier.openapi.kinds import Schemas, kind, named_in, words

_BAD: Final = 400


@dataclass(frozen=True, slots=True)
class Member:
    """A parameter, or a member of a message; ``place`` is path, query or header."""

    name: str
    about: Markup
    kind: Markup
    is_required: bool
    place: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A body that is sent or comes: its media types, and the members of its schema."""

    about: Markup
    media_types: tuple[str, ...]
    kind: Markup
    members: tuple[Member, ...]
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes with a status."""

    status: str
    message: Message


@dataclass(frozen=True, slots=True)
class Call:
    """A call; ``anchor`` is where it stands on the page, ``scopes`` is what it needs."""

    anchor: str
    method: str
    path: str
    summary: str
    about: Markup
    scopes: tuple[str, ...]
    parameters: tuple[Member, ...]
    body: Message | None
    answers: tuple[Answer, ...]
    refusals: tuple[Answer, ...]
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The calls of one tag."""

    anchor: str
    name: str
    about: Markup
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """A schema by name."""

    name: str
    about: Markup
    kind: Markup
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """All of a document; ``security`` are the ways to sign in, each with its header."""

    title: str
    version: str
    address: str
    about: Markup
    security: tuple[tuple[str, Markup], ...]
    groups: tuple[Group, ...]
    schemas: tuple[Described, ...]


def listing(document: Mapping[str, Any]) -> Listing:
    """The page's words for ``document`` (OpenAPI 3.0 or 3.1, as ``described`` makes it)."""
    schemas: Schemas = document["components"]["schemas"]
    calls = [
        (operation["tags"][0], _call(document, schemas, path, method, operation))
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    groups = tuple(
        Group(
            f"calls-{_slug(tag['name'])}",
            tag["name"],
            words(tag["description"]),
            tuple(call for name, call in calls if name == tag["name"]),
        )
        for tag in document["tags"]
    )
    info = document["info"]
    return Listing(
        title=info["title"],
        version=info["version"],
        address=document["servers"][0]["url"],
        about=words(info["description"]),
        security=tuple(
            (_header(one), words(one["description"]))
            for one in document["components"]["securitySchemes"].values()
        ),
        groups=groups,
        schemas=tuple(
            Described(name, words(one.get("description", "")), kind(one), _members(one))
            for name, one in schemas.items()
        ),
    )


def _header(scheme: Mapping[str, Any]) -> str:
    if scheme["type"] == "http":
        return "Authorization: Bearer KEY"
    return f"{scheme['name']}: KEY"


def _call(
    document: Mapping[str, Any],
    schemas: Schemas,
    path: str,
    method: str,
    operation: Mapping[str, Any],
) -> Call:
    needed = operation.get("security", document["security"])
    answers = [
        Answer(status, _message(told, schemas)) for status, told in operation["responses"].items()
    ]
    body = operation.get("requestBody")
    return Call(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        about=words(operation.get("description", "")),
        scopes=tuple(scope for one in needed for scopes in one.values() for scope in scopes),
        parameters=tuple(_parameter(one) for one in operation.get("parameters", ())),
        body=_message(body, schemas) if body else None,
        answers=tuple(one for one in answers if int(one.status) < _BAD),
        refusals=tuple(one for one in answers if int(one.status) >= _BAD),
        examples=curl_lines(document, path, method.upper(), operation),
    )


def _parameter(told: Mapping[str, Any]) -> Member:
    return Member(
        name=told["name"],
        about=words(told.get("description", "")),
        kind=kind(told["schema"]),
        is_required=told.get("required", False),
        place=told["in"],
        example=str(told.get("example", "")),
    )


def _message(told: Mapping[str, Any], schemas: Schemas) -> Message:
    content = told.get("content", {})
    schema = next((one["schema"] for one in content.values()), None)
    return Message(
        about=words(told["description"]),
        media_types=tuple(content),
        kind=kind(schema) if schema else Markup(),
        members=_members(schemas[name]) if schema and (name := named_in(schema)) else (),
        is_required=told.get("required", False),
    )


def _members(schema: Mapping[str, Any]) -> tuple[Member, ...]:
    required = schema.get("required", ())
    return tuple(
        Member(name, _about(told), kind(told), name in required)
        for name, told in schema.get("properties", {}).items()
    )


def _about(told: Mapping[str, Any]) -> Markup:
    """What a member means: said of it, or of the one thing that it may be but null; nothing where
    that only repeats its bounds.
    """
    inner = [one["description"] for one in told.get("anyOf", ()) if "description" in one]
    about = str(told.get("description") or ", or ".join(inner))
    return Markup() if about in kind(told).striptags() else words(about)


def _slug(name: str) -> str:
    return "-".join(name.lower().split())
