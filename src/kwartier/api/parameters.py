"""What calls take in their path, query and headers: read by the same words that describe it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from kwartier.api.problems import Problem
from kwartier.errors import InputError
from kwartier.vocabulary.local_time import parse_instant

Where = Literal["path", "query", "header"]

_INSTANT: Final = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter: ``read`` makes a value of its text, or raises InputError; ``schema`` says as
    much in JSON Schema.
    """

    name: str
    about: str
    schema: Mapping[str, Any]
    read: Callable[[str], Any]
    where: Where = "query"
    default: Any = None
    example: Any = None

    def described(self) -> dict[str, Any]:
        """As OpenAPI writes it."""
        told: dict[str, Any] = {
            "name": self.name,
            "in": self.where,
            "description": self.about,
            "required": self.where == "path",
            "schema": dict(self.schema),
        }
        return told if self.example is None else {**told, "example": self.example}


def text(
    name: str, about: str, *, longest: int = 200, pattern: str | None = None, **more: Any
) -> Parameter:
    """Any text of 1 to ``longest`` characters; if ``pattern`` is given, one that it matches."""
    schema: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": longest}
    compiled = re.compile(pattern) if pattern else None
    if pattern:
        schema["pattern"] = pattern

    def read(given: str) -> str:
        if not 1 <= len(given) <= longest:
            raise InputError(name, f"must have 1 to {longest} characters")
        if compiled is not None and (not compiled.search(given) or "\n" in given):
            raise InputError(name, f"must match {pattern}")
        return given

    return Parameter(name=name, about=about, schema=schema, read=read, **more)


def number(
    name: str, about: str, *, least: int, most: int, default: int | None, **more: Any
) -> Parameter:
    """A whole number in bounds."""

    def read(given: str) -> int:
        if re.fullmatch(r"-?[0-9]{1,18}", given) and least <= int(given) <= most:
            return int(given)
        raise InputError(name, f"must be a whole number from {least} to {most}")

    schema: dict[str, Any] = {"type": "integer", "minimum": least, "maximum": most}
    if default is not None:
        schema["default"] = default
    return Parameter(name=name, about=about, schema=schema, read=read, default=default, **more)


def choice(name: str, about: str, words: Sequence[str], default: str | None = None) -> Parameter:
    """One of these words."""

    def read(given: str) -> str:
        if given not in words:
            raise InputError(name, f"must be one of {', '.join(words)}")
        return given

    schema: dict[str, Any] = {"type": "string", "enum": list(words)}
    if default is not None:
        schema["default"] = default
    return Parameter(name=name, about=about, schema=schema, read=read, default=default)


def flag(name: str, about: str) -> Parameter:
    """Yes or no."""

    def read(given: str) -> bool:
        if given not in ("true", "false"):
            raise InputError(name, "must be true or false")
        return given == "true"

    schema = {"type": "boolean", "default": False}
    return Parameter(name=name, about=about, schema=schema, read=read, default=False)


def instant(name: str, about: str) -> Parameter:
    """A date, which is midnight in Brussels, or a date-time; without a zone it is Brussels' wall
    time, and one that does not exist or exists twice is refused.
    """
    compiled = re.compile(_INSTANT)

    def read(given: str) -> datetime:
        stated = given.replace(" ", "+")  # a plus that nobody encoded
        if not compiled.search(stated) or "\n" in stated:
            rule = "must be a date or date-time such as 2026-01-31 or 2026-01-31T12:00:00Z"
            raise InputError(name, rule)
        return parse_instant(stated, name)

    schema = {"type": "string", "pattern": _INSTANT, "maxLength": 40}
    return Parameter(name=name, about=about, schema=schema, read=read, example="2026-10-25")


@dataclass(frozen=True, slots=True)
class Given:
    """The parameters of one call by name, those not given with their defaults."""

    values: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


def read_parameters(
    declared: Sequence[Parameter],
    path: Mapping[str, str],
    query: Sequence[tuple[str, str]],
    headers: Mapping[str, str],
) -> Given:
    """Read what was given by what is declared; Problem naming what breaks a rule, or is unknown."""
    known = {one.name for one in declared if one.where == "query"}
    names = [name for name, _ in query]
    for name in names:
        if name not in known:
            offered = ", ".join(sorted(known)) or "none"
            raise Problem(400, f"{name!r} is no parameter here: {offered}", field=name)
        if names.count(name) > 1:
            raise Problem(400, f"{name}: must be given once", field=name)
    given = {"path": path, "query": dict(query), "header": headers}
    found = {}
    for one in declared:
        stated = given[one.where].get(one.name)
        if stated is None:
            found[one.name] = one.default
            continue
        try:
            found[one.name] = one.read(stated)
        except InputError as error:
            raise Problem(400, str(error), field=one.name) from error
    return Given(found)
