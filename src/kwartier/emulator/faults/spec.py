"""Reading what was written for ``--faults``.

SPEC    = CALLS; CALLS; ...             a new line will do for a semicolon, # begins a remark
CALLS   = [TARGET:] ENTRY, ENTRY, ...   without TARGET, all calls
TARGET  = token | short-url | mandate | energy | mock | fiam-token | contracts | usages |
          /a/path/with/* | *
ENTRY   = FAULT | FAULT=5% | FAULT=3x   always, in 5% of the calls, in the next 3 calls
FAULT   = NAME | NAME(ARGUMENT, ...)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kwartier.emulator.faults.arguments import fault_of
from kwartier.emulator.faults.fault import Fault, FaultName
from kwartier.emulator.faults.plan import ALL_CALLS, NAMED_CALLS, CallsTo, Entry
from kwartier.emulator.state_file import reason
from kwartier.errors import ConfigurationError, InputError

MOST_TIMES: Final = 1_000_000

_REMARK = re.compile(r"#[^\n]*")
_CALLS = re.compile(r"[^;\n]+")
_TARGET = re.compile(r"\s*([^:(,=]*?)\s*:")
_ENTRY = re.compile(
    r"\s*(?P<name>[a-z0-9-]+)\s*(?:\((?P<arguments>[^()]*)\))?\s*"
    r"(?:=\s*(?P<when>[^,()]*?))?\s*(?:,|$)",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?)\s*%")
_TIMES = re.compile(r"([0-9]{1,7})\s*x", re.IGNORECASE)


def read_faults(option: str, field: str) -> tuple[CallsTo, ...]:
    """Read ``option``: the faults themselves, or ``@FILE`` where they are written.

    Raises :class:`ConfigurationError` for a file that cannot be read, and what
    :func:`parse_faults` raises.
    """
    if not option.startswith("@"):
        return parse_faults(option, field)
    file = Path(option[1:])
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        told = reason(error) if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigurationError(
            f"{field}: {file} cannot be read ({told}); after @ comes a file of faults"
        ) from error
    return parse_faults(text, f"{field} ({file})")


def parse_faults(text: str, field: str = "faults") -> tuple[CallsTo, ...]:
    """Read a SPEC; nothing but blanks and remarks is no faults.

    Raises :class:`InputError` that names the place and what is allowed there.
    """
    return tuple(_Reader(text, field).plan())


class _Reader:
    def __init__(self, text: str, field: str) -> None:
        self._text = _REMARK.sub(lambda remark: " " * len(remark[0]), text)
        self._field = field

    def plan(self) -> Iterator[CallsTo]:
        for part in _CALLS.finditer(self._text):
            if part[0].strip():
                yield self._calls(*part.span())

    def _calls(self, start: int, end: int) -> CallsTo:
        named = _TARGET.match(self._text, start, end)
        target = self._target(named) if named else ALL_CALLS
        at = named.end() if named else start
        entries = tuple(self._entries(at, end))
        if not entries:
            raise self._error(at, "", "name a fault, as in energy:503=5%")
        try:
            return CallsTo(target, entries)
        except ValueError as error:
            raise self._error(at, self._text[at:end], str(error)) from error

    def _target(self, named: re.Match[str]) -> str:
        target = named[1].lower()
        if target in NAMED_CALLS or target.startswith("/") or target == ALL_CALLS:
            return target
        known = ", ".join(NAMED_CALLS)
        rule = f"is none of the calls {known}, nor a path that begins with /, nor * for all"
        raise self._error(named.start(1), named[1], rule)

    def _entries(self, at: int, end: int) -> Iterator[Entry]:
        while self._text[at:end].strip():
            found = _ENTRY.match(self._text, at, end)
            if found is None:
                rest = self._text[at:end]
                rule = "must be FAULT, FAULT=5% or FAULT=3x, as in 429(retry-after=2)=1%"
                raise self._error(at, rest, rule)
            yield self._entry(found)
            at = found.end()

    def _entry(self, found: re.Match[str]) -> Entry:
        fault, when = self._fault(found), found["when"]
        if when is None:
            times, percent = None, None
        else:
            times, percent = self._when(found.start("when"), when)
        if fault.name is FaultName.OK and times is None:
            raise self._error(found.start("name"), found["name"], "says how many calls pass: ok=2x")
        return Entry(fault=fault, times=times, percent=percent)

    def _fault(self, found: re.Match[str]) -> Fault:
        try:
            name = FaultName(found["name"].lower())
        except ValueError as error:
            rule = f"is no fault; choose from {', '.join(FaultName)}"
            raise self._error(found.start("name"), found["name"], rule) from error
        try:
            return fault_of(name, found["arguments"])
        except ValueError as error:
            given = "" if found["arguments"] is None else f"({found['arguments']})"
            raise self._error(found.start("name"), found["name"] + given, str(error)) from error

    def _when(self, at: int, when: str) -> tuple[int | None, float | None]:
        """How many times, or in what percentage of calls."""
        if (times := _TIMES.fullmatch(when)) and 1 <= int(times[1]) <= MOST_TIMES:
            return int(times[1]), None
        if (percent := _PERCENT.fullmatch(when)) and 0 < float(percent[1]) <= 100:
            return None, float(percent[1])
        rule = (
            "must be a share of the calls from above 0% to 100%, such as 5%, or a number of the "
            f"next calls from 1x to {MOST_TIMES}x, such as 3x"
        )
        raise self._error(at, when, rule)

    def _error(self, at: int, given: str, rule: str) -> InputError:
        """That ``given``, which begins at ``at``, breaks ``rule``."""
        at += len(given) - len(given.lstrip())
        line = self._text.count("\n", 0, at) + 1
        place = f"character {at - self._text.rfind(chr(10), 0, at)}"
        if "\n" in self._text.rstrip():
            place = f"line {line}, {place}"
        quoted = f"'{given.strip()}' " if given.strip() else ""
        return InputError(self._field, f"at {place}: {quoted}{rule}")
