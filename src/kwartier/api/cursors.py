"""Where a list goes on: the key of the last row that was told, so that nothing that comes or goes
meanwhile makes a row that stays come twice or not at all.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from kwartier.api.problems import Problem

_CURSOR: Final = "cursor"

Key = Sequence[str | int | None]


def cursor_of(query: str, key: Key) -> str:
    """The cursor after the row of that key, in the list that ``query`` asks for."""
    text = msgspec.json.encode([_digest(query), *key])
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def key_of(cursor: str, query: str, types: Sequence[type]) -> list[Any]:
    """The key that a cursor was made of, whose members are of these types; a text that is not the
    first may be null. Problem if it is none, or another query's.
    """
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        digest, *key = msgspec.json.decode(text, type=list[str | int | None])
    except (ValueError, msgspec.MsgspecError) as error:
        raise _refused("is none that was given out") from error
    fits = len(key) == len(types) and all(
        isinstance(member, one) or (member is None and one is str and place > 0)
        for place, (member, one) in enumerate(zip(key, types, strict=True))
    )
    if digest != _digest(query) or not fits:
        raise _refused("is of another query: repeat the query that it came from, and add it")
    return key


def instant_of(text: str) -> datetime:
    """An instant in a key; Problem if it is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise _refused("is none that was given out") from error
    if found.tzinfo is None:
        raise _refused("is none that was given out")
    return found


def _refused(why: str) -> Problem:
    return Problem(400, f"{_CURSOR}: {why}", field=_CURSOR)


def _digest(query: str) -> str:
    return hashlib.blake2b(query.encode(), digest_size=6).hexdigest()
