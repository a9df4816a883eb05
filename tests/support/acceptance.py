"""One row of a table of claims about the API: what is asked, and what comes back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from support.esco import Answer, Esco, send

Json = dict[str, Any]


class _Absent(Enum):
    ABSENT = "absent"

    def __repr__(self) -> str:
        return "absent"


ABSENT = _Absent.ABSENT
"""Expected of a member that is not there, or asked of one that is to be left out."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One request and what it gets; ``mocks`` are the mandates that it needs.

    ``without`` names a header that is left out. Expectations are keyed by the way into the reply,
    ``data/mandates/0/ean``, where a star stands for every entry of an array; they are values, sets
    of values, patterns or functions.
    """

    claim: str
    status: int
    path: str = "/api/mandate"
    query: dict[str, str] = field(default_factory=dict)
    body: Json | None = None
    without: str | None = None
    mocks: tuple[Json, ...] = ()
    live: bool = False
    expect: dict[str, Any] = field(default_factory=dict)

    def ask(self, esco: Esco) -> Answer:
        """Send the request in the session of ``esco``."""
        headers = {name: value for name, value in esco.headers.items() if name != self.without}
        if self.without is not None:
            return send(f"{esco.base}{self.path}", headers=headers)
        if self.body is None:
            return esco.get(self.path, **self.query)
        return esco.post(self.path, self.body)

    def unmet(self, answer: Answer) -> list[str]:
        """The expectations that ``answer`` does not meet."""
        if answer.status != self.status:
            return [f"status {answer.status}, not {self.status}: {answer.content!r}"]
        unmet = []
        for way, wanted in self.expect.items():
            found = list(_ways(answer.json, way.split("/")))
            wrong = [each for each in found if not _fits(each, wanted)]
            if wrong or not found:
                unmet.append(f"{way}: {wrong[:3]}, not {wanted}")
        return unmet


def stated(body: Json) -> Json:
    """``body`` without the members that are to be left out."""
    return {name: value for name, value in body.items() if value is not ABSENT}


def count(number: int) -> Callable[[Any], bool]:
    """Expects an array of so many entries."""
    return lambda array: len(array) == number


def _ways(value: Any, way: list[str]) -> Iterator[Any]:
    """All values at the end of ``way``; :data:`ABSENT` where it leads nowhere."""
    if not way:
        yield value
    elif way[0] == "*":
        for each in value:
            yield from _ways(each, way[1:])
    elif isinstance(value, list):
        yield from _ways(value[int(way[0])], way[1:])
    else:
        yield from _ways(value.get(way[0], ABSENT), way[1:])


def _fits(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, re.Pattern):
        return isinstance(value, str) and wanted.fullmatch(value) is not None
    if isinstance(wanted, set):
        return value in wanted
    if callable(wanted):
        return bool(wanted(value))
    return bool(value is wanted or value == wanted)
