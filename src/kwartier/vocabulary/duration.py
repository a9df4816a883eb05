"""Durations as people write them in settings: ``90s``, ``15m``, ``1h30m``, ``3d``."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from kwartier.errors import InputError

_UNITS: Final = {
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
}
_WRITTEN: Final = re.compile("".join(rf"(?:(\d{{1,6}}){unit})?" for unit in _UNITS), re.ASCII)


def parse_duration(text: str, field: str) -> timedelta:
    """Read whole numbers with units, the largest first: days of 24 hours, h, m, s, ms.

    Raises :class:`InputError` naming ``field``.
    """
    found = _WRITTEN.fullmatch(text)
    if not text or found is None:
        rule = "must be a duration such as 90s, 15m, 1h30m or 3d"
        raise InputError(field, rule, f"got {text!r}")
    parts = zip(found.groups(), _UNITS.values(), strict=True)
    return sum((int(number) * unit for number, unit in parts if number), timedelta())


def show_duration(duration: timedelta) -> str:
    """Write it so that :func:`parse_duration` reads it again; parts of a millisecond are lost."""
    left, parts = duration, []
    for name, unit in _UNITS.items():
        number, left = divmod(left, unit)
        if number:
            parts.append(f"{number}{name}")
    return "".join(parts) or "0s"
