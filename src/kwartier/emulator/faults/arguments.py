"""What stands in a fault's parentheses."""

from __future__ import annotations

import re
from typing import Final

from kwartier.emulator.faults.fault import WAITING, Fault, FaultName, Resource

SHORTEST_WAIT: Final = 0.001
LONGEST_WAIT: Final = 600.0
"""Seconds; slow faults take real time."""
LONGEST_RETRY_AFTER: Final = 86_400
"""Seconds."""

_RETRY = re.compile(r"retry-after(-date)?\s*=\s*([0-9]{1,6})\s*s?")
_DURATION = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)\s*(ms|s|m)?")
_UNITS: Final = {"ms": 0.001, "s": 1.0, None: 1.0, "m": 60.0}
_MAY_SAY_WHEN = frozenset({FaultName.TOO_MANY, FaultName.UNAVAILABLE})


def fault_of(name: FaultName, arguments: str | None) -> Fault:
    """The fault ``name`` with ``arguments`` as they stand between its parentheses.

    Raises :class:`ValueError` that says what is allowed.
    """
    given = [] if arguments is None else [each.strip().lower() for each in arguments.split(",")]
    if name in WAITING:
        return Fault(name=name, seconds=_seconds(name, given))
    if name is FaultName.UNAVAILABLE:
        return _refusal(name, given, {each.value for each in Resource})
    if name in _MAY_SAY_WHEN:
        return _refusal(name, given, set())
    if given:
        raise ValueError("takes nothing in parentheses")
    return Fault(name=name)


def _seconds(name: FaultName, given: list[str]) -> float:
    found = _DURATION.fullmatch(given[0]) if len(given) == 1 else None
    seconds = float(found[1]) * _UNITS[found[2]] if found else 0.0
    if not SHORTEST_WAIT <= seconds <= LONGEST_WAIT:
        raise ValueError(
            f"must say how long, from 1ms to {LONGEST_WAIT:g}s, as in {name}(2s) or {name}(200ms)"
        )
    return seconds


def _refusal(name: FaultName, given: list[str], words: set[str]) -> Fault:
    resource: Resource | None = None
    retry_after: int | None = None
    as_date = False
    for each in given:
        retry = _RETRY.fullmatch(each)
        if each in words and resource is None:
            resource = Resource(each)
        elif retry and retry_after is None and int(retry[2]) <= LONGEST_RETRY_AFTER:
            as_date, retry_after = bool(retry[1]), int(retry[2])
        else:
            known = ["retry-after=SECONDS", "retry-after-date=SECONDS", *sorted(words)]
            raise ValueError(
                f"may have in its parentheses, each once: {', '.join(known)} "
                f"(at most {LONGEST_RETRY_AFTER} seconds)"
            )
    return Fault(name=name, retry_after=retry_after, as_date=as_date, resource=resource)
