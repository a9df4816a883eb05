"""Energy replies that tell some slices twice, as has been seen of the real service."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from kwartier.wire.unreadable import UNREADABLE

EVERY: Final = 3
"""Of each array of slices the first is told twice, and every third one after it."""

_OF_ENECO: Final = "usageRecords"


def with_duplicate_slices(content: bytes) -> bytes | None:
    """The reply with slices told twice, each after itself; None when it has no slices."""
    try:
        message = msgspec.json.decode(content)
    except UNREADABLE:
        return None
    repeated = _repeat(message)
    return msgspec.json.encode(message) if repeated else None


def _repeat(node: Any) -> int:
    """Repeat slices in all arrays below ``node``; how many."""
    if isinstance(node, list):
        return sum(_repeat(each) for each in node)
    if not isinstance(node, dict):
        return 0
    repeated = 0
    for name, member in node.items():
        is_slices = name.endswith("Energy") or name == _OF_ENECO
        if is_slices and isinstance(member, list) and member:
            node[name] = [
                slice_
                for index, slice_ in enumerate(member)
                for _ in range(2 if index % EVERY == 0 else 1)
            ]
            repeated += len(node[name]) - len(member)
        else:
            repeated += _repeat(member)
    return repeated
