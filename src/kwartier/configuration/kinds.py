"""How values of each type are written in TOML, read from it, and bounded."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from datetime import time, timedelta
from enum import StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from kwartier.errors import InputError
from kwartier.vocabulary.duration import parse_duration, show_duration
from kwartier.vocabulary.setting import Bound, Setting


class UnfitError(Exception):
    """A value breaks the rule that this says: ``must be ...``."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A setting's type: ``one`` value, or several (``is_many``), or perhaps none."""

    one: type
    is_many: bool = False
    is_optional: bool = False

    @classmethod
    def of(cls, hint: Any) -> Kind:
        """The kind of a type hint: X, X | None, tuple[X, ...] or tuple[X, ...] | None."""
        origin, arguments = get_origin(hint), get_args(hint)
        if origin in (Union, UnionType):
            (one,) = (argument for argument in arguments if argument is not NoneType)
            return replace(cls.of(one), is_optional=True)
        if origin is tuple:
            return cls(arguments[0], is_many=True)
        return cls(hint)

    def read(self, found: Any, setting: Setting) -> Any:
        """The value that TOML's ``found`` means; :class:`UnfitError` if it breaks a rule."""
        if not self.is_many:
            return self._read_one(found, setting)
        if not isinstance(found, list) or not found:
            raise UnfitError(f"must be a list such as [{_example(self.one)}]")
        return tuple(self._read_one(each, setting) for each in found)

    def _read_one(self, found: Any, setting: Setting) -> Any:
        value = _read(self.one, found)
        _check_bounds(value, setting)
        return value

    def show(self, value: Any) -> str:
        """``value`` as TOML."""
        if self.is_many:
            return f"[{', '.join(map(_show, value))}]"
        return _show(value)

    @property
    def example(self) -> str:
        """A value, where there is no default to show."""
        one = _example(self.one)
        return f"[{one}]" if self.is_many else one


def _read(one: type, found: Any) -> Any:
    if one is bool and isinstance(found, bool):
        return found
    if one in (int, float) and isinstance(found, (int, float)) and not isinstance(found, bool):
        if one is float and math.isfinite(found):
            return float(found)
        if isinstance(found, int):
            return found
    if one is time and isinstance(found, time):
        return found
    if isinstance(found, str) and one not in (bool, int, float):
        return _read_text(one, found)
    raise UnfitError(f"must be {_called(one)}")


def _read_text(one: type, text: str) -> Any:
    try:
        if one is timedelta:
            return parse_duration(text, "")
        if one is time:
            moment = time.fromisoformat(text)
            if moment.tzinfo is not None:
                raise UnfitError("must be a local time without zone such as 12:30")
            return moment
        if not text.strip():
            raise UnfitError("must not be empty; leave the key out instead")
        return one(text)
    except (InputError, ValueError) as error:
        raise UnfitError(f"must be {_called(one)}") from error


def _check_bounds(value: Any, setting: Setting) -> None:
    low, high = setting.at_least, setting.at_most
    if (low is not None and value < low) or (high is not None and value > high):
        raise UnfitError(f"must be {bounds(setting)}")


def bounds(setting: Setting) -> str:
    """The bounds in words, empty if there are none."""
    low, high = setting.at_least, setting.at_most
    if low is not None and high is not None:
        return f"between {_bound(low)} and {_bound(high)}"
    if low is not None:
        return f"at least {_bound(low)}"
    return "" if high is None else f"at most {_bound(high)}"


def _bound(bound: Bound) -> str:
    return show_duration(bound) if isinstance(bound, timedelta) else f"{bound:g}"


def words(one: type) -> tuple[str, ...]:
    """All words of an enumeration; nothing for other types."""
    return tuple(map(str, one)) if issubclass(one, StrEnum) else ()


def _called(one: type) -> str:
    if words(one):
        return "one of " + ", ".join(json.dumps(word) for word in words(one))
    return {
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        str: "text in quotes",
        Path: "a path in quotes",
        time: 'a local time in quotes such as "12:30"',
        timedelta: 'a duration in quotes such as "90s", "15m", "1h30m" or "3d"',
    }[one]


def _example(one: type) -> str:
    known = {Path: '"/some/file"', time: '"12:30"', timedelta: '"3d"', int: "5", float: "0.5"}
    return known.get(one, '"..."')


def _show(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.15g}" if "." in f"{value:.15g}" else f"{value:.1f}"
    if isinstance(value, int):
        return f"{value:_}" if abs(value) >= 10_000 else str(value)
    if isinstance(value, timedelta):
        return json.dumps(show_duration(value))
    if isinstance(value, time):
        return json.dumps(value.isoformat("minutes" if value.second == 0 else "auto"))
    # TOML's text in quotes is JSON's, but that it wants this one character escaped as well.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
