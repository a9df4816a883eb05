"""Reading requests as leniently as the real service does, and no more.

Names of query parameters and JSON properties are read whatever their casing (of the latter it is
our reading), unknown ones are ignored: so is the ``dataServiceType`` that some clients still send
when they ask for energy. Values are read as they stand. Broken rules are gathered and refused
together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any, TypeVar
from urllib.parse import unquote_plus

import msgspec
from starlette.requests import Request

from kwartier.emulator.refusals import body_refused, gateway, query_refused
from kwartier.emulator.rules import is_ean, read_instant
from kwartier.wire.unreadable import UNREADABLE

_SEPARATORS = re.compile(r"[,;|]")
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")
_JSON_TYPE = re.compile(r"(application|text)/json|application/[^;]+\+json")

Word = TypeVar("Word", bound=StrEnum)


class Query:
    """A query string; rules that it breaks are kept in ``broken`` until :meth:`check`."""

    def __init__(self, query_string: bytes) -> None:
        self._values: dict[str, list[str]] = {}
        for pair in query_string.decode("latin-1").split("&"):
            if pair:
                name, _, value = pair.partition("=")
                self._values.setdefault(_unquoted(name).lower(), []).append(_unquoted(value))
        self.broken: list[str] = []

    def text(self, name: str) -> str | None:
        """The parameter's first value; None when absent or blank (our reading)."""
        value = self._values.get(name.lower(), [""])[0]
        return value if value.strip() else None

    def required(self, name: str) -> str | None:
        value = self.text(name)
        if value is None:
            self.broken.append(f"Parameter '{name}' is mandatory.")
        return value

    def word(self, name: str, words: type[Word], value: str | None) -> Word | None:
        """One of an enumeration's words, casing included."""
        found = self._words(name, words, () if value is None else (value,))
        return found[0] if found else None

    def words(self, name: str, words: type[Word]) -> list[Word]:
        """A list of an enumeration's words, separated by a comma, semicolon or bar.

        Documented for the granularity; for mandates' services only the comma is, and that the
        others part these too is our reading, as are blanks around a separator.
        """
        value = self.text(name)
        parts = [] if value is None else _SEPARATORS.split(value)
        return self._words(name, words, (part.strip() for part in parts))

    def repeated(self, name: str, words: type[Word]) -> list[Word]:
        """A list of an enumeration's words, each in a parameter of its own: v2's way."""
        values = self._values.get(name.lower(), [])
        return self._words(name, words, (value for value in values if value.strip()))

    def instant(self, name: str, value: str | None) -> datetime | None:
        moment = None if value is None else read_instant(value)
        if value is not None and moment is None:
            self.broken.append(f"Parameter '{name}' must be a date-time: YYYY-MM-DDTHH:MM:SSZ.")
        return moment

    def ean(self, value: str | None, name: str = "ean") -> str | None:
        """The EAN that ``value`` is, if one was given."""
        self.rule(value is None or is_ean(value), f"Parameter '{name}' must contain 18 digits.")
        return value

    def rule(self, kept: bool, message: str) -> None:
        if not kept:
            self.broken.append(message)

    def check(self) -> None:
        """Refuse the request if a rule was broken."""
        if self.broken:
            raise query_refused(self.broken)

    def _words(self, name: str, words: type[Word], values: Iterable[str]) -> list[Word]:
        known = _by_value(words)
        found = []
        for value in values:
            if value in known:
                found.append(known[value])
            else:
                self.broken.append(f"Parameter '{name}' must be one of: {', '.join(known)}.")
        return found


@lru_cache(maxsize=1 << 10)
def _unquoted(text: str) -> str:
    """Names, and many values, are the same from request to request."""
    return unquote_plus(text)


@cache
def _by_value(words: type[Word]) -> dict[str, Word]:
    return {word.value: word for word in words}


class Body:
    """A JSON object; rules that it breaks are kept in ``broken`` until :meth:`check`."""

    def __init__(self, members: dict[str, Any], broken: list[str], path: str = "") -> None:
        self._members = {name.lower(): value for name, value in members.items()}
        self._path = path
        self.broken = broken

    @classmethod
    def read(cls, content_type: str, content: bytes) -> Body:
        """Refuse anything but a JSON object (another media type with 415: our reading)."""
        if not _JSON_TYPE.fullmatch(content_type.partition(";")[0].strip().lower()):
            raise gateway(415, "Unsupported media type; send application/json.")
        try:
            members = msgspec.json.decode(content)
        except UNREADABLE as error:
            raise body_refused(["The request body must be JSON."]) from error
        if not isinstance(members, dict):
            raise body_refused(["The request body must be a JSON object."])
        return cls(members, [])

    def has(self, name: str) -> bool:
        return self._members.get(name.lower()) is not None

    def text(self, name: str, *, mandatory: bool = False) -> str | None:
        value = self._members.get(name.lower())
        if mandatory and (value is None or value == ""):
            self.broken.append(f"Property '{self._path}{name}' is mandatory.")
            return None
        text: str | None = self._typed(name, value, str, "text")
        return text

    def word(
        self, name: str, words: type[Word], *, mandatory: bool = False, any_case: bool = False
    ) -> Word | None:
        value = self.text(name, mandatory=mandatory)
        if value is None:
            return None
        for word in words:
            if word.value == value or (any_case and word.value.lower() == value.lower()):
                return word
        known = ", ".join(word.value for word in words)
        self.broken.append(f"Property '{self._path}{name}' must be one of: {known}.")
        return None

    def instant(self, name: str) -> datetime | None:
        value = self.text(name)
        moment = None if value is None else read_instant(value)
        if value is not None and moment is None:
            self.broken.append(
                f"Property '{self._path}{name}' must be a date-time: YYYY-MM-DDTHH:MM:SSZ."
            )
        return moment

    def integer(self, name: str, *, or_text: bool = False) -> int | None:
        """A whole number; ``or_text`` takes the text of one, too."""
        value = self._members.get(name.lower())
        if or_text and isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value):
            value = int(value)
        number: int | None = self._typed(name, value, int, "a whole number")
        return number

    def flag(self, name: str) -> bool | None:
        flag: bool | None = self._typed(
            name, self._members.get(name.lower()), bool, "true or false"
        )
        return flag

    def objects(self, name: str) -> list[Body]:
        """The objects of an array; an entry that is none is a broken rule."""
        entries = self._typed(name, self._members.get(name.lower()), list, "an array") or []
        bodies = []
        for index, entry in enumerate(entries):
            if isinstance(entry, dict):
                bodies.append(Body(entry, self.broken, f"{name}[{index}]."))
            else:
                self.broken.append(f"Property '{name}[{index}]' must be an object.")
        return bodies

    def rule(self, kept: bool, message: str) -> None:
        if not kept:
            self.broken.append(message)

    def check(self) -> None:
        """Refuse the request if a rule was broken."""
        if self.broken:
            raise body_refused(self.broken)

    def _typed(self, name: str, value: Any, kind: type[Any], called: str) -> Any:
        is_kind = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
        if value is None or is_kind:
            return value
        self.broken.append(f"Property '{self._path}{name}' must be {called}.")
        return None


async def read_body(request: Request) -> Body:
    """The body of a request, its media type heeded."""
    return Body.read(request.headers.get("content-type", ""), await request.body())
