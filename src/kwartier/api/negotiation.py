"""Which of the forms that an answer can have the caller asked for (RFC 9110, section 12)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_Q: Final = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")


def choose(accept: str | None, offered: Sequence[str]) -> str | None:
    """The media type among ``offered`` that ``accept`` likes best, the first of those alike; None
    if it takes none of them. Without the header it takes any.
    """
    if accept is None or not accept.strip():
        return offered[0]
    ranges = [_range(part) for part in accept.split(",")]
    liked = [(_quality(kind, ranges), -place, kind) for place, kind in enumerate(offered)]
    quality, _, best = max(liked)
    return best if quality > 0 else None


def takes_gzip(accept_encoding: str | None) -> bool:
    """Whether the answer may be compressed."""
    if accept_encoding is None:
        return False
    stated = dict(_range(part) for part in accept_encoding.split(","))
    return stated.get("gzip", stated.get("*", 0.0)) > 0


def _range(part: str) -> tuple[str, float]:
    """A media range (or a coding) in lower case, and its weight; what makes no sense weighs 0."""
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            stated = value.strip()
            return name, float(stated) if _Q.fullmatch(stated) else 0.0
    return name, 1.0


def _quality(kind: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The weight of the most specific range that fits."""
    stated = dict(ranges)
    for name in (kind, f"{kind.partition('/')[0]}/*", "*/*"):
        if name in stated:
            return stated[name]
    return 0.0
