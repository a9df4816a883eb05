"""What was seen, in few and always the same words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from kwartier.transport import Reply
from kwartier.verify.case import Otherwise
from kwartier.wire.unreadable import UNREADABLE

ACCEPTED: Final = "accepted"
NO_MANDATES: Final = "no mandates found (404)"
NO_SUCH_CODE: Final = "no code"
NOTHING: Final = "nothing"

_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
ARRAYS: Final = ("dailyEnergy", "hourlyEnergy", "quarterHourlyEnergy")


def refused(status: int) -> str:
    """How :func:`outcome` says that a request was refused."""
    return f"refused ({status})"


def outcome(reply: Reply) -> str:
    """Accepted (any 2xx), no mandates found, or refused with which status."""
    if reply.is_success:
        return ACCEPTED
    if reply.status == 404 and problem(reply).get("code") == "Mandates.NotFound":
        return NO_MANDATES
    return refused(reply.status)


def problem(reply: Reply) -> dict[str, Any]:
    """An error body's members by lower-case name; none if it is no JSON object."""
    try:
        told = msgspec.json.decode(reply.body, type=dict[str, Any])
    except UNREADABLE:
        return {}
    return {name.lower(): member for name, member in told.items()}


def problem_kind(reply: Reply) -> str:
    """Type and code of an error body."""
    told = problem(reply)
    return f"{told.get('type', 'no type')}, {told.get('code', NO_SUCH_CODE)}"


def said(reply: Reply) -> str:
    """What a refusal said, to stand behind its status; nothing for a success."""
    if reply.is_success:
        return ""
    told = problem(reply)
    rules = told.get("validationerrormessages")
    words = rules if isinstance(rules, list) and rules else [told.get("message") or ""]
    text = " ".join(str(word) for word in (told.get("code") or "", *words) if word)
    return f" {text}" if text else ""


def content(reply: Reply) -> Any:
    """The JSON of a successful reply."""
    if not reply.is_success:
        raise Otherwise(outcome(reply))
    try:
        return msgspec.json.decode(reply.body)
    except UNREADABLE as error:
        raise Otherwise("a body that is no JSON") from error


def member(document: Any, *path: str) -> Any:
    """What stands at ``path`` of a JSON document."""
    for at, name in enumerate(path):
        if not isinstance(document, Mapping) or name not in document:
            raise Otherwise(f"no {'.'.join(path[: at + 1])} in the reply")
        document = document[name]
    return document


def mandates(reply: Reply) -> list[Mapping[str, Any]]:
    """The mandates of a reply; none when it says that none were found."""
    if outcome(reply) == NO_MANDATES:
        return []
    found = member(content(reply), "data", "mandates")
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise Otherwise("data.mandates is no array of objects")
    return found


def only(reply: Reply) -> Mapping[str, Any]:
    """The one mandate of a reply."""
    found = mandates(reply)
    if len(found) != 1:
        raise Otherwise(counted(len(found), "mandate"))
    return found[0]


def headpoint(reply: Reply) -> Mapping[str, Any]:
    """The headpoint of an energy reply."""
    found = member(content(reply), "data", "headpoint")
    if not isinstance(found, Mapping):
        raise Otherwise("data.headpoint is no object")
    return found


def bearers(reply: Reply) -> list[Mapping[str, Any]]:
    """What bears energy arrays in a reply: the headpoint itself, and its physical meters."""
    head = headpoint(reply)
    meters = head.get("physicalMeters") or []
    return [head, *(one for one in meters if isinstance(one, Mapping))]


def slices(reply: Reply, array: str) -> list[Mapping[str, Any]]:
    """All slices of one kind, whatever bears them."""
    return [one for bearer in bearers(reply) for one in bearer.get(array) or []]


def arrays(reply: Reply) -> str:
    """The names of the energy arrays that hold slices."""
    return listed(name for name in ARRAYS if slices(reply, name))


def values(found: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """All values of all registers of ``found`` slices."""
    return [
        value
        for one in found
        for measured in one.get("measurements") or []
        for registers in measured.values()
        for value in registers.values()
    ]


def units(found: Iterable[Mapping[str, Any]]) -> str:
    """The units of all values of ``found`` slices."""
    return listed(str(one.get("unit")) for one in values(found))


def ways_of_gas(found: Iterable[Mapping[str, Any]]) -> str:
    """How slices of gas are measured: unit after unit, and whether a factor stands by them."""
    ways = {
        ", then ".join(
            f"{value.get('unit')}{' with factor' if 'gasConversionFactor' in value else ''}"
            for value in values([one])
        )
        for one in found
    }
    return "; ".join(sorted(ways))


def bounds(one: Mapping[str, Any]) -> tuple[datetime, datetime]:
    """When a slice begins and ends."""
    try:
        start, end = (datetime.fromisoformat(str(one.get(name))) for name in ("start", "end"))
    except ValueError as error:
        raise Otherwise("slices that do not tell when they begin and end") from error
    return start, end


def listed(names: Iterable[str]) -> str:
    """Each name once, in alphabetical order."""
    return ", ".join(sorted(set(names))) or NOTHING


def counted(number: int, noun: str) -> str:
    """``1 mandate``, ``2 mandates``."""
    return f"{number} {noun}" + ("" if number == 1 else "s")


def one_of(allowed: Iterable[str], found: Iterable[object]) -> str:
    """``A or B`` when all of ``found`` are among the allowed, else what there is."""
    words = list(allowed)
    strange = {str(one) for one in found} - set(words)
    return " or ".join(words) if not strange else f"also {listed(strange)}"


def is_wire_time(text: object) -> bool:
    """Whether it reads ``YYYY-MM-DDTHH:MM:SSZ``."""
    return isinstance(text, str) and _TIME.fullmatch(text) is not None
